-- Hours by business day, from the rollups.
-- type: hour_daily
-- param from text: from that day on
-- param to text: up to that day
SELECT day, hour, views, viewers, rated_views, rating_sum
FROM hour_daily
WHERE day >= coalesce(nullif(current_setting('param.from'), '')::date, '-infinity')
    AND day <= coalesce(nullif(current_setting('param.to'), '')::date, 'infinity')
ORDER BY day, hour;
