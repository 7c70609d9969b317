-- severity: error
-- description: A watch has a time, and a user and a film that the catalogue knows at least by number.
-- param window int = 7: so many business days are looked at, that of the present the last; 0: all
WITH given AS (
    SELECT s.business_tz, CASE current_setting('param.window')::integer WHEN 0 THEN '-infinity'
        ELSE (business_day(current_setting('param.now')::timestamptz)
              - current_setting('param.window')::integer + 1)::timestamp AT TIME ZONE s.business_tz
        END AS since
    FROM settings AS s
)
SELECT w.session_id
FROM watch_sessions AS w
LEFT JOIN users AS u ON u.user_id = w.user_id
LEFT JOIN movies AS m ON m.movie_id = w.movie_id
WHERE (w.watch_timestamp >= (SELECT g.since FROM given AS g) OR w.watch_timestamp IS NULL)
    AND (w.watch_timestamp IS NULL OR u.user_id IS NULL OR m.movie_id IS NULL)
ORDER BY w.session_id;
