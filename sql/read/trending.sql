-- The latest trending lists, with the films' titles.
-- type: trending
-- param by text: movie, genre or all alone
-- param scored_by text: scored by this alone
-- param window_days int: of windows of this length alone
SELECT t."by", t.scored_by, t.as_of, t.window_days, t.rank, t.item, t.views, t.viewers, t.score,
    t.previous_views, t.previous_viewers, t.previous_score, t.previous_rank, t.change,
    CASE WHEN t."by" = 'movie' THEN m.title ELSE t.item END AS _title
FROM trending AS t
JOIN (
    SELECT "by", scored_by, window_days, max(as_of) AS as_of
    FROM trending
    GROUP BY "by", scored_by, window_days
) AS latest USING ("by", scored_by, window_days, as_of)
-- An item of a list by genre is no number, and the order of conditions isn't defined: text is compared.
LEFT JOIN movies AS m ON t."by" = 'movie' AND m.movie_id::text = t.item
WHERE current_setting('param.by') IN ('', t."by")
    AND current_setting('param.scored_by') IN ('', t.scored_by)
    AND current_setting('param.window_days') IN ('', t.window_days::text)
ORDER BY t."by", t.scored_by, t.window_days, t.rank, t.item;
