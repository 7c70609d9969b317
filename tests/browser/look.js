// What is looked for in a page. Each function runs inside of it, alone, and returns a list of faults.
'use strict';

/* global document, getComputedStyle, NodeFilter, innerWidth, Node */

// Text whose contrast with what lies behind it is below WCAG's AA: 4.5, or 3 for large text.
function inks() {
  const parse = (colour) => {
    const numbers = colour.match(/[\d.]+/g);
    return numbers && colour !== 'none' ? [...numbers.slice(0, 3).map(Number), numbers.length > 3 ? Number(numbers[3]) : 1] : [0, 0, 0, 0];
  };
  const over = (front, back) => [0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])).concat(1);
  const channel = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const boxes = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || element.closest('title, desc, style') || !element.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width > 1 && box.height > 1) boxes.push({ node, element, box });
  }
  // Only texts that lie upon shapes need a look at what is below them, which asks for scrolling.
  for (const { node, element, box } of boxes) {
    const svg = element.closest('svg') !== null;
    const style = getComputedStyle(element);
    let back = [255, 255, 255, 1];
    const layers = [];
    if (svg) {
      const chart = element.closest('svg.chart');
      for (const shape of chart.querySelectorAll('rect, path, circle')) {
        const b = shape.getBoundingClientRect();
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        if (b.left <= x && x <= b.right && b.top <= y && y <= b.bottom && shape.checkVisibility()) {
          const s = getComputedStyle(shape), c = parse(s.fill);
          layers.push([...c.slice(0, 3), c[3] * Number(s.fillOpacity)]);
        }
      }
    }
    for (let e = element.closest('svg.chart') ?? element; e; e = e.parentElement) layers.unshift(parse(getComputedStyle(e).backgroundColor));
    for (const layer of layers) back = over(layer, back);
    const front = over(parse(svg ? style.fill : style.color), back);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(front, back);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: "${node.data.trim().slice(0, 40)}"`);
  }
  if (boxes.length < 10) faults.push(`only ${boxes.length} texts are visible`);
  return faults;
}

// What makes the page wider than its window, or reaches beyond its edges outside of a box that scrolls.
function spills() {
  const faults = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.push(`the page is ${wide} px wide`);
  for (const element of document.body.querySelectorAll('*')) {
    if (!element.checkVisibility() || element.closest('.scroll') || element.closest('title, desc, defs')) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5))
      faults.push(`${element.tagName} ${element.getAttribute('class') ?? ''} from ${Math.round(box.left)} to ${Math.round(box.right)}: ` +
        `"${(element.textContent ?? '').trim().slice(0, 30)}"`);
  }
  return faults;
}

// Texts of one chart that share more than a sliver.
function overlaps() {
  const faults = [];
  for (const chart of document.querySelectorAll('svg.chart')) {
    const texts = [...chart.querySelectorAll('text')].filter((t) => t.checkVisibility())
      .map((t) => ({ text: t.textContent, box: t.getBoundingClientRect() })).filter((t) => t.box.width > 0);
    texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => {
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (across > 1 && down > 4) faults.push(`${chart.getAttribute('aria-labelledby')}: "${a.text.slice(0, 24)}" and "${b.text.slice(0, 24)}"`);
    }));
  }
  return faults;
}

function structure() {
  const faults = [];
  if (!document.documentElement.lang) faults.push('no language');
  if (document.compatMode !== 'CSS1Compat') faults.push('quirks mode');
  if (!document.title) faults.push('no title');
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) faults.push(`h${next} after h${level}: ${heading.textContent}`);
    level = next;
  }
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  for (const cell of document.querySelectorAll('th')) if (!cell.scope) faults.push(`th without scope: ${cell.textContent}`);
  for (const table of document.querySelectorAll('table')) {
    if (!table.caption?.textContent) faults.push(`no caption: ${table.id}`);
    const columns = table.tHead.rows[0].cells.length;
    for (const row of table.tBodies[0].rows) {
      if (row.cells.length !== columns || row.cells[0].tagName !== 'TH') faults.push(`${table.id}: row ${row.rowIndex}`);
    }
  }
  for (const svg of document.querySelectorAll('svg.chart')) {
    const said = (svg.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
    if (svg.getAttribute('role') !== 'img' || said.length !== 2 || said.some((text) => !text)) faults.push(`a chart without a name: ${said}`);
  }
  for (const image of document.querySelectorAll('img, object, iframe, script, link[rel=stylesheet]')) faults.push(`a ${image.tagName}`);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`an id twice: ${id}`);
  // An attribute that no one wrote comes from text that wasn't escaped.
  for (const element of document.querySelectorAll('*')) {
    for (const { name } of element.attributes) if (name.startsWith('on')) faults.push(`${element.tagName} has ${name}`);
  }
  return faults;
}

// Tables that aren't shown as wholes.
function folds() {
  return [...document.querySelectorAll('table')]
    .filter((t) => !t.checkVisibility({ contentVisibilityAuto: true }) || t.getBoundingClientRect().height < 20 ||
      getComputedStyle(t.closest('.scroll')).overflowX !== 'visible').map((t) => `shut in print: ${t.id}`);
}

module.exports = { inks, spills, overlaps, structure, folds };
