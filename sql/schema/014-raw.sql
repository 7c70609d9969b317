-- What rollups and lists say, computed from the raw rows: views that tables are held against. Columns and figures
-- are those of the tables and of reelpipe-metrics(7).
CREATE SCHEMA raw;
COMMENT ON SCHEMA raw IS 'Views that compute from the watches what rollups and lists say';
GRANT USAGE ON SCHEMA raw TO reelpipe_etl;

CREATE VIEW raw.day_daily AS
SELECT (w.watch_timestamp AT TIME ZONE s.business_tz)::date AS day, count(*) AS views,
    count(DISTINCT w.user_id) AS viewers, count(w.rating) AS rated_views,
    coalesce(sum(w.rating), 0) AS rating_sum
FROM public.watch_sessions AS w, public.settings AS s
GROUP BY 1;
COMMENT ON VIEW raw.day_daily IS 'Each business day';
COMMENT ON COLUMN raw.day_daily.day IS 'The business day';
COMMENT ON COLUMN raw.day_daily.views IS 'The number of watches.';
COMMENT ON COLUMN raw.day_daily.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN raw.day_daily.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN raw.day_daily.rating_sum IS 'The sum of these ratings';

CREATE VIEW raw.movie_daily AS
SELECT (w.watch_timestamp AT TIME ZONE s.business_tz)::date AS day, w.movie_id, count(*) AS views,
    count(DISTINCT w.user_id) AS viewers, count(w.rating) AS rated_views,
    coalesce(sum(w.rating), 0) AS rating_sum
FROM public.watch_sessions AS w, public.settings AS s
GROUP BY 1, 2;
COMMENT ON VIEW raw.movie_daily IS 'Each film on each business day that it was watched on';
COMMENT ON COLUMN raw.movie_daily.day IS 'The business day';
COMMENT ON COLUMN raw.movie_daily.movie_id IS 'The film';
COMMENT ON COLUMN raw.movie_daily.views IS 'The number of watches.';
COMMENT ON COLUMN raw.movie_daily.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN raw.movie_daily.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN raw.movie_daily.rating_sum IS 'The sum of these ratings';

CREATE VIEW raw.genre_daily AS
SELECT (w.watch_timestamp AT TIME ZONE s.business_tz)::date AS day, g.genre, count(*) AS views,
    count(DISTINCT w.user_id) AS viewers, count(w.rating) AS rated_views,
    coalesce(sum(w.rating), 0) AS rating_sum
FROM public.watch_sessions AS w
CROSS JOIN public.settings AS s
JOIN (SELECT DISTINCT movie_id, genre FROM public.movie_genres) AS g USING (movie_id)
GROUP BY 1, 2;
COMMENT ON VIEW raw.genre_daily IS
    'Each genre on each business day: the views of its films, with the genres that they have now; a film of several genres counts once in each.';
COMMENT ON COLUMN raw.genre_daily.day IS 'The business day';
COMMENT ON COLUMN raw.genre_daily.genre IS 'The genre';
COMMENT ON COLUMN raw.genre_daily.views IS 'The number of watches.';
COMMENT ON COLUMN raw.genre_daily.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN raw.genre_daily.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN raw.genre_daily.rating_sum IS 'The sum of these ratings';

CREATE VIEW raw.hour_daily AS
SELECT l.moment::date AS day, extract(hour FROM l.moment)::bigint AS hour, count(*) AS views,
    count(DISTINCT w.user_id) AS viewers, count(w.rating) AS rated_views,
    coalesce(sum(w.rating), 0) AS rating_sum
FROM public.watch_sessions AS w
CROSS JOIN public.settings AS s
CROSS JOIN LATERAL (SELECT w.watch_timestamp AT TIME ZONE s.business_tz AS moment) AS l
GROUP BY 1, 2;
COMMENT ON VIEW raw.hour_daily IS
    'Each hour of each business day: the views that began while a clock in the business time zone showed that hour.';
