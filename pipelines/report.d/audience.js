// The sections about films and who watches them.
'use strict';

const t = require('./text.js');
const { esc, num, rounded, signed, percent, plural } = t;
const { table, folded, section, calm, title, under } = require('./html.js');
const { sentence } = require('./words.js');
const { bars } = require('./bars.js');
const { areas } = require('./area.js');
const { heat } = require('./heat.js');
const { dots } = require('./dots.js');
const { columns } = require('./columns.js');

const text = (name) => (row) => esc(row[name] ?? '–');
const film = (name) => (row) => title(row[name]);

function compare(now, before, places) {
  if (now === null || before === null) return 'nothing to compare with';
  const change = Number(now) - Number(before);
  if (places) return change === 0 ? 'as before' : `${signed(change, places)} from ${rounded(before, places)}`;
  if (Number(before) === 0) return 'none before';
  if (change === 0) return `as before`;
  return `${change > 0 ? '▲' : '▼'} ${percent(Math.abs(change), before)} from ${num(before)}`;
}

// The last day, if it isn't over.
function open(span) {
  return span.as_of === span.today ? span.as_of : null;
}

function totals({ span, totals: [row], days }) {
  const by = new Map(days.map((d) => [d.day, d]));
  const all = t.days(span.first_day, span.as_of);
  const tile = (id, head, value, note, name) => {
    const values = all.map((day) => ({
      day, tone: day === open(span) ? 'open' : t.between(day, span.as_of) < 7 ? 'now' : t.between(day, span.as_of) < 14 ? 'before' : 'earlier',
      value: by.has(day) && by.get(day)[name] !== null ? Number(by.get(day)[name]) : null,
    }));
    const known = values.filter((v) => v.value !== null);
    const base = name === 'weighted' && known.length ? Math.max(0, Math.min(...known.map((v) => v.value)) - 0.3) : 0;
    return `<div class="tile"><dt>${head}</dt><dd><span class="big">${value}</span> <span class="versus">${esc(note)}</span></dd><dd>` +
      columns(`spark-${id}`, { title: `${head} by day`, description: `Columns of each day from ${t.range(span.first_day, span.as_of)}.` }, values, 40, { base }) +
      '</dd></div>';
  };
  const html = `<dl class="tiles">\n${[
    tile('views', 'Views', num(row.views), compare(row.views, row.previous_views), 'views'),
    tile('viewers', 'Viewers', num(row.viewers), compare(row.viewers, row.previous_viewers), 'viewers'),
    tile('rated', 'Rated views', num(row.rated_views), compare(row.rated_views, row.previous_rated_views), 'rated_views'),
    tile('average', 'Average rating', rounded(row.weighted, 2), compare(row.weighted, row.previous_weighted, 2), 'weighted'),
  ].join('\n')}\n</dl>\n` + folded('Each day as a table', table('days', 'Each business day', [
    { head: 'Day', cell: (d) => esc(d.day) },
    { head: 'Views', number: (d) => d.views },
    { head: 'Viewers', number: (d) => d.viewers },
    { head: 'Rated views', number: (d) => d.rated_views },
    { head: 'Average rating', number: (d) => d.weighted, places: 4 },
  ], days)) + folded('The totals as a table', table('totals', 'The last 7 days and the 7 before', [
    { head: 'Figure', cell: (r) => esc(r[0]) },
    { head: 'Last 7 days', number: (r) => r[1], places: 0 },
    { head: '7 days before', number: (r) => r[2] },
  ], [['Views', row.views, row.previous_views], ['Viewers', row.viewers, row.previous_viewers],
    ['Rated views', row.rated_views, row.previous_rated_views], ['Average rating', row.weighted, row.previous_weighted]]));
  return section('the-week', 'Seven days', [
    `The columns are the days of ${t.range(span.first_day, span.as_of)}: the last 7 in full colour, the 7 before paler, and those ahead of both palest.${open(span) ? ' An outline is a day that is not over.' : ''}`,
  ], html);
}

function trending({ span, trending: rows }) {
  const films = rows.filter((r) => r.by === 'movie');
  const aside = [`${esc(sentence.trending)} Each bar is a film’s views in the 7 days to ${t.shortDay(span.as_of)}; ` +
    'the tick is where it stood in the 7 days before.'];
  if (!films.length) return section('trending', 'Trending films', aside, calm('No list of trending films has been computed for this day.'));
  return section('trending', 'Trending films', aside, `<figure>${bars('chart-trending', films)}</figure>\n` +
    folded('As a table', table('top10', 'Top 10 trending films of the last 7 days', [
      { head: 'Rank', number: (r) => r.rank },
      { head: 'Film', cell: film('label') },
      { head: 'Views', number: (r) => r.views },
      { head: 'Viewers', number: (r) => r.viewers },
      { head: '7 days before', number: (r) => r.previous_views },
      { head: 'Change', cell: (r) => signed(r.change), number: (r) => r.change },
      { head: 'Rank yesterday', number: (r) => r.rank_before },
    ].map((c) => (c.number ? { ...c, cell: undefined } : c)), films)));
}

