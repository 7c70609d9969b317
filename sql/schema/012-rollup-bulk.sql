-- The bulk way into movie_daily, the one rollup that has many rows: as bulk_begin_watch() and
-- bulk_end_watch().
CREATE FUNCTION bulk_begin_movie_daily() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    SET lock_timeout = '200ms'
AS $$
BEGIN
    IF EXISTS (SELECT FROM movie_daily) THEN
        RETURN false;
    END IF;
    LOCK TABLE movie_daily IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM movie_daily) THEN
        RETURN false;
    END IF;
    ALTER TABLE movie_daily DROP CONSTRAINT movie_daily_pkey;
    TRUNCATE movie_daily;
    RETURN true;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected OR dependent_objects_still_exist THEN
        RETURN false;
END
$$;
COMMENT ON FUNCTION bulk_begin_movie_daily() IS
    'Takes the key off an empty movie_daily for the rest of the transaction; false: not done';
REVOKE ALL ON FUNCTION bulk_begin_movie_daily() FROM PUBLIC;

CREATE FUNCTION bulk_end_movie_daily() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    SET maintenance_work_mem = '256MB'
AS $$
BEGIN
    ALTER TABLE movie_daily ADD CONSTRAINT movie_daily_pkey PRIMARY KEY (day, movie_id);
    ANALYZE movie_daily;
END
$$;
COMMENT ON FUNCTION bulk_end_movie_daily() IS 'Puts the key back on that bulk_begin_movie_daily took off';
REVOKE ALL ON FUNCTION bulk_end_movie_daily() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION bulk_begin_movie_daily() TO reelpipe_etl;
GRANT EXECUTE ON FUNCTION bulk_end_movie_daily() TO reelpipe_etl;