COMMENT ON COLUMN raw.hour_daily.day IS 'The business day';
COMMENT ON COLUMN raw.hour_daily.hour IS 'The hour, 0 to 23; one that the clock shows twice has the views of both';
COMMENT ON COLUMN raw.hour_daily.views IS 'The number of watches.';
COMMENT ON COLUMN raw.hour_daily.viewers IS 'The number of different users who watched.';
COMMENT ON COLUMN raw.hour_daily.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN raw.hour_daily.rating_sum IS 'The sum of these ratings';

CREATE VIEW raw.hourly AS
SELECT h.hour, coalesce(c.views, 0) AS views, coalesce(c.viewers, 0) AS viewers
FROM generate_series(0::bigint, 23) AS h (hour)
LEFT JOIN (
    SELECT extract(hour FROM w.watch_timestamp AT TIME ZONE s.business_tz)::bigint AS hour,
        count(*) AS views, count(DISTINCT w.user_id) AS viewers
    FROM public.watch_sessions AS w, public.settings AS s
    GROUP BY 1
) AS c USING (hour);
COMMENT ON VIEW raw.hourly IS
    'Each hour of the day, of all days together: the views that began while a clock in the business time zone showed that hour.';
COMMENT ON COLUMN raw.hourly.hour IS 'The hour, 0 to 23';
COMMENT ON COLUMN raw.hourly.views IS 'The number of watches.';
COMMENT ON COLUMN raw.hourly.viewers IS 'The number of different users who watched.';

CREATE VIEW raw.weekday_hourly AS
SELECT d.weekday, h.hour, coalesce(c.views, 0) AS views, coalesce(c.viewers, 0) AS viewers
FROM generate_series(1::bigint, 7) AS d (weekday)
CROSS JOIN generate_series(0::bigint, 23) AS h (hour)
LEFT JOIN (
    SELECT extract(isodow FROM l.moment)::bigint AS weekday, extract(hour FROM l.moment)::bigint AS hour,
        count(*) AS views, count(DISTINCT w.user_id) AS viewers
    FROM public.watch_sessions AS w
    CROSS JOIN public.settings AS s
    CROSS JOIN LATERAL (SELECT w.watch_timestamp AT TIME ZONE s.business_tz AS moment) AS l
    GROUP BY 1, 2
) AS c USING (weekday, hour);
COMMENT ON VIEW raw.weekday_hourly IS
    'Each hour of each weekday, of all weeks together: the views that began while a clock in the business time zone showed that hour.';
COMMENT ON COLUMN raw.weekday_hourly.weekday IS '1 for Monday to 7 for Sunday';
COMMENT ON COLUMN raw.weekday_hourly.hour IS 'The hour, 0 to 23';
COMMENT ON COLUMN raw.weekday_hourly.views IS 'The number of watches.';
COMMENT ON COLUMN raw.weekday_hourly.viewers IS 'The number of different users who watched.';

-- Sums of millionths times 0.000001 are exact, which their quotients aren't. A day's weight is below half a
-- millionth when it is 200 days old; much later power() underflows.
CREATE VIEW raw.trending AS
SELECT l."by", l.scored_by, l.as_of, l.window_days, r.rank, r.item, r.views,
    CASE WHEN l.knows_viewers THEN r.viewers END AS viewers, r.score, r.previous_views,
    CASE WHEN l.knows_viewers THEN r.previous_viewers END AS previous_viewers, r.previous_score,
    r.previous_rank, r.score - r.previous_score AS change
