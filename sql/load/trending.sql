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

ANALYZE pg_temp.stage ("by", scored_by, as_of, window_days, item, record);

-- All are compared in one join.
WITH lists AS MATERIALIZED (
    SELECT DISTINCT s."by", s.scored_by, s.as_of, s.window_days
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), before AS MATERIALIZED (
    SELECT t.* FROM trending AS t JOIN lists USING ("by", scored_by, as_of, window_days)
), compared AS MATERIALIZED (
    SELECT "by", scored_by, as_of, window_days, item,
        b.rank, b.views, b.viewers, b.score, b.previous_views, b.previous_viewers, b.previous_score,
        b.previous_rank, b.change,
        b.record IS NULL AS goes, o.load_id IS NULL AS comes
    FROM (SELECT DISTINCT ON (s."by", s.scored_by, s.as_of, s.window_days, s.item) s.*
          FROM pg_temp.stage AS s
          WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
          ORDER BY s."by", s.scored_by, s.as_of, s.window_days, s.item, s.record DESC) AS b
    FULL JOIN before AS o USING ("by", scored_by, as_of, window_days, item)
    WHERE (b.rank, b.views, b.viewers, b.score, b.previous_views, b.previous_viewers, b.previous_score,
           b.previous_rank, b.change)
        IS DISTINCT FROM
        (o.rank, o.views, o.viewers, o.score, o.previous_views, o.previous_viewers, o.previous_score,
         o.previous_rank, o.change)
), gone AS (
    DELETE FROM trending AS t
    USING compared AS c
    WHERE c.goes
        AND (t."by", t.scored_by, t.as_of, t.window_days, t.item)
          = (c."by", c.scored_by, c.as_of, c.window_days, c.item)
    RETURNING 1
), updated AS (
    UPDATE trending AS t
    SET rank = c.rank, views = c.views, viewers = c.viewers, score = c.score,
        previous_views = c.previous_views, previous_viewers = c.previous_viewers,
        previous_score = c.previous_score, previous_rank = c.previous_rank, change = c.change,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM compared AS c
    WHERE NOT c.goes AND NOT c.comes
        AND (t."by", t.scored_by, t.as_of, t.window_days, t.item)
          = (c."by", c.scored_by, c.as_of, c.window_days, c.item)
    RETURNING 1
), inserted AS (
    INSERT INTO trending ("by", scored_by, as_of, window_days, item, rank, views, viewers, score,
        previous_views, previous_viewers, previous_score, previous_rank, change, load_id)
    SELECT c."by", c.scored_by, c.as_of, c.window_days, c.item, c.rank, c.views, c.viewers, c.score,
        c.previous_views, c.previous_viewers, c.previous_score, c.previous_rank, c.change,
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
