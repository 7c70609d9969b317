-- Business days that may have watches, from the first watch to the last one, and those that have rollups; no closed ones.
-- type: dirty_day
-- param from text: from that day on
-- param to text: up to that day
SELECT d.day
FROM settings AS s
CROSS JOIN LATERAL (
    SELECT generate_series(
        (min(w.watch_timestamp) AT TIME ZONE s.business_tz)::date,
        (max(w.watch_timestamp) AT TIME ZONE s.business_tz)::date, '1 day')::date AS day
    FROM watch_sessions AS w
    UNION
    SELECT r.day FROM day_daily AS r
) AS d
WHERE d.day >= coalesce(s.frozen_before, '-infinity')
    AND d.day >= coalesce(nullif(current_setting('param.from'), '')::date, '-infinity')
    AND d.day <= coalesce(nullif(current_setting('param.to'), '')::date, 'infinity')
ORDER BY d.day;
