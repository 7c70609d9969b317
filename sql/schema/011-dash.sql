-- What dashboards and reports read. The role reelpipe_dash sees these views and nothing else; they run with the
-- rights of their owner. Figures are those of reelpipe-metrics(7), and so are the comments that define them.
-- Business days come as dates, and beside them as "time", the moment a day begins in the business time zone.
CREATE SCHEMA dash;
COMMENT ON SCHEMA dash IS 'Views for dashboards and reports';
GRANT USAGE ON SCHEMA dash TO reelpipe_dash, reelpipe_etl;

CREATE VIEW dash.installation AS
SELECT s.business_tz, s.frozen_before,
    (SELECT min(d.day) FROM public.day_daily AS d) AS first_day,
    (SELECT max(d.day) FROM public.day_daily AS d) AS last_day,
    (SELECT max(t.as_of) FROM public.trending AS t) AS as_of,
    (SELECT max(w.watch_timestamp) FROM public.watch_sessions AS w) AS newest_watch,
    (SELECT count(*) FROM public.dirty_day) AS days_waiting
FROM public.settings AS s;
COMMENT ON VIEW dash.installation IS 'What the whole installation shares: one row';
COMMENT ON COLUMN dash.installation.business_tz IS 'The time zone of the business days';
COMMENT ON COLUMN dash.installation.frozen_before IS 'Days before this one aren''t computed any more; NULL: none';
COMMENT ON COLUMN dash.installation.first_day IS 'The first business day with views';
COMMENT ON COLUMN dash.installation.last_day IS 'The last business day with views';
COMMENT ON COLUMN dash.installation.as_of IS 'The day of the latest lists';
COMMENT ON COLUMN dash.installation.newest_watch IS 'The time of the newest watch';
COMMENT ON COLUMN dash.installation.days_waiting IS 'Business days whose figures are still to be computed anew';

CREATE VIEW dash.calendar AS
SELECT c.day, c.day::timestamp AT TIME ZONE s.business_tz AS "time",
    (c.day + 1)::timestamp AT TIME ZONE s.business_tz AS ends,
    extract(isodow FROM c.day)::integer AS weekday
FROM public.settings AS s
CROSS JOIN (SELECT min(d.day) AS first_day, max(d.day) AS last_day FROM public.day_daily AS d) AS span
CROSS JOIN LATERAL (
    SELECT span.first_day + n.days FROM generate_series(0, span.last_day - span.first_day) AS n (days)
) AS c (day);
COMMENT ON VIEW dash.calendar IS 'Every business day from the first one with views to the last, those without views too';
COMMENT ON COLUMN dash.calendar.day IS 'The business day';
COMMENT ON COLUMN dash.calendar."time" IS 'When it begins';
COMMENT ON COLUMN dash.calendar.ends IS 'When it ends: the beginning of the next';
COMMENT ON COLUMN dash.calendar.weekday IS '1 for Monday to 7 for Sunday';

CREATE VIEW dash.days AS
SELECT d.day, d.day::timestamp AT TIME ZONE s.business_tz AS "time",
    extract(isodow FROM d.day)::integer AS weekday,
    d.views, d.viewers, d.rated_views, d.rating_sum,
    round(d.rating_sum / nullif(d.rated_views, 0), 4) AS weighted
FROM public.day_daily AS d, public.settings AS s;
COMMENT ON VIEW dash.days IS 'Each business day';
COMMENT ON COLUMN dash.days.day IS 'The business day';
COMMENT ON COLUMN dash.days."time" IS 'When it begins';
COMMENT ON COLUMN dash.days.weekday IS '1 for Monday to 7 for Sunday';
COMMENT ON COLUMN dash.days.views IS 'The number of watches.';
COMMENT ON COLUMN dash.days.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN dash.days.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN dash.days.rating_sum IS 'The sum of the ratings';
COMMENT ON COLUMN dash.days.weighted IS
    'The mean rating: each day''s mean weighted by that day''s rated views.';

CREATE VIEW dash.movie_days AS
SELECT y.day, y.day::timestamp AT TIME ZONE s.business_tz AS "time", d.movie_id,
    coalesce(m.title, 'film ' || d.movie_id) AS title,
    d.views, d.viewers, d.rated_views, d.rating_sum,
    round(d.rating_sum / nullif(d.rated_views, 0), 4) AS weighted
