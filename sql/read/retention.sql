-- The days that are to be closed one after the other, each as the day behind it, and their watches.
-- type: retention
-- param before time: the first day that stays open
SELECT steps.before, sum(steps.watches)::bigint AS _watches
FROM (
    SELECT (w.watch_timestamp AT TIME ZONE s.business_tz)::date + 1 AS before, count(*) AS watches
    FROM watch_sessions AS w, settings AS s
    WHERE w.watch_timestamp < nullif(current_setting('param.before'), '')::timestamptz
    GROUP BY 1
    UNION ALL
    SELECT (nullif(current_setting('param.before'), '')::timestamptz AT TIME ZONE s.business_tz)::date, 0
    FROM settings AS s
    WHERE current_setting('param.before') <> ''
) AS steps
GROUP BY steps.before
ORDER BY steps.before;
