-- Loads that were taken back. A row that is changed keeps who brought it, so that it can be told from one that
-- its load brought; NULL, as in nearly all rows, takes no room.
ALTER TABLE watch_sessions ADD COLUMN first_load_id bigint;
COMMENT ON COLUMN watch_sessions.first_load_id IS
    'The load that brought the row, if another change came after it; NULL: load_id brought it';

CREATE TABLE etl_undo (
    load_id bigint PRIMARY KEY,
    undone_at timestamptz NOT NULL DEFAULT now(),
    removed bigint NOT NULL,
    changed bigint NOT NULL,
    changed_since bigint NOT NULL,
    frozen bigint NOT NULL,
    undone_by bigint NOT NULL
);
COMMENT ON TABLE etl_undo IS 'Loads whose watches were taken back';
COMMENT ON COLUMN etl_undo.load_id IS 'The load';
COMMENT ON COLUMN etl_undo.undone_at IS 'When its watches were taken back last';
COMMENT ON COLUMN etl_undo.removed IS 'Watches that it had brought and that are gone now';
COMMENT ON COLUMN etl_undo.changed IS 'Watches that were there before it and that it had changed: they stay so';
COMMENT ON COLUMN etl_undo.changed_since IS 'Watches that it had brought and that a later load changed: they stay';
COMMENT ON COLUMN etl_undo.frozen IS 'Watches of closed days that it had brought: they stay';
COMMENT ON COLUMN etl_undo.undone_by IS 'The load that took it back';

GRANT SELECT, INSERT, UPDATE ON etl_undo TO reelpipe_etl;
GRANT DELETE ON watch_sessions TO reelpipe_etl;
