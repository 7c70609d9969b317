-- Merges pg_temp.stage into etl_log. pg-load(1), MERGES, says what a merge finds and leaves.
-- The last record of a run wins, but a run that has ended is never replaced by word that it runs. The stages
-- that follow in the stream belong to the run, when it is the only one: etl_stage.sql asks for it.
INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'an etl_run record needs a pipeline, a start and the number of attempts'
FROM pg_temp.stage
WHERE num_nulls(pipeline, started_at, attempts) > 0;

SELECT set_config('reelpipe.run_started_at',
    CASE WHEN count(*) = 1 AND min(s.pipeline) = current_setting('reelpipe.pipeline')
         THEN min(s.started_at)::text ELSE '' END, true)
FROM pg_temp.stage AS s
WHERE num_nulls(s.pipeline, s.started_at, s.attempts) = 0;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (s.pipeline, s.started_at) s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY s.pipeline, s.started_at, s.finished_at IS NULL, s.record DESC
), seen AS MATERIALIZED (
    SELECT b.*,
        (b.finished_at IS NOT NULL OR l.finished_at IS NULL)
        AND (b.finished_at, b.exit_status, b.signal, b.failed_stage, b.attempts, b.records_read,
             b.records_written, b.records_rejected, b.records_dropped, b.inserted, b.updated, b.unchanged,
             b.bytes_in, b.bytes_out, b.message)
        IS DISTINCT FROM
            (l.finished_at, l.exit_status, l.signal, l.failed_stage, l.attempts, l.records_read,
             l.records_written, l.records_rejected, l.records_dropped, l.inserted, l.updated, l.unchanged,
             l.bytes_in, l.bytes_out, l.message) AS changes
    FROM batch AS b
    JOIN etl_log AS l USING (pipeline, started_at)
), updated AS (
    UPDATE etl_log AS l
    SET finished_at = s.finished_at, exit_status = s.exit_status, signal = s.signal,
        failed_stage = s.failed_stage, attempts = s.attempts, records_read = s.records_read,
        records_written = s.records_written, records_rejected = s.records_rejected,
        records_dropped = s.records_dropped, inserted = s.inserted, updated = s.updated,
        unchanged = s.unchanged, bytes_in = s.bytes_in, bytes_out = s.bytes_out, message = s.message,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM seen AS s
    WHERE s.changes AND (l.pipeline, l.started_at) = (s.pipeline, s.started_at)
    RETURNING 1
), inserted AS (
    INSERT INTO etl_log (pipeline, started_at, finished_at, exit_status, signal, failed_stage, attempts,
        records_read, records_written, records_rejected, records_dropped, inserted, updated, unchanged,
        bytes_in, bytes_out, message, load_id)
    SELECT b.pipeline, b.started_at, b.finished_at, b.exit_status, b.signal, b.failed_stage, b.attempts,
        b.records_read, b.records_written, b.records_rejected, b.records_dropped, b.inserted, b.updated,
        b.unchanged, b.bytes_in, b.bytes_out, b.message, current_setting('reelpipe.load_id')::bigint
    FROM batch AS b
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.record = b.record)
    ON CONFLICT DO NOTHING
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