-- By way of the days, of which there are few: the key of movie_daily begins with the day, so that the days of one
-- film are found without reading those of all.
FROM public.day_daily AS y
CROSS JOIN public.settings AS s
JOIN public.movie_daily AS d USING (day)
LEFT JOIN public.movies AS m USING (movie_id);
COMMENT ON VIEW dash.movie_days IS 'Each film on each business day that it was watched on';
COMMENT ON COLUMN dash.movie_days.day IS 'The business day';
COMMENT ON COLUMN dash.movie_days."time" IS 'When it begins';
COMMENT ON COLUMN dash.movie_days.movie_id IS 'The film';
COMMENT ON COLUMN dash.movie_days.title IS 'Its title, or its number where no title is known';
COMMENT ON COLUMN dash.movie_days.views IS 'The number of watches.';
COMMENT ON COLUMN dash.movie_days.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN dash.movie_days.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN dash.movie_days.rating_sum IS 'The sum of the ratings';
COMMENT ON COLUMN dash.movie_days.weighted IS
    'The mean rating: each day''s mean weighted by that day''s rated views.';

CREATE VIEW dash.genre_days AS
SELECT d.day, d.day::timestamp AT TIME ZONE s.business_tz AS "time", d.genre,
    d.views, d.viewers, d.rated_views, d.rating_sum,
    round(d.rating_sum / nullif(d.rated_views, 0), 4) AS weighted
FROM public.genre_daily AS d, public.settings AS s;
COMMENT ON VIEW dash.genre_days IS
    'Each genre on each business day: the views of its films; a film of several genres counts once in each.';
COMMENT ON COLUMN dash.genre_days.day IS 'The business day';
COMMENT ON COLUMN dash.genre_days."time" IS 'When it begins';
COMMENT ON COLUMN dash.genre_days.genre IS 'The genre';
COMMENT ON COLUMN dash.genre_days.views IS 'The number of watches.';
COMMENT ON COLUMN dash.genre_days.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN dash.genre_days.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN dash.genre_days.rating_sum IS 'The sum of the ratings';
COMMENT ON COLUMN dash.genre_days.weighted IS
    'The mean rating: each day''s mean weighted by that day''s rated views.';

CREATE VIEW dash.hour_days AS
SELECT d.day, d.day::timestamp AT TIME ZONE s.business_tz AS "time",
    extract(isodow FROM d.day)::integer AS weekday, d.hour, d.views, d.viewers, d.rated_views,
    d.rating_sum
FROM public.hour_daily AS d, public.settings AS s;
COMMENT ON VIEW dash.hour_days IS
    'Each hour of each business day: the views that began while a clock in the business time zone showed that hour.';
COMMENT ON COLUMN dash.hour_days.day IS 'The business day';
COMMENT ON COLUMN dash.hour_days."time" IS 'When it begins';
COMMENT ON COLUMN dash.hour_days.weekday IS '1 for Monday to 7 for Sunday';
COMMENT ON COLUMN dash.hour_days.hour IS 'The hour, 0 to 23; one that the clock shows twice has the views of both';
COMMENT ON COLUMN dash.hour_days.views IS 'The number of watches.';
COMMENT ON COLUMN dash.hour_days.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN dash.hour_days.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN dash.hour_days.rating_sum IS 'The sum of the ratings';

CREATE VIEW dash.trending AS
SELECT t."by", t.scored_by, t.window_days, t.as_of,
    t.as_of = (SELECT max(l.as_of) FROM public.trending AS l) AS latest,
    t.rank, t.item, CASE WHEN t."by" = 'movie' THEN t.item::bigint END AS movie_id,
    CASE WHEN t."by" = 'movie' THEN coalesce(m.title, 'film ' || t.item) ELSE t.item END AS label,
    t.views, t.viewers, t.score, t.previous_views, t.previous_viewers, t.previous_score,
    t.previous_rank, t.change,
    round(100 * t.change / nullif(t.previous_score, 0), 1) AS change_percent,
    y.rank AS rank_before, y.rank - t.rank AS rank_change
FROM public.trending AS t
-- An item of a list by genre is no number.
LEFT JOIN public.movies AS m ON m.movie_id = CASE WHEN t."by" = 'movie' THEN t.item::bigint END
LEFT JOIN public.trending AS y
    ON (y."by", y.scored_by, y.window_days, y.as_of, y.item)
     = (t."by", t.scored_by, t.window_days, t.as_of - 1, t.item);
