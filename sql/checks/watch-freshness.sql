-- severity: error
-- description: The newest watch isn't old.
-- param hours int = 36: so old it may be
SELECT n.newest
FROM (SELECT max(w.watch_timestamp) AS newest FROM watch_sessions AS w
      WHERE w.watch_timestamp <= current_setting('param.now')::timestamptz) AS n
WHERE n.newest < current_setting('param.now')::timestamptz
    - make_interval(hours => current_setting('param.hours')::integer);
