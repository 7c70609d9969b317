// What the figures mean: the sentences and formulas of reelpipe-metrics(7), which a test holds these against.
'use strict';

const metrics = [
  ['views', 'Views', 'The number of watches.', 'count(*)'],
  ['viewers', 'Viewers', 'The number of different users who watched.', 'count(distinct user_id)'],
  ['rated', 'Rated views', 'The number of watches with a rating.', 'count(rating)'],
  ['weighted', 'Weighted average', "The mean rating: each day's mean weighted by that day's rated views.",
    'R = sum(mean * rated views) / sum(rated views) = sum(rating) / count(rating)'],
  ['bayes', 'Bayesian estimate',
    'What the mean rating would be if m more watches had been rated as watches are rated on the whole.',
    'v / (v + m) * R + m / (v + m) * C'],
  ['trending', 'Trending score', 'The views in the window.', 'sum(views)'],
  ['change', 'Change', 'The score less the score in the window before.', 'score - previous_score'],
  ['rank', 'Rank change', 'The places gained since the list of the day before.', 'rank yesterday - rank today'],
  ['genre', 'Genre views', 'The views of its films; a film of several genres counts once in each.', null],
  ['hour', 'Views by hour', 'The views that began while a clock in the business time zone showed that hour.', null],
  ['first', 'First views', 'The views of the first 28 days.', 'views on the days from release_date to release_date + 27'],
  ['age', 'Age of data', 'The time since the newest; below 0: it is of the future.', 'now - max(watch_timestamp)'],
  ['duration', 'Duration', 'The time from the start of a run to its end.', 'finished_at - started_at'],
  ['rate', 'Reject rate', 'The share of the records read that were rejected.', 'records_rejected / records_read'],
  ['violations', 'Violations', 'The number of rows that break a rule.', null],
];

const sentence = Object.fromEntries(metrics.map(([key, , text]) => [key, text]));

// TMDB's terms ask for these words wherever its data are shown.
const notice = 'This product uses the TMDB API but is not endorsed or certified by TMDB.';

module.exports = { metrics, sentence, notice };