COMMENT ON VIEW dash.trending IS 'Trending lists, a snapshot for each day they were computed for';
COMMENT ON COLUMN dash.trending."by" IS 'What is ranked: movie or genre; all: the total alone';
COMMENT ON COLUMN dash.trending.scored_by IS 'What the score counts: views, viewers or decay';
COMMENT ON COLUMN dash.trending.window_days IS 'The window''s length in business days';
COMMENT ON COLUMN dash.trending.as_of IS 'The last business day of the window';
COMMENT ON COLUMN dash.trending.latest IS 'Whether it is of the latest day that has lists';
COMMENT ON COLUMN dash.trending.rank IS 'The place in the list, from 1';
COMMENT ON COLUMN dash.trending.item IS 'The film''s number or the genre''s name; all for the total';
COMMENT ON COLUMN dash.trending.movie_id IS 'The film; NULL in other lists';
COMMENT ON COLUMN dash.trending.label IS 'The film''s title, or its number where no title is known; the genre''s name';
COMMENT ON COLUMN dash.trending.views IS 'The number of watches.';
COMMENT ON COLUMN dash.trending.viewers IS
    'The number of different users who watched. NULL in a list made from daily rollups';
COMMENT ON COLUMN dash.trending.score IS 'What the rank goes by';
COMMENT ON COLUMN dash.trending.previous_views IS 'Views in the window before';
COMMENT ON COLUMN dash.trending.previous_viewers IS 'Viewers in the window before';
COMMENT ON COLUMN dash.trending.previous_score IS 'The score in the window before';
COMMENT ON COLUMN dash.trending.previous_rank IS 'The rank in the window before; NULL: not watched then';
COMMENT ON COLUMN dash.trending.change IS 'The score less the score in the window before.';
COMMENT ON COLUMN dash.trending.change_percent IS 'The change in percent of the score in the window before';
COMMENT ON COLUMN dash.trending.rank_before IS 'The rank in the list of the day before; NULL: not in it, or no such list';
COMMENT ON COLUMN dash.trending.rank_change IS 'The places gained since the list of the day before.';

CREATE VIEW dash.top_rated AS
SELECT t.scored_by, t.window_days, t.as_of,
    t.as_of = (SELECT max(l.as_of) FROM public.top_rated AS l) AS latest,
    t.min_votes, t.rank, t.movie_id, coalesce(m.title, 'film ' || t.movie_id) AS title,
    m.release_date, t.views, t.rated_views, t.weighted, t.bayes, t.mean,
    y.rank AS rank_before, y.rank - t.rank AS rank_change
FROM public.top_rated AS t
LEFT JOIN public.movies AS m USING (movie_id)
LEFT JOIN public.top_rated AS y
    ON (y.scored_by, y.window_days, y.as_of, y.movie_id)
     = (t.scored_by, t.window_days, t.as_of - 1, t.movie_id);
COMMENT ON VIEW dash.top_rated IS 'Lists of the best rated films, a snapshot for each day they were computed for';
COMMENT ON COLUMN dash.top_rated.scored_by IS 'What the rank goes by: bayes or weighted';
COMMENT ON COLUMN dash.top_rated.window_days IS 'How many business days count; 0: all up to as_of';
COMMENT ON COLUMN dash.top_rated.as_of IS 'The last business day that counts';
COMMENT ON COLUMN dash.top_rated.latest IS 'Whether it is of the latest day that has lists';
COMMENT ON COLUMN dash.top_rated.min_votes IS 'The m of the Bayesian estimate';
COMMENT ON COLUMN dash.top_rated.rank IS 'The place in the list, from 1';
COMMENT ON COLUMN dash.top_rated.movie_id IS 'The film';
COMMENT ON COLUMN dash.top_rated.title IS 'Its title, or its number where no title is known';
COMMENT ON COLUMN dash.top_rated.release_date IS 'The day of its first release';
COMMENT ON COLUMN dash.top_rated.views IS 'The number of watches.';
COMMENT ON COLUMN dash.top_rated.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN dash.top_rated.weighted IS
    'The mean rating: each day''s mean weighted by that day''s rated views.';
COMMENT ON COLUMN dash.top_rated.bayes IS
    'What the mean rating would be if m more watches had been rated as watches are rated on the whole.';
