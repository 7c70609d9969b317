-- Merges pg_temp.stage into dirty_day. pg-load(1), MERGES, says what a merge finds and leaves.
-- also without records
--
-- The days whose rollups follow in the same load: the merges of these replace the days that are left here in
-- reelpipe.days, also one that has no records any more. A day isn't dirty any more (updated), unless its
-- generation is another one than that which was read before its rows were: then it stays so (unchanged), and
-- so does one that wasn't dirty. Closed days aren't replaced, and there is nothing dirty about them.

-- There may be many, in a table of which the planner thinks that it is empty, as it mostly is.
ANALYZE pg_temp.stage (day);

-- Whoever changes what is kept of all days, or goes by it, does so alone; and before any day.
LOCK TABLE movie_total IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO pg_temp.stage_reject
SELECT s.record, CASE WHEN s.day < g.frozen_before THEN 'frozen-day' ELSE 'missing-value' END,
    CASE WHEN s.day < g.frozen_before THEN 'day: the figures of that day are closed'
         ELSE 'a rolled_day record needs a day and a generation' END
FROM pg_temp.stage AS s,
    (SELECT coalesce(frozen_before, '-infinity') AS frozen_before FROM settings LIMIT 1) AS g
WHERE num_nulls(s.day, s.generation) > 0 OR s.day < g.frozen_before;

SELECT set_config('reelpipe.days', coalesce(array_agg(DISTINCT s.day ORDER BY s.day), '{}')::text, true)
FROM pg_temp.stage AS s
WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record);

-- Whoever changes watches of these days, and so their generation, waits from here on, or is waited for; and all
-- take them in the order of the days. A day that is changed later gets a row of its own again.
SELECT day
FROM dirty_day
WHERE day IN (SELECT unnest(current_setting('reelpipe.days')::date[]))
ORDER BY day
FOR UPDATE;

WITH batch AS MATERIALIZED (
    SELECT DISTINCT ON (s.day) s.day, s.generation
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ORDER BY s.day, s.record DESC
), cleared AS (
    DELETE FROM dirty_day AS d
    USING batch AS b
    WHERE (d.day, d.generation) = (b.day, b.generation)
    RETURNING 1
), closed AS (
    DELETE FROM dirty_day
    WHERE day < (SELECT frozen_before FROM settings)
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM cleared) AS cleared,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT 0::bigint AS inserted, cleared AS updated, batch - cleared AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
