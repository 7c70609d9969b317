-- Merges pg_temp.stage into etl_stage_log. pg-load(1), MERGES, says what a merge finds and leaves.
-- The last record of a stage and its start wins. It belongs to the run that stood before it in the stream
-- (etl_run.sql); a record that comes without one leaves the stage with the run it had.
INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'an etl_stage record needs all values but inserted, updated, unchanged'
FROM pg_temp.stage
WHERE num_nulls(stage, started_at, seconds, records_read, records_written, records_rejected,
    records_dropped, bytes_in, bytes_out) > 0;

WITH given AS MATERIALIZED (
    SELECT current_setting('reelpipe.pipeline') AS pipeline,
        nullif(current_setting('reelpipe.run_started_at', true), '')::timestamptz AS run_started_at,
        current_setting('reelpipe.load_id')::bigint AS load_id
), batch AS MATERIALIZED (
    SELECT DISTINCT ON (s.stage, s.started_at) s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY s.stage, s.started_at, s.record DESC
), seen AS MATERIALIZED (
    SELECT b.*,
        (b.seconds, b.records_read, b.records_written, b.records_rejected, b.records_dropped,
         b.inserted, b.updated, b.unchanged, b.bytes_in, b.bytes_out, coalesce(b.loaded_as, l.loaded_as),
         coalesce(g.run_started_at, l.run_started_at))
        IS DISTINCT FROM
        (l.seconds, l.records_read, l.records_written, l.records_rejected, l.records_dropped,
         l.inserted, l.updated, l.unchanged, l.bytes_in, l.bytes_out, l.loaded_as,
         l.run_started_at) AS changes
    FROM batch AS b
    CROSS JOIN given AS g
    JOIN etl_stage_log AS l
        ON (l.pipeline, l.stage, l.started_at) = (g.pipeline, b.stage, b.started_at)
), updated AS (
    UPDATE etl_stage_log AS l
    SET seconds = s.seconds, records_read = s.records_read, records_written = s.records_written,
        records_rejected = s.records_rejected, records_dropped = s.records_dropped,
        inserted = s.inserted, updated = s.updated, unchanged = s.unchanged,
        bytes_in = s.bytes_in, bytes_out = s.bytes_out, loaded_as = coalesce(s.loaded_as, l.loaded_as),
        run_started_at = coalesce(g.run_started_at, l.run_started_at), load_id = g.load_id
    FROM seen AS s, given AS g
    WHERE s.changes AND (l.pipeline, l.stage, l.started_at) = (g.pipeline, s.stage, s.started_at)
    RETURNING 1
), inserted AS (
    INSERT INTO etl_stage_log (pipeline, stage, started_at, seconds, records_read, records_written,
        records_rejected, records_dropped, inserted, updated, unchanged, bytes_in, bytes_out, loaded_as,
        run_started_at, load_id)
    SELECT g.pipeline, b.stage, b.started_at, b.seconds, b.records_read, b.records_written,
        b.records_rejected, b.records_dropped, b.inserted, b.updated, b.unchanged, b.bytes_in,
        b.bytes_out, b.loaded_as, g.run_started_at, g.load_id
    FROM batch AS b, given AS g
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
