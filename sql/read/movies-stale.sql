-- Films whose details were fetched so long ago that they should be fetched again.
-- type: movie
-- param before time: fetched before that time
SELECT movie_id
FROM movies
WHERE movie_id > 0 AND NOT deleted
    AND fetched_at < nullif(current_setting('param.before'), '')::timestamptz
ORDER BY movie_id;
