// The sections about the pipelines that bring the data, and about the data's quality.
'use strict';

const t = require('./text.js');
const { esc, num, percent, plural } = t;
const { table, folded, section, calm, under } = require('./html.js');
const { sentence } = require('./words.js');
const { columns } = require('./columns.js');

const text = (name) => (row) => esc(row[name] ?? '–');

const sum = (rows, name) => rows.reduce((total, r) => total + Number(r[name] ?? 0), 0);

function pipelines(span, rows) {
  const last = rows.reduce((day, r) => (r.day > day ? r.day : day), span.as_of);
  const all = t.days(span.first_day, last).slice(-Number(span.days));
  const names = [...new Set(rows.map((r) => r.pipeline))];
  return names.map((name, i) => {
    const own = rows.filter((r) => r.pipeline === name);
    const by = new Map(own.map((r) => [r.day, r]));
    const failed = sum(own, 'failed'), again = sum(own, 'try_again');
    const longest = own.reduce((a, b) => (Number(b.longest) > Number(a.longest) ? b : a));
    const state = [plural(sum(own, 'runs'), 'run'), failed ? `${num(failed)} failed` : '', again ? `${num(again)} to try again` : '',
      `longest ${t.length(longest.longest)} on ${t.dayMonth(longest.day)}`].filter(Boolean).join(' · ');
    return `<div class="pipeline"><h4>${esc(name)}</h4><p class="versus">${esc(state)}</p>` +
      columns(`runs-${i}`, { title: `Runs of ${name}`, description: `The longest run of each day; ${state}.` },
        all.map((day) => ({ day, value: by.has(day) ? Number(by.get(day).longest) : null, tone: by.has(day) && Number(by.get(day).failed) > 0 ? 'bad' : 'plain' })),
        48, { dates: true }) + '</div>';
  }).join('\n');
}

function operation({ span, 'run-days': runDays, runs, rejects, freshness }) {
  const fresh = freshness.length ? `<h3>Age of data</h3>\n` + table('freshness', 'The newest data', [
    { head: 'Data', cell: text('source') },
    { head: 'Newest', cell: text('newest') },
    { head: 'Age', cell: (r) => (Number(r.age_seconds) < 0 ? 'ahead of the present' : esc(t.length(r.age_seconds))) },
  ], freshness.map((r) => (r.source === 'lists' ? { ...r, source: 'lists, to the end of their day' } : r))) : '';
  const strips = runDays.length ? `<h3>Runs</h3>\n<div class="pipelines">${pipelines(span, runDays)}</div>\n` +
    folded('By pipeline as a table', table('pipelines', 'Runs by pipeline', [
      { head: 'Pipeline', cell: text('pipeline') },
      { head: 'Runs', number: (r) => r.runs },
      { head: 'Failed', number: (r) => r.failed },
      { head: 'To try again', number: (r) => r.again },
      { head: 'Mean duration', cell: (r) => esc(r.mean) },
      { head: 'Read', number: (r) => r.read },
      { head: 'Rejected', number: (r) => r.rejected },
      { head: 'Reject rate', cell: (r) => esc(r.rate) },
    ], [...new Set(runDays.map((r) => r.pipeline))].map((pipeline) => {
      const own = runDays.filter((r) => r.pipeline === pipeline);
      const read = sum(own, 'records_read'), rejected = sum(own, 'records_rejected');
      return {
        pipeline, runs: sum(own, 'runs'), failed: sum(own, 'failed'), again: sum(own, 'try_again'), read, rejected,
        mean: t.length((sum(own, 'seconds') / sum(own, 'runs')).toFixed(1)), rate: read ? percent(rejected, read) : '–',
      };
    }))) : '';
  const latest = runs.length ? folded(`The latest ${plural(runs.length, 'run')} as a table`, table('runs', 'The latest runs', [
    { head: 'Pipeline', cell: text('pipeline') },
    { head: 'Started', cell: (r) => `<span class="nowrap">${esc(r.started)}</span>` },
    { head: 'Duration', cell: (r) => esc(t.length(r.seconds)) },
    { head: 'Result', cell: (r) => esc(r.status === 'failed' && r.failed_stage ? `failed in ${r.failed_stage}` : r.status), tone: (r) => (r.status === 'failed' ? 'bad' : '') },
    { head: 'Read', number: (r) => r.records_read },
    { head: 'Loaded', number: (r) => r.records_written },
    { head: 'Rejected', number: (r) => r.records_rejected },
    { head: 'Message', cell: text('message') },
  ], runs)) : calm('No runs of pipelines have been recorded.');
  const bad = rejects.length ? `<h3>Rejected records</h3>\n` + table('rejects', 'Rejected records by rule', [
    { head: 'Rule, and an example', cell: (r) => esc(r.rule) + under(r.example) },
    { head: 'Found by', cell: (r) => `<span class="nowrap">${esc(r.stage)}</span>${under(r.pipeline, 'nowrap')}` },
    { head: 'Records', number: (r) => r.records },
  ], rejects) : calm('No record was rejected in this period.');
  return section('operation', 'How the data came in', [
    `<b>Duration</b>: ${esc(sentence.duration)} Each column is a day’s longest run; a cross marks a day on which a run failed.`,
    `<b>Reject rate</b>: ${esc(sentence.rate)}`,
  ], `${strips}${latest}\n${bad}\n${fresh}`);
}

function quality({ quality: rows }) {
  const aside = [`<b>Violations</b>: ${esc(sentence.violations)}`];
  if (!rows.length) return section('quality', 'Quality of the data', aside, calm('The quality rules have not been checked yet.'));
  const broken = rows.filter((r) => r.passed !== 't');
  return section('quality', 'Quality of the data', [
    `Checked ${esc(rows[0].checked)}: ${broken.length ? `${num(broken.length)} of ${plural(rows.length, 'rule')} broken` : `all ${plural(rows.length, 'rule')} kept`}.`,
    ...aside,
  ], table('quality-rules', 'Findings of the quality rules', [
    { head: 'Rule, and rows that break it', cell: (r) => esc(r.description) + under(r.detail === null ? r.rule : `${r.rule}: ${r.detail}`) },
    { head: 'Result', cell: (r) => (r.passed === 't' ? 'kept' : esc(r.severity)), tone: (r) => (r.passed === 't' ? '' : 'bad') },
    { head: 'Violations', number: (r) => r.found },
  ], rows));
}

module.exports = { operation, quality };