FROM (
    SELECT t."by", t.scored_by, t.as_of, t.window_days, bool_or(t.viewers IS NOT NULL) AS knows_viewers
    FROM public.trending AS t
    GROUP BY t."by", t.scored_by, t.as_of, t.window_days
) AS l
CROSS JOIN public.settings AS s
CROSS JOIN LATERAL (
    WITH days AS (
        SELECT w.movie_id, w.user_id,
            l.as_of - (w.watch_timestamp AT TIME ZONE s.business_tz)::date AS days_ago
        FROM public.watch_sessions AS w
        WHERE w.watch_timestamp >= (l.as_of - 2 * l.window_days::integer)::timestamp AT TIME ZONE s.business_tz
            AND w.watch_timestamp < (l.as_of + 3)::timestamp AT TIME ZONE s.business_tz
    ), watched AS (
        SELECT CASE l."by" WHEN 'movie' THEN d.movie_id::text WHEN 'genre' THEN g.genre ELSE 'all' END AS item,
            d.user_id, d.days_ago / l.window_days AS before, d.days_ago % l.window_days AS age
        FROM days AS d
        LEFT JOIN (SELECT DISTINCT movie_id, genre FROM public.movie_genres) AS g
            ON l."by" = 'genre' AND g.movie_id = d.movie_id
        WHERE d.days_ago >= 0 AND d.days_ago < 2 * l.window_days
            AND (l."by" <> 'genre' OR g.genre IS NOT NULL)
    ), counted AS MATERIALIZED (
        SELECT item, before, count(*) AS views, count(DISTINCT user_id) AS viewers,
            round(0.000001 * sum(CASE WHEN age <= 200
                THEN round((power(2.0::double precision, age / -2.0) * 1000000)::numeric) ELSE 0 END), 4) AS decay
        FROM watched
        GROUP BY item, before
    ), scored AS (
        SELECT *, CASE l.scored_by WHEN 'views' THEN views WHEN 'viewers' THEN viewers ELSE decay END AS score
        FROM counted
    ), ranked AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY before ORDER BY score DESC, views DESC,
            CASE WHEN l."by" = 'movie' THEN item::bigint END, item COLLATE "C") AS rank
        FROM scored
    )
    SELECT coalesce(n.rank, 1) AS rank, item, coalesce(n.views, 0) AS views, coalesce(n.viewers, 0) AS viewers,
        coalesce(n.score, 0) AS score, coalesce(b.views, 0) AS previous_views,
        coalesce(b.viewers, 0) AS previous_viewers, coalesce(b.score, 0) AS previous_score,
        b.rank AS previous_rank
    FROM (SELECT * FROM ranked WHERE before = 0) AS n
    FULL JOIN (SELECT * FROM ranked WHERE before = 1) AS b USING (item)
    -- Who isn't watched now has no place; all of them together always have one.
    WHERE n.item IS NOT NULL OR l."by" = 'all'
) AS r;
COMMENT ON VIEW raw.trending IS
    'The lists that the table trending has, from the watches: each as a whole, where the table has the first places (500 of pipelines/aggregate); for decay, with a half-life of 2 days';
COMMENT ON COLUMN raw.trending."by" IS 'What is ranked: movie or genre; all: the total alone';
COMMENT ON COLUMN raw.trending.scored_by IS 'What the score counts: views, viewers or decay';
COMMENT ON COLUMN raw.trending.as_of IS 'The last business day of the window';
COMMENT ON COLUMN raw.trending.window_days IS 'The window''s length in business days';
COMMENT ON COLUMN raw.trending.rank IS 'The place in the list, from 1';
COMMENT ON COLUMN raw.trending.item IS 'The film''s number or the genre''s name; all for the total';
COMMENT ON COLUMN raw.trending.views IS 'The number of watches.';
COMMENT ON COLUMN raw.trending.viewers IS
    'The number of different users who watched. NULL where the table''s list, made from rollups, has none';
COMMENT ON COLUMN raw.trending.score IS 'What the rank goes by';
COMMENT ON COLUMN raw.trending.previous_views IS 'Views in the window before';
COMMENT ON COLUMN raw.trending.previous_viewers IS 'Viewers in the window before; NULL as viewers';
COMMENT ON COLUMN raw.trending.previous_score IS 'The score in the window before';
COMMENT ON COLUMN raw.trending.previous_rank IS 'The rank in the window before; NULL: not watched then';
COMMENT ON COLUMN raw.trending.change IS 'The score less the score in the window before.';

