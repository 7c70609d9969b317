-- The tables: what was promised about them, comments on everything, and what each role may do.
BEGIN;
SELECT no_plan();

-- The columns that product owners were promised.
SELECT columns_are('users', ARRAY['user_id', 'name', 'email', 'signup_date', 'country', 'plan',
    'birth_years', 'placeholder', 'load_id']);
SELECT columns_are('movies', ARRAY['movie_id', 'title', 'genre', 'release_date', 'rating',
    'original_title', 'vote_count', 'popularity', 'runtime', 'original_language', 'status', 'adult',
    'fetched_at', 'deleted', 'placeholder', 'load_id']);
SELECT columns_are('watch_sessions', ARRAY['session_id', 'user_id', 'movie_id', 'watch_timestamp',
    'rating', 'load_id', 'first_load_id']);
SELECT col_type_is('watch_sessions', 'watch_timestamp', 'timestamp with time zone', 'times have a zone');
SELECT col_type_is('watch_sessions', 'rating', 'numeric(5,3)', 'ratings are exact');
SELECT col_type_is('movies', 'rating', 'numeric(5,3)', 'films'' ratings are exact');

SELECT col_is_pk('watch_sessions', 'session_id');
SELECT col_is_pk('movie_genres', ARRAY['movie_id', 'position']);
SELECT col_is_pk('trending', ARRAY['by', 'scored_by', 'as_of', 'window_days', 'item']);
SELECT fk_ok('watch_sessions', 'user_id', 'users', 'user_id');
SELECT fk_ok('watch_sessions', 'movie_id', 'movies', 'movie_id');
SELECT fk_ok('movie_genres', 'movie_id', 'movies', 'movie_id');
SELECT is_empty('SELECT tgname FROM pg_trigger WHERE tgrelid = ''watch_sessions''::regclass AND NOT tgisinternal',
    'watch_sessions has no triggers');

SELECT throws_ok('INSERT INTO movies (movie_id, load_id) VALUES (1, 1)', '23514', NULL,
    'only a placeholder is without a title');
SELECT lives_ok('INSERT INTO movies (movie_id, placeholder, load_id) VALUES (1, true, 1)',
    'a placeholder is');
SELECT throws_ok('INSERT INTO settings DEFAULT VALUES', '23505', NULL, 'settings has one row');
SELECT throws_ok('UPDATE settings SET business_tz = ''Mars/Olympus''', '22023', NULL,
    'the business time zone exists');

-- Comments.
SELECT is_empty($$
    SELECT c.oid::regclass FROM pg_class AS c
    WHERE c.relnamespace IN ('public'::regnamespace, 'dash'::regnamespace, 'raw'::regnamespace)
        AND c.relkind IN ('r', 'v', 'm', 'S')
        AND obj_description(c.oid, 'pg_class') IS NULL
        AND NOT EXISTS (SELECT FROM pg_depend AS d -- the sequences of identity columns
            WHERE d.objid = c.oid AND d.deptype = 'i')
        AND c.relname NOT LIKE 'pg_all_foreign_keys' AND c.relname NOT LIKE 'tap_funky'
    $$, 'every table, view and sequence has a comment');
SELECT is_empty($$
    SELECT a.attrelid::regclass || '.' || a.attname
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE c.relnamespace IN ('public'::regnamespace, 'dash'::regnamespace, 'raw'::regnamespace)
        AND c.relkind IN ('r', 'v', 'm') AND a.attnum > 0
        AND NOT a.attisdropped AND col_description(a.attrelid, a.attnum) IS NULL
        AND c.relname NOT IN ('pg_all_foreign_keys', 'tap_funky')
    $$, 'every column has a comment');
SELECT is_empty($$
    SELECT p.oid::regprocedure
    FROM pg_proc AS p
    WHERE p.pronamespace = 'public'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    $$, 'every function has a comment');

-- An index beside those of keys says which query needs it.
SELECT is_empty($$
    SELECT i.indexrelid::regclass
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary
        AND coalesce(obj_description(i.indexrelid, 'pg_class'), '') NOT LIKE 'For %'
    $$, 'every index names the query that needs it');

