// The parts of a page: sections, figures, tables. Every argument called `text` is plain and gets escaped here;
// `html` is what these functions, or those of svg.js, have made.
'use strict';

const { esc, num } = require('./text.js');

// A title in whatever script; its direction doesn't spread to what stands beside it.
function title(text) {
  return `<bdi>${esc(text)}</bdi>`;
}

// A second, smaller line in a cell.
function under(text, className = '') {
  return text === null ? '' : `<small${className && ` class="${className}"`}>${esc(text)}</small>`;
}

// columns: {head, cell(row) -> html} of text, or {head, number(row), places} of figures; the first one names the row.
function table(id, caption, columns, rows) {
  const head = columns.map((c) => `<th scope="col"${c.cell ? '' : ' class="n"'}>${esc(c.head)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = columns.map((c, i) => {
      const html = c.cell ? c.cell(row) : num(c.number(row), c.places);
      const tone = c.tone && c.tone(row) ? ` class="${c.tone(row)}"` : '';
      if (i === 0) return `<th scope="row"${c.cell ? '' : ' class="n"'}>${html}</th>`;
      return `<td${c.cell ? tone : ' class="n"'}>${html}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" role="group" tabindex="0" aria-label="${esc(caption)}"><table id="${id}">` +
    `<caption>${esc(caption)}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

// Closed on screen, open in print.
function folded(summary, html, className = '') {
  return `<details${className && ` class="${className}"`}><summary>${esc(summary)}</summary>\n${html}\n</details>`;
}

function section(id, heading, aside, html) {
  return `<section aria-labelledby="${id}">\n<div class="about"><h2 id="${id}">${esc(heading)}</h2>\n` +
    `${aside.map((text) => `<p>${text}</p>`).join('\n')}</div>\n<div class="body">\n${html}\n</div>\n</section>`;
}

function calm(text) {
  return `<p class="calm">${esc(text)}</p>`;
}

module.exports = { table, folded, section, calm, title, under };
