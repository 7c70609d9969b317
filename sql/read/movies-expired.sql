-- Films whose details may no longer be kept, as records that clear them: nothing is left but the number.
-- type: movie
-- param before time: fetched before that time
SELECT movie_id, NULL::text AS title, NULL::text AS original_title, NULL::text AS genres,
    NULL::date AS release_date, NULL::numeric AS rating, NULL::bigint AS vote_count,
    NULL::numeric AS popularity, NULL::bigint AS runtime, NULL::text AS original_language,
    NULL::text AS status, NULL::boolean AS adult, NULL::timestamptz AS fetched_at, false AS deleted
FROM movies
WHERE fetched_at < nullif(current_setting('param.before'), '')::timestamptz
ORDER BY movie_id;
