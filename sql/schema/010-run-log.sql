-- What is known of a run and of a finding of the quality rules. Nothing has been stored in these tables
-- before, so they are made anew.
DROP TABLE etl_log;
CREATE TABLE etl_log (
    pipeline text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    exit_status bigint,
    signal text,
    failed_stage text,
    attempts bigint NOT NULL DEFAULT 1,
    records_read bigint,
    records_written bigint,
    records_rejected bigint,
    records_dropped bigint,
    inserted bigint,
    updated bigint,
    unchanged bigint,
    bytes_in bigint,
    bytes_out bigint,
    message text,
    load_id bigint NOT NULL,
    PRIMARY KEY (pipeline, started_at)
);
COMMENT ON TABLE etl_log IS 'Runs of pipelines';
COMMENT ON COLUMN etl_log.pipeline IS 'The pipeline';
COMMENT ON COLUMN etl_log.started_at IS 'When the run began';
COMMENT ON COLUMN etl_log.finished_at IS 'When it ended; NULL: it runs, or was killed';
COMMENT ON COLUMN etl_log.exit_status IS 'What it ended with: 0 done, 75 to be tried again, else failed';
COMMENT ON COLUMN etl_log.signal IS 'The signal that ended the stage that failed, such as SIGKILL; NULL: none';
COMMENT ON COLUMN etl_log.failed_stage IS 'The program that failed first; NULL: none, or not known';
COMMENT ON COLUMN etl_log.attempts IS 'How often it was tried';
COMMENT ON COLUMN etl_log.records_read IS 'Records that its sources read';
COMMENT ON COLUMN etl_log.records_written IS 'Records that its loads took: inserted, updated or unchanged';
COMMENT ON COLUMN etl_log.records_rejected IS 'Bad records taken out, by all stages';
COMMENT ON COLUMN etl_log.records_dropped IS 'Duplicates and the like left out, by all stages';
COMMENT ON COLUMN etl_log.inserted IS 'Rows that its loads added';
COMMENT ON COLUMN etl_log.updated IS 'Rows that its loads changed';
COMMENT ON COLUMN etl_log.unchanged IS 'Records that changed nothing';
COMMENT ON COLUMN etl_log.bytes_in IS 'Bytes that its sources read';
COMMENT ON COLUMN etl_log.bytes_out IS 'Bytes that its sources wrote';
COMMENT ON COLUMN etl_log.message IS 'The last message of a run that failed';
COMMENT ON COLUMN etl_log.load_id IS 'The load that brought or last changed the row';

ALTER TABLE etl_stage_log ADD COLUMN run_started_at timestamptz;
ALTER TABLE etl_stage_log ADD COLUMN loaded_as bigint;
COMMENT ON COLUMN etl_stage_log.run_started_at IS 'The run of the pipeline in etl_log; NULL: none';
COMMENT ON COLUMN etl_stage_log.loaded_as IS
    'The load_id that a load gave to the rows it brought; NULL for other programs';

DROP TABLE dq_result;
CREATE TABLE dq_result (
    checked_at timestamptz NOT NULL,
    rule text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('error', 'warning')),
    description text NOT NULL,
    found bigint NOT NULL CHECK (found >= 0),
    detail text,
    load_id bigint NOT NULL,
    PRIMARY KEY (checked_at, rule)
);
COMMENT ON TABLE dq_result IS 'Findings of the data-quality rules';
COMMENT ON COLUMN dq_result.checked_at IS 'When the rules were checked';
COMMENT ON COLUMN dq_result.rule IS 'The name of the rule';
COMMENT ON COLUMN dq_result.severity IS 'How bad a violation is: error or warning';
COMMENT ON COLUMN dq_result.description IS 'What the rule demands';
COMMENT ON COLUMN dq_result.found IS 'How many rows broke it; 0: the data kept to it';
COMMENT ON COLUMN dq_result.detail IS 'Some of those rows, by id';
COMMENT ON COLUMN dq_result.load_id IS 'The load that brought the row';

GRANT SELECT, INSERT, UPDATE ON etl_log, dq_result TO reelpipe_etl;
