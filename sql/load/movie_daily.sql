-- Merges pg_temp.stage into movie_daily. pg-load(1), MERGES, says what a merge finds and leaves.
-- also without records
--
-- Days are replaced as a whole: those of the records, and those that a segment of rolled_day has named before,
-- which may have no records any more. The last record of a key wins. Rows that stay as they are aren't
-- written; rows that go don't count.
-- Whoever changes what is kept of all days, or goes by it, does so alone; and before any day.
LOCK TABLE movie_total IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO pg_temp.stage_reject
SELECT s.record, CASE WHEN s.day < g.frozen_before THEN 'frozen-day' ELSE 'missing-value' END,
    CASE WHEN s.day < g.frozen_before THEN 'day: the figures of that day are closed'
         ELSE 'a movie_daily record needs all values' END
FROM pg_temp.stage AS s,
    (SELECT coalesce(frozen_before, '-infinity') AS frozen_before FROM settings LIMIT 1) AS g
WHERE num_nulls(s.day, s.movie_id, s.views, s.viewers, s.rated_views, s.rating_sum) > 0
    OR s.day < g.frozen_before;

-- agg-daily writes its records in the order of the key.
WITH twice AS (
    DELETE FROM pg_temp.stage
    WHERE current_setting('reelpipe.distinct') = 'f' AND record IN (
        SELECT record
        FROM (SELECT s.record, row_number() OVER (PARTITION BY s.day, s.movie_id ORDER BY s.record DESC) AS place
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
      WHERE EXISTS (SELECT FROM movie_daily AS o WHERE o.day = n.day)
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
                   CROSS JOIN LATERAL (SELECT FROM movie_daily AS o WHERE o.day = n.day LIMIT 1) AS o) AS rows
), sound AS NOT MATERIALIZED (
    SELECT s.*
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), compared AS MATERIALIZED (
    SELECT day, movie_id, s.views, s.viewers, s.rated_views, s.rating_sum,
        o.views AS old_views, o.rated_views AS old_rated_views, o.rating_sum AS old_rating_sum,
        s.record IS NULL AS goes, o.load_id IS NULL AS comes
    FROM sound AS s
    FULL JOIN (SELECT * FROM movie_daily WHERE day = ANY ((SELECT list FROM days)::date[])) AS o USING (day, movie_id)
    WHERE (SELECT rows FROM before)
        AND (s.views, s.viewers, s.rated_views, s.rating_sum)
            IS DISTINCT FROM (o.views, o.viewers, o.rated_views, o.rating_sum)
), gone AS (
    DELETE FROM movie_daily AS o
    USING compared AS c
    WHERE c.goes AND o.day = ANY ((SELECT list FROM days)::date[]) AND (o.day, o.movie_id) = (c.day, c.movie_id)
    RETURNING 1
), updated AS (
    UPDATE movie_daily AS o
    SET views = c.views, viewers = c.viewers, rated_views = c.rated_views, rating_sum = c.rating_sum,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM compared AS c
    WHERE NOT c.goes AND NOT c.comes
        AND o.day = ANY ((SELECT list FROM days)::date[]) AND (o.day, o.movie_id) = (c.day, c.movie_id)
    RETURNING 1
), inserted AS (
    INSERT INTO movie_daily (day, movie_id, views, viewers, rated_views, rating_sum, load_id)
    SELECT n.day, n.movie_id, n.views, n.viewers, n.rated_views, n.rating_sum,
        current_setting('reelpipe.load_id')::bigint
    FROM (SELECT day, movie_id, views, viewers, rated_views, rating_sum FROM compared WHERE comes
          UNION ALL
          SELECT day, movie_id, views, viewers, rated_views, rating_sum FROM sound WHERE (SELECT NOT rows FROM before)) AS n
    RETURNING 1
), totals AS (
    -- What is summed up over all days changes by as much; where nothing is, the aggregate pipeline adds up all.
    INSERT INTO movie_total AS t (movie_id, views, rated_views, rating_sum, load_id)
    SELECT n.movie_id, sum(n.views), sum(n.rated_views), sum(n.rating_sum),
        current_setting('reelpipe.load_id')::bigint
    FROM (SELECT movie_id, coalesce(views, 0) - coalesce(old_views, 0) AS views,
              coalesce(rated_views, 0) - coalesce(old_rated_views, 0) AS rated_views,
              coalesce(rating_sum, 0) - coalesce(old_rating_sum, 0) AS rating_sum
          FROM compared
          UNION ALL
          SELECT movie_id, views, rated_views, rating_sum FROM sound WHERE (SELECT NOT rows FROM before)) AS n
    WHERE EXISTS (SELECT FROM movie_total)
    GROUP BY n.movie_id
    HAVING (sum(n.views), sum(n.rated_views), sum(n.rating_sum)) IS DISTINCT FROM (0, 0, 0)
    ORDER BY n.movie_id
    ON CONFLICT (movie_id) DO UPDATE
    SET views = t.views + EXCLUDED.views, rated_views = t.rated_views + EXCLUDED.rated_views,
        rating_sum = t.rating_sum + EXCLUDED.rating_sum, load_id = EXCLUDED.load_id
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
