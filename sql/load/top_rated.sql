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

ANALYZE pg_temp.stage (scored_by, as_of, window_days, movie_id, record);

-- All are compared in one join.
WITH lists AS MATERIALIZED (
    SELECT DISTINCT s.scored_by, s.as_of, s.window_days
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), before AS MATERIALIZED (
    SELECT t.* FROM top_rated AS t JOIN lists USING (scored_by, as_of, window_days)
), compared AS MATERIALIZED (
    SELECT scored_by, as_of, window_days, movie_id,
        b.min_votes, b.rank, b.views, b.rated_views, b.weighted, b.bayes, b.mean,
        b.record IS NULL AS goes, o.load_id IS NULL AS comes
    FROM (SELECT DISTINCT ON (s.scored_by, s.as_of, s.window_days, s.movie_id) s.*
          FROM pg_temp.stage AS s
          WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
          ORDER BY s.scored_by, s.as_of, s.window_days, s.movie_id, s.record DESC) AS b
    FULL JOIN before AS o USING (scored_by, as_of, window_days, movie_id)
    WHERE (b.min_votes, b.rank, b.views, b.rated_views, b.weighted, b.bayes, b.mean)
        IS DISTINCT FROM
        (o.min_votes, o.rank, o.views, o.rated_views, o.weighted, o.bayes, o.mean)
), gone AS (
    DELETE FROM top_rated AS t
    USING compared AS c
    WHERE c.goes
        AND (t.scored_by, t.as_of, t.window_days, t.movie_id)
          = (c.scored_by, c.as_of, c.window_days, c.movie_id)
    RETURNING 1
), updated AS (
    UPDATE top_rated AS t
    SET min_votes = c.min_votes, rank = c.rank, views = c.views, rated_views = c.rated_views,
        weighted = c.weighted, bayes = c.bayes, mean = c.mean,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM compared AS c
    WHERE NOT c.goes AND NOT c.comes
        AND (t.scored_by, t.as_of, t.window_days, t.movie_id)
          = (c.scored_by, c.as_of, c.window_days, c.movie_id)
    RETURNING 1
), inserted AS (
    INSERT INTO top_rated (scored_by, as_of, window_days, movie_id, min_votes, rank, views, rated_views,
        weighted, bayes, mean, load_id)
    SELECT c.scored_by, c.as_of, c.window_days, c.movie_id, c.min_votes, c.rank, c.views, c.rated_views,
        c.weighted, c.bayes, c.mean,
        current_setting('reelpipe.load_id')::bigint
    FROM compared AS c
    WHERE c.comes
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT count(*) FROM before) - (SELECT count(*) FROM gone) AS seen,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated, seen - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - inserted - seen AS dropped, rejected
FROM counts;
