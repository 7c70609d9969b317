-- severity: error
-- description: What a program read, it wrote, rejected or dropped; what it loaded is inserted, updated or unchanged.
-- param window int = 35: so many days of the log are looked at; 0: all
SELECT l.pipeline, l.stage, l.started_at
FROM etl_stage_log AS l
WHERE (current_setting('param.window')::integer = 0
       OR l.started_at >= current_setting('param.now')::timestamptz
           - make_interval(days => current_setting('param.window')::integer))
    AND (l.records_read <> l.records_written + l.records_rejected + l.records_dropped
         OR l.records_written <> l.inserted + l.updated + l.unchanged)
ORDER BY l.started_at DESC, l.pipeline, l.stage;
