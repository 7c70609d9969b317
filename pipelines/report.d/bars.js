// Ranked bars: a line of title and figure, the bar with a tick where the window before ended, a line about change.
'use strict';

const { scaleLinear } = require('d3-scale');
const { num, plural, percent } = require('./text.js');
const { chart, rect, line, label, titleLabel, pct } = require('./svg.js');

const step = 58;

function change(row) {
  if (row.previous_rank === null) return 'not watched in the 7 days before';
  const change = Number(row.change);
  if (change === 0) return `as in the 7 days before`;
  const share = Number(row.previous_views) > 0 ? ` ${percent(Math.abs(change), row.previous_views)}` : '';
  return `${change > 0 ? '▲' : '▼'}${share} from ${num(row.previous_views)}`;
}

// [on wide pages, on narrow ones]; listed: whether there is a list of the day before at all.
function places(row, listed) {
  if (!listed) return ['', ''];
  if (row.rank_change === null) return ['new since yesterday', 'new'];
  const n = Number(row.rank_change);
  if (n === 0) return ['same place', 'same place'];
  const way = `${n > 0 ? 'up' : 'down'} ${num(Math.abs(n))}`;
  return [`${n > 0 ? 'up' : 'down'} ${plural(Math.abs(n), 'place')} since yesterday`, way];
}

function bars(id, rows) {
  const most = Math.max(...rows.flatMap((r) => [Number(r.views), Number(r.previous_views)]));
  const x = scaleLinear().domain([0, most]).range([0, 1]);
  const listed = rows.some((row) => row.rank_before !== null);
  const parts = rows.map((row, i) => {
    const [long, short] = places(row, listed);
    const y = i * step;
    const before = x(Number(row.previous_views));
    return [
      label(0, y + 15, row.rank, { dx: -12, anchor: 'end', className: 'rank' }),
      titleLabel(y + 15, row.label, num(row.views)),
      label(1, y + 15, num(row.views), { anchor: 'end', className: 'figure' }),
      rect(0, y + 23, '100%', 8, 'track'),
      rect(0, y + 23, pct(x(Number(row.views))), 8, 'bar'),
      before > 0 ? line(pct(before), y + 20, pct(before), y + 33, 'tick') : '',
      label(0, y + 46, change(row), { className: 'note' }),
      long && label(1, y + 46, long, { anchor: 'end', className: 'note wide' }),
      short && label(1, y + 46, short, { anchor: 'end', className: 'note narrow' }),
    ].join('');
  });
  return chart(id, {
    title: 'Top 10 trending films',
    description: `Bars of the views of ${plural(rows.length, 'film')} in 7 days, ` +
      `from ${num(rows[0].views)} down to ${num(rows[rows.length - 1].views)}; a tick shows the 7 days before.`,
    height: rows.length * step - 8,
    className: 'ranked',
  }, parts);
}

module.exports = { bars };
