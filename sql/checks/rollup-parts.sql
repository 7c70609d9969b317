-- severity: error
-- description: The films of a day, and its hours, add up to the day.
-- param window int = 35: so many business days are looked at, that of the present the last; 0: all
WITH given AS MATERIALIZED (
    SELECT CASE current_setting('param.window')::integer WHEN 0 THEN '-infinity'
        ELSE business_day(current_setting('param.now')::timestamptz)
            - current_setting('param.window')::integer + 1 END AS first_day
), part AS (
    SELECT 'movie_daily' AS rollup, m.day, sum(m.views) AS views, sum(m.rated_views) AS rated_views,
        sum(m.rating_sum) AS rating_sum
    FROM movie_daily AS m
    WHERE m.day >= (SELECT g.first_day FROM given AS g)
    GROUP BY m.day
    UNION ALL
    SELECT 'hour_daily', h.day, sum(h.views), sum(h.rated_views), sum(h.rating_sum)
    FROM hour_daily AS h
    WHERE h.day >= (SELECT g.first_day FROM given AS g)
    GROUP BY h.day
), whole AS (
    SELECT r.rollup, d.*
    FROM day_daily AS d, (VALUES ('movie_daily'), ('hour_daily')) AS r (rollup)
    WHERE d.day >= (SELECT g.first_day FROM given AS g)
)
SELECT day, rollup
FROM whole AS w
FULL JOIN part AS p USING (day, rollup)
WHERE (w.views, w.rated_views, w.rating_sum) IS DISTINCT FROM (p.views, p.rated_views, p.rating_sum)
ORDER BY day DESC, rollup;
