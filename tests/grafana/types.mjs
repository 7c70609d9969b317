// Writes a TypeScript module in which each dashboard, panel, field and query of the files named stands as a literal,
// annotated with the type that Grafana publishes for it. What the compiler then says is wrong with the dashboards.
import { readFileSync } from 'node:fs';

const plugins = { timeseries: 'TimeSeries', barchart: 'BarChart', heatmap: 'Heatmap', stat: 'Stat', table: 'Table' };
const raw = '@grafana/schema/dist/types/raw';

console.log(`import type * as dashboard from '${raw}/dashboard/x/types.gen';
import type { AxisConfig, DataQuery, GraphFieldConfig, HideableFieldConfig } from '@grafana/schema';`);
for (const [name, module] of Object.entries(plugins)) {
	console.log(`import type * as ${module} from '${raw}/composable/${name}/panelcfg/x/types.gen';`);
}
console.log(`
// A member of an enum is written as its value in JSON.
type Json<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
	: T extends (infer U)[] ? Json<U>[]
	: T extends object ? { [K in keyof T]: Json<T[K]> } : T;
// A query of the SQL data sources, whose type isn't published.
interface Sql extends DataQuery { format: 'table' | 'time_series'; editorMode: 'code'; rawQuery: true; rawSql: string }
type Board = Omit<dashboard.Dashboard, 'panels' | 'annotations' | 'templating' | 'links'>;
type Variable = Omit<dashboard.VariableModel, 'hide'> & { hide: 0 | 1 | 2 };
type Annotation = Omit<dashboard.AnnotationQuery, 'target'> & { target: Sql };
// The lowest step has no value: JSON has no -Infinity.
type Steps = { mode: 'absolute' | 'percentage'; steps: { color: string; value: number | null }[] };
type Field = Omit<dashboard.FieldConfig, 'custom' | 'thresholds'> & { thresholds?: Steps };
// Grafana before 12 hides a column of a table by \`hidden\`, later by hideFrom.
type Custom = {
	timeseries: Partial<GraphFieldConfig>;
	barchart: Partial<BarChart.FieldConfig> & AxisConfig;
	heatmap: Partial<Heatmap.FieldConfig>;
	stat: Record<string, never>;
	table: Partial<Table.FieldConfig> & HideableFieldConfig & { hidden?: boolean };
};
// What isn't there has its default.
type Options = {
	timeseries: TimeSeries.Options; barchart: Partial<BarChart.Options>; heatmap: Heatmap.Options;
	stat: Partial<Stat.Options>; table: Partial<Table.Options>;
};
`);

let count = 0;

function literal(type, value) {
	console.log(`export const v${count++}: Json<${type}> = ${JSON.stringify(value, null, 1)};`);
}

function fields(kind, { defaults, overrides }) {
	const { custom, ...rest } = defaults;
	literal('Field', rest);
	literal(`Custom['${kind}']`, custom ?? {});
	for (const { matcher, properties } of overrides) {
		literal('dashboard.MatcherConfig', matcher);
		for (const { id, value } of properties) {
			if (id.startsWith('custom.')) {
				literal(`Custom['${kind}']`, { [id.slice('custom.'.length)]: value });
			} else {
				literal('Field', { [id]: value });
			}
		}
	}
}

for (const file of process.argv.slice(2)) {
	console.log(`\n//: ${file}`);
	const { panels, annotations, templating, links, ...board } = JSON.parse(readFileSync(file, 'utf8'));
	literal('Board', board);
	links.forEach((one) => literal('dashboard.DashboardLink', one));
	templating.list.forEach((one) => literal('Variable', one));
	annotations.list.forEach((one) => literal('Annotation', one));
	for (const { type, title, targets, options, fieldConfig, ...place } of panels) {
		console.log(`//: ${file}: ${title}`);
		if (type === 'row') {
			literal('dashboard.RowPanel', { type, title, ...place });
			continue;
		}
		literal('dashboard.Panel', { type, title, ...place });
		targets.forEach((one) => literal('Sql', one));
		literal(`Options['${type}']`, options);
		fields(type, fieldConfig);
	}
}
