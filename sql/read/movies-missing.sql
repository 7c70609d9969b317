-- Films that only a log has named: their metadata is to be fetched.
-- type: movie
SELECT movie_id
FROM movies
WHERE placeholder AND NOT deleted AND movie_id > 0
ORDER BY movie_id;
