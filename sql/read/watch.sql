-- Watches, in the order of their times.
-- type: watch
-- param since time: from that time on; 7d: the last 7 business days
-- param until time: before that time
SELECT session_id, user_id, movie_id, watch_timestamp, rating
FROM watch_sessions
WHERE watch_timestamp >= coalesce(nullif(current_setting('param.since'), '')::timestamptz, '-infinity')
    AND watch_timestamp < coalesce(nullif(current_setting('param.until'), '')::timestamptz, 'infinity')
ORDER BY watch_timestamp, session_id;
