-- severity: warning
-- description: Nobody watches a film before its release.
-- param grace int = 1: so many days before the release date are fine

-- All days are looked at: a wrong time is an old one as often as not. Films that were out before the first
-- watch of all can't be concerned; of the others there are few.
WITH given AS MATERIALIZED (
    SELECT s.business_tz, (SELECT min(w.watch_timestamp) FROM watch_sessions AS w) AS first
    FROM settings AS s
), concerned AS (
    SELECT m.movie_id, (m.release_date - current_setting('param.grace')::integer)::timestamp
        AT TIME ZONE g.business_tz AS since
    FROM given AS g, movies AS m
    WHERE (m.release_date - current_setting('param.grace')::integer)::timestamp AT TIME ZONE g.business_tz > g.first
)
SELECT w.session_id, w.movie_id
FROM concerned AS c
JOIN watch_sessions AS w ON w.movie_id = c.movie_id AND w.watch_timestamp < c.since
ORDER BY w.session_id;
