-- Merges pg_temp.stage into genres. pg-load(1), MERGES, says what a merge finds and leaves.
-- The last record of a genre wins; a genre always has a name.
INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', CASE WHEN id IS NULL THEN 'id' ELSE 'name' END || ': a value is needed'
FROM pg_temp.stage
WHERE id IS NULL OR name IS NULL;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (id) id, name
    FROM pg_temp.stage
    WHERE id IS NOT NULL AND name IS NOT NULL
    ORDER BY id, record DESC
), seen AS MATERIALIZED (
    SELECT b.id, b.name, b.name <> g.name AS changes
    FROM batch AS b
    JOIN genres AS g ON g.genre_id = b.id
), updated AS (
    UPDATE genres AS g
    SET name = s.name, load_id = current_setting('reelpipe.load_id')::bigint
    FROM seen AS s
    WHERE g.genre_id = s.id AND s.changes
    RETURNING 1
), inserted AS (
    INSERT INTO genres (genre_id, name, load_id)
    SELECT b.id, b.name, current_setting('reelpipe.load_id')::bigint
    FROM batch AS b
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.id = b.id)
    ORDER BY b.id
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
