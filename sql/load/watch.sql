-- Merges pg_temp.stage into watch_sessions. pg-load(1), MERGES, says what a merge finds and leaves.
--
-- Of several records of a session the best stays, whatever the order they come in: a rating beats none,
-- then the later time wins, then the higher rating. So a rating of \N means that none is known, and
-- never clears one. Records of a session that disagree with the stored one (or the first one, where
-- none is stored) about user or film are key-conflicts.

-- Nobody among them who has been erased.
SELECT require_erasures();

-- How many sessions there are decides how they are best looked up.
ANALYZE pg_temp.stage (session_id, record);

-- A record without a required value can't be merged.
INSERT INTO pg_temp.stage_reject
SELECT s.record, 'missing-value',
    CASE WHEN s.session_id IS NULL THEN 'session_id'
         WHEN s.user_id IS NULL AND came.user_id THEN 'user_id'
         WHEN s.movie_id IS NULL AND came.movie_id THEN 'movie_id'
         ELSE 'watch_timestamp' END || ': a value is needed'
FROM pg_temp.stage AS s,
    (SELECT 'user_id' = ANY (c) AS user_id, 'movie_id' = ANY (c) AS movie_id,
        'watch_timestamp' = ANY (c) AS watch_timestamp
     FROM CAST(current_setting('reelpipe.columns') AS text[]) AS c) AS came
WHERE s.session_id IS NULL
    OR (s.user_id IS NULL AND came.user_id)
    OR (s.movie_id IS NULL AND came.movie_id)
    OR (s.watch_timestamp IS NULL AND came.watch_timestamp);

-- Users and films that are named for the first time get a placeholder, in the order of their keys, so
-- that two loads don't wait for each other; and before the sessions are read, as Citus wants it.
INSERT INTO users (user_id, placeholder, load_id)
SELECT DISTINCT s.user_id, true, current_setting('reelpipe.load_id')::bigint
FROM pg_temp.stage AS s
WHERE s.user_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
ORDER BY 1
ON CONFLICT DO NOTHING;

INSERT INTO movies (movie_id, placeholder, load_id)
SELECT DISTINCT s.movie_id, true, current_setting('reelpipe.load_id')::bigint
FROM pg_temp.stage AS s
WHERE s.movie_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
ORDER BY 1
ON CONFLICT DO NOTHING;

-- Sessions that come several times: those who disagree go, then all but the best.
WITH twice AS MATERIALIZED (
    SELECT s.session_id
    FROM pg_temp.stage AS s
    WHERE current_setting('reelpipe.distinct') = 'f'
        AND NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    GROUP BY s.session_id
    HAVING count(*) > 1
), several AS MATERIALIZED (
    SELECT s.*
    FROM pg_temp.stage AS s
    JOIN twice USING (session_id)
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), stored AS (
    SELECT w.session_id, w.user_id, w.movie_id
    FROM watch_sessions AS w
    JOIN twice USING (session_id)
), owner AS (
    SELECT DISTINCT ON (session_id) session_id, user_id, movie_id
    FROM (SELECT session_id, user_id, movie_id, 0 AS record FROM stored
          UNION ALL
          SELECT session_id, user_id, movie_id, record FROM several) AS candidates
    ORDER BY session_id, record
), conflict AS (
    INSERT INTO pg_temp.stage_reject
    SELECT s.record, 'key-conflict',
        format('session_id: %s is of user %s and film %s already', s.session_id, o.user_id, o.movie_id)
    FROM several AS s
    JOIN owner AS o USING (session_id)
    WHERE s.user_id <> o.user_id OR s.movie_id <> o.movie_id
    RETURNING record
)
DELETE FROM pg_temp.stage
WHERE record IN (
    SELECT record
    FROM (SELECT s.record, row_number() OVER (
              PARTITION BY s.session_id
              ORDER BY s.rating IS NULL, s.watch_timestamp DESC, s.rating DESC, s.record) AS place
          FROM several AS s
          WHERE NOT EXISTS (SELECT FROM conflict AS c WHERE c.record = s.record)) AS ranked
    WHERE place > 1
);

