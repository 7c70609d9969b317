-- Merges pg_temp.stage into dq_result. pg-load(1), MERGES, says what a merge finds and leaves.
-- The last finding of a rule at a time wins.
INSERT INTO pg_temp.stage_reject
SELECT record,
    CASE WHEN num_nulls(checked_at, rule, severity, description, found) > 0 THEN 'missing-value'
         ELSE 'bad-value' END,
    CASE WHEN num_nulls(checked_at, rule, severity, description, found) > 0
         THEN 'a finding needs all values but detail'
         WHEN found < 0 THEN 'found: less than none'
         ELSE 'severity: neither error nor warning' END
FROM pg_temp.stage
WHERE num_nulls(checked_at, rule, severity, description, found) > 0
    OR severity NOT IN ('error', 'warning') OR found < 0;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (s.checked_at, s.rule) s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY s.checked_at, s.rule, s.record DESC
), seen AS MATERIALIZED (
    SELECT b.*, (b.severity, b.description, b.found, b.detail)
        IS DISTINCT FROM (q.severity, q.description, q.found, q.detail) AS changes
    FROM batch AS b
    JOIN dq_result AS q USING (checked_at, rule)
), updated AS (
    UPDATE dq_result AS q
    SET severity = s.severity, description = s.description, found = s.found, detail = s.detail,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM seen AS s
    WHERE s.changes AND (q.checked_at, q.rule) = (s.checked_at, s.rule)
    RETURNING 1
), inserted AS (
    INSERT INTO dq_result (checked_at, rule, severity, description, found, detail, load_id)
    SELECT b.checked_at, b.rule, b.severity, b.description, b.found, b.detail,
        current_setting('reelpipe.load_id')::bigint
    FROM batch AS b
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.record = b.record)
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
