-- severity: error
-- description: All rollups of some days are what the watches of these days add up to, users included.
-- param sample int = 2: so many days are looked at, other ones each day; all of them in turn
WITH given AS MATERIALIZED (
    SELECT s.business_tz, coalesce(s.frozen_before, '-infinity') AS frozen_before,
        business_day(current_setting('param.now')::timestamptz) - date '2000-01-01' AS turn,
        greatest(current_setting('param.sample')::integer, 1) AS sample
    FROM settings AS s
), sound AS (
    SELECT d.day, row_number() OVER (ORDER BY d.day) AS n, ceil(count(*) OVER () / g.sample::numeric) AS turns
    FROM given AS g, day_daily AS d
    WHERE d.day >= g.frozen_before AND NOT EXISTS (SELECT FROM dirty_day AS x WHERE x.day = d.day)
), sample AS MATERIALIZED (
    -- From a day's first moment to that of the next one; a clock that is put back at midnight is why the
    -- span is wider and the day is compared too.
    SELECT s.day, s.day::timestamp AT TIME ZONE g.business_tz - interval '3 hours' AS since,
        (s.day + 1)::timestamp AT TIME ZONE g.business_tz + interval '3 hours' AS until
    FROM given AS g, sound AS s
    WHERE s.n % s.turns = g.turn % s.turns
), watch AS MATERIALIZED (
    SELECT s.day, w.user_id, w.movie_id, w.rating,
        extract(hour FROM w.watch_timestamp AT TIME ZONE g.business_tz)::bigint AS hour
    FROM given AS g
    CROSS JOIN sample AS s
    JOIN watch_sessions AS w ON w.watch_timestamp >= s.since AND w.watch_timestamp < s.until
    WHERE (w.watch_timestamp AT TIME ZONE g.business_tz)::date = s.day
), counted AS (
    SELECT 'day_daily' AS rollup, w.day, '-' AS item, count(*) AS views,
        count(DISTINCT w.user_id) AS viewers, count(w.rating) AS rated_views,
        coalesce(sum(w.rating), 0) AS rating_sum
    FROM watch AS w GROUP BY w.day
    UNION ALL
    SELECT 'movie_daily', w.day, w.movie_id::text, count(*), count(DISTINCT w.user_id), count(w.rating),
        coalesce(sum(w.rating), 0)
    FROM watch AS w GROUP BY w.day, w.movie_id
    UNION ALL
    SELECT 'hour_daily', w.day, w.hour::text, count(*), count(DISTINCT w.user_id), count(w.rating),
        coalesce(sum(w.rating), 0)
    FROM watch AS w GROUP BY w.day, w.hour
    UNION ALL
    SELECT 'genre_daily', w.day, f.genre, count(*), count(DISTINCT w.user_id), count(w.rating),
        coalesce(sum(w.rating), 0)
    FROM watch AS w JOIN movie_genres AS f USING (movie_id) GROUP BY w.day, f.genre
), stored AS (
    SELECT 'day_daily' AS rollup, d.day, '-' AS item, d.views, d.viewers, d.rated_views, d.rating_sum
    FROM sample AS s JOIN day_daily AS d USING (day)
    UNION ALL
    SELECT 'movie_daily', d.day, d.movie_id::text, d.views, d.viewers, d.rated_views, d.rating_sum
    FROM sample AS s JOIN movie_daily AS d USING (day)
    UNION ALL
    SELECT 'hour_daily', d.day, d.hour::text, d.views, d.viewers, d.rated_views, d.rating_sum
    FROM sample AS s JOIN hour_daily AS d USING (day)
    UNION ALL
    SELECT 'genre_daily', d.day, d.genre, d.views, d.viewers, d.rated_views, d.rating_sum
    FROM sample AS s JOIN genre_daily AS d USING (day)
)
SELECT day, rollup, item
FROM counted AS c
FULL JOIN stored AS t USING (day, rollup, item)
WHERE (c.views, c.viewers, c.rated_views, c.rating_sum)
    IS DISTINCT FROM (t.views, t.viewers, t.rated_views, t.rating_sum)
ORDER BY day, rollup, item;
