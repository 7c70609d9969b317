// Two ratings of each film on one line: the Bayesian estimate as a dot, the weighted average as a ring.
'use strict';

const { scaleLinear } = require('d3-scale');
const { rounded, plural } = require('./text.js');
const { chart, line, label, titleLabel, pct, round } = require('./svg.js');

const top = 30, step = 46;

function dots(id, rows) {
  const values = rows.flatMap((r) => [Number(r.bayes), Number(r.weighted), Number(r.mean)]);
  const x = scaleLinear().domain([Math.floor(Math.min(...values)), Math.min(10, Math.ceil(Math.max(...values) + 0.001))]).range([0, 1]);
  const below = top + rows.length * step;
  const mean = x(Number(rows[0].mean));
  const ticks = x.ticks(4).map((v) =>
    rows.map((_, i) => line(pct(x(v)), top + i * step + 25, pct(x(v)), top + i * step + 31, 'notch')).join('') +
    label(x(v), 12, rounded(v, Number.isInteger(v) ? 0 : 1), { anchor: x(v) > 0.98 ? 'end' : x(v) < 0.02 ? 'start' : 'middle', className: 'note' }));
  const parts = rows.map((row, i) => {
    const y = top + i * step, b = x(Number(row.bayes)), w = x(Number(row.weighted));
    return [
      label(0, y + 14, row.rank, { dx: -12, anchor: 'end', className: 'rank' }),
      titleLabel(y + 14, row.title, rounded(row.bayes, 2)),
      label(1, y + 14, rounded(row.bayes, 2), { anchor: 'end', className: 'figure' }),
      line(pct(b), y + 28, pct(w), y + 28, 'span'),
      `<circle cx="${pct(w)}" cy="${round(y + 28)}" r="5" class="ring"/>`,
      `<circle cx="${pct(b)}" cy="${round(y + 28)}" r="5" class="dot"/>`,
    ].join('');
  });
  return chart(id, {
    title: 'The best rated films',
    description: `${plural(rows.length, 'film')} by the Bayesian estimate, ${rounded(rows[0].bayes, 2)} down to ` +
      `${rounded(rows[rows.length - 1].bayes, 2)}, beside the weighted average of each.`,
    height: below + 28,
    className: 'ranked',
  }, [
    ...rows.map((_, i) => line('0%', top + i * step + 28, '100%', top + i * step + 28, 'grid')),
    ...ticks,
    ...rows.map((_, i) => line(pct(mean), top + i * step + 22, pct(mean), top + i * step + 34, 'tick')),
    ...parts,
    label(mean, below + 16, `| mean of all films: ${rounded(rows[0].mean, 2)}`, { anchor: mean < 0.3 ? 'start' : mean > 0.7 ? 'end' : 'middle', className: 'callout' }),
  ]);
}

module.exports = { dots };
