-- Merges pg_temp.stage into movie_total. pg-load(1), MERGES, says what a merge finds and leaves.
-- All films at once: the table is replaced as a whole. The last record of a film wins.

-- Whoever changes what is kept of all days, or goes by it, does so alone; and before any day.
LOCK TABLE movie_total IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'a movie_total record needs all values'
FROM pg_temp.stage
WHERE num_nulls(movie_id, views, rated_views, rating_sum) > 0;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (s.movie_id) s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY s.movie_id, s.record DESC
), gone AS (
    DELETE FROM movie_total AS t
    WHERE NOT EXISTS (SELECT FROM batch AS b WHERE b.movie_id = t.movie_id)
    RETURNING 1
), seen AS MATERIALIZED (
    SELECT b.*, (b.views, b.rated_views, b.rating_sum)
        IS DISTINCT FROM (t.views, t.rated_views, t.rating_sum) AS changes
    FROM batch AS b
    JOIN movie_total AS t USING (movie_id)
), updated AS (
    UPDATE movie_total AS t
    SET views = s.views, rated_views = s.rated_views, rating_sum = s.rating_sum,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM seen AS s
    WHERE t.movie_id = s.movie_id AND s.changes
    RETURNING 1
), inserted AS (
    INSERT INTO movie_total (movie_id, views, rated_views, rating_sum, load_id)
    SELECT b.movie_id, b.views, b.rated_views, b.rating_sum, current_setting('reelpipe.load_id')::bigint
    FROM batch AS b
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.movie_id = b.movie_id)
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