-- All fractions are of integers, sums of ratings in thousandths among them, and rounded by div(), which is exact.
CREATE VIEW raw.top_rated AS
SELECT l.scored_by, l.as_of, l.window_days, l.min_votes, r.rank, r.movie_id, r.views, r.rated_views,
    r.weighted, r.bayes, r.mean
FROM (
    SELECT t.scored_by, t.as_of, t.window_days, min(t.min_votes) AS min_votes
    FROM public.top_rated AS t
    GROUP BY t.scored_by, t.as_of, t.window_days
) AS l
CROSS JOIN public.settings AS s
CROSS JOIN LATERAL (
    WITH counted AS MATERIALIZED (
        SELECT w.movie_id, count(*) AS views, count(w.rating) AS rated_views,
            trunc(coalesce(sum(w.rating), 0) * 1000) AS thousandths
        FROM public.watch_sessions AS w
        CROSS JOIN LATERAL (SELECT (w.watch_timestamp AT TIME ZONE s.business_tz)::date AS day) AS d
        WHERE d.day <= l.as_of AND (l.window_days = 0 OR d.day > l.as_of - l.window_days::integer)
        GROUP BY w.movie_id
    ), overall AS (
        SELECT sum(rated_views) AS rated_views, sum(thousandths) AS thousandths FROM counted
    ), rated AS (
        SELECT c.movie_id, c.views, c.rated_views,
            div(20 * c.thousandths + c.rated_views, 2 * c.rated_views) * 0.0001 AS weighted,
            div(20 * (c.thousandths * o.rated_views + l.min_votes * o.thousandths) + n.parts, 2 * n.parts) * 0.0001
                AS bayes,
            div(20 * o.thousandths + o.rated_views, 2 * o.rated_views) * 0.0001 AS mean
        FROM counted AS c
        CROSS JOIN overall AS o
        CROSS JOIN LATERAL (SELECT (c.rated_views + l.min_votes) * o.rated_views AS parts) AS n
        WHERE c.rated_views > 0
    )
    SELECT *, row_number() OVER (ORDER BY CASE l.scored_by WHEN 'weighted' THEN weighted ELSE bayes END DESC,
        rated_views DESC, views DESC, movie_id) AS rank
    FROM rated
) AS r;
COMMENT ON VIEW raw.top_rated IS
    'The lists that the table top_rated has, from the watches: each as a whole, where the table has the first places (500 of pipelines/aggregate)';
COMMENT ON COLUMN raw.top_rated.scored_by IS 'What the rank goes by: bayes or weighted';
COMMENT ON COLUMN raw.top_rated.as_of IS 'The last business day that counts';
COMMENT ON COLUMN raw.top_rated.window_days IS 'How many business days count; 0: all up to as_of';
COMMENT ON COLUMN raw.top_rated.min_votes IS 'The m of the Bayesian estimate';
COMMENT ON COLUMN raw.top_rated.rank IS 'The place in the list, from 1';
COMMENT ON COLUMN raw.top_rated.movie_id IS 'The film';
COMMENT ON COLUMN raw.top_rated.views IS 'The number of watches.';
COMMENT ON COLUMN raw.top_rated.rated_views IS 'The number of watches with a rating.';
COMMENT ON COLUMN raw.top_rated.weighted IS
    'The mean rating: each day''s mean weighted by that day''s rated views.';
COMMENT ON COLUMN raw.top_rated.bayes IS
    'What the mean rating would be if m more watches had been rated as watches are rated on the whole.';
COMMENT ON COLUMN raw.top_rated.mean IS 'The mean rating of all films';

GRANT SELECT ON raw.day_daily, raw.movie_daily, raw.genre_daily, raw.hour_daily, raw.hourly,
    raw.weekday_hourly, raw.trending, raw.top_rated TO reelpipe_etl;
