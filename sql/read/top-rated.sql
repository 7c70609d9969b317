-- The latest lists of the best rated films, with their titles.
-- type: top_rated
-- param scored_by text: scored by this alone
-- param window_days int: of windows of this length alone; 0: of all days
SELECT t.scored_by, t.as_of, t.window_days, t.min_votes, t.rank, t.movie_id, t.views, t.rated_views, t.weighted,
    t.bayes, t.mean, m.title AS _title
FROM top_rated AS t
JOIN (
    SELECT scored_by, window_days, max(as_of) AS as_of
    FROM top_rated
    GROUP BY scored_by, window_days
) AS latest USING (scored_by, window_days, as_of)
LEFT JOIN movies AS m USING (movie_id)
WHERE current_setting('param.scored_by') IN ('', t.scored_by)
    AND current_setting('param.window_days') IN ('', t.window_days::text)
ORDER BY t.scored_by, t.window_days, t.rank;
