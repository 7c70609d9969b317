-- severity: warning
-- description: Few films are known by number alone.
-- param percent int = 5: so many of all films may be
SELECT m.movie_id
FROM movies AS m
WHERE m.placeholder AND (
    SELECT 100 * count(*) FILTER (WHERE a.placeholder) > current_setting('param.percent')::bigint * count(*)
    FROM movies AS a)
ORDER BY m.movie_id;
