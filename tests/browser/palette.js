// Holds the colours --c0 to --c7 of a style sheet, in its light and its dark version, against each other: layers that
// touch have to differ by 12 (CIE76 in Lab; 2.3 is just noticeable) for every kind of colour vision, and all pairs by 5.
// Matrices: Machado, Oliveira and Fernandes (2009), severity 1.
'use strict';

const fs = require('fs');

const visions = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const clamp = (v) => Math.min(1, Math.max(0, v));

function seen(hex, m) {
  const rgb = [1, 3, 5].map((i) => linear(parseInt(hex.slice(i, i + 2), 16) / 255));
  return [0, 3, 6].map((r) => clamp(m[r] * rgb[0] + m[r + 1] * rgb[1] + m[r + 2] * rgb[2]));
}

function lab([r, g, b]) {
  const f = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116);
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, 0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
  ].map(f);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const sheets = fs.readFileSync(process.argv[2], 'utf8').match(/--c0:[^\n]*/g).map((line) => line.match(/#[0-9a-f]{6}/g));
let good = sheets.length === 2 && sheets.every((s) => s.length === 8);
for (const [s, colours] of sheets.entries()) {
  for (const [name, matrix] of Object.entries(visions)) {
    const points = colours.map((c) => lab(seen(c, matrix)));
    points.forEach((a, i) => points.slice(i + 1).forEach((b, k) => {
      const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      if (distance < (k === 0 ? 12 : 5)) {
        good = false;
        process.stdout.write(`${s ? 'dark' : 'light'}, ${name}: ${colours[i]} and ${colours[i + 1 + k]} differ by ${distance.toFixed(1)}\n`);
      }
    }));
  }
}
process.exitCode = good ? 0 : 1;
