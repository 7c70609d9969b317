-- severity: error
-- description: A film of which more is known than its number has a title.
SELECT m.movie_id
FROM movies AS m
WHERE NOT m.placeholder AND NOT m.deleted AND coalesce(btrim(m.title), '') = ''
ORDER BY m.movie_id;
