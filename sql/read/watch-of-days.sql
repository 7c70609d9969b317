-- Watches of some business days, in no order; who watched, what, when, and how it was rated.
-- type: watch
-- param days text: the days, separated by commas
-- param tz text: the time zone of the business days (default: the database's)
WITH given AS MATERIALIZED (
    SELECT coalesce(nullif(current_setting('param.tz'), ''), (SELECT business_tz FROM settings)) AS tz
), islands AS (
    -- Days that follow each other are one span.
    SELECT min(day) AS first, max(day) AS last
    FROM (SELECT day, day - row_number() OVER (ORDER BY day)::integer AS island
          FROM (SELECT DISTINCT unnest(string_to_array(current_setting('param.days'), ','))::date AS day) AS d) AS n
    GROUP BY island
), spans AS MATERIALIZED (
    SELECT i.first, i.last, b.since - b.doubt AS since, b.since + b.doubt AS sure_since,
        e.until - e.doubt AS sure_until, e.until + e.doubt AS until
    FROM given AS g
    CROSS JOIN islands AS i
    -- A clock may repeat its midnight, skip it, or skip a whole day: where it isn't the same one 26 hours before and
    -- after, the span is certain only so far from there.
    CROSS JOIN LATERAL (
        SELECT m.at AS since, CASE WHEN (m.at - interval '26 hours') AT TIME ZONE g.tz = i.first - interval '26 hours'
                AND (m.at + interval '26 hours') AT TIME ZONE g.tz = i.first + interval '26 hours'
            THEN interval '0' ELSE interval '26 hours' END AS doubt
        FROM (SELECT i.first::timestamp AT TIME ZONE g.tz AS at) AS m
    ) AS b
    CROSS JOIN LATERAL (
        SELECT m.at AS until, CASE WHEN (m.at - interval '26 hours') AT TIME ZONE g.tz = i.last + 1 - interval '26 hours'
                AND (m.at + interval '26 hours') AT TIME ZONE g.tz = i.last + 1 + interval '26 hours'
            THEN interval '0' ELSE interval '26 hours' END AS doubt
        FROM (SELECT (i.last + 1)::timestamp AT TIME ZONE g.tz AS at) AS m
    ) AS e
)
SELECT w.user_id, w.movie_id, w.watch_timestamp, w.rating
FROM spans AS s
JOIN watch_sessions AS w ON w.watch_timestamp >= s.sure_since AND w.watch_timestamp < s.sure_until
UNION ALL
-- Elsewhere the date itself decides, which costs as much as the reading.
SELECT w.user_id, w.movie_id, w.watch_timestamp, w.rating
FROM given AS g
CROSS JOIN spans AS s
CROSS JOIN LATERAL (VALUES (s.since, s.sure_since), (greatest(s.sure_since, s.sure_until), s.until))
    AS edge (since, until)
JOIN watch_sessions AS w ON w.watch_timestamp >= edge.since AND w.watch_timestamp < edge.until
WHERE (w.watch_timestamp AT TIME ZONE g.tz)::date BETWEEN s.first AND s.last;
