-- severity: error
-- description: What the sources of a run that is done read was loaded, rejected or dropped.
-- param window int = 35: so many days of the log are looked at; 0: all
SELECT l.pipeline, l.started_at
FROM etl_log AS l
WHERE (current_setting('param.window')::integer = 0
       OR l.started_at >= current_setting('param.now')::timestamptz
           - make_interval(days => current_setting('param.window')::integer))
    AND l.exit_status = 0
    AND l.records_read <> l.records_written + l.records_rejected + l.records_dropped
ORDER BY l.started_at DESC, l.pipeline;
