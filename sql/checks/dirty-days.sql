-- severity: warning
-- description: Days whose rollups must be computed anew don't wait long.
-- param hours int = 6: so long they may wait
SELECT d.day, d.since
FROM dirty_day AS d, settings AS s
WHERE d.since < current_setting('param.now')::timestamptz
        - make_interval(hours => current_setting('param.hours')::integer)
    AND d.day >= coalesce(s.frozen_before, '-infinity')
ORDER BY d.since, d.day;
