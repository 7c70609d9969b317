-- severity: error
-- description: The rollup of each day is what its watches add up to: views, ratings, and their sum.
-- param window int = 14: so many business days are looked at, that of the present the last; 0: all

-- Users are left out: to count different ones takes a sort. rollup-rows counts them on some days.
WITH given AS MATERIALIZED (
    SELECT s.business_tz, greatest(s.frozen_before,
        CASE current_setting('param.window')::integer WHEN 0 THEN '-infinity'
        ELSE business_day(current_setting('param.now')::timestamptz)
            - current_setting('param.window')::integer + 1 END) AS first_day
    FROM settings AS s
), counted AS (
    SELECT (w.watch_timestamp AT TIME ZONE g.business_tz)::date AS day, count(*) AS views,
        count(w.rating) AS rated_views, coalesce(sum(w.rating), 0) AS rating_sum
    FROM given AS g, watch_sessions AS w
    WHERE w.watch_timestamp >= (SELECT CASE WHEN isfinite(n.first_day)
            THEN n.first_day::timestamp AT TIME ZONE n.business_tz - interval '3 hours'
            ELSE '-infinity' END
        FROM given AS n)
    GROUP BY 1
), joined AS (
    SELECT day, c.views AS counted, d.views AS stored,
        (c.views, c.rated_views, c.rating_sum) IS DISTINCT FROM (d.views, d.rated_views, d.rating_sum)
            AS differs
    FROM counted AS c
    FULL JOIN day_daily AS d USING (day)
)
SELECT b.day, coalesce(b.counted, 0) AS counted, coalesce(b.stored, 0) AS stored
FROM joined AS b
WHERE b.differs AND b.day >= (SELECT g.first_day FROM given AS g)
    AND NOT EXISTS (SELECT FROM dirty_day AS x WHERE x.day = b.day)
ORDER BY b.day DESC;
