-- Loads that brought or changed rows, the latest first: their numbers are what pipelines/undo-load takes.
-- type: table
-- param pipeline text: of this pipeline alone
-- param since time: begun from that time on; 7d: in the last 7 business days
-- param until time: begun before that time
SELECT s.loaded_as AS load_id, s.pipeline, s.started_at, s.inserted, s.updated, s.unchanged,
    u.undone_at
FROM etl_stage_log AS s
LEFT JOIN etl_undo AS u ON u.load_id = s.loaded_as
WHERE s.loaded_as IS NOT NULL AND s.inserted + s.updated > 0
    AND current_setting('param.pipeline') IN ('', s.pipeline)
    AND s.started_at >= coalesce(nullif(current_setting('param.since'), '')::timestamptz, '-infinity')
    AND s.started_at < coalesce(nullif(current_setting('param.until'), '')::timestamptz, 'infinity')
ORDER BY s.started_at DESC, s.loaded_as DESC;
