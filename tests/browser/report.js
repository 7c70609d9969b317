// Looks at pages of pipelines/report in Debian's Chromium, as TAP: report.js SHOTS NAME=FILE…
// Screenshots and prints go into the directory SHOTS.
'use strict';

const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const { inks, overlaps, structure, spills, folds } = require('./look.js');

// For a machine that has much else to do, in milliseconds.
const patience = 180000;
const widths = [320, 360, 820, 1440];
let count = 0, failed = false;

function result(page, what, faults) {
  count += 1;
  failed = failed || faults.length > 0;
  process.stdout.write(`${faults.length ? 'not ok' : 'ok'} ${count} - ${page}: ${what}\n`);
  for (const fault of faults.slice(0, 8)) process.stdout.write(`#   ${fault}\n`);
  if (faults.length > 8) process.stdout.write(`#   and ${faults.length - 8} more\n`);
}

// Whatever the page says or asks for while it is open.
function listen(page, faults, url) {
  page.on('console', (message) => faults.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) faults.push(`request: ${request.url()}`);
  });
}

async function look(browser, name, file, shots) {
  const url = `file://${path.resolve(file)}`;
  const noise = [], spilt = [], pale = [], overlapping = [];
  let text = '', plain = '', faults = [], tofu = [];
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 1000 } });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    listen(page, noise, url);
    await page.goto(url);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 1000 });
      const place = (fault) => `${width} px, ${colorScheme}: ${fault}`;
      if (colorScheme === 'light') {
        spilt.push(...(await page.evaluate(spills)).map(place));
        overlapping.push(...(await page.evaluate(overlaps)).map(place));
      }
      if (width === 360 || width === 1440) {
        await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
        pale.push(...(await page.evaluate(inks)).map(place));
        await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = false; }));
      }
      if (colorScheme === 'light' ? width !== 320 : width === 820)
        await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
    if (colorScheme === 'light') {
      text = await page.evaluate(() => document.body.innerText);
      faults = await page.evaluate(structure);
      tofu = await missing(context, page);
    }
    await context.close();
  }
  result(name, 'no messages, no requests', noise);
  result(name, `nothing sticks out at ${widths.join(', ')} px`, spilt);
  result(name, 'no text of a chart lies on another', overlapping);
  result(name, 'text has contrast enough in light and dark (WCAG AA)', pale);
  result(name, 'language, headings, tables, pictures and ids', faults);
  result(name, 'every character of a title has a glyph', tofu);

  const without = await browser.newContext({ javaScriptEnabled: false, colorScheme: 'dark', viewport: { width: 1440, height: 1000 } });
  without.setDefaultTimeout(patience);
  const page = await without.newPage();
  await page.goto(url);
  plain = await page.locator('body').innerText();
  const open = await page.locator('details').count() === 0 ? [] : await clicks(page);
  result(name, 'reads the same without scripts', [...(plain === text ? [] : ['the text differs']), ...open]);
  await page.emulateMedia({ media: 'print' });
  const pdf = await page.pdf({ path: `${shots}/${name}.pdf`, preferCSSPageSize: true });
  await without.close();

  const print = await browser.newContext({ colorScheme: 'dark', viewport: { width: 680, height: 1000 } });
  const paper = await print.newPage();
  await paper.goto(url);
  await paper.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const shut = await paper.evaluate(folds);
  const sheet = await paper.evaluate(inks);
  // Wide tables have pages of their own, 273 mm between the margins.
  sheet.push(...await paper.evaluate(() => [...document.querySelectorAll('.landscape')].flatMap((wide) => {
    const { width } = wide.querySelector('table').getBoundingClientRect();
    wide.style.display = 'none';
    return width > 1031 ? [`a table is ${width} px wide`] : [];
  })), ...await paper.evaluate(spills));
  const dark = await paper.evaluate(() => getComputedStyle(document.body).color);
  await print.close();
  if (pdf.length < 10000) shut.push(`a PDF of ${pdf.length} bytes`);
  if (dark !== 'rgb(28, 27, 25)') shut.push(`a dark page is printed dark: text is ${dark}`);
  result(name, 'in print, light and with all tables open', [...shut, ...sheet]);
}

// A table opens by its summary alone.
async function clicks(page) {
  const details = page.locator('details').first();
  await details.locator('summary').click();
  return (await details.locator('table').first().isVisible()) ? [] : ['a table stays shut'];
}

// The fonts that Chromium drew titles with: a character that none has is drawn with none, or the last resort.
async function missing(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('DOM.enable');
  await cdp.send('CSS.enable');
  const { root } = await cdp.send('DOM.getDocument');
  const { nodeIds } = await cdp.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: '.chart .name.wide, .chart .name:not(.narrow)' });
  const faults = [];
  for (const nodeId of nodeIds) {
    const { fonts } = await cdp.send('CSS.getPlatformFontsForNode', { nodeId });
    const { outerHTML } = await cdp.send('DOM.getOuterHTML', { nodeId });
    const script = /\p{Script=Hiragana}|\p{Script=Han}/u.test(outerHTML) ? /gothic|cjk|hei|mincho|droid/i
      : /\p{Extended_Pictographic}/u.test(outerHTML) ? /emoji|symbola/i : /./;
    if (!fonts.some((font) => script.test(font.familyName)))
      faults.push(`${outerHTML.replace(/<[^>]*>/g, '')}: drawn with ${fonts.map((f) => f.familyName).join(', ') || 'nothing'}`);
  }
  return faults;
}

(async () => {
  const [shots, ...pages] = process.argv.slice(2);
  fs.mkdirSync(shots, { recursive: true });
  // Root has no sandbox in Chromium; what is looked at is our own.
  const browser = await chromium.launch({ timeout: patience, executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const page of pages) {
      const [name, file] = page.split('=');
      await look(browser, name, file, shots);
    }
  } finally {
    await browser.close();
  }
  process.stdout.write(`1..${count}\n`);
  process.exitCode = failed ? 1 : 0;
})().catch((error) => {
  process.stdout.write(`Bail out! ${error.message}\n`);
  process.exitCode = 1;
});
