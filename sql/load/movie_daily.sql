-- Merges pg_temp.stage into movie_daily. pg-load(1), MERGES, says what a merge finds and leaves.
-- also without records
--
-- Days are replaced as a whole: those of the records, and those that a segment of rolled_day has named before,
-- which may have no records any more. The last record of a key wins. Rows that stay as they are aren't
-- written; rows that go don't count.
INSERT INTO pg_temp.stage_reject
SELECT s.record, CASE WHEN s.day < g.frozen_before THEN 'frozen-day' ELSE 'missing-value' END,
    CASE WHEN s.day < g.frozen_before THEN 'day: the figures of that day are closed'
         ELSE 'a movie_daily record needs all values' END
FROM pg_temp.stage AS s,
    (SELECT coalesce(frozen_before, '-infinity') AS frozen_before FROM settings LIMIT 1) AS g
WHERE num_nulls(s.day, s.movie_id, s.views, s.viewers, s.rated_views, s.rating_sum) > 0
    OR s.day < g.frozen_before;

ANALYZE pg_temp.stage (day, movie_id, record);

-- The planner looks into a setting, and knows by it how much of the table is concerned.
SELECT set_config('reelpipe.replaced', coalesce(array_agg(day ORDER BY day), '{}')::text, true)
FROM (SELECT unnest(coalesce(nullif(current_setting('reelpipe.days', true), ''), '{}')::date[]) AS day
      UNION
      SELECT s.day
      FROM pg_temp.stage AS s
      WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)) AS days;

-- All are compared in one join of two sorted inputs: agg-daily writes its records in the order of the key.
-- Where the days have no rows yet there is nothing to compare.
WITH before AS MATERIALIZED (
    SELECT count(*) AS n FROM movie_daily WHERE day = ANY (current_setting('reelpipe.replaced')::date[])
), compared AS MATERIALIZED (
    SELECT day, movie_id, b.views, b.viewers, b.rated_views, b.rating_sum,
        b.record IS NULL AS goes, o.load_id IS NULL AS comes
    FROM (SELECT DISTINCT ON (s.day, s.movie_id) s.*
          FROM pg_temp.stage AS s
          WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
          ORDER BY s.day, s.movie_id, s.record DESC) AS b
    FULL JOIN (SELECT * FROM movie_daily
               WHERE day = ANY (current_setting('reelpipe.replaced')::date[])) AS o USING (day, movie_id)
    WHERE (SELECT n > 0 FROM before)
        AND (b.views, b.viewers, b.rated_views, b.rating_sum)
            IS DISTINCT FROM (o.views, o.viewers, o.rated_views, o.rating_sum)
), gone AS (
    DELETE FROM movie_daily AS o
    USING compared AS c
    WHERE c.goes AND o.day = ANY (current_setting('reelpipe.replaced')::date[])
        AND (o.day, o.movie_id) = (c.day, c.movie_id)
    RETURNING 1
), updated AS (
    UPDATE movie_daily AS o
    SET views = c.views, viewers = c.viewers, rated_views = c.rated_views, rating_sum = c.rating_sum,
        load_id = current_setting('reelpipe.load_id')::bigint
    FROM compared AS c
    WHERE NOT c.goes AND NOT c.comes AND o.day = ANY (current_setting('reelpipe.replaced')::date[])
        AND (o.day, o.movie_id) = (c.day, c.movie_id)
    RETURNING 1
), inserted AS (
    INSERT INTO movie_daily (day, movie_id, views, viewers, rated_views, rating_sum, load_id)
    SELECT day, movie_id, views, viewers, rated_views, rating_sum,
        current_setting('reelpipe.load_id')::bigint
    FROM (SELECT day, movie_id, views, viewers, rated_views, rating_sum FROM compared WHERE comes
          UNION ALL
          (SELECT DISTINCT ON (s.day, s.movie_id) s.day, s.movie_id, s.views, s.viewers, s.rated_views,
              s.rating_sum
           FROM pg_temp.stage AS s
           WHERE (SELECT n = 0 FROM before)
               AND NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
           ORDER BY s.day, s.movie_id, s.record DESC)) AS new
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT n FROM before) - (SELECT count(*) FROM gone) AS seen,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated, seen - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - inserted - seen AS dropped, rejected
FROM counts;
