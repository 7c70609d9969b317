-- Merges pg_temp.stage into day_daily. pg-load(1), MERGES, says what a merge finds and leaves.
-- also without records
--
-- Days are replaced as a whole: those of the records, and those that a segment of rolled_day has named before,
-- which may have no records any more. The last record of a key wins. Rows that stay as they are aren't
-- written; rows that go don't count.
INSERT INTO pg_temp.stage_reject
SELECT s.record, CASE WHEN s.day < g.frozen_before THEN 'frozen-day' ELSE 'missing-value' END,
    CASE WHEN s.day < g.frozen_before THEN 'day: the figures of that day are closed'
         ELSE 'a day_daily record needs all values' END
FROM pg_temp.stage AS s,
    (SELECT coalesce(frozen_before, '-infinity') AS frozen_before FROM settings LIMIT 1) AS g
WHERE num_nulls(s.day, s.views, s.viewers, s.rated_views, s.rating_sum) > 0
    OR s.day < g.frozen_before;

-- agg-daily writes its records in the order of the key.
WITH twice AS (
    DELETE FROM pg_temp.stage
    WHERE current_setting('reelpipe.distinct') = 'f' AND record IN (
        SELECT record
        FROM (SELECT s.record, row_number() OVER (PARTITION BY s.day ORDER BY s.record DESC) AS place
              FROM pg_temp.stage AS s
              WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)) AS ranked
        WHERE place > 1)
    RETURNING 1
)
SELECT set_config('reelpipe.dropped', count(*)::text, true) FROM twice;

-- Of the days that were named, those without records and without rows don't matter: there may be many.
SELECT set_config('reelpipe.replaced', coalesce(array_agg(day ORDER BY day), '{}')::text, true)
FROM (SELECT n.day
      FROM unnest(coalesce(nullif(current_setting('reelpipe.days', true), ''), '{}')::date[]) AS n (day)
      WHERE EXISTS (SELECT FROM day_daily AS o WHERE o.day = n.day)
      UNION
      SELECT s.day
      FROM pg_temp.stage AS s
      WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)) AS days;

-- The list of days is made once, not for every row that it is held against. All rows are compared in one join;
-- where the days have none yet there is nothing to compare. Whether they have, the index says of each: LIMIT keeps
-- the planner from reading the table for it.
WITH days AS MATERIALIZED (
    SELECT current_setting('reelpipe.replaced')::date[] AS list
), before AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM unnest((SELECT list FROM days)::date[]) AS n (day)
                   CROSS JOIN LATERAL (SELECT FROM day_daily AS o WHERE o.day = n.day LIMIT 1) AS o) AS rows
), sound AS NOT MATERIALIZED (
    SELECT s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), compared AS MATERIALIZED (
    SELECT day, s.views, s.viewers, s.rated_views, s.rating_sum,
        s.record IS NULL AS goes, o.load_id IS NULL AS comes
    FROM sound AS s
    FULL JOIN (SELECT * FROM day_daily WHERE day = ANY ((SELECT list FROM days)::date[])) AS o USING (day)
    WHERE (SELECT rows FROM before)
        AND (s.views, s.viewers, s.rated_views, s.rating_sum)
            IS DISTINCT FROM (o.views, o.viewers, o.rated_views, o.rating_sum)
), gone AS (
    DELETE FROM day_daily AS o
    USING compared AS c
    WHERE c.goes AND o.day = ANY ((SELECT list FROM days)::date[]) AND o.day = c.day
    RETURNING 1
), updated AS (
    UPDATE day_daily AS o
    SET views = c.views, viewers = c.viewers, rated_views = c.rated_views, rating_sum = c.rating_sum,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM compared AS c
    WHERE NOT c.goes AND NOT c.comes
        AND o.day = ANY ((SELECT list FROM days)::date[]) AND o.day = c.day
    RETURNING 1
), inserted AS (
    INSERT INTO day_daily (day, views, viewers, rated_views, rating_sum, load_id)
    SELECT n.day, n.views, n.viewers, n.rated_views, n.rating_sum,
        current_setting('reelpipe.load_id')::bigint
    FROM (SELECT day, views, viewers, rated_views, rating_sum FROM compared WHERE comes
          UNION ALL
          SELECT day, views, viewers, rated_views, rating_sum FROM sound WHERE (SELECT NOT rows FROM before)) AS n
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        current_setting('reelpipe.dropped')::bigint AS dropped,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated,
    current_setting('reelpipe.records')::bigint - dropped - rejected - inserted - updated AS unchanged,
    dropped, rejected
FROM counts;