const shown = 7;

function genres({ span, genres: rows, trending: lists }) {
  const aside = [`${esc(sentence.genre)} So the areas together are more than the views there are.`];
  if (!rows.length) return section('genres', 'Genres', aside, calm('No views by genre have been computed for this period.'));
  const sums = new Map();
  for (const r of rows) sums.set(r.genre, (sums.get(r.genre) ?? 0) + Number(r.views));
  const order = [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([genre]) => genre);
  const keys = order.slice(0, shown);
  if (order.length > shown) keys.push('Other');
  // Beyond a quarter of a year days are too fine: weeks, which begin on Mondays.
  const all = t.days(span.first_day, span.as_of);
  const weekly = all.length > 92;
  const bucket = (day) => (weekly ? t.add(day, -t.weekday(day)) : day);
  const buckets = new Map([...new Set(all.map(bucket))].map((day) => [day, keys.map(() => 0)]));
  for (const r of rows) {
    const k = keys.indexOf(r.genre);
    buckets.get(bucket(r.day))[k >= 0 && order.indexOf(r.genre) < shown ? k : shown] += Number(r.views);
  }
  const series = Array.from(buckets, ([day, values]) => ({ day, values }));
  // A day or week that isn't over would look like a collapse.
  const drawn = series.filter((r) => !open(span) || t.add(r.day, weekly ? 6 : 0) < open(span));
  const left = drawn.length > 0 && drawn.length < series.length;
  const key = `<ul class="key narrow">${keys.map((name, k) => `<li><span class="swatch c${k}"></span>${esc(name)}</li>`).join('')}</ul>`;
  const week = lists.filter((r) => r.by === 'genre');
  return section('genres', 'Genres over time', [...aside,
    `Views by ${weekly ? 'week, each from a Monday' : 'day; weekends are marked'}. ${order.length > shown ? `The ${shown} most watched genres, and ${plural(order.length - shown, 'other')} together.` : ''}${left ? ` ${t.dayMonth(span.as_of)} is not over: the chart ends before ${weekly ? 'its week' : 'it'}.` : ''}`.trim(),
  ], `<figure>${key}\n${areas('chart-genres', keys, left ? drawn : series, weekly ? 7 : 1)}</figure>\n` +
    folded(`Each ${weekly ? 'week' : 'day'} as a table`, table('genre-days', `Views by genre and ${weekly ? 'week' : 'day'}`, [
      { head: weekly ? 'Week from' : 'Day', cell: (r) => esc(r.day) },
      ...keys.map((name, k) => ({ head: name, number: (r) => r.values[k] })),
    ], series)) + (week.length ? folded('All genres of the last 7 days as a table', table('genre-week', 'Genres of the last 7 days', [
      { head: 'Rank', number: (r) => r.rank },
      { head: 'Genre', cell: text('label') },
      { head: 'Views', number: (r) => r.views },
      { head: 'Viewers', number: (r) => r.viewers },
      { head: '7 days before', number: (r) => r.previous_views },
      { head: 'Change', number: (r) => r.change },
      { head: 'Rank yesterday', number: (r) => r.rank_before },
    ], week)) : ''));
}

const clocks = Array.from({ length: 24 }, (_, h) => h);

