-- severity: warning
-- description: The newest film metadata aren't old.
-- param hours int = 48: so old they may be
SELECT n.newest
FROM (SELECT max(m.fetched_at) AS newest FROM movies AS m) AS n
WHERE n.newest < current_setting('param.now')::timestamptz
    - make_interval(hours => current_setting('param.hours')::integer);
