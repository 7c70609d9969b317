-- Merges pg_temp.stage into movies and movie_genres. pg-load(1), MERGES, says what a merge finds and
-- leaves.
--
-- The last record of a film wins. A tombstone (deleted is true and there is no title) marks the film
-- deleted and leaves the rest as it is, be it in the table or in an earlier record of the same stream.
-- A record that has all columns, and in them nothing but its number, clears the film: it is a placeholder
-- again (pg-read movies-expired). In a stream with some of the columns it is merely one without a title.
--
-- No load of watches is under way meanwhile: it makes placeholders, which a statement that began before
-- can neither see nor insert, and its watches make days that a change of genres must find.
SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('watch'));

INSERT INTO pg_temp.stage_reject
SELECT s.record, 'missing-value',
    CASE WHEN s.movie_id IS NULL THEN 'movie_id' ELSE 'title' END || ': a value is needed'
FROM pg_temp.stage AS s
WHERE s.movie_id IS NULL
    OR (s.title IS NULL AND s.deleted IS NOT TRUE
        AND 'title' = ANY (CAST(current_setting('reelpipe.columns') AS text[]))
        AND (num_nonnulls(s.original_title, s.genres, s.release_date, s.rating, s.vote_count, s.popularity,
                s.runtime, s.original_language, s.status, s.adult, s.fetched_at) > 0
            OR NOT CAST(current_setting('reelpipe.columns') AS text[]) @> ARRAY['original_title', 'genres',
                'release_date', 'rating', 'vote_count', 'popularity', 'runtime', 'original_language',
                'status', 'adult', 'fetched_at']));

