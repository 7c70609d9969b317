-- severity: warning
-- description: Nobody watches before the day of the sign-up.
-- param grace int = 1: so many days before are fine

-- All days are looked at: a wrong time is an old one as often as not. Users who were there before the first
-- watch of all can't be concerned.
WITH given AS MATERIALIZED (
    SELECT s.business_tz, (SELECT min(w.watch_timestamp) FROM watch_sessions AS w) AS first
    FROM settings AS s
), concerned AS (
    SELECT u.user_id, (u.signup_date - current_setting('param.grace')::integer)::timestamp
        AT TIME ZONE g.business_tz AS since
    FROM given AS g, users AS u
    WHERE (u.signup_date - current_setting('param.grace')::integer)::timestamp AT TIME ZONE g.business_tz > g.first
)
SELECT w.session_id, w.user_id
FROM concerned AS c
JOIN watch_sessions AS w ON w.user_id = c.user_id AND w.watch_timestamp < c.since
ORDER BY w.session_id;
