-- severity: error
-- description: What is kept of each film over all days is what its days add up to.
WITH summed AS (
    SELECT movie_id, sum(views) AS views, sum(rated_views) AS rated_views, sum(rating_sum) AS rating_sum
    FROM movie_daily
    GROUP BY movie_id
)
SELECT movie_id
FROM summed AS s
FULL JOIN (SELECT * FROM movie_total WHERE views > 0) AS t USING (movie_id)
WHERE (s.views, s.rated_views, s.rating_sum) IS DISTINCT FROM (t.views, t.rated_views, t.rating_sum)
    -- Empty, it is added up by the next run of the aggregates.
    AND EXISTS (SELECT FROM movie_total)
ORDER BY movie_id;