-- What is left has one record for each session. A column that didn't come keeps the stored value. New
-- sessions are those that the insert doesn't find: an anti-join would cost more, and Citus has none. In the bulk
-- way the table has no key yet, but it is empty.
WITH given AS MATERIALIZED (
    SELECT 'user_id' = ANY (c) AS user_id, 'movie_id' = ANY (c) AS movie_id,
        'watch_timestamp' = ANY (c) AS watch_timestamp, 'rating' = ANY (c) AS rating,
        s.business_tz,
        coalesce(s.frozen_before::timestamp AT TIME ZONE s.business_tz, '-infinity') AS frozen_before,
        current_setting('reelpipe.load_id')::bigint AS load_id
    FROM CAST(current_setting('reelpipe.columns') AS text[]) AS c,
        (SELECT * FROM settings LIMIT 1) AS s -- the planner takes LIMIT's word for one row
), seen AS MATERIALIZED (
    SELECT s.record, w.session_id, w.user_id, w.movie_id,
        w.watch_timestamp AS old_timestamp, w.rating AS old_rating,
        CASE WHEN g.watch_timestamp THEN s.watch_timestamp ELSE w.watch_timestamp END AS new_timestamp,
        CASE WHEN g.rating THEN s.rating ELSE w.rating END AS new_rating,
        coalesce(g.user_id AND s.user_id <> w.user_id, false)
            OR coalesce(g.movie_id AND s.movie_id <> w.movie_id, false) AS conflict
    FROM pg_temp.stage AS s
    JOIN watch_sessions AS w USING (session_id)
    CROSS JOIN given AS g
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), better AS MATERIALIZED (
    SELECT n.*, least(n.old_timestamp, n.new_timestamp) < g.frozen_before AS frozen
    FROM seen AS n, given AS g
    WHERE NOT n.conflict
        AND (n.new_rating IS NOT NULL, n.new_timestamp, coalesce(n.new_rating, -1))
          > (n.old_rating IS NOT NULL, n.old_timestamp, coalesce(n.old_rating, -1))
), refused_new AS MATERIALIZED (
    SELECT s.record, s.user_id IS NULL OR s.movie_id IS NULL OR s.watch_timestamp IS NULL AS lacking
    FROM pg_temp.stage AS s, given AS g
    WHERE (s.user_id IS NULL OR s.movie_id IS NULL OR s.watch_timestamp IS NULL
           OR s.watch_timestamp < g.frozen_before)
        AND NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), refused AS (
    INSERT INTO pg_temp.stage_reject
    SELECT record, 'key-conflict',
        format('session_id: %s is of user %s and film %s already', session_id, user_id, movie_id)
    FROM seen
    WHERE conflict
    UNION ALL
    SELECT record, 'frozen-day', 'watch_timestamp: the watches of that day are closed'
    FROM better
    WHERE frozen
    UNION ALL
    SELECT f.record, CASE WHEN f.lacking THEN 'missing-value' ELSE 'frozen-day' END,
        CASE WHEN f.lacking THEN 'the stream lacks a column that a new session needs'
             ELSE 'watch_timestamp: the watches of that day are closed' END
    FROM refused_new AS f
    WHERE NOT EXISTS (SELECT FROM seen AS n WHERE n.record = f.record)
    RETURNING record
), updated AS (
    UPDATE watch_sessions AS w
    SET watch_timestamp = b.new_timestamp, rating = b.new_rating, load_id = g.load_id,
        first_load_id = coalesce(w.first_load_id, nullif(w.load_id, g.load_id))
    FROM better AS b, given AS g
    WHERE w.session_id = b.session_id AND NOT b.frozen
    RETURNING b.old_timestamp, b.new_timestamp
), inserted AS (
    INSERT INTO watch_sessions (session_id, user_id, movie_id, watch_timestamp, rating, load_id)
    SELECT s.session_id, s.user_id, s.movie_id, s.watch_timestamp, s.rating, g.load_id
    FROM pg_temp.stage AS s, given AS g
    WHERE s.user_id IS NOT NULL AND s.movie_id IS NOT NULL AND s.watch_timestamp >= g.frozen_before
        AND NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
    ON CONFLICT DO NOTHING
    RETURNING watch_timestamp
), dirty AS (
    INSERT INTO dirty_day (day, generation)
    SELECT day, nextval('dirty_generation_seq')
    FROM (SELECT DISTINCT (moment AT TIME ZONE g.business_tz)::date AS day
          FROM (SELECT old_timestamp AS moment FROM updated
                UNION ALL SELECT new_timestamp FROM updated
                UNION ALL SELECT watch_timestamp FROM inserted) AS changes, given AS g
          ORDER BY day) AS days
    ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT count(*) FROM seen) AS seen,
        (SELECT count(*) FROM seen WHERE conflict) + (SELECT count(*) FROM better WHERE frozen)
            AS seen_refused,
        (SELECT count(*) FROM pg_temp.stage) AS staged,
        (SELECT count(*) FROM pg_temp.stage_reject) + (SELECT count(*) FROM refused) AS rejected
)
SELECT inserted, updated, seen - seen_refused - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - staged AS dropped, rejected
FROM counts;
