-- Erasing users and closing days: what the functions do, what they refuse, and who may call them.
BEGIN;
SELECT no_plan();

INSERT INTO users (user_id, placeholder, load_id) VALUES (7, true, 1), (8, true, 1), (77, true, 1);
INSERT INTO movies (movie_id, placeholder, load_id) VALUES (603, true, 1);
INSERT INTO watch_sessions VALUES
    (1, 7, 603, '2026-01-01T12:00Z', 5, 1), (2, 8, 603, '2026-01-01T12:00Z', NULL, 1),
    (3, 7, 603, '2026-01-03T12:00Z', NULL, 1), (4, 77, 603, '2026-01-04T12:00Z', NULL, 1);
INSERT INTO etl_reject (reject_id, stage, rule, origin, reason, load_id)
SELECT gen_random_uuid(), 's', 'r', 'o', reason, 1
FROM (VALUES ('session_id: 7 is of user 8 and film 7 already'), ('session_id: 8 is of user 7 and film 603 already'),
    ('user_id: not a positive id: "77"'), ('user_id: "9", but session_id "1" is taken by "007" (a.csv:2)'),
    ('movie_id: "7", but session_id "7" is taken by "603" (a.csv:7)')) AS r (reason);
INSERT INTO dq_result VALUES ('2026-01-05', 'a', 'error', 'd', 1, 'user 7, 12', 1),
    ('2026-01-05', 'b', 'error', 'd', 1, 'user 77, 17', 1);
INSERT INTO etl_log (pipeline, started_at, message, load_id) VALUES ('p', '2026-01-05', 'user_id: "7" of 77', 1);

SELECT results_eq('SELECT DISTINCT u FROM erase_users(ARRAY[7, 9]::bigint[]) AS u', ARRAY[7::bigint],
    'who was there is returned');
SELECT is_empty('SELECT erase_users(ARRAY[7]::bigint[])', 'and only once');
SELECT is_empty('SELECT erase_users(ARRAY[]::bigint[])', 'nobody is nobody');
SELECT throws_ok('SELECT erase_users(ARRAY[7, NULL]::bigint[])', '22023', NULL, 'a user has a number');
SELECT throws_ok('SELECT erase_users(ARRAY[0]::bigint[])', '22023', NULL, 'that is positive');

-- Who loads can do that, and no more.
SELECT table_privs_are('erased_user', 'reelpipe_etl', ARRAY['SELECT', 'INSERT']);
SELECT table_privs_are('users', 'reelpipe_etl', ARRAY['SELECT', 'INSERT', 'UPDATE']);
SELECT table_privs_are('watch_sessions', 'reelpipe_etl', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
SELECT table_privs_are('settings', 'reelpipe_etl', ARRAY['SELECT']);
SELECT function_privs_are('erase_users', ARRAY['bigint[]'], 'reelpipe_etl', ARRAY['EXECUTE']);
SELECT function_privs_are('close_days', ARRAY['date'], 'reelpipe_etl', ARRAY['EXECUTE']);
SELECT function_privs_are('erase_users', ARRAY['bigint[]'], 'reelpipe_dash', ARRAY[]::text[]);
SELECT function_privs_are('close_days', ARRAY['date'], 'reelpipe_dash', ARRAY[]::text[]);

SELECT set_eq('SELECT user_id FROM users', ARRAY[8, 77]::bigint[], 'the user is gone');
SELECT set_eq('SELECT session_id FROM watch_sessions', ARRAY[2, 4]::bigint[], 'the watches are gone');
SELECT set_eq('SELECT day FROM dirty_day', ARRAY['2026-01-01', '2026-01-03']::date[], 'their days are to be computed');
SELECT set_eq('SELECT reason FROM etl_reject', ARRAY['session_id: 7 is of user 8 and film 7 already',
    'user_id: not a positive id: "77"', 'movie_id: "7", but session_id "7" is taken by "603" (a.csv:7)'],
    'rejects that name the user are gone, those of others stay');
SELECT results_eq('SELECT detail FROM dq_result ORDER BY rule', ARRAY[NULL, 'user 77, 17'],
    'findings don''t name the user');
SELECT is((SELECT message FROM etl_log), 'user_id: "(erased)" of 77', 'nor does the log');

-- The state of the list.
SELECT is(erasures(), '0:0', 'nobody is erased');
SELECT lives_ok('SELECT require_erasures()', 'then nothing is required');
INSERT INTO erased_user (hash, load_id) VALUES ('0123abcd:' || repeat('a', 32), 5);
SELECT is(erasures(), '1:5', 'somebody is');
SELECT throws_ok('SELECT require_erasures()', '55000', NULL, 'then who loads has to know the list');
SET LOCAL "reelpipe.erasures" = '0:0';
SELECT throws_ok('SELECT require_erasures()', '40001', NULL, 'and not an older one');
SET LOCAL "reelpipe.erasures" = '1:5';
SELECT lives_ok('SELECT require_erasures()', 'this is the one');
SELECT throws_ok('INSERT INTO erased_user (hash, load_id) VALUES (''7'', 5)', '23514', NULL,
    'a number in the place of the hash is refused');

-- Nobody's year of birth.
SELECT throws_ok('UPDATE users SET birth_years = ''1984''', '23514', NULL, 'a year of birth is ten years');
SELECT throws_ok('UPDATE users SET birth_years = ''1980-1999''', '23514', NULL, 'not more');
SELECT lives_ok('UPDATE users SET birth_years = ''1980-1989''', 'like these');

-- Closing days.
SELECT throws_ok('SELECT close_days(''2026-01-03'')', '40001', NULL, 'a day that has changed isn''t closed');
SELECT is((SELECT frozen_before FROM settings), NULL, 'and nothing has happened');
DELETE FROM dirty_day;
SELECT is(close_days('2026-01-01'), true, 'days without watches can be closed');
SELECT is(close_days('2026-01-03'), true, 'and those with some');
SELECT is(close_days('2026-01-03'), false, 'once');
SELECT is(close_days('2026-01-02'), false, 'an earlier day changes nothing');
SELECT is((SELECT frozen_before FROM settings), '2026-01-03'::date, 'the horizon never moves back');
SELECT throws_ok('SELECT close_days((now() + interval ''2 days'')::date)', '22023', NULL, 'the future stays open');
SELECT throws_ok('SELECT close_days(NULL)', '22023', NULL, 'a day is a day');
SELECT set_eq('SELECT session_id FROM watch_sessions', ARRAY[4]::bigint[], 'the watches before it are gone');
INSERT INTO dirty_day VALUES ('2026-01-02', 1), ('2026-01-03', 2);
SELECT throws_ok('SELECT close_days(''2026-01-04'')', '40001', NULL, 'a changed day behind the horizon counts');
DELETE FROM dirty_day WHERE day = '2026-01-03';
SELECT is(close_days('2026-01-04'), true, 'one before it doesn''t');
SELECT is_empty('SELECT day FROM dirty_day', 'and goes');

-- Of a closed day an erasure takes the rows, if there are any; its rollups stay.
INSERT INTO watch_sessions VALUES (9, 8, 603, '2026-01-02T12:00Z', NULL, 1), (10, 8, 603, '2026-01-04T12:00Z', NULL, 1);
SELECT results_eq('SELECT DISTINCT u FROM erase_users(ARRAY[8]::bigint[]) AS u', ARRAY[8::bigint], 'erased');
SELECT set_eq('SELECT day FROM dirty_day', ARRAY['2026-01-04']::date[], 'a closed day isn''t computed again');

SELECT * FROM finish();
ROLLBACK;