COMMENT ON COLUMN dash.top_rated.mean IS 'The mean rating of all films';
COMMENT ON COLUMN dash.top_rated.rank_before IS 'The rank in the list of the day before; NULL: not in it, or no such list';
COMMENT ON COLUMN dash.top_rated.rank_change IS 'The places gained since the list of the day before.';

CREATE VIEW dash.movies AS
SELECT m.movie_id, coalesce(m.title, 'film ' || m.movie_id) AS title,
    coalesce(m.title || coalesce(' (' || extract(year FROM m.release_date) || ')', ''),
             'film ' || m.movie_id) AS label,
    (SELECT string_agg(g.genre, ', ' ORDER BY g.position)
     FROM public.movie_genres AS g WHERE g.movie_id = m.movie_id) AS genres,
    m.release_date, m.rating, m.vote_count, m.popularity, m.runtime, m.original_language,
    m.original_title, m.status, m.fetched_at, m.placeholder, m.deleted
FROM public.movies AS m;
COMMENT ON VIEW dash.movies IS 'Films';
COMMENT ON COLUMN dash.movies.movie_id IS 'TMDB''s number of the film; negative where TMDB has none';
COMMENT ON COLUMN dash.movies.title IS 'The title, or the number where no title is known';
COMMENT ON COLUMN dash.movies.label IS 'The title with the year of release';
COMMENT ON COLUMN dash.movies.genres IS 'All genres';
COMMENT ON COLUMN dash.movies.release_date IS 'The day of the first release';
COMMENT ON COLUMN dash.movies.rating IS 'The average of TMDB''s votes, 0 to 10';
COMMENT ON COLUMN dash.movies.vote_count IS 'How many votes the rating stands on';
COMMENT ON COLUMN dash.movies.popularity IS 'TMDB''s popularity figure';
COMMENT ON COLUMN dash.movies.runtime IS 'Minutes';
COMMENT ON COLUMN dash.movies.original_language IS 'ISO 639-1 code of the original language';
COMMENT ON COLUMN dash.movies.original_title IS 'The title in the original language';
COMMENT ON COLUMN dash.movies.status IS 'TMDB''s production status, such as Released';
COMMENT ON COLUMN dash.movies.fetched_at IS 'When the metadata was fetched';
COMMENT ON COLUMN dash.movies.placeholder IS 'Nothing is known of the film but its number';
COMMENT ON COLUMN dash.movies.deleted IS 'The film is gone from its source';

CREATE VIEW dash.movie_genres AS
SELECT g.movie_id, g."position", g.genre
FROM public.movie_genres AS g;
COMMENT ON VIEW dash.movie_genres IS 'The genres of films, one a row';
COMMENT ON COLUMN dash.movie_genres.movie_id IS 'The film';
COMMENT ON COLUMN dash.movie_genres."position" IS 'The genre''s place in the film''s list, from 1';
COMMENT ON COLUMN dash.movie_genres.genre IS 'The genre''s name';

CREATE VIEW dash.releases AS
SELECT m.movie_id, m.title, m.release_date,
    m.release_date::timestamp AT TIME ZONE s.business_tz AS "time",
    (SELECT string_agg(g.genre, ', ' ORDER BY g.position)
     FROM public.movie_genres AS g WHERE g.movie_id = m.movie_id) AS genres,
    v.views, round(v.rating_sum / nullif(v.rated_views, 0), 4) AS weighted, m.popularity
FROM public.settings AS s
CROSS JOIN (SELECT min(d.day) AS first_day, max(d.day) AS last_day FROM public.day_daily AS d) AS span
JOIN public.movies AS m ON m.release_date BETWEEN span.first_day AND span.last_day
LEFT JOIN LATERAL (
    SELECT coalesce(sum(d.views), 0)::bigint AS views, sum(d.rated_views) AS rated_views,
        sum(d.rating_sum) AS rating_sum
    -- Day by day: the key begins with the day.
    FROM generate_series(0, 27) AS n (days)
    JOIN public.movie_daily AS d ON d.day = m.release_date + n.days AND d.movie_id = m.movie_id
) AS v ON true
WHERE m.title IS NOT NULL AND NOT m.deleted;
COMMENT ON VIEW dash.releases IS 'Films released on a day with views, and how they began';
COMMENT ON COLUMN dash.releases.movie_id IS 'The film';
COMMENT ON COLUMN dash.releases.title IS 'The title';
COMMENT ON COLUMN dash.releases.release_date IS 'The day of the first release';
COMMENT ON COLUMN dash.releases."time" IS 'When that day begins';
COMMENT ON COLUMN dash.releases.genres IS 'All genres';
COMMENT ON COLUMN dash.releases.views IS 'The views of the first 28 days.';
COMMENT ON COLUMN dash.releases.weighted IS 'The mean rating of these views';
COMMENT ON COLUMN dash.releases.popularity IS 'TMDB''s popularity figure';

