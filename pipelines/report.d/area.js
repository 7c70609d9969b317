// The genres over time as a stack of areas. The palette is Okabe and Ito's (2008), made to be told apart with any kind
// of colour blindness; its order keeps light and dark neighbours apart, and lines and labels say the same again.
'use strict';

const { scaleLinear } = require('d3-scale');
const { stack, area } = require('d3-shape');
const { esc, cut, num, weekday, dayMonth, shortDay, add } = require('./text.js');
const { chart, plane, rect, line, label, pct, round } = require('./svg.js');

const top = 34, height = 330, foot = 36;

// A round number in few characters.
function short(value) {
  return value >= 1e6 ? `${round(value / 1e6)}M` : value >= 1e4 ? `${round(value / 1e3)}k` : num(value);
}

// rows: {day, values: number[]}, a bucket of `span` days each; keys name the values, most watched first.
function areas(id, keys, rows, span) {
  const n = rows.length;
  const totals = rows.map((row) => row.values.reduce((a, b) => a + b, 0));
  const most = Math.max(1, ...totals);
  const y = scaleLinear().domain([0, most]).nice(4).range([height, 0]);
  // A bucket's value stands in its middle; the first and the last reach to the edges.
  const points = [{ at: 0, row: rows[0] }, ...rows.map((row, i) => ({ at: i + 0.5, row })), { at: n, row: rows[n - 1] }];
  const layers = stack().keys(keys.map((_, k) => k)).value((p, k) => p.row.values[k])(points);
  const shape = area().x((d) => d.data.at).y0((d) => y(d[0])).y1((d) => y(d[1]));
  const outline = (layer) => shape(layer).replace(/-?\d+\.\d+/g, (m) => round(Number(m)));

  const grid = y.ticks(4).map((value) =>
    line('0%', top + y(value), '100%', top + y(value), value === 0 ? 'axis' : 'grid') +
    label(0, top + y(value) + 4, short(value), { dx: -8, anchor: 'end', className: 'note' }));
  const weekends = span > 1 ? [] : rows.flatMap((row, i) => (weekday(row.day) > 4
    ? [[rect(pct(i / n), top, pct(1 / n), height, 'weekend'), rect(pct(i / n), top + height + 1, pct(1 / n), 4, 'mark')]] : []));
  const bands = weekends.map(([band]) => band), marks = weekends.map(([, mark]) => mark);
  const every = Math.max(1, Math.ceil(n / (span > 1 ? 6 : 42)));
  let mondays = 0;
  const dates = rows.flatMap((row, i) => {
    // Mondays, and the first day if none comes soon.
    if (span === 1 && weekday(row.day) !== 0 && !(i === 0 && weekday(row.day) < 3)) return [];
    const kept = mondays++;
    if (kept % every) return [];
    return [line(pct(i / n), top + height, pct(i / n), top + height + 6, 'axis') +
      label(i / n, top + height + 20, dayMonth(row.day), { className: `note${(kept / every) % 2 ? ' wide' : ''}`, anchor: (i + 2) / n > 0.97 ? 'end' : 'start' })];
  });

  const peak = totals.indexOf(Math.max(...totals));
  const middle = (peak + 0.5) / n;
  // So that it fits into a plot of 236 pixels.
  const anchor = middle < 0.2 ? 'start' : middle > 0.6 ? 'end' : 'middle';
  const what = span > 1 ? `week from ${dayMonth(rows[peak].day)}` : shortDay(rows[peak].day);
  const summit = line(pct(middle), top - 8, pct(middle), top + y(totals[peak]), 'leader') +
    label(middle, top - 14, `Peak: ${what}, ${num(totals[peak])}`, { anchor, className: 'callout' });

  return chart(id, {
    title: 'Genre popularity over time',
    description: `Stacked areas of the views of ${keys.length} genres or groups of them from ${dayMonth(rows[0].day)} to ` +
      `${dayMonth(add(rows[n - 1].day, span - 1))}; most in all: ${num(totals[peak])}, ${what}.`,
    height: top + height + foot - 8,
    className: 'stacked',
  }, [
    ...grid.slice(1),
    ...bands, plane(n, height, { y: top, height }, layers.map((layer, k) => `<path d="${outline(layer)}" class="area c${k}"/>`)),
    ...marks, grid[0], ...dates, summit, ...names(keys, layers, y),
  ]);
}

// Each layer's name at the right edge, moved apart where layers are thin.
function names(keys, layers, y) {
  const gap = 17;
  const at = layers.map((layer) => {
    const [low, high] = layer[layer.length - 1];
    return { middle: y((low + high) / 2), y: y((low + high) / 2) };
  });
  for (let k = 1; k < at.length; k++) at[k].y = Math.min(at[k].y, at[k - 1].y - gap);
  // Too high now: push them down again from the top.
  at[at.length - 1].y = Math.max(at[at.length - 1].y, 4);
  for (let k = at.length - 2; k >= 0; k--) at[k].y = Math.max(at[k].y, at[k + 1].y + gap);
  return keys.map((key, k) =>
    `<g class="wide"><svg x="100%" y="${round(top)}" width="1" height="1" overflow="visible">` +
    `<path d="M1 ${round(at[k].middle)}L10 ${round(at[k].y)}" class="leader"/><rect x="12" y="${round(at[k].y - 5)}" width="10" height="10" class="c${k}"/>` +
    `<text x="28" y="${round(at[k].y + 4)}" class="note">${esc(cut(key, 9.5))}</text></svg></g>`);
}

module.exports = { areas };
