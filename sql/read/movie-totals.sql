-- Films with their views and ratings of all business days up to one: what that day brought, and what was before.
-- type: movie_daily
-- param to text: the last day
SELECT t.day, t.movie_id, t.views, t.rated_views, t.rating_sum
FROM (
    SELECT d.movie_id, to_day.day - (d.day < to_day.day)::integer AS day, sum(d.views)::bigint AS views,
        sum(d.rated_views)::bigint AS rated_views, sum(d.rating_sum) AS rating_sum
    FROM movie_daily AS d, (SELECT current_setting('param.to')::date AS day) AS to_day
    WHERE d.day <= to_day.day
    GROUP BY 1, 2
) AS t
ORDER BY t.day, t.movie_id;
