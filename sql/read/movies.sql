-- Films whose metadata is known, deleted ones too, with all their genres.
-- type: movie
SELECT m.movie_id, m.title, m.original_title, g.genres, m.release_date, m.rating, m.vote_count,
    m.popularity, m.runtime, m.original_language, m.status, m.adult, m.fetched_at, m.deleted
FROM movies AS m
LEFT JOIN (
    SELECT movie_id, string_agg(genre, '|' ORDER BY position) AS genres
    FROM movie_genres
    GROUP BY movie_id
) AS g USING (movie_id)
WHERE NOT m.placeholder
ORDER BY m.movie_id;
