-- Films that TMDB may have: all but those with a number of our own and those it no longer has.
-- type: movie
SELECT movie_id
FROM movies
WHERE movie_id > 0 AND NOT deleted
ORDER BY movie_id;
