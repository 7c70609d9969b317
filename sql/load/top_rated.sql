-- Merges pg_temp.stage into top_rated. pg-load(1), MERGES, says what a merge finds and leaves.
-- A list (scored_by, as_of, window_days) is replaced as a whole: films that aren't in the stream any more go. So
-- all columns must come.
INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'a top_rated record needs all values'
FROM pg_temp.stage
WHERE num_nulls(scored_by, as_of, window_days, min_votes, rank, movie_id, views, rated_views, weighted,
    bayes, mean) > 0;

-- For a segment of computed_list that may follow.
SELECT set_config('reelpipe.lists',
    (coalesce(nullif(current_setting('reelpipe.lists', true), ''), '[]')::jsonb
     || coalesce(jsonb_agg(DISTINCT jsonb_build_array('top_rated', 'movie', s.scored_by, s.as_of, s.window_days)),
                 '[]'))::text, true)
FROM pg_temp.stage AS s
WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record);

WITH given AS MATERIALIZED (
    SELECT current_setting('reelpipe.load_id')::bigint AS load_id
), batch AS MATERIALIZED (
    SELECT DISTINCT ON (scored_by, as_of, window_days, movie_id) s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY scored_by, as_of, window_days, movie_id, record DESC
), gone AS (
    DELETE FROM top_rated AS t
    USING (SELECT DISTINCT scored_by, as_of, window_days FROM batch) AS lists
    WHERE (t.scored_by, t.as_of, t.window_days) = (lists.scored_by, lists.as_of, lists.window_days)
        AND NOT EXISTS (
            SELECT FROM batch AS b
            WHERE (b.scored_by, b.as_of, b.window_days, b.movie_id)
                = (t.scored_by, t.as_of, t.window_days, t.movie_id))
    RETURNING 1
), seen AS MATERIALIZED (
    SELECT b.*,
        (b.min_votes, b.rank, b.views, b.rated_views, b.weighted, b.bayes, b.mean)
        IS DISTINCT FROM
        (t.min_votes, t.rank, t.views, t.rated_views, t.weighted, t.bayes, t.mean) AS changes
    FROM batch AS b
    JOIN top_rated AS t USING (scored_by, as_of, window_days, movie_id)
), updated AS (
    UPDATE top_rated AS t
    SET min_votes = s.min_votes, rank = s.rank, views = s.views, rated_views = s.rated_views,
        weighted = s.weighted, bayes = s.bayes, mean = s.mean, load_id = g.load_id
    FROM seen AS s, given AS g
    WHERE s.changes
        AND (t.scored_by, t.as_of, t.window_days, t.movie_id)
          = (s.scored_by, s.as_of, s.window_days, s.movie_id)
    RETURNING 1
), inserted AS (
    INSERT INTO top_rated (scored_by, as_of, window_days, min_votes, rank, movie_id, views, rated_views,
        weighted, bayes, mean, load_id)
    SELECT b.scored_by, b.as_of, b.window_days, b.min_votes, b.rank, b.movie_id, b.views, b.rated_views,
        b.weighted, b.bayes, b.mean, g.load_id
    FROM batch AS b, given AS g
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
