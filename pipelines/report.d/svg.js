// What all charts share. A chart is as wide as the page lets it be: positions across are percentages, those down are
// pixels, and text keeps its size. Shapes that have to stretch stand in a plane, an inner drawing of its own units.
'use strict';

const { esc, cut, rightToLeft } = require('./text.js');

const round = (x) => String(Math.round(x * 1000) / 1000);
const pct = (fraction) => `${round(100 * fraction)}%`;

// title and description are for who can't see the chart.
function chart(id, { title, description, height, className = '' }, parts) {
  return `<svg class="chart ${className}" role="img" aria-labelledby="${id}-title ${id}-desc" height="${round(height)}">` +
    `<title id="${id}-title">${esc(title)}</title><desc id="${id}-desc">${esc(description)}</desc>\n${parts.join('\n')}\n</svg>`;
}

function plane(columns, rows, { y, height }, parts) {
  return `<svg x="0" y="${round(y)}" width="100%" height="${round(height)}" viewBox="0 0 ${round(columns)} ${round(rows)}" ` +
    `preserveAspectRatio="none">${parts.join('')}</svg>`;
}

function rect(x, y, width, height, className, opacity) {
  return `<rect x="${x}" y="${round(y)}" width="${width}" height="${round(height)}" class="${className}"` +
    `${opacity === undefined ? '' : ` fill-opacity="${round(opacity)}"`}/>`;
}

function line(x1, y1, x2, y2, className) {
  return `<line x1="${x1}" y1="${round(y1)}" x2="${x2}" y2="${round(y2)}" class="${className}"/>`;
}

// x is a fraction of the width, dx pixels beside it.
function label(x, y, text, { dx = 0, anchor = 'start', className = '' } = {}) {
  return `<text x="${pct(x)}" y="${round(y)}"${dx ? ` dx="${dx}"` : ''}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}` +
    `${className && ` class="${className}"`}>${esc(text)}</text>`;
}

// A film's title, cut where it would run into the figure at the line's other end: once for pages 320 pixels wide and
// once for wide ones where that matters.
function titleLabel(y, text, figure) {
  const size = 15, taken = figure.length * 0.72 * size + 8;
  // Where text runs from right to left, its end is at the left.
  const way = rightToLeft(text) ? ' direction="rtl" text-anchor="end"' : '';
  const one = (shown, className) => `<text x="0" y="${round(y)}"${way} class="${className}">${esc(shown)}</text>`;
  const short = cut(text, (258 - taken) / size), long = cut(text, (530 - taken) / size);
  return short === long ? one(long, 'name') : one(short, 'name narrow') + one(long, 'name wide');
}

module.exports = { chart, plane, rect, line, label, titleLabel, pct, round };
