-- Merges pg_temp.stage into etl_reject. pg-load(1), MERGES, says what a merge finds and leaves.
-- A reject is known by its place and rule: whoever mends a file may have changed the reason too.
INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'a mended reject needs a stage, a rule and an origin'
FROM pg_temp.stage
WHERE num_nulls(stage, rule, origin) > 0;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT stage, rule, origin
    FROM pg_temp.stage
    WHERE num_nulls(stage, rule, origin) = 0
), updated AS (
    UPDATE etl_reject AS r
    SET resolved_at = now()
    FROM batch AS b
    WHERE (r.stage, r.rule, r.origin) = (b.stage, b.rule, b.origin) AND r.resolved_at IS NULL
    RETURNING r.stage, r.rule, r.origin
), counts AS (
    SELECT (SELECT count(*) FROM (SELECT DISTINCT stage, rule, origin FROM updated) AS u) AS updated,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT 0::bigint AS inserted, updated, batch - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
