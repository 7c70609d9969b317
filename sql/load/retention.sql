-- Merges pg_temp.stage into settings.frozen_before, and drops the watches before it. pg-load(1), MERGES,
-- says what a merge finds and leaves.
--
-- No load of watches is under way meanwhile, whose watches could be of days that are being closed.
SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('watch'));

INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'before: a value is needed'
FROM pg_temp.stage
WHERE before IS NULL;

WITH batch AS MATERIALIZED (
    SELECT max(before) AS before FROM pg_temp.stage HAVING max(before) IS NOT NULL
), closed AS MATERIALIZED (
    SELECT close_days(b.before) AS changed FROM batch AS b
), counts AS (
    SELECT (SELECT count(*) FROM closed WHERE changed) AS updated,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT 0::bigint AS inserted, updated, batch - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
