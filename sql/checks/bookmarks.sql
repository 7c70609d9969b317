-- severity: warning
-- description: A bookmark that is a date lies neither ahead nor far back.
-- param days int = 14: so many days it may be behind the present, as far as a feed of changes goes back
WITH dated AS (
    SELECT b.pipeline, b.source, b.state
    FROM etl_bookmark AS b
    -- The form decides before anything is taken for a date.
    WHERE b.state ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
)
SELECT d.pipeline, d.source, d.state
FROM dated AS d, (SELECT (current_setting('param.now')::timestamptz AT TIME ZONE 'UTC')::date AS today) AS n
-- As texts, dates of that form are in order.
WHERE d.state > n.today::text OR d.state < (n.today - current_setting('param.days')::integer)::text
ORDER BY d.pipeline, d.source;