WITH given AS MATERIALIZED (
    SELECT 'title' = ANY (c) AS title, 'original_title' = ANY (c) AS original_title,
        'genres' = ANY (c) AS genres, 'release_date' = ANY (c) AS release_date,
        'rating' = ANY (c) AS rating, 'vote_count' = ANY (c) AS vote_count,
        'popularity' = ANY (c) AS popularity, 'runtime' = ANY (c) AS runtime,
        'original_language' = ANY (c) AS original_language, 'status' = ANY (c) AS status,
        'adult' = ANY (c) AS adult, 'fetched_at' = ANY (c) AS fetched_at,
        'deleted' = ANY (c) AS deleted,
        s.business_tz, coalesce(s.frozen_before, '-infinity') AS frozen_before,
        current_setting('reelpipe.load_id')::bigint AS load_id
    FROM CAST(current_setting('reelpipe.columns') AS text[]) AS c,
        (SELECT * FROM settings LIMIT 1) AS s -- the planner takes LIMIT's word for one row
), sound AS (
    SELECT s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), last AS (
    SELECT DISTINCT ON (movie_id) movie_id, coalesce(deleted, false) AS deleted, fetched_at
    FROM sound
    ORDER BY movie_id, record DESC
), body AS (
    SELECT DISTINCT ON (movie_id) *
    FROM sound
    WHERE deleted IS NOT TRUE OR title IS NOT NULL
    ORDER BY movie_id, record DESC
), batch AS MATERIALIZED (
    SELECT l.movie_id, l.deleted, coalesce(l.fetched_at, b.fetched_at) AS fetched_at,
        b.movie_id IS NOT NULL AS has_body, b.title, b.original_title, b.release_date, b.rating,
        b.vote_count, b.popularity, b.runtime, b.original_language, b.status, b.adult,
        -- Each genre once, where it stands first.
        (SELECT array_agg(g.genre ORDER BY g.place)
         FROM (SELECT u.genre, min(u.place) AS place
               FROM unnest(string_to_array(b.genres, '|')) WITH ORDINALITY AS u (genre, place)
               GROUP BY u.genre) AS g) AS genres
    FROM last AS l
    LEFT JOIN body AS b USING (movie_id)
), seen AS MATERIALIZED (
    SELECT m.movie_id, n.*, b.genres,
        b.has_body AND g.genres AND b.genres IS DISTINCT FROM
            (SELECT array_agg(o.genre ORDER BY o.position)
             FROM movie_genres AS o WHERE o.movie_id = m.movie_id) AS genres_change,
        (n.title, n.genre, n.original_title, n.release_date, n.rating, n.vote_count, n.popularity,
         n.runtime, n.original_language, n.status, n.adult, n.fetched_at, n.deleted, n.placeholder)
        IS DISTINCT FROM
        (m.title, m.genre, m.original_title, m.release_date, m.rating, m.vote_count, m.popularity,
         m.runtime, m.original_language, m.status, m.adult, m.fetched_at, m.deleted, m.placeholder)
            AS row_changes
    FROM batch AS b
    JOIN movies AS m USING (movie_id)
    CROSS JOIN given AS g
    CROSS JOIN LATERAL (
        SELECT CASE WHEN b.has_body AND g.title THEN b.title ELSE m.title END AS title,
            CASE WHEN b.has_body AND g.genres THEN b.genres[1] ELSE m.genre END AS genre,
            CASE WHEN b.has_body AND g.original_title THEN b.original_title
                 ELSE m.original_title END AS original_title,
            CASE WHEN b.has_body AND g.release_date THEN b.release_date
                 ELSE m.release_date END AS release_date,
            CASE WHEN b.has_body AND g.rating THEN b.rating ELSE m.rating END AS rating,
            CASE WHEN b.has_body AND g.vote_count THEN b.vote_count
                 ELSE m.vote_count END AS vote_count,
            CASE WHEN b.has_body AND g.popularity THEN b.popularity
                 ELSE m.popularity END AS popularity,
            CASE WHEN b.has_body AND g.runtime THEN b.runtime ELSE m.runtime END AS runtime,
            CASE WHEN b.has_body AND g.original_language THEN b.original_language
                 ELSE m.original_language END AS original_language,
            CASE WHEN b.has_body AND g.status THEN b.status ELSE m.status END AS status,
            CASE WHEN b.has_body AND g.adult THEN b.adult ELSE m.adult END AS adult,
            -- A tombstone that doesn't say when it was fetched clears nothing.
            CASE WHEN g.fetched_at AND (b.has_body OR b.fetched_at IS NOT NULL) THEN b.fetched_at
                 ELSE m.fetched_at END AS fetched_at,
            CASE WHEN g.deleted THEN b.deleted ELSE m.deleted END AS deleted,
            CASE WHEN b.has_body AND g.title THEN b.title IS NULL ELSE m.placeholder END AS placeholder
    ) AS n
), updated AS (
    UPDATE movies AS m
    SET title = s.title, genre = s.genre, original_title = s.original_title,
        release_date = s.release_date, rating = s.rating, vote_count = s.vote_count,
        popularity = s.popularity, runtime = s.runtime, original_language = s.original_language,
        status = s.status, adult = s.adult, fetched_at = s.fetched_at, deleted = s.deleted,
        placeholder = s.placeholder, load_id = g.load_id
    FROM seen AS s, given AS g
    WHERE m.movie_id = s.movie_id AND (s.row_changes OR s.genres_change)
    RETURNING 1
), inserted AS (
    INSERT INTO movies (movie_id, title, genre, release_date, rating, original_title, vote_count,
        popularity, runtime, original_language, status, adult, fetched_at, deleted, placeholder,
        load_id)
    SELECT b.movie_id, b.title, b.genres[1], b.release_date, b.rating, b.original_title,
        b.vote_count, b.popularity, b.runtime, b.original_language, b.status, b.adult, b.fetched_at,
        b.deleted, b.title IS NULL, g.load_id
    FROM batch AS b, given AS g
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.movie_id = b.movie_id)
    ORDER BY b.movie_id
    ON CONFLICT DO NOTHING
    RETURNING movie_id
), lists AS (
    SELECT movie_id, genres FROM seen WHERE genres_change
    UNION ALL
    SELECT b.movie_id, b.genres FROM batch AS b JOIN inserted USING (movie_id)
), longer AS (
    -- Not a delete and an insert of the same key, whose order within a statement is undefined.
    INSERT INTO movie_genres AS o (movie_id, position, genre)
    SELECT l.movie_id, u.place, u.genre
    FROM lists AS l, unnest(l.genres) WITH ORDINALITY AS u (genre, place)
    ON CONFLICT (movie_id, position) DO UPDATE SET genre = EXCLUDED.genre
    WHERE o.genre IS DISTINCT FROM EXCLUDED.genre
    RETURNING 1
), shorter AS (
    DELETE FROM movie_genres AS o
    USING lists AS l
    WHERE o.movie_id = l.movie_id AND o.position > coalesce(cardinality(l.genres), 0)
    RETURNING 1
), dirty AS (
    INSERT INTO dirty_day (day, generation)
    SELECT day, nextval('dirty_generation_seq')
    FROM (SELECT DISTINCT (w.watch_timestamp AT TIME ZONE g.business_tz)::date AS day
          FROM watch_sessions AS w
          JOIN seen AS s USING (movie_id)
          CROSS JOIN given AS g
          WHERE s.genres_change
              AND (w.watch_timestamp AT TIME ZONE g.business_tz)::date >= g.frozen_before
          ORDER BY day) AS days
    ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT count(*) FROM seen) AS seen,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated, seen - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
