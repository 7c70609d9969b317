-- The figures of the last 7 business days and of the 7 before: one row.
-- type: report_totals
-- param day text: the last day
WITH w AS (
    SELECT d.day > current_setting('param.day')::date - 7 AS recent, sum(d.views)::bigint AS views,
        sum(d.rated_views)::bigint AS rated_views,
        round(sum(d.rating_sum) / nullif(sum(d.rated_views), 0), 4) AS weighted
    FROM dash.days AS d
    WHERE d.day > current_setting('param.day')::date - 14 AND d.day <= current_setting('param.day')::date
    GROUP BY 1
)
SELECT coalesce(a.views, 0) AS views, t.viewers, coalesce(a.rated_views, 0) AS rated_views, a.weighted,
    b.views AS previous_views, t.previous_viewers, b.rated_views AS previous_rated_views,
    b.weighted AS previous_weighted
FROM (SELECT) AS one
LEFT JOIN w AS a ON a.recent
LEFT JOIN w AS b ON NOT b.recent
LEFT JOIN dash.trending AS t
    ON t."by" = 'all' AND t.scored_by = 'views' AND t.window_days = 7
    AND t.as_of = current_setting('param.day')::date;
