-- Merges pg_temp.stage into dirty_day. pg-load(1), MERGES, says what a merge finds and leaves.
-- Each day gets a new generation, also one that is dirty already: that is what a record of this type is for. So
-- loading it again isn't for nothing, as it is with other types. A day is inserted, or updated if it was dirty.
-- Whoever changes what is kept of all days, or goes by it, does so alone; and before any day.
LOCK TABLE movie_total IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO pg_temp.stage_reject
SELECT s.record, CASE WHEN s.day IS NULL THEN 'missing-value' ELSE 'frozen-day' END,
    'day: ' || CASE WHEN s.day IS NULL THEN 'a value is needed' ELSE 'the figures of that day are closed' END
FROM pg_temp.stage AS s,
    (SELECT coalesce(frozen_before, '-infinity') AS frozen_before FROM settings LIMIT 1) AS g
WHERE s.day IS NULL OR s.day < g.frozen_before;

-- Whoever wants days anew that haven't changed distrusts what is stored, so what is summed up over them goes too.
DELETE FROM movie_total WHERE EXISTS (SELECT FROM pg_temp.stage);

-- In the order of the days, as all who change the table, so that two of them don't wait for each other.
WITH batch AS MATERIALIZED (
    SELECT DISTINCT s.day
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), seen AS MATERIALIZED (
    SELECT d.day FROM dirty_day AS d JOIN batch USING (day)
), dirty AS (
    INSERT INTO dirty_day (day, generation)
    SELECT day, nextval('dirty_generation_seq')
    FROM (SELECT day FROM batch ORDER BY day) AS days
    ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM dirty) AS dirty,
        (SELECT count(*) FROM seen) AS seen,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT dirty - seen AS inserted, seen AS updated, 0::bigint AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - dirty AS dropped, rejected
FROM counts;
