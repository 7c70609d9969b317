-- Films with their views and ratings of all business days, for movie_total; nothing where that has them already.
-- type: movie_total
SELECT movie_id,
    -- A sum of int8 would be one of numerics, and take twice as long; up to 2^53 these are exact.
    sum(views::float8)::bigint AS views, sum(rated_views::float8)::bigint AS rated_views, sum(rating_sum) AS rating_sum
FROM movie_daily
WHERE NOT EXISTS (SELECT FROM movie_total)
GROUP BY movie_id
ORDER BY movie_id;
