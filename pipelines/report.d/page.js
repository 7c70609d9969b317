// page: makes an HTML page of the record stream that pipelines/report reads from the database. A pure function of its
// input: `page.js NAME <stream >page`.
'use strict';

const fs = require('fs');
const path = require('path');

function fail(message) {
  process.stderr.write(`report: ${message}\n`);
  process.exit(1);
}

let modules;
try {
  modules = {
    ...require('./text.js'), ...require('./records.js'), ...require('./html.js'), ...require('./words.js'),
    audience: require('./audience.js'), operation: require('./operation.js'),
  };
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  fail(`the packages node-d3-scale and node-d3-shape are needed (bin/setup): ${error.message.split('\n')[0]}`);
}
const { esc, plural, percent, range, fullDay, weekdays, weekday, hour, parse, title, metrics, notice, audience, operation } = modules;

const kinds = ['span', 'totals', 'days', 'trending', 'genres', 'hours', 'rated', 'releases', 'run-days', 'runs', 'rejects', 'freshness', 'quality'];

// The stream by short names; the span is one row.
function read() {
  const segments = parse(fs.readFileSync(0, 'utf8'));
  const data = Object.fromEntries(kinds.map((kind) => [kind, segments[`report_${kind.replace('-', '_')}`] ?? []]));
  if (data.span.length !== 1) throw new Error('no report_span in the stream');
  [data.span] = data.span;
  return data;
}

// The week in a sentence or two.
function lead({ span, totals: [row], trending, hours }) {
  const views = Number(row.views), before = row.previous_views === null ? null : Number(row.previous_views);
  const parts = [`${plural(row.views, 'view')}${row.viewers === null ? '' : ` by ${plural(row.viewers, 'viewer')}`}`];
  if (before) {
    const share = percent(Math.abs(views - before), before);
    parts.push(share.startsWith('0.0') ? `, ${views === before ? '' : 'nearly '}as many as in the 7 days before`
      : `, ${share} ${views > before ? 'more' : 'fewer'} than in the 7 days before`);
    if (span.as_of === span.today) parts.push(`, though ${modules.dayMonth(span.as_of)} is not over`);
  }
  let html = `${esc(parts.join(''))}.`;
  const film = trending.find((r) => r.by === 'movie'), genre = trending.find((r) => r.by === 'genre');
  if (film) html += ` Most watched: ${title(film.label)}${genre ? `; most watched genre: ${esc(genre.label)}` : ''}.`;
  if (hours.length) {
    const busiest = hours.reduce((a, b) => (Number(b.views) > Number(a.views) ? b : a));
    html += ` The busiest hour of the period began at ${hour(busiest.hour)} on ${weekdays[weekday(busiest.day)]}, ${esc(modules.dayMonth(busiest.day))}.`;
  }
  return html;
}

const day = (d) => modules.dayMonth(d);

// What a reader has to know before comparing: figures that aren't of today, or of a day that isn't over.
function cautions(span) {
  const list = [];
  if (span.list_day === null) list.push('No lists have been computed for this day or one before it: pipelines/aggregate does that.');
  else if (span.list_day < span.today) {
    const late = modules.between(span.list_day, span.today);
    list.push(`The lists are ${plural(late, 'day')} old: they were last computed for ${fullDay(span.list_day)}.`);
  }
  if (span.as_of === span.today) list.push(`${day(span.as_of)} is not over: it counts until ${span.clock}.`);
  if (Number(span.days_waiting) > 0)
    list.push(`${plural(span.days_waiting, 'day')} ${Number(span.days_waiting) === 1 ? 'waits' : 'wait'} to be computed anew.`);
  return list.map((text) => `<li>${esc(text)}</li>`).join('');
}

function header(name, data) {
  const { span } = data;
  const fact = (head, html) => `<div><dt>${head}</dt><dd>${html}</dd></div>`;
  if (span.as_of === null) {
    return `<header>\n<p class="service">${esc(name)}</p>\n<h1>Nothing has been watched yet</h1>\n` +
      '<p class="lead">The database holds no views whose figures have been computed. Load watch logs with pipelines/load, then run pipelines/aggregate.</p>\n' +
      `<dl class="facts">${fact('Business time zone', esc(span.business_tz))}${fact('Made at', `${esc(span.today)}, ${esc(span.clock)}`)}</dl>\n</header>`;
  }
  const week = modules.add(span.as_of, -6);
  const notes = cautions(span);
  return `<header>\n<p class="service">${esc(name)}</p>\n<h1>What was watched, ${range(week, span.as_of)}</h1>\n<p class="lead">${lead(data)}</p>\n` +
    `<dl class="facts">${fact('As of', fullDay(span.as_of))}${fact('Charts over time', range(span.first_day, span.as_of))}` +
    `${fact('Business time zone', esc(span.business_tz))}${fact('Made at', `${esc(span.today)}, ${esc(span.clock)}`)}</dl>\n` +
    `${notes && `<ul class="cautions">${notes}</ul>\n`}</header>`;
}

function footer() {
  const list = metrics.map(([, head, text, formula]) =>
    `<div><dt>${esc(head)}</dt><dd>${esc(text)}${formula ? ` <code>${esc(formula)}</code>` : ''}</dd></div>`).join('\n');
  return `<footer>\n<p>${esc(notice)}</p>\n<h2>How the figures are defined</h2>\n<dl class="terms">\n${list}\n</dl>\n` +
    '<p>A business day is the date that a clock in the business time zone shows. A window of 7 days is the 7 whole business days that end ' +
    'with the day of the list; the window before is the 7 days ahead of it. Averages are rounded once, half up to 4 places. ' +
    'In the Bayesian estimate v is the number of rated views, m the minimum of votes, and C the mean over all rated views.</p>\n</footer>';
}

function page(name, data) {
  const { totals, trending, genres, hours, rated, releases } = audience;
  const empty = data.span.as_of === null;
  const sections = empty ? [] : [totals, trending, genres, hours, rated, releases].map((part) => part(data));
  if (!empty || data.runs.length || data.rejects.length) sections.push(operation.operation(data), operation.quality(data));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${esc(name)}: ${empty ? 'nothing watched yet' : `what was watched, ${range(modules.add(data.span.as_of, -6), data.span.as_of)}`}</title>
<style>
${fs.readFileSync(path.join(__dirname, 'page.css'), 'utf8')}</style>
</head>
<body>
${header(name, data)}
<main>
${sections.join('\n')}
</main>
${footer()}
</body>
</html>
`;
}

let html;
try {
  html = page(process.argv[2] ?? 'reelpipe', read());
} catch (error) {
  fail(error.message);
}
// A write that fails ends the program with status 1, whole pages or none are for the caller to see to.
try {
  for (let bytes = Buffer.from(html), at = 0; at < bytes.length;) at += fs.writeSync(1, bytes, at);
} catch (error) {
  if (error.code === 'EPIPE') process.kill(process.pid, 'SIGPIPE');
  fail(`can't write: ${error.code}`);
}
