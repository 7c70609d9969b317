-- Merges pg_temp.stage into trending. pg-load(1), MERGES, says what a merge finds and leaves.
-- A list (by, scored_by, as_of, window_days) is replaced as a whole: items that aren't in the stream any
-- more go. So all columns must come.
INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'a trending record needs all values but viewers, previous_viewers and previous_rank'
FROM pg_temp.stage
WHERE num_nulls("by", scored_by, as_of, window_days, rank, item, views, score, previous_views,
    previous_score, change) > 0;

-- For a segment of computed_list that may follow.
SELECT set_config('reelpipe.lists',
    (coalesce(nullif(current_setting('reelpipe.lists', true), ''), '[]')::jsonb
     || coalesce(jsonb_agg(DISTINCT jsonb_build_array('trending', s."by", s.scored_by, s.as_of, s.window_days)),
                 '[]'))::text, true)
FROM pg_temp.stage AS s
WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record);

WITH given AS MATERIALIZED (
    SELECT current_setting('reelpipe.load_id')::bigint AS load_id
), batch AS MATERIALIZED (
    SELECT DISTINCT ON ("by", scored_by, as_of, window_days, item) s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY "by", scored_by, as_of, window_days, item, record DESC
), gone AS (
    DELETE FROM trending AS t
    USING (SELECT DISTINCT "by", scored_by, as_of, window_days FROM batch) AS lists
    WHERE (t."by", t.scored_by, t.as_of, t.window_days)
        = (lists."by", lists.scored_by, lists.as_of, lists.window_days)
        AND NOT EXISTS (
            SELECT FROM batch AS b
            WHERE (b."by", b.scored_by, b.as_of, b.window_days, b.item)
                = (t."by", t.scored_by, t.as_of, t.window_days, t.item))
    RETURNING 1
), seen AS MATERIALIZED (
    SELECT b.*,
        (b.rank, b.views, b.viewers, b.score, b.previous_views, b.previous_viewers, b.previous_score,
         b.previous_rank, b.change)
        IS DISTINCT FROM
        (t.rank, t.views, t.viewers, t.score, t.previous_views, t.previous_viewers, t.previous_score,
         t.previous_rank, t.change) AS changes
    FROM batch AS b
    JOIN trending AS t USING ("by", scored_by, as_of, window_days, item)
), updated AS (
    UPDATE trending AS t
    SET rank = s.rank, views = s.views, viewers = s.viewers, score = s.score,
        previous_views = s.previous_views, previous_viewers = s.previous_viewers,
        previous_score = s.previous_score, previous_rank = s.previous_rank, change = s.change,
        load_id = g.load_id
    FROM seen AS s, given AS g
    WHERE s.changes
        AND (t."by", t.scored_by, t.as_of, t.window_days, t.item)
          = (s."by", s.scored_by, s.as_of, s.window_days, s.item)
    RETURNING 1
), inserted AS (
    INSERT INTO trending ("by", scored_by, as_of, window_days, rank, item, views, viewers, score,
        previous_views, previous_viewers, previous_score, previous_rank, change, load_id)
    SELECT b."by", b.scored_by, b.as_of, b.window_days, b.rank, b.item, b.views, b.viewers, b.score,
        b.previous_views, b.previous_viewers, b.previous_score, b.previous_rank, b.change, g.load_id
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
