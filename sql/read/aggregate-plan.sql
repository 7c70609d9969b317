-- What pipelines/aggregate goes by, once for all its stages.
-- type: table
-- param now time: the present
-- param rows int: how many watches to compute together, more or less
-- param recent int: how many days the watches themselves are counted over
SELECT s.business_tz AS tz, d.today, d.today - 1 AS yesterday,
    (SELECT string_agg((d.today - n)::text, ',' ORDER BY n DESC)
     FROM generate_series(0, current_setting('param.recent')::integer - 1) AS n) AS recent,
    -- By the planner's estimate of the table; without one, a quarter of a year.
    coalesce(greatest(1, least(3660, floor(current_setting('param.rows')::numeric * w.days / w.estimate))), 92)::integer
        AS days_at_once,
    EXISTS (SELECT FROM dirty_day AS c WHERE c.day < s.frozen_before) AS closed,
    coalesce((SELECT b.state FROM etl_bookmark AS b WHERE (b.pipeline, b.source) = ('aggregate', 'rollups')),
             'none') AS rolled,
    coalesce((SELECT b.state FROM etl_bookmark AS b WHERE (b.pipeline, b.source) = ('aggregate', 'lists')),
             'none') AS listed
FROM settings AS s
CROSS JOIN LATERAL (
    SELECT (current_setting('param.now')::timestamptz AT TIME ZONE s.business_tz)::date AS today
) AS d
CROSS JOIN (
    SELECT extract(epoch FROM max(watch_timestamp) - min(watch_timestamp))::numeric / 86400 + 1 AS days,
        (SELECT nullif(greatest(reltuples, 0), 0) FROM pg_class WHERE oid = 'watch_sessions'::regclass)::numeric
            AS estimate
    FROM watch_sessions
) AS w;
