-- The watch history. No triggers: what changes it, pg-load above all, keeps dirty_day itself.
CREATE TABLE watch_sessions (
    session_id bigint NOT NULL,
    user_id bigint NOT NULL,
    movie_id bigint NOT NULL,
    watch_timestamp timestamptz NOT NULL,
    rating numeric(5, 3),
    load_id bigint NOT NULL,
    CONSTRAINT watch_sessions_rating_check CHECK (rating BETWEEN 0 AND 10)
);
COMMENT ON TABLE watch_sessions IS 'The watch history: one row for each viewing of a film by a user';
COMMENT ON COLUMN watch_sessions.session_id IS 'The number of the viewing';
COMMENT ON COLUMN watch_sessions.user_id IS 'Who watched';
COMMENT ON COLUMN watch_sessions.movie_id IS 'What was watched';
COMMENT ON COLUMN watch_sessions.watch_timestamp IS 'When it was watched';
COMMENT ON COLUMN watch_sessions.rating IS 'The rating the user gave, 0 to 10; NULL: none';
COMMENT ON COLUMN watch_sessions.load_id IS 'The load that brought or last changed the row';

CREATE TABLE dirty_day (
    day date PRIMARY KEY,
    generation bigint NOT NULL
);
COMMENT ON TABLE dirty_day IS 'Business days whose rollups must be computed anew';
COMMENT ON COLUMN dirty_day.day IS 'The business day';
COMMENT ON COLUMN dirty_day.generation IS
    'Grows with every change to the day and is never used again: who clears the day does so only if this is still the value read before the rows were';

-- The keys and indexes of watch_sessions, here once, for the migration and for the bulk way of a first
-- load. One object per ALTER.
CREATE FUNCTION watch_sessions_keys() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    ALTER TABLE watch_sessions ADD CONSTRAINT watch_sessions_pkey PRIMARY KEY (session_id);
    -- For pg-read watch: the watches of some days.
    CREATE INDEX watch_sessions_watch_timestamp_idx ON watch_sessions (watch_timestamp);
    COMMENT ON INDEX watch_sessions_watch_timestamp_idx IS 'For pg-read watch: the watches of some days';
    -- For load/movie.sql: the days on which a film was watched whose genres changed.
    CREATE INDEX watch_sessions_movie_id_idx ON watch_sessions (movie_id);
    COMMENT ON INDEX watch_sessions_movie_id_idx IS
        'For load/movie.sql: the days on which a film was watched whose genres changed';
    ALTER TABLE watch_sessions ADD CONSTRAINT watch_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users;
    ALTER TABLE watch_sessions ADD CONSTRAINT watch_sessions_movie_id_fkey
        FOREIGN KEY (movie_id) REFERENCES movies;
END
$$;
REVOKE ALL ON FUNCTION watch_sessions_keys() FROM PUBLIC;
COMMENT ON FUNCTION watch_sessions_keys() IS 'Makes the keys and indexes of watch_sessions';
SELECT watch_sessions_keys();

-- Returns false, and changes nothing, when the table has rows or a lock isn't had at once: the load then
-- goes the ordinary way. TRUNCATE of the empty table gives it a new file, which a server with
-- wal_level=minimal fills without logging.
CREATE FUNCTION bulk_begin_watch() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    SET lock_timeout = '200ms'
AS $$
BEGIN
    IF EXISTS (SELECT FROM watch_sessions) THEN
        RETURN false;
    END IF;
    LOCK TABLE users IN ACCESS EXCLUSIVE MODE;
    LOCK TABLE movies IN ACCESS EXCLUSIVE MODE;
    LOCK TABLE watch_sessions IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM watch_sessions) THEN
        RETURN false;
    END IF;
    ALTER TABLE watch_sessions DROP CONSTRAINT watch_sessions_movie_id_fkey;
    ALTER TABLE watch_sessions DROP CONSTRAINT watch_sessions_user_id_fkey;
    DROP INDEX watch_sessions_movie_id_idx;
    DROP INDEX watch_sessions_watch_timestamp_idx;
    ALTER TABLE watch_sessions DROP CONSTRAINT watch_sessions_pkey;
    TRUNCATE watch_sessions;
    RETURN true;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected OR dependent_objects_still_exist THEN
        RETURN false;
END
$$;
COMMENT ON FUNCTION bulk_begin_watch() IS
    'Takes the keys and indexes off an empty watch_sessions for the rest of the transaction; false: not done';
REVOKE ALL ON FUNCTION bulk_begin_watch() FROM PUBLIC;

CREATE FUNCTION bulk_end_watch() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    SET maintenance_work_mem = '256MB'
AS $$
BEGIN
    PERFORM watch_sessions_keys();
    ANALYZE watch_sessions;
END
$$;
COMMENT ON FUNCTION bulk_end_watch() IS 'Puts the keys and indexes back on that bulk_begin_watch took off';
REVOKE ALL ON FUNCTION bulk_end_watch() FROM PUBLIC;
