// Renews the picture in README.md, from the page that pipelines/demo wrote:
//
//     apt-get install fonts-inter fonts-crosextra-caladea
//     NODE_PATH=$(tests/npm/install) node tests/browser/shot.js var/demo/report.html man/report.png
//
// with faces that stand in for those of desktop systems, which a server lacks.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const { chromium } = require('playwright-core');

const fonts = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include><cachedir prefix="xdg">fontconfig</cachedir>
${['system-ui', 'sans-serif', 'sans', 'DejaVu Sans'].map((family) =>
    `<alias binding="strong"><family>${family}</family><prefer><family>Inter</family></prefer></alias>`).join('')}</fontconfig>`;

(async () => {
  const [page, picture] = process.argv.slice(2);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'reelpipe-shot.'));
  fs.writeFileSync(path.join(directory, 'fonts.conf'), fonts);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'],
    env: { ...process.env, FONTCONFIG_FILE: path.join(directory, 'fonts.conf') },
  });
  try {
    const tab = await browser.newPage({ viewport: { width: 1100, height: 800 }, deviceScaleFactor: 0.7 });
    await tab.goto(`file://${path.resolve(page)}`);
    const end = await tab.locator('section:has(#genres)').boundingBox();
    await tab.screenshot({ path: picture, fullPage: true, clip: { x: 0, y: 0, width: 1100, height: Math.round(end.y + end.height + 16) } });
  } finally {
    await browser.close();
    fs.rmSync(directory, { recursive: true });
  }
})();
