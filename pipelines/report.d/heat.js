// A heatmap: rows down, the 24 hours across; the more views, the more of the accent colour.
'use strict';

const { scaleLinear } = require('d3-scale');
const { num, rounded, hour } = require('./text.js');
const { chart, plane, rect, label, pct, round } = require('./svg.js');

const top = 22;

// rows: {label, wide, weekend, values: (number|null)[24]}; null: not over yet. unit names what a cell counts.
function heat(id, title, unit, rows, step, places = 0) {
  const cells = rows.flatMap((row, r) => row.values.map((value, h) => ({ value, r, h })).filter((c) => c.value !== null));
  const peak = cells.reduce((a, b) => (b.value > a.value ? b : a));
  const shade = scaleLinear().domain([0, Math.max(peak.value, 1e-9)]).range([0.05, 1]);
  const height = rows.length * step;
  const most = places ? rounded(peak.value, places) : num(peak.value);
  const summit = `${rows[peak.r].name}, ${hour(peak.h)}, ${most}`;
  const below = top + height;
  return chart(id, {
    title,
    description: `A grid of ${rows.length} rows and 24 hours, shaded by ${unit}. Peak: ${summit}.`,
    height: below + 48,
    className: 'heat',
  }, [
    ...[0, 3, 6, 9, 12, 15, 18, 21].map((h) =>
      label((h + 0.5) / 24, 12, String(h).padStart(2, '0'), { anchor: 'middle', className: 'note' })),
    ...rows.map((row, r) =>
      (row.weekend ? `<rect x="-7" y="${round(top + r * step)}" width="3" height="${step}" class="mark"/>` : '') +
      (row.label ? label(0, top + (r + 0.5) * step + 4, row.label, { dx: -12, anchor: 'end', className: 'note' }) : '')),
    plane(24, rows.length, { y: top, height },
      cells.map((c) => `<rect x="${c.h}" y="${c.r}" width="1" height="1" class="cell" fill-opacity="${round(shade(c.value))}"/>`)),
    rect(pct(peak.h / 24), top + peak.r * step, pct(1 / 24), step, 'peak'),
    // The key: five shades, from nothing to the peak.
    ...[0, 0.25, 0.5, 0.75, 1].map((part, i) =>
      `<rect x="${round(i * 16)}" y="${round(below + 12)}" width="16" height="10" class="cell" fill-opacity="${round(0.05 + 0.95 * part)}"/>`),
    label(0, below + 21, `0 to ${most} ${unit}`, { dx: 88, className: 'note' }),
    `<rect x="1" y="${round(below + 32)}" width="14" height="10" class="peak"/>`,
    label(0, below + 42, `Peak: ${summit}`, { dx: 24, className: 'callout' }),
  ]);
}

module.exports = { heat };
