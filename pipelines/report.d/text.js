// Text for people: escaped for HTML and SVG, numbers, days, lengths of time, and titles cut to a width.
'use strict';

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// What isn't allowed in HTML or XML, or moves other text about, becomes a space or U+FFFD.
function clean(value) {
  return String(value)
    .replace(/[\t\n\r\u2028\u2029\u0085]/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef]|[\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
    .replace(/[\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{10fffe}\u{10ffff}]/gu, '\ufffd');
}

function esc(value) {
  return clean(value).replace(/[&<>"']/g, (c) => entities[c]);
}

// 1234567.8 -> 1,234,567.8; digits stay as they are, so that no figure is rounded by accident.
function group(digits) {
  const [whole, part] = String(digits).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part === undefined ? '' : `.${part}`);
}

// A number as the database has it; null is a dash. With places, padded, never cut.
function num(value, places = 0) {
  if (value === null || value === undefined) return '–';
  let [whole, part = ''] = String(value).split('.');
  const minus = whole.startsWith('-');
  part = part.padEnd(places, '0');
  return (minus ? '−' : '') + group(part ? `${whole.replace('-', '')}.${part}` : whole.replace('-', ''));
}

// Rounded half up to some places, where there is no room for more.
function rounded(value, places) {
  if (value === null || value === undefined) return '–';
  const scale = 10 ** places;
  const scaled = Math.sign(value) * Math.round(Math.abs(Number(value)) * scale + 1e-9);
  return num((scaled === 0 ? 0 : scaled / scale).toFixed(places));
}

function signed(value, places = 0) {
  if (value === null || value === undefined) return '–';
  const text = places ? rounded(value, places) : num(value);
  return Number(value) > 0 ? `+${text}` : text;
}

function percent(part, whole) {
  return `${rounded((100 * Number(part)) / Number(whole), 1)}\u00a0%`;
}

function plural(n, one, many = `${one}s`) {
  return `${num(n)} ${Number(n) === 1 ? one : many}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

// Business days are dates without a zone; UTC is only for counting with them.
const date = (day) => new Date(`${day}T00:00:00Z`);
const add = (day, n) => new Date(date(day).getTime() + n * 86400000).toISOString().slice(0, 10);
const between = (from, to) => Math.round((date(to) - date(from)) / 86400000);
const weekday = (day) => (date(day).getUTCDay() + 6) % 7; // 0 is Monday
const dayMonth = (day) => `${date(day).getUTCDate()}\u00a0${months[date(day).getUTCMonth()]}`;
const shortDay = (day) => `${weekdays[weekday(day)].slice(0, 3)} ${dayMonth(day)}`;
const fullDay = (day) => `${weekdays[weekday(day)]}, ${dayMonth(day)} ${day.slice(0, 4)}`;

function days(from, to) {
  return Array.from({ length: between(from, to) + 1 }, (_, i) => add(from, i));
}

function range(from, to) {
  if (from === to) return `${dayMonth(to)} ${to.slice(0, 4)}`;
  if (from.slice(0, 7) === to.slice(0, 7)) return `${date(from).getUTCDate()}\u2060–\u2060${dayMonth(to)} ${to.slice(0, 4)}`;
  if (from.slice(0, 4) === to.slice(0, 4)) return `${dayMonth(from)}\u00a0– ${dayMonth(to)} ${to.slice(0, 4)}`;
  return `${dayMonth(from)} ${from.slice(0, 4)}\u00a0– ${dayMonth(to)} ${to.slice(0, 4)}`;
}

const hour = (h) => `${String(h).padStart(2, '0')}:00`;

function length(seconds) {
  if (seconds === null) return '–';
  const s = Number(seconds);
  if (s < 60) return `${num(seconds)}\u00a0s`;
  const all = Math.round(s);
  if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  if (all < 86400) return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} min`;
  return `${plural(Math.floor(all / 86400), 'day')} ${Math.floor((all % 86400) / 3600)} h`;
}

// How wide a character is, in ems of a wide sans-serif face in bold: better too much than beyond the edge.
function em(char) {
  if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(char)) return 0;
  if (/\p{Extended_Pictographic}/u.test(char)) return 1.4;
  if (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u.test(char))
    return 1.05;
  if (/[iljI.,:;'’|! ]/.test(char)) return 0.4;
  if (/[tfr()[\]s-]/.test(char)) return 0.6;
  if (/[MWmw@%–—…]/.test(char)) return 1.1;
  if (/\p{Lu}/u.test(char)) return 0.82;
  return 0.72;
}

// Cuts at `room` ems, between graphemes, so that no emoji or accent is torn apart.
function cut(value, room) {
  const text = clean(value);
  const parts = Array.from(new Intl.Segmenter('en').segment(text), (s) => s.segment);
  const width = (part) => Math.max(...Array.from(part, em));
  if (parts.reduce((sum, part) => sum + width(part), 0) <= room) return text;
  let used = 1.1, kept = '';
  for (const part of parts) {
    used += width(part);
    if (used > room) break;
    kept += part;
  }
  return `${kept.trimEnd()}…`;
}

// Whether a text's first letter is of a script written from right to left.
function rightToLeft(value) {
  const letter = /\p{L}/u.exec(clean(value));
  return letter !== null &&
    /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u.test(letter[0]);
}

module.exports = {
  esc, num, rounded, signed, percent, plural, cut, rightToLeft, weekdays, weekday, days, add, between,
  dayMonth, shortDay, fullDay, range, hour, length,
};
