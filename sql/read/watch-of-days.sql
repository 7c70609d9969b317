-- Watches of some business days, in no order; who watched, what, when, and how it was rated.
-- type: watch
-- param days text: the days, separated by commas
-- param tz text: the time zone of the business days (default: the database's)
WITH given AS MATERIALIZED (
    SELECT coalesce(nullif(current_setting('param.tz'), ''), (SELECT business_tz FROM settings)) AS tz
), spans AS MATERIALIZED (
    -- Days that follow each other are one span. A clock may repeat its midnight, skip it, or skip a whole day:
    -- the span is certain 26 hours after its first midnight and 26 hours before its last. So close to it the
    -- date itself decides, and elsewhere that would cost as much as the reading.
    SELECT s.first, s.last,
        (s.first::timestamp AT TIME ZONE g.tz) - interval '26 hours' AS since,
        (s.first::timestamp AT TIME ZONE g.tz) + interval '26 hours' AS sure_since,
        ((s.last + 1)::timestamp AT TIME ZONE g.tz) - interval '26 hours' AS sure_until,
        ((s.last + 1)::timestamp AT TIME ZONE g.tz) + interval '26 hours' AS until
    FROM given AS g,
        (SELECT min(day) AS first, max(day) AS last
         FROM (SELECT day, day - row_number() OVER (ORDER BY day)::integer AS island
               FROM (SELECT DISTINCT unnest(string_to_array(current_setting('param.days'), ','))::date AS day) AS d
              ) AS n
         GROUP BY island) AS s
)
SELECT w.user_id, w.movie_id, w.watch_timestamp, w.rating
FROM given AS g
CROSS JOIN spans AS s
JOIN watch_sessions AS w ON w.watch_timestamp >= s.since AND w.watch_timestamp < s.until
WHERE (w.watch_timestamp >= s.sure_since AND w.watch_timestamp < s.sure_until)
    OR (w.watch_timestamp AT TIME ZONE g.tz)::date BETWEEN s.first AND s.last;
