-- severity: warning
-- description: No two films have the same title and the same release date.
SELECT string_agg(m.movie_id::text, '/' ORDER BY m.movie_id) AS movie_ids
FROM movies AS m
WHERE NOT m.deleted AND m.release_date IS NOT NULL
GROUP BY m.title, m.release_date
HAVING count(*) > 1
ORDER BY min(m.movie_id);
