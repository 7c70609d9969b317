-- reelpipe_etl writes rows and makes nothing but temporary tables; reelpipe_dash reads views alone.
GRANT SELECT ON settings, etl_log TO reelpipe_etl;
GRANT SELECT, INSERT, UPDATE ON movies, genres, users, watch_sessions, etl_bookmark, etl_stage_log
    TO reelpipe_etl;
GRANT SELECT, INSERT ON etl_reject, dq_result TO reelpipe_etl;
GRANT INSERT, UPDATE ON etl_log TO reelpipe_etl;
-- Lists that are replaced as a whole, and days that are done.
GRANT SELECT, INSERT, UPDATE, DELETE ON movie_genres, trending, dirty_day TO reelpipe_etl;
GRANT USAGE ON SEQUENCE load_id_seq, dirty_generation_seq TO reelpipe_etl;
GRANT EXECUTE ON FUNCTION bulk_begin_watch() TO reelpipe_etl;
GRANT EXECUTE ON FUNCTION bulk_end_watch() TO reelpipe_etl;
