-- What the quality rules and pipelines/replay need: since when a day waits, and which rejects are done with.
ALTER TABLE dirty_day ADD COLUMN since timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN dirty_day.since IS
    'When the day became dirty; changes while it waits leave it as it is';

ALTER TABLE etl_reject ADD COLUMN resolved_at timestamptz;
COMMENT ON COLUMN etl_reject.resolved_at IS
    'When the mended record went back in; NULL: it hasn''t. Stays when the unmended file is loaded again';
GRANT UPDATE (resolved_at) ON etl_reject TO reelpipe_etl;

CREATE OR REPLACE VIEW dash.rejects AS
SELECT r.loaded_at, coalesce(r.pipeline, '') AS pipeline, r.stage, r.rule, r.origin, r.reason
FROM public.etl_reject AS r
WHERE r.resolved_at IS NULL;
COMMENT ON VIEW dash.rejects IS
    'Records that were taken out and aren''t back, without the records themselves';
