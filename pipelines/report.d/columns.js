// Small columns, one a day: under the headline figures, and for the runs of a pipeline.
'use strict';

const { scaleLinear } = require('d3-scale');
const { chart, rect, line, label, pct } = require('./svg.js');
const { dayMonth } = require('./text.js');

// values: {day, value, tone} a day; null draws nothing; tones are of page.css. base is where the columns stand, 0 unless all are far above.
function columns(id, text, values, height, { base = 0, dates = false } = {}) {
  const n = values.length;
  const most = Math.max(...values.map((v) => v.value ?? 0), base + 1e-9);
  const y = scaleLinear().domain([base, most]).range([0, height]);
  const parts = values.map((v, i) => {
    if (v.value === null) return '';
    const tall = Math.max(1, y(v.value));
    return rect(pct((i + 0.12) / n), height - tall, pct(0.76 / n), tall, `column ${v.tone}`) +
      (v.tone === 'bad' ? label((i + 0.5) / n, height - tall - 4, '×', { anchor: 'middle', className: 'cross' }) : '');
  });
  const ends = dates ? [
    label(0, height + 15, dayMonth(values[0].day), { className: 'note' }),
    ...(n > 1 ? [label(1, height + 15, dayMonth(values[n - 1].day), { anchor: 'end', className: 'note' })] : []),
  ] : [];
  return chart(id, { ...text, height: height + (dates ? 22 : 2), className: 'columns' },
    [...parts, line('0%', height, '100%', height, 'axis'), ...ends]);
}

module.exports = { columns };
