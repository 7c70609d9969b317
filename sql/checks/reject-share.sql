-- severity: warning
-- description: Of what a program reads in a day, few records are rejected.
-- param days int = 2: so many business days are looked at, that of the present the last
-- param percent int = 10: so many of the records may be rejected
-- param least int = 100: of fewer records nothing can be told
WITH given AS MATERIALIZED (
    SELECT s.business_tz, business_day(current_setting('param.now')::timestamptz) AS today
    FROM settings AS s
), counted AS (
    SELECT (l.started_at AT TIME ZONE g.business_tz)::date AS day, l.pipeline, l.stage,
        sum(l.records_read) AS records, sum(l.records_rejected) AS rejected
    FROM given AS g, etl_stage_log AS l
    WHERE l.started_at >= (g.today - current_setting('param.days')::integer + 1)::timestamp
        AT TIME ZONE g.business_tz
    GROUP BY 1, 2, 3
)
SELECT c.day, c.pipeline, c.stage, c.rejected, c.records
FROM counted AS c
WHERE c.records >= current_setting('param.least')::bigint
    AND 100 * c.rejected > current_setting('param.percent')::bigint * c.records
ORDER BY c.day DESC, c.pipeline, c.stage;
