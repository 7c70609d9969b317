// Reads a record stream (reelpipe(5)): an object of arrays of rows, by the type of their segment. NULL is null.
// Cut or malformed input is an error, as it is for any other program.
'use strict';

const escapes = { t: '\t', n: '\n', r: '\r', '\\': '\\', '#': '#' };

function field(text, line) {
  if (text === '\\N') return null;
  return text.replace(/\\(.?)/g, (whole, letter) => {
    if (!(letter in escapes) || letter === '') throw new Error(`line ${line}: not an escape: ${whole}`);
    return escapes[letter];
  });
}

function parse(text) {
  const segments = {};
  const lines = text.split('\n');
  // Behind the last line end nothing is left.
  if (lines.pop() !== '') throw new Error('cut input: the last line has no end');
  let rows = null, columns = [];
  lines.forEach((line, index) => {
    const number = index + 1;
    const fields = line.split('\t');
    if (line.startsWith('#end\t')) {
      if (rows === null || fields[1] !== String(rows.length)) throw new Error(`line ${number}: cut input: ${line}`);
      rows = null;
    } else if (line.startsWith('#mark\t')) {
      if (rows === null) throw new Error(`line ${number}: outside a segment: ${line}`);
    } else if (line.startsWith('#')) {
      if (rows !== null) throw new Error(`line ${number}: cut input: a segment without #end before it`);
      columns = fields.slice(1);
      rows = segments[fields[0].slice(1)] = [];
    } else {
      if (rows === null) throw new Error(`line ${number}: outside a segment`);
      if (fields.length !== columns.length)
        throw new Error(`line ${number}: ${fields.length} fields, not ${columns.length}`);
      rows.push(Object.fromEntries(columns.map((name, i) => [name, field(fields[i], number)])));
    }
  });
  if (rows !== null) throw new Error('cut input: no #end');
  if (Object.keys(segments).length === 0) throw new Error('cut input: no segment');
  return segments;
}

module.exports = { parse };
