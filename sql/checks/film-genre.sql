-- severity: warning
-- description: Films have a genre, but for a few.
-- param percent int = 5: so many of all known films may lack one
WITH film AS (
    SELECT m.movie_id, m.genre FROM movies AS m WHERE NOT m.placeholder AND NOT m.deleted
)
SELECT f.movie_id
FROM film AS f
WHERE f.genre IS NULL AND (
    SELECT 100 * (count(*) - count(a.genre)) > current_setting('param.percent')::bigint * count(*)
    FROM film AS a)
ORDER BY f.movie_id;