function hours({ span, hours: rows }) {
  const aside = [`${esc(sentence.hour)} That zone is ${esc(span.business_tz)}.`];
  if (!rows.length) return section('hours', 'Hours of viewing', aside, calm('No views by hour have been computed for this period.'));
  const by = new Map(rows.map((r) => [`${r.day} ${r.hour}`, Number(r.views)]));
  // The last day may not be over: its hours to come aren't hours without views.
  const over = (day, h) => day < span.today || (day === span.today && h <= Number(span.clock.slice(0, 2)));
  const value = (day, h) => (over(day, h) ? by.get(`${day} ${h}`) ?? 0 : null);
  const all = t.days(span.first_day, span.as_of);
  const recent = all.slice(-28);
  const daily = recent.map((day) => ({
    name: t.shortDay(day), day, weekend: t.weekday(day) > 4,
    label: t.weekday(day) === 0 || day === recent[0] ? t.dayMonth(day) : '',
    values: clocks.map((h) => value(day, h)),
  }));
  // Days too close to the first label would print over it.
  daily.forEach((row, i) => { if (i > 0 && i < 2) row.label = ''; });
  const weekly = t.weekdays.map((name, w) => {
    const these = all.filter((day) => t.weekday(day) === w);
    const values = clocks.map((h) => {
      const known = these.map((day) => value(day, h)).filter((v) => v !== null);
      return known.length ? known.reduce((a, b) => a + b, 0) / known.length : null;
    });
    const views = clocks.map((h) => these.reduce((sum, day) => sum + (value(day, h) ?? 0), 0));
    return { name, label: name.slice(0, 3), weekend: w > 4, values, views };
  });
  const columnsOf = (head, values) => [
    head, ...clocks.map((h) => ({ head: String(h).padStart(2, '0'), number: (r) => values(r)[h] })),
  ];
  return section('hours', 'Hours of viewing', [...aside, 'Weekends are marked at the left edge.'],
    `<h3>Each day${all.length > 28 ? ' of the last 28' : ''}</h3>\n<figure>${heat('chart-hours', 'Views by day and hour', 'views', daily, 15)}</figure>\n` +
    `<h3>The days of the week</h3>\n<figure>${heat('chart-weekdays', 'Mean views by weekday and hour', 'views a day', weekly, 26, 1)}</figure>\n` +
    folded('Days and hours as a table', table('day-hours', 'Views by day and hour', columnsOf({ head: 'Day', cell: (r) => esc(r.day) }, (r) => r.values), daily), 'landscape') +
    folded('Weekdays and hours as a table', table('weekday-hours', `Views by weekday and hour, ${t.range(span.first_day, span.as_of)}`,
      columnsOf({ head: 'Weekday', cell: (r) => esc(r.name) }, (r) => r.views), weekly), 'landscape'));
}

function rated({ rated: rows }) {
  const bayes = rows.filter((r) => r.scored_by === 'bayes'), weighted = rows.filter((r) => r.scored_by === 'weighted');
  const aside = [`<b>Dot</b>, what the rank goes by: the Bayesian estimate. ${esc(sentence.bayes)}${bayes.length ? ` Here m is ${num(bayes[0].min_votes)}.` : ''}`,
    `<b>Ring</b>: the weighted average. ${esc(sentence.weighted)}`];
  if (!rows.length) return section('rated', 'Best rated', aside, calm('No list of the best rated films has been computed.'));
  const list = (id, caption, films) => table(id, caption, [
    { head: 'Rank', number: (r) => r.rank },
    { head: 'Film', cell: film('title') },
    { head: 'Released', cell: (r) => `<span class="nowrap">${esc(r.release_date ?? '–')}</span>` },
    { head: 'Bayesian estimate', number: (r) => r.bayes, places: 4 },
    { head: 'Weighted average', number: (r) => r.weighted, places: 4 },
    { head: 'Rated views', number: (r) => r.rated_views },
    { head: 'Views', number: (r) => r.views },
    { head: 'Rank the day before', number: (r) => r.rank_before },
  ], films);
  return section('rated', 'Best rated', aside, (bayes.length ? `<figure>${dots('chart-rated', bayes)}</figure>\n` +
    folded('As a table', list('rated-bayes', 'Best rated by the Bayesian estimate', bayes)) : '') +
    (weighted.length ? folded('By the weighted average alone, as a table', list('rated-weighted', 'Best rated by the weighted average', weighted)) : ''));
}

function releases({ span, releases: rows }) {
  const period = t.range(span.first_day, span.as_of);
  if (!rows.length) return section('releases', 'New releases', [esc(sentence.first)], calm(`No film that is known here was released in ${period}.`));
  const all = Number(rows[0].releases);
  return section('releases', 'New releases', [
    `${esc(plural(all, 'film'))} known here ${all === 1 ? 'was' : 'were'} released in ${period}${all > rows.length ? `; these ${rows.length} have begun best` : ''}.`,
    `<b>First views</b>: ${esc(sentence.first)}`,
  ], table('new-releases', `New releases, ${period}`, [
    { head: 'Film', cell: (r) => title(r.title) + under(r.genres) },
    { head: 'Released', cell: (r) => `<span class="nowrap">${esc(t.dayMonth(r.release_date))}</span>` },
    { head: 'First views', number: (r) => r.views },
    { head: 'Mean rating', number: (r) => r.weighted, places: 4 },
  ], rows));
}

module.exports = { totals, trending, genres, hours, rated, releases };
