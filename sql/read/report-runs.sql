-- The latest runs of pipelines.
-- type: report_runs
-- param now time: the present
SELECT r.pipeline, r.started_at,
    to_char(r.started_at AT TIME ZONE i.business_tz, 'YYYY-MM-DD HH24:MI') AS started,
    -- A run that hasn't ended has lasted until the present.
    round(extract(epoch FROM greatest(coalesce(r.finished_at, p.now) - r.started_at, '0')), 1) AS seconds,
    r.status, r.failed_stage, r.attempts, r.records_read, r.records_written, r.records_rejected,
    r.records_dropped, r.message
FROM dash.installation AS i
CROSS JOIN (SELECT nullif(current_setting('param.now'), '')::timestamptz AS now) AS p
CROSS JOIN dash.runs AS r
ORDER BY r.started_at DESC, r.pipeline
LIMIT 15;
