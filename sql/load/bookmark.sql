-- Merges pg_temp.stage into etl_bookmark. pg-load(1), MERGES, says what a merge finds and leaves.
-- For bookmarks set by hand or brought back from a copy: pg-read bookmarks writes them. The last one of a
-- source wins.
INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'a bookmark needs a pipeline, a source and a state'
FROM pg_temp.stage
WHERE num_nulls(pipeline, source, state) > 0;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (pipeline, source) pipeline, source, state
    FROM pg_temp.stage
    WHERE num_nulls(pipeline, source, state) = 0
    ORDER BY pipeline, source, record DESC
), seen AS MATERIALIZED (
    SELECT b.*, b.state <> o.state AS changes
    FROM batch AS b
    JOIN etl_bookmark AS o USING (pipeline, source)
), updated AS (
    UPDATE etl_bookmark AS o
    SET state = s.state, load_id = current_setting('reelpipe.load_id')::bigint
    FROM seen AS s
    WHERE o.pipeline = s.pipeline AND o.source = s.source AND s.changes
    RETURNING 1
), inserted AS (
    INSERT INTO etl_bookmark (pipeline, source, state, load_id)
    SELECT b.pipeline, b.source, b.state, current_setting('reelpipe.load_id')::bigint
    FROM batch AS b
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE (s.pipeline, s.source) = (b.pipeline, b.source))
    ON CONFLICT DO NOTHING
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT count(*) FROM seen) AS seen,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated, seen - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
