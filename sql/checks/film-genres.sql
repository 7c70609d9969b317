-- severity: error
-- description: A film's genre is the first in its list of genres.
SELECT m.movie_id
FROM movies AS m
LEFT JOIN movie_genres AS g ON g.movie_id = m.movie_id AND g.position = 1
WHERE m.genre IS DISTINCT FROM g.genre
ORDER BY m.movie_id;