-- The owner's functions for others have a fixed search_path and aren't everybody's.
SELECT is_empty($$
    SELECT oid::regprocedure FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND NOT coalesce(proconfig::text LIKE '%search_path=public, pg_temp%', false)
    $$, 'functions that run as their owner have a fixed search_path');
SELECT is_empty($$
    SELECT oid::regprocedure FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND (has_function_privilege('public', oid, 'EXECUTE')
             OR has_function_privilege('reelpipe_dash', oid, 'EXECUTE'))
    $$, 'and aren''t everybody''s');

-- reelpipe_etl: rows, but no tables.
SELECT table_privs_are('watch_sessions', 'reelpipe_etl', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
SELECT table_privs_are('movies', 'reelpipe_etl', ARRAY['SELECT', 'INSERT', 'UPDATE']);
SELECT table_privs_are('users', 'reelpipe_etl', ARRAY['SELECT', 'INSERT', 'UPDATE']);
SELECT table_privs_are('dirty_day', 'reelpipe_etl', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
SELECT table_privs_are(t, 'reelpipe_etl', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'])
FROM unnest(ARRAY['day_daily', 'movie_daily', 'genre_daily', 'hour_daily', 'top_rated', 'trending']) AS t;
SELECT table_privs_are('settings', 'reelpipe_etl', ARRAY['SELECT']);
SELECT schema_privs_are('public', 'reelpipe_etl', ARRAY['USAGE']);
SELECT is_empty($$
    SELECT c.oid::regclass FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND has_table_privilege('reelpipe_etl', c.oid, 'TRUNCATE')
    $$, 'reelpipe_etl can''t empty a table');

-- reelpipe_dash: the views of dash, which it may only read; their owner can't be reached through them.
SELECT schema_privs_are('public', 'reelpipe_dash', ARRAY['USAGE']);
SELECT schema_privs_are('dash', 'reelpipe_dash', ARRAY['USAGE']);
SELECT is_empty($$
    SELECT c.oid::regclass, p.privilege
    FROM pg_class AS c,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
    WHERE c.relnamespace IN ('public'::regnamespace, 'dash'::regnamespace) AND c.relkind IN ('r', 'v', 'm')
        AND (c.relkind <> 'v' OR c.relnamespace <> 'dash'::regnamespace OR p.privilege <> 'SELECT')
        AND c.relname NOT IN ('pg_all_foreign_keys', 'tap_funky')
        AND has_table_privilege('reelpipe_dash', c.oid, p.privilege)
    $$, 'reelpipe_dash reads views of dash alone');
SELECT is_empty($$
    SELECT c.oid::regclass FROM pg_class AS c
    WHERE c.relnamespace = 'dash'::regnamespace
        AND (c.relkind <> 'v' OR NOT has_table_privilege('reelpipe_dash', c.oid, 'SELECT'))
    $$, 'all that is in dash are views that it reads');

SELECT schema_privs_are('raw', 'reelpipe_dash', ARRAY[]::text[]);

-- Raw views: the columns of the tables they are for, but load_id; reelpipe_etl reads them.
SELECT set_eq(
    $$SELECT c.relname::text, a.attname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'raw'::regnamespace AND a.attnum > 0
          AND c.relname NOT IN ('hourly', 'weekday_hourly')$$,
    $$SELECT c.relname::text, a.attname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND a.attname <> 'load_id'
          AND c.relname IN ('day_daily', 'movie_daily', 'genre_daily', 'hour_daily', 'trending', 'top_rated')$$,
    'raw views have the columns of the tables');
SELECT is_empty($$
    SELECT c.oid::regclass FROM pg_class AS c
    WHERE c.relnamespace = 'raw'::regnamespace
        AND (c.relkind <> 'v' OR NOT has_table_privilege('reelpipe_etl', c.oid, 'SELECT')
             OR has_table_privilege('reelpipe_dash', c.oid, 'SELECT'))
    $$, 'all that is in raw are views that reelpipe_etl reads, and reelpipe_dash doesn''t');

-- Business days.
UPDATE settings SET business_tz = 'Europe/Berlin';
SELECT is(business_day('2026-07-01T21:59:59Z'), '2026-07-01'::date, 'a day ends at local midnight');
SELECT is(business_day('2026-07-01T22:00:00Z'), '2026-07-02'::date, 'and the next one begins');
SELECT is(business_day(NULL), NULL, 'no moment, no day');

-- The bulk way leaves the keys and indexes as they were.
CREATE TEMPORARY VIEW shape AS
    SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE conrelid = 'watch_sessions'::regclass
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE tablename = 'watch_sessions';
CREATE TEMPORARY TABLE shape_before AS TABLE shape;
SELECT ok(bulk_begin_watch(), 'an empty table is open for the bulk way');
SELECT is((SELECT count(*) FROM shape), 1::bigint, 'only the check of the rating stays');
SELECT lives_ok('SELECT bulk_end_watch()', 'the bulk way ends');
SELECT set_eq('TABLE shape', 'TABLE shape_before', 'all keys and indexes are back');
SELECT set_config('reelpipe.load_id', '7', true);
SELECT is(direct_begin_watch(7), 'public.watch_sessions', 'an empty table is open for the records themselves');
INSERT INTO watch_sessions (session_id, user_id, movie_id, watch_timestamp) VALUES
    (1, 11, 21, '2026-07-01T21:59:59Z'), (2, 11, 22, '2026-07-01T22:00:00Z'), (3, 12, 21, '2026-07-03T10:00:00Z');
SELECT lives_ok('SELECT direct_end_watch()', 'that ends');
SELECT set_eq('TABLE shape', 'TABLE shape_before', 'all keys and indexes are back again');
SELECT set_eq('SELECT user_id, placeholder, load_id FROM users', $$VALUES (11::bigint, true, 7::bigint), (12, true, 7)$$,
    'users have placeholders');
SELECT set_eq('SELECT movie_id, placeholder, load_id FROM movies WHERE load_id = 7', $$VALUES (21::bigint, true, 7::bigint), (22, true, 7)$$,
    'and so have films');
SELECT set_eq('SELECT day FROM dirty_day', $$VALUES (date '2026-07-01'), ('2026-07-02'), ('2026-07-03')$$,
    'business days are dirty');
SELECT is((SELECT count(*) FROM watch_sessions WHERE load_id = 7), 3::bigint, 'rows are of the load');
SELECT throws_ok('INSERT INTO watch_sessions (session_id, user_id, movie_id, watch_timestamp) VALUES (4, 11, 21, now())',
    '23502', NULL, 'no later ones are by default');
SELECT is(direct_begin_watch(8), NULL, 'a table with rows is not to be had');
DELETE FROM watch_sessions;
UPDATE settings SET frozen_before = '2026-01-01';
SELECT is(direct_begin_watch(8), NULL, 'nor one with closed days');
SELECT set_eq('TABLE shape', 'TABLE shape_before', 'which keeps its keys');
UPDATE settings SET frozen_before = NULL;
INSERT INTO users (user_id, placeholder, load_id) VALUES (1, true, 1);
INSERT INTO watch_sessions VALUES (1, 1, 1, now(), NULL, 1);
SELECT ok(NOT bulk_begin_watch(), 'a table with rows is not');
SELECT set_eq('TABLE shape', 'TABLE shape_before', 'and keeps its keys');

CREATE TEMPORARY VIEW rollup_shape AS
    SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE conrelid = 'movie_daily'::regclass
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE tablename = 'movie_daily';
CREATE TEMPORARY TABLE rollup_shape_before AS TABLE rollup_shape;
SELECT ok(bulk_begin_movie_daily(), 'an empty movie_daily is open for the bulk way, too');
SELECT is((SELECT count(*) FROM rollup_shape), 0::bigint, 'its key is off');
SELECT lives_ok('SELECT bulk_end_movie_daily()', 'the bulk way ends');
SELECT set_eq('TABLE rollup_shape', 'TABLE rollup_shape_before', 'the key is back');
INSERT INTO movie_daily VALUES ('2026-11-15', 1, 1, 1, 0, 0, 1);
SELECT ok(NOT bulk_begin_movie_daily(), 'a movie_daily with rows is not');
SELECT set_eq('TABLE rollup_shape', 'TABLE rollup_shape_before', 'and keeps its key');

SELECT * FROM finish();
ROLLBACK;
