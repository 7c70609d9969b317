-- What a whole installation shares.
CREATE TABLE settings (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    business_tz text NOT NULL DEFAULT 'UTC' CHECK (now() AT TIME ZONE business_tz IS NOT NULL),
    frozen_before date
);
COMMENT ON TABLE settings IS 'What the whole installation shares: one row';
COMMENT ON COLUMN settings.one_row IS 'Always true: keeps the table at one row';
COMMENT ON COLUMN settings.business_tz IS
    'The IANA time zone in which a business day runs from midnight to midnight; after a change, every day that has watches must be made dirty';
COMMENT ON COLUMN settings.frozen_before IS
    'Watches of business days before this one are not accepted any more (the retention horizon); NULL: no limit';
INSERT INTO settings DEFAULT VALUES;

-- STABLE, not IMMUTABLE: the zone can change. Statements over many rows take the zone once and use
-- AT TIME ZONE themselves.
CREATE FUNCTION business_day(moment timestamptz) RETURNS date
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN (moment AT TIME ZONE (SELECT s.business_tz FROM settings AS s))::date;
COMMENT ON FUNCTION business_day(timestamptz) IS 'The business day of a moment, in settings.business_tz';

CREATE SEQUENCE load_id_seq;
COMMENT ON SEQUENCE load_id_seq IS 'A number for each transaction of pg-load: the load_id of the rows it brings or changes';

CREATE SEQUENCE dirty_generation_seq;
COMMENT ON SEQUENCE dirty_generation_seq IS 'Values of dirty_day.generation: never the same one twice';
