-- severity: warning
-- description: The last run of each pipeline is done, or hasn't been running for long.
-- param hours int = 24: so long a run may take
SELECT r.pipeline, r.started_at, r.exit_status
FROM (SELECT DISTINCT ON (l.pipeline) l.*
      FROM etl_log AS l ORDER BY l.pipeline, l.started_at DESC) AS r
WHERE r.exit_status <> 0
    OR (r.finished_at IS NULL AND r.started_at < current_setting('param.now')::timestamptz
        - make_interval(hours => current_setting('param.hours')::integer))
ORDER BY r.pipeline;
