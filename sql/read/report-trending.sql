-- What is trending over 7 business days: the top 10 films, and all genres.
-- type: report_trending
-- param day text: the last day
SELECT t."by", t.rank, t.item, t.label, t.views, t.viewers, t.previous_views, t.previous_viewers,
    t.previous_rank, t.change, t.change_percent, t.rank_before, t.rank_change
FROM dash.trending AS t
WHERE t.as_of = current_setting('param.day')::date AND t.scored_by = 'views' AND t.window_days = 7
    AND (t."by" = 'genre' OR (t."by" = 'movie' AND t.rank <= 10))
ORDER BY t."by", t.rank, t.item;
