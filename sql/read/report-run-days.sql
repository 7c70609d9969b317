-- What the runs of each pipeline did on each business day of a report's period.
-- type: report_run_days
-- param now time: the present
-- param day text: the last day
-- param days int: the length of the period, in business days
SELECT r.pipeline, (r.started_at AT TIME ZONE i.business_tz)::date AS day, count(*) AS runs,
    count(*) FILTER (WHERE r.status = 'failed') AS failed,
    count(*) FILTER (WHERE r.status = 'try again') AS try_again,
    -- A run that hasn't ended has lasted until the present.
    round(max(extract(epoch FROM greatest(coalesce(r.finished_at, p.now) - r.started_at, '0'))), 1) AS longest,
    round(sum(extract(epoch FROM greatest(coalesce(r.finished_at, p.now) - r.started_at, '0'))), 1) AS seconds,
    sum(r.records_read)::bigint AS records_read, sum(r.records_rejected)::bigint AS records_rejected
FROM dash.installation AS i
CROSS JOIN (SELECT nullif(current_setting('param.now'), '')::timestamptz AS now) AS p
JOIN dash.runs AS r
    ON r.started_at >= (current_setting('param.day')::date - current_setting('param.days')::int + 1)::timestamp
        AT TIME ZONE i.business_tz
GROUP BY r.pipeline, 2
ORDER BY r.pipeline, 2;
