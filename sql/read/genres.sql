-- The genres and their numbers.
-- type: genre
SELECT genre_id AS id, name
FROM genres
ORDER BY genre_id;
