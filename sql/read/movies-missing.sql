-- Films that only a log has named: their metadata is to be fetched.
-- type: movie
SELECT movie_id
FROM movies
WHERE placeholder AND NOT deleted
ORDER BY movie_id;
