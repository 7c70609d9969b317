-- A report's present, its last day, and what the installation holds: one row.
-- type: report_span
-- param now time: the present
-- param days int: the length of its period, in business days
WITH present AS (
    SELECT i.*, nullif(current_setting('param.now'), '')::timestamptz AS moment,
        nullif(current_setting('param.now'), '')::timestamptz AT TIME ZONE i.business_tz AS clock
    FROM dash.installation AS i
), newest AS (
    SELECT p.*,
        (SELECT max(t.as_of) FROM dash.trending AS t WHERE t.as_of <= p.clock::date) AS list_day,
        (SELECT max(r.as_of) FROM dash.top_rated AS r WHERE r.as_of <= p.clock::date) AS rated_day,
        (SELECT max(d.day) FROM dash.days AS d WHERE d.day <= p.clock::date) AS newest_day
    FROM present AS p
), span AS (
    -- Lists without days to go with them are half of what a report needs.
    SELECT n.*, CASE WHEN n.newest_day IS NOT NULL THEN coalesce(n.list_day, n.newest_day) END AS day
    FROM newest AS n
)
SELECT s.business_tz, s.moment AS now, s.clock::date AS today, to_char(s.clock, 'HH24:MI') AS clock,
    s.day AS as_of, s.list_day, s.rated_day, s.newest_day,
    coalesce((SELECT min(d.day) FROM dash.days AS d
              WHERE d.day > s.day - current_setting('param.days')::int AND d.day <= s.day), s.day) AS first_day,
    current_setting('param.days')::int AS days, s.newest_watch, s.days_waiting
FROM span AS s;
