-- severity: error
-- description: No watch is from the future.
-- param hours int = 1: so far ahead is fine, since clocks differ
SELECT w.session_id, w.watch_timestamp
FROM watch_sessions AS w
WHERE w.watch_timestamp > current_setting('param.now')::timestamptz
    + make_interval(hours => current_setting('param.hours')::integer)
ORDER BY w.watch_timestamp DESC, w.session_id;
