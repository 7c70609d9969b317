-- severity: error
-- description: A film's rating is from 0 to 10; votes, popularity and runtime aren't negative.
SELECT m.movie_id
FROM movies AS m
WHERE m.rating NOT BETWEEN 0 AND 10 OR m.vote_count < 0 OR m.popularity < 0 OR m.runtime < 0
ORDER BY m.movie_id;
