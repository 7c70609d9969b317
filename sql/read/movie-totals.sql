-- Films with their views and ratings of all business days up to one: what that day brought, and what was before.
-- type: movie_daily
-- param to text: the last day
WITH given AS MATERIALIZED (
    SELECT current_setting('param.to')::date AS day
), recent AS MATERIALIZED (
    SELECT d.movie_id, d.day = g.day AS today, d.views, d.rated_views, d.rating_sum
    FROM movie_daily AS d, given AS g
    WHERE d.day >= g.day
), before AS (
    -- Of all days, less that one and what may have come after it.
    SELECT movie_id, sum(views)::bigint AS views, sum(rated_views)::bigint AS rated_views, sum(rating_sum) AS rating_sum
    FROM (SELECT movie_id, views, rated_views, rating_sum FROM movie_total
          UNION ALL
          SELECT movie_id, views, rated_views, rating_sum FROM movie_daily
          WHERE NOT EXISTS (SELECT FROM movie_total)
          UNION ALL
          SELECT movie_id, -views, -rated_views, -rating_sum FROM recent) AS t
    GROUP BY movie_id
)
SELECT g.day - 1 AS day, b.movie_id, b.views, b.rated_views, b.rating_sum
FROM before AS b, given AS g
WHERE b.views <> 0
UNION ALL
SELECT g.day, r.movie_id, r.views, r.rated_views, r.rating_sum
FROM recent AS r, given AS g
WHERE r.today
ORDER BY 1, 2;
