-- Merges pg_temp.stage into etl_reject. pg-load(1), MERGES, says what a merge finds and leaves.
-- The records themselves may hold personal data and stay in the reject file:
-- not loaded: raw_header, raw
--
-- Nobody is named in them who has been erased.
SELECT require_erasures();

INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'a reject needs a stage, a rule, an origin and a reason'
FROM pg_temp.stage
WHERE num_nulls(stage, rule, origin, reason) > 0;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (reject_id) *
    FROM (SELECT s.*, md5(concat_ws(chr(31), s.stage, s.rule, s.origin, s.reason))::uuid AS reject_id
          FROM pg_temp.stage AS s
          WHERE num_nulls(s.stage, s.rule, s.origin, s.reason) = 0) AS keyed
    ORDER BY reject_id, record
), inserted AS (
    INSERT INTO etl_reject (reject_id, stage, rule, origin, reason, pipeline, load_id)
    SELECT b.reject_id, b.stage, b.rule, b.origin, b.reason,
        nullif(current_setting('reelpipe.pipeline'), ''), current_setting('reelpipe.load_id')::bigint
    FROM batch AS b
    ON CONFLICT DO NOTHING
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, 0::bigint AS updated, batch - inserted AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
