-- Runs and findings of the days before :'now', as etl-run and the quality checks would store them. The latest run of
-- load-watch is slow and rejected much, that of metadata-daily failed, and one of aggregate has been going for an hour;
-- a rule is broken whose violation is an error.
\set ON_ERROR_STOP on
BEGIN;
CREATE TEMPORARY TABLE run AS
SELECT r.pipeline, r.n, :'now'::timestamptz - r.n * r.every - interval '2 hours' AS started_at,
    CASE WHEN r.pipeline = 'load-watch' AND r.n = 0 THEN 900 ELSE 60 + 5 * (r.n % 4) END AS seconds,
    CASE WHEN r.pipeline = 'load-watch' AND r.n = 0 THEN 3000 ELSE 100 + r.n END AS rejected,
    CASE WHEN r.pipeline = 'metadata-daily' AND r.n = 0 THEN 1 WHEN r.n = 3 THEN 75 ELSE 0 END AS exit_status
FROM (
    SELECT 'load-watch' AS pipeline, n, interval '1 hour' AS every FROM generate_series(0, 99) AS n
    UNION ALL
    SELECT p.pipeline, n, interval '1 day'
    FROM generate_series(0, 19) AS n, (VALUES ('metadata-daily'), ('aggregate')) AS p (pipeline)
) AS r;
INSERT INTO etl_log (pipeline, started_at, finished_at, exit_status, failed_stage, records_read, records_written,
    records_rejected, records_dropped, inserted, updated, unchanged, bytes_in, bytes_out, message, load_id)
SELECT r.pipeline, r.started_at, r.started_at + r.seconds * interval '1 second', r.exit_status,
    CASE WHEN r.exit_status <> 0 THEN 'tmdb-pull' END, 10000, 10000 - r.rejected - 50, r.rejected, 50,
    10000 - r.rejected - 50, 0, 0, 600000, 550000,
    CASE WHEN r.exit_status <> 0 THEN 'tmdb-pull: a message with a <tag>, a "quote" and a | in it' END, 1
FROM run AS r;
INSERT INTO etl_log (pipeline, started_at, load_id) VALUES ('aggregate', :'now'::timestamptz - interval '1 hour', 1);
INSERT INTO etl_stage_log (pipeline, run_started_at, stage, started_at, seconds, records_read, records_written,
    records_rejected, records_dropped, inserted, updated, unchanged, bytes_in, bytes_out, load_id)
SELECT r.pipeline, r.started_at, s.stage, r.started_at + s.after * interval '1 millisecond', r.seconds, 10000,
    10000 - r.rejected, r.rejected, 0, s.inserted, s.inserted, s.inserted, 600000, 550000, 1
FROM run AS r, (VALUES ('csv-read', 0, NULL), ('validate', 1, NULL), ('pg-load', 2, 5)) AS s (stage, after, inserted)
ON CONFLICT DO NOTHING;
INSERT INTO dq_result (checked_at, rule, severity, description, found, detail, load_id)
SELECT :'now'::timestamptz - n * interval '1 day', q.rule, q.severity, 'Rows keep to ' || q.rule,
    CASE WHEN q.severity = 'kept' THEN 0 ELSE 3 + n % 2 END, 'movie_id 7, 9', 1
FROM generate_series(0, 9) AS n, (VALUES ('rollups-match', 'error'), ('titles-known', 'warning')) AS q (rule, severity);
INSERT INTO dq_result (checked_at, rule, severity, description, found, load_id)
SELECT :'now'::timestamptz - n * interval '1 day', 'keys-hold', 'error', 'Each watch has a user and a film', 0, 1
FROM generate_series(0, 9) AS n;
COMMIT;