CREATE VIEW dash.runs AS
SELECT l.pipeline, l.started_at, l.finished_at,
    extract(epoch FROM coalesce(l.finished_at, now()) - l.started_at)::numeric AS seconds,
    CASE WHEN l.exit_status IS NULL THEN 'running'
         WHEN l.exit_status = 0 THEN 'done'
         WHEN l.exit_status = 75 THEN 'try again'
         ELSE 'failed' END AS status,
    l.exit_status, l.signal, l.failed_stage, l.attempts, l.records_read, l.records_written,
    l.records_rejected, l.records_dropped, l.inserted, l.updated, l.unchanged, l.bytes_in, l.bytes_out,
    round(l.records_read / nullif(extract(epoch FROM l.finished_at - l.started_at), 0)::numeric, 1)
        AS records_per_second,
    l.message
FROM public.etl_log AS l;
COMMENT ON VIEW dash.runs IS 'Runs of pipelines';
COMMENT ON COLUMN dash.runs.pipeline IS 'The pipeline';
COMMENT ON COLUMN dash.runs.started_at IS 'When the run began';
COMMENT ON COLUMN dash.runs.finished_at IS 'When it ended; NULL: it runs, or was killed';
COMMENT ON COLUMN dash.runs.seconds IS 'The time from the start of a run to its end.';
COMMENT ON COLUMN dash.runs.status IS 'running, done, try again or failed';
COMMENT ON COLUMN dash.runs.exit_status IS 'What it ended with: 0 done, 75 to be tried again, else failed';
COMMENT ON COLUMN dash.runs.signal IS 'The signal that ended the stage that failed';
COMMENT ON COLUMN dash.runs.failed_stage IS 'The program that failed first';
COMMENT ON COLUMN dash.runs.attempts IS 'How often it was tried';
COMMENT ON COLUMN dash.runs.records_read IS 'Records that its sources read';
COMMENT ON COLUMN dash.runs.records_written IS 'Records that its loads took';
COMMENT ON COLUMN dash.runs.records_rejected IS 'Bad records taken out';
COMMENT ON COLUMN dash.runs.records_dropped IS 'Duplicates and the like left out';
COMMENT ON COLUMN dash.runs.inserted IS 'Rows that its loads added';
COMMENT ON COLUMN dash.runs.updated IS 'Rows that its loads changed';
COMMENT ON COLUMN dash.runs.unchanged IS 'Records that changed nothing';
COMMENT ON COLUMN dash.runs.bytes_in IS 'Bytes that its sources read';
COMMENT ON COLUMN dash.runs.bytes_out IS 'Bytes that its sources wrote';
COMMENT ON COLUMN dash.runs.records_per_second IS 'The records read by a run for each second it took.';
COMMENT ON COLUMN dash.runs.message IS 'The last message of a run that failed';

CREATE VIEW dash.stages AS
SELECT l.pipeline, l.run_started_at, l.stage, l.started_at, l.seconds, l.records_read, l.records_written,
    l.records_rejected, l.records_dropped, l.inserted, l.updated, l.unchanged, l.bytes_in, l.bytes_out,
    round(l.records_read / nullif(l.seconds, 0), 1) AS records_per_second, l.loaded_as
