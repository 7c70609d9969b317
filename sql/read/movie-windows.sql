-- Films by window of business days, from the rollups: what the window up to a day had, and the one before, each as of its last day.
-- type: movie_daily
-- param to text: the last day
-- param days int: the days of a window
-- param until text: the last day that counts, if it isn't that of the window
WITH given AS MATERIALIZED (
    SELECT t.day, t.day - d.days AS previous, t.day - 2 * d.days AS before,
        coalesce(nullif(current_setting('param.until'), '')::date, t.day) AS until
    FROM (SELECT current_setting('param.to')::date AS day) AS t,
        (SELECT current_setting('param.days')::integer AS days) AS d
), sums AS (
    -- A sum of int8 would be one of numerics, and take as long again; up to 2^53 this one is exact.
    SELECT movie_id, sum(views::float8) AS views,
        sum(views::float8) FILTER (WHERE day > (SELECT previous FROM given)) AS current_views
    FROM movie_daily
    WHERE day > (SELECT before FROM given) AND day <= (SELECT until FROM given)
    GROUP BY movie_id
)
SELECT w.day, s.movie_id, w.views
FROM given AS g
CROSS JOIN sums AS s
CROSS JOIN LATERAL (
    VALUES (g.day, s.current_views::bigint), (g.previous, (s.views - coalesce(s.current_views, 0))::bigint)
) AS w (day, views)
WHERE w.views > 0
ORDER BY w.day, s.movie_id;
