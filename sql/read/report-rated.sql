-- The 10 best rated films by the Bayesian estimate, and by the weighted average.
-- type: report_rated
-- param day text: the day of the lists
SELECT t.scored_by, t.rank, t.movie_id, t.title, t.release_date, t.views, t.rated_views, t.weighted,
    t.bayes, t.mean, t.min_votes, t.rank_before, t.rank_change
FROM dash.top_rated AS t
WHERE t.as_of = nullif(current_setting('param.day'), '')::date AND t.window_days = 0 AND t.rank <= 10
ORDER BY t.scored_by, t.rank, t.movie_id;
