-- severity: warning
-- description: A day has about as many views as the same weekday in the four weeks before.
-- param days int = 7: so many days are judged, yesterday the last
-- param low int = 50: less than this percentage of the usual is too little
-- param high int = 200: more than this percentage is too much
-- param least int = 100: days on which fewer views are usual aren't judged

-- The usual is the median, so that a holiday or a failure weeks ago doesn't count. Three of the four
-- weeks must be there. Days that are still to be computed have no figure yet.
WITH given AS MATERIALIZED (
    SELECT business_day(current_setting('param.now')::timestamptz) AS today,
        (SELECT min(d.day) FROM day_daily AS d) AS first_day, s.frozen_before
    FROM settings AS s
), judged AS (
    SELECT g.today - n.back AS day, g.first_day
    FROM given AS g, generate_series(1, current_setting('param.days')::integer) AS n (back)
    WHERE g.today - n.back >= greatest(g.first_day + 21, g.frozen_before)
        AND NOT EXISTS (SELECT FROM dirty_day AS x WHERE x.day = g.today - n.back)
), compared AS (
    SELECT j.day, coalesce((SELECT d.views FROM day_daily AS d WHERE d.day = j.day), 0) AS views,
        (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(d.views, 0))
         FROM generate_series(7, 28, 7) AS w (back)
         LEFT JOIN day_daily AS d ON d.day = j.day - w.back
         WHERE j.day - w.back >= j.first_day)::numeric AS usual
    FROM judged AS j
)
SELECT c.day, c.views, round(c.usual) AS usual
FROM compared AS c
WHERE c.usual >= current_setting('param.least')::bigint
    AND (100 * c.views < current_setting('param.low')::bigint * c.usual
         OR 100 * c.views > current_setting('param.high')::bigint * c.usual)
ORDER BY c.day DESC;
