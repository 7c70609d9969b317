-- How far each source has been read.
-- type: bookmark
-- param pipeline text: of this pipeline alone
SELECT pipeline, source, state
FROM etl_bookmark
WHERE current_setting('param.pipeline') IN ('', pipeline)
ORDER BY pipeline, source;
