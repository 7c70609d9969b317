-- severity: error
-- description: No film's metadata are older than its source allows; metadata-daily refreshes or clears them.
-- param days int = 181: so old they may be
SELECT m.movie_id
FROM movies AS m
WHERE m.fetched_at < current_setting('param.now')::timestamptz
    - make_interval(days => current_setting('param.days')::integer)
ORDER BY m.fetched_at, m.movie_id;
