-- Merges pg_temp.stage into trending and top_rated. pg-load(1), MERGES, says what a merge finds and leaves.
-- Lists that were computed: those of them that have no records in the segments of trending and top_rated before,
-- which have left their keys in reelpipe.lists, are empty, and what is stored of them goes (updated). About the
-- others there is nothing to do (unchanged).
INSERT INTO pg_temp.stage_reject
SELECT record, CASE WHEN num_nulls(list, "by", scored_by, as_of, window_days) > 0 THEN 'missing-value'
                    ELSE 'unknown-list' END,
    CASE WHEN num_nulls(list, "by", scored_by, as_of, window_days) > 0
         THEN 'a computed_list record needs all values' ELSE 'list: neither trending nor top_rated' END
FROM pg_temp.stage
WHERE num_nulls(list, "by", scored_by, as_of, window_days) > 0 OR list NOT IN ('trending', 'top_rated');

WITH batch AS MATERIALIZED (
    SELECT DISTINCT s.list, s."by", s.scored_by, s.as_of, s.window_days
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), empty AS MATERIALIZED (
    SELECT * FROM batch AS b
    WHERE NOT coalesce(nullif(current_setting('reelpipe.lists', true), ''), '[]')::jsonb
        @> jsonb_build_array(jsonb_build_array(b.list, b."by", b.scored_by, b.as_of, b.window_days))
), trending_gone AS (
    DELETE FROM trending AS t
    USING empty AS e
    WHERE e.list = 'trending'
        AND (t."by", t.scored_by, t.as_of, t.window_days) = (e."by", e.scored_by, e.as_of, e.window_days)
    RETURNING e.list, e."by", e.scored_by, e.as_of, e.window_days
), top_rated_gone AS (
    DELETE FROM top_rated AS t
    USING empty AS e
    WHERE e.list = 'top_rated' AND e."by" = 'movie'
        AND (t.scored_by, t.as_of, t.window_days) = (e.scored_by, e.as_of, e.window_days)
    RETURNING e.list, e."by", e.scored_by, e.as_of, e.window_days
), counts AS (
    SELECT (SELECT count(*) FROM (TABLE trending_gone UNION TABLE top_rated_gone) AS gone) AS updated,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT 0::bigint AS inserted, updated, batch - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
