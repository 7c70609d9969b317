-- Films that have genres, with all of them and nothing else.
-- type: movie
SELECT movie_id, string_agg(genre, '|' ORDER BY position) AS genres
FROM movie_genres
GROUP BY movie_id
ORDER BY movie_id;
