-- The bulk way of a first load of watches without a staging table between: pg-load(1), MERGES, and
-- src/pg-load/direct.h say how it goes. The records themselves are copied into watch_sessions, which is empty
-- and without keys from direct_begin_watch() to direct_end_watch(); what load/watch.sql does beside that for new
-- sessions, the latter does for all of them at once. A record that the merge behind it moves to another day leaves
-- the first one dirty, too, for nothing.

-- Whether the table looks as if it could be had. Locks nothing.
CREATE FUNCTION direct_ready_watch() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = public, pg_temp
RETURN (SELECT s.frozen_before FROM settings AS s) IS NULL AND NOT EXISTS (SELECT FROM watch_sessions);
COMMENT ON FUNCTION direct_ready_watch() IS 'Whether watch_sessions is empty and no day is closed';
REVOKE ALL ON FUNCTION direct_ready_watch() FROM PUBLIC;

-- NULL, and nothing is changed, when the table isn't to be had: bulk_begin_watch() says when. A closed day takes
-- its watches from the merge's hands alone, which refuses them.
CREATE FUNCTION direct_begin_watch(load bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
BEGIN
    IF NOT direct_ready_watch() OR NOT bulk_begin_watch() THEN
        RETURN NULL;
    END IF;
    EXECUTE format('ALTER TABLE watch_sessions ALTER load_id SET DEFAULT %L::bigint', load);
    RETURN 'public.watch_sessions';
END
$$;
COMMENT ON FUNCTION direct_begin_watch(bigint) IS
    'Opens an empty watch_sessions for a COPY of this load, for the rest of the transaction; returns its name, or NULL: not done';
REVOKE ALL ON FUNCTION direct_begin_watch(bigint) FROM PUBLIC;

-- watch_sessions_keys() in its two halves: films are best found by their index, and foreign keys want them.
CREATE FUNCTION watch_sessions_indexes() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    ALTER TABLE watch_sessions ADD CONSTRAINT watch_sessions_pkey PRIMARY KEY (session_id);
    CREATE INDEX watch_sessions_watch_timestamp_idx ON watch_sessions (watch_timestamp);
    COMMENT ON INDEX watch_sessions_watch_timestamp_idx IS 'For pg-read watch: the watches of some days';
    CREATE INDEX watch_sessions_movie_id_idx ON watch_sessions (movie_id);
    COMMENT ON INDEX watch_sessions_movie_id_idx IS
        'For load/movie.sql: the days on which a film was watched whose genres changed';
END
$$;
REVOKE ALL ON FUNCTION watch_sessions_indexes() FROM PUBLIC;
COMMENT ON FUNCTION watch_sessions_indexes() IS 'Makes the primary key and the indexes of watch_sessions';

CREATE FUNCTION watch_sessions_references() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    ALTER TABLE watch_sessions ADD CONSTRAINT watch_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users;
    ALTER TABLE watch_sessions ADD CONSTRAINT watch_sessions_movie_id_fkey
        FOREIGN KEY (movie_id) REFERENCES movies;
END
$$;
REVOKE ALL ON FUNCTION watch_sessions_references() FROM PUBLIC;
COMMENT ON FUNCTION watch_sessions_references() IS 'Makes the foreign keys of watch_sessions';

CREATE OR REPLACE FUNCTION watch_sessions_keys() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM watch_sessions_indexes();
    PERFORM watch_sessions_references();
END
$$;

CREATE FUNCTION direct_end_watch() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    SET maintenance_work_mem = '256MB'
    SET jit = off
AS $$
DECLARE
    load bigint := current_setting('reelpipe.load_id')::bigint;
    zone text := (SELECT s.business_tz FROM settings AS s);
BEGIN
    ALTER TABLE watch_sessions ALTER load_id DROP DEFAULT;
    PERFORM watch_sessions_indexes();
    ANALYZE watch_sessions;
    INSERT INTO users (user_id, placeholder, load_id)
    SELECT DISTINCT w.user_id, true, load FROM watch_sessions AS w ORDER BY 1
    ON CONFLICT DO NOTHING;
    -- From one entry of the index to the next that differs.
    INSERT INTO movies (movie_id, placeholder, load_id)
    WITH RECURSIVE film AS (
        SELECT min(w.movie_id) AS movie_id FROM watch_sessions AS w
        UNION ALL
        SELECT (SELECT min(w.movie_id) FROM watch_sessions AS w WHERE w.movie_id > f.movie_id)
        FROM film AS f
        WHERE f.movie_id IS NOT NULL
    )
    SELECT f.movie_id, true, load FROM film AS f WHERE f.movie_id IS NOT NULL ORDER BY 1
    ON CONFLICT DO NOTHING;
    PERFORM watch_sessions_references();
    -- Likewise. Where clocks are set back, the next day may begin before its midnight; nowhere by three hours.
    INSERT INTO dirty_day (day, generation)
    WITH RECURSIVE days AS (
        SELECT (min(w.watch_timestamp) AT TIME ZONE zone)::date AS day FROM watch_sessions AS w
        UNION ALL
        SELECT (SELECT (w.watch_timestamp AT TIME ZONE zone)::date
                FROM watch_sessions AS w
                WHERE w.watch_timestamp >= (d.day + 1)::timestamp AT TIME ZONE zone - interval '3 hours'
                    AND (w.watch_timestamp AT TIME ZONE zone)::date > d.day
                ORDER BY w.watch_timestamp
                LIMIT 1)
        FROM days AS d
        WHERE d.day IS NOT NULL
    )
    SELECT d.day, nextval('dirty_generation_seq') FROM days AS d WHERE d.day IS NOT NULL ORDER BY 1
    ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation;
END
$$;
COMMENT ON FUNCTION direct_end_watch() IS
    'Puts the keys and indexes back on that direct_begin_watch took off; makes the placeholders that the watches need, and their days dirty';
REVOKE ALL ON FUNCTION direct_end_watch() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION direct_ready_watch() TO reelpipe_etl;
GRANT EXECUTE ON FUNCTION direct_begin_watch(bigint) TO reelpipe_etl;
GRANT EXECUTE ON FUNCTION direct_end_watch() TO reelpipe_etl;