FROM public.etl_stage_log AS l;
COMMENT ON VIEW dash.stages IS 'What each program of a run did';
COMMENT ON COLUMN dash.stages.pipeline IS 'The pipeline; empty: none was named';
COMMENT ON COLUMN dash.stages.run_started_at IS 'When the run began that it was part of; NULL: none';
COMMENT ON COLUMN dash.stages.stage IS 'The program';
COMMENT ON COLUMN dash.stages.started_at IS 'When it began';
COMMENT ON COLUMN dash.stages.seconds IS 'How long it ran';
COMMENT ON COLUMN dash.stages.records_read IS 'Records that came in: the sum of the next three';
COMMENT ON COLUMN dash.stages.records_written IS 'Records that went out, were counted or loaded';
COMMENT ON COLUMN dash.stages.records_rejected IS 'Bad records taken out';
COMMENT ON COLUMN dash.stages.records_dropped IS 'Duplicates and the like left out';
COMMENT ON COLUMN dash.stages.inserted IS 'Rows a load added; NULL for other programs';
COMMENT ON COLUMN dash.stages.updated IS 'Rows a load changed; NULL for other programs';
COMMENT ON COLUMN dash.stages.unchanged IS 'Records that changed nothing; NULL for other programs';
COMMENT ON COLUMN dash.stages.bytes_in IS 'Bytes read';
COMMENT ON COLUMN dash.stages.bytes_out IS 'Bytes written';
COMMENT ON COLUMN dash.stages.records_per_second IS 'Records read for each second it ran';
COMMENT ON COLUMN dash.stages.loaded_as IS 'The load_id of the rows it brought; NULL for other programs';

CREATE VIEW dash.rejects AS
SELECT r.loaded_at, coalesce(r.pipeline, '') AS pipeline, r.stage, r.rule, r.origin, r.reason
FROM public.etl_reject AS r;
COMMENT ON VIEW dash.rejects IS 'Records that were taken out, without the records themselves';
COMMENT ON COLUMN dash.rejects.loaded_at IS 'When the reject was stored first';
COMMENT ON COLUMN dash.rejects.pipeline IS 'The pipeline; empty: none was named';
COMMENT ON COLUMN dash.rejects.stage IS 'The program that rejected it';
COMMENT ON COLUMN dash.rejects.rule IS 'The name of the rule it broke';
COMMENT ON COLUMN dash.rejects.origin IS 'Where it came from: file and line';
COMMENT ON COLUMN dash.rejects.reason IS 'What is wrong, in a sentence';

CREATE VIEW dash.freshness AS
SELECT f.source, f.newest, extract(epoch FROM now() - f.newest)::numeric AS age_seconds
FROM (
    SELECT 'watches' AS source, max(w.watch_timestamp) AS newest FROM public.watch_sessions AS w
    UNION ALL
    SELECT 'film metadata', max(m.fetched_at) FROM public.movies AS m
    UNION ALL
    SELECT 'lists', ((SELECT max(t.as_of) FROM public.trending AS t) + 1)::timestamp AT TIME ZONE s.business_tz
    FROM public.settings AS s
) AS f
WHERE f.newest IS NOT NULL;
COMMENT ON VIEW dash.freshness IS 'How old the newest data are';
COMMENT ON COLUMN dash.freshness.source IS 'What: watches, film metadata, or lists (their last day''s end)';
COMMENT ON COLUMN dash.freshness.newest IS 'The time of the newest';
COMMENT ON COLUMN dash.freshness.age_seconds IS 'The time since the newest; below 0: it is of the future.';

CREATE VIEW dash.quality AS
SELECT q.checked_at, q.checked_at = (SELECT max(l.checked_at) FROM public.dq_result AS l) AS latest,
    q.rule, q.severity, q.description, q.found, q.found = 0 AS passed, q.detail
FROM public.dq_result AS q;
COMMENT ON VIEW dash.quality IS 'Findings of the data-quality rules';
COMMENT ON COLUMN dash.quality.checked_at IS 'When the rules were checked';
COMMENT ON COLUMN dash.quality.latest IS 'Whether it is of the latest check';
COMMENT ON COLUMN dash.quality.rule IS 'The name of the rule';
COMMENT ON COLUMN dash.quality.severity IS 'How bad a violation is: error or warning';
COMMENT ON COLUMN dash.quality.description IS 'What the rule demands';
COMMENT ON COLUMN dash.quality.found IS 'The number of rows that break a rule.';
COMMENT ON COLUMN dash.quality.passed IS 'Whether no row broke it';
COMMENT ON COLUMN dash.quality.detail IS 'Some of those rows, by id';

CREATE INDEX etl_reject_loaded_at_idx ON public.etl_reject (loaded_at);
COMMENT ON INDEX public.etl_reject_loaded_at_idx IS 'For dash.rejects: those of some days, the newest first';

GRANT SELECT ON dash.installation, dash.calendar, dash.days, dash.movie_days, dash.genre_days, dash.hour_days,
    dash.trending, dash.top_rated, dash.movies, dash.movie_genres, dash.releases, dash.runs, dash.stages, dash.rejects,
    dash.freshness, dash.quality TO reelpipe_dash, reelpipe_etl;
