-- The bulk way of a first load of watches without a staging table between: pg-load(1), MERGES, and
-- src/pg-load/direct.h say how it goes. The records themselves are copied into watch_sessions, which is empty
-- and without keys between these two functions; what load/watch.sql does beside that for new sessions, the
-- second one does for all of them at once.

-- NULL, and nothing is changed, when the table isn't to be had: bulk_begin_watch() says when. A closed day takes
-- its watches from the merge's hands alone, which refuses them.
CREATE FUNCTION direct_begin_watch(load bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
BEGIN
    IF (SELECT s.frozen_before FROM settings AS s) IS NOT NULL OR NOT bulk_begin_watch() THEN
        RETURN NULL;
    END IF;
    EXECUTE format('ALTER TABLE watch_sessions ALTER load_id SET DEFAULT %L::bigint', load);
    RETURN 'public.watch_sessions';
END
$$;
COMMENT ON FUNCTION direct_begin_watch(bigint) IS
    'Opens an empty watch_sessions for a COPY of this load, for the rest of the transaction; returns its name, or NULL: not done';
REVOKE ALL ON FUNCTION direct_begin_watch(bigint) FROM PUBLIC;

CREATE FUNCTION direct_end_watch() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    SET jit = off
AS $$
DECLARE
    load bigint := current_setting('reelpipe.load_id')::bigint;
BEGIN
    ALTER TABLE watch_sessions ALTER load_id DROP DEFAULT;
    -- The foreign keys want them.
    INSERT INTO users (user_id, placeholder, load_id)
    SELECT DISTINCT w.user_id, true, load FROM watch_sessions AS w ORDER BY 1
    ON CONFLICT DO NOTHING;
    INSERT INTO movies (movie_id, placeholder, load_id)
    SELECT DISTINCT w.movie_id, true, load FROM watch_sessions AS w ORDER BY 1
    ON CONFLICT DO NOTHING;
    PERFORM bulk_end_watch();
    INSERT INTO dirty_day (day, generation)
    SELECT day, nextval('dirty_generation_seq')
    FROM (SELECT DISTINCT (w.watch_timestamp AT TIME ZONE s.business_tz)::date AS day
          FROM watch_sessions AS w, (SELECT * FROM settings LIMIT 1) AS s
          ORDER BY day) AS days
    ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation;
END
$$;
COMMENT ON FUNCTION direct_end_watch() IS
    'Puts the keys and indexes back on that direct_begin_watch took off; makes the placeholders that the watches need, and their days dirty';
REVOKE ALL ON FUNCTION direct_end_watch() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION direct_begin_watch(bigint) TO reelpipe_etl;
GRANT EXECUTE ON FUNCTION direct_end_watch() TO reelpipe_etl;
