-- Merges pg_temp.stage into erased_user. pg-load(1), MERGES, says what a merge finds and leaves.
-- The users whom user_id names go, with all that is known of them; what stays is the hash.
--
-- No load is under way meanwhile that could bring them back, or a reject that names them: one that comes
-- later finds another state of the list than it knows (require_erasures).
SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('reject'));
SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('user'));
SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('watch'));

-- One list, one key: the first eight digits tell keys apart. No load could read a list of two.
INSERT INTO pg_temp.stage_reject
SELECT s.record,
    CASE WHEN num_nulls(s.hash, s.user_id) > 0 THEN 'missing-value'
         WHEN s.user_id <= 0 THEN 'id-range'
         WHEN s.hash !~ '^[0-9a-f]{8}:[0-9a-f]{32}$' THEN 'bad-value'
         ELSE 'other-key' END,
    CASE WHEN num_nulls(s.hash, s.user_id) > 0 THEN 'to erase a user, the hash and user_id are needed'
         WHEN s.user_id <= 0 THEN 'user_id: not a positive id'
         WHEN s.hash !~ '^[0-9a-f]{8}:[0-9a-f]{32}$' THEN 'hash: not the hash of a user'
         ELSE 'hash: made with another key than those of the users erased before' END
FROM pg_temp.stage AS s,
    (SELECT coalesce((SELECT min(left(e.hash, 8)) FROM erased_user AS e),
                     (SELECT min(left(t.hash, 8)) FROM pg_temp.stage AS t)) AS name) AS key
WHERE s.hash IS NULL OR s.user_id IS NULL OR s.user_id <= 0 OR s.hash !~ '^[0-9a-f]{8}:[0-9a-f]{32}$'
    OR left(s.hash, 8) <> key.name;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (s.hash) s.hash, s.user_id
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY s.hash, s.record DESC
), removed AS MATERIALIZED (
    SELECT DISTINCT user_id FROM erase_users(ARRAY(SELECT b.user_id FROM batch AS b)) AS user_id
), inserted AS (
    INSERT INTO erased_user (hash, load_id)
    SELECT b.hash, current_setting('reelpipe.load_id')::bigint
    FROM batch AS b
    ORDER BY b.hash
    ON CONFLICT DO NOTHING
    RETURNING hash
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        -- Erased before, and yet there was something.
        (SELECT count(*) FROM batch AS b JOIN removed USING (user_id)
         WHERE NOT EXISTS (SELECT FROM inserted AS i WHERE i.hash = b.hash)) AS updated,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated, batch - inserted - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
