-- severity: error
-- description: The rating of a watch is from 0 to 10.
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
WHERE w.watch_timestamp >= (SELECT g.since FROM given AS g) AND w.rating NOT BETWEEN 0 AND 10
ORDER BY w.session_id;
