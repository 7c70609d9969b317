-- Merges pg_temp.stage into watch_sessions. pg-load(1), MERGES, says what a merge finds and leaves.
--
-- Of several records of a session the best stays, whatever the order they come in: a rating beats none,
-- then the later time wins, then the higher rating. So a rating of \N means that none is known, and
-- never clears one. Records of a session that disagree with the stored one (or the first one, where
-- none is stored) about user or film are key-conflicts.

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
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
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

-- What is left has one record for each session. A column that didn't come keeps the stored value.
WITH given AS MATERIALIZED (
    SELECT 'user_id' = ANY (c) AS user_id, 'movie_id' = ANY (c) AS movie_id,
        'watch_timestamp' = ANY (c) AS watch_timestamp, 'rating' = ANY (c) AS rating,
        s.business_tz, coalesce(s.frozen_before, '-infinity') AS frozen_before,
        current_setting('reelpipe.load_id')::bigint AS load_id
    FROM CAST(current_setting('reelpipe.columns') AS text[]) AS c, settings AS s
), seen AS MATERIALIZED (
    SELECT s.record, w.session_id, w.user_id, w.movie_id,
        w.watch_timestamp AS old_timestamp, w.rating AS old_rating,
        CASE WHEN g.watch_timestamp THEN s.watch_timestamp ELSE w.watch_timestamp END AS new_timestamp,
        CASE WHEN g.rating THEN s.rating ELSE w.rating END AS new_rating,
        (g.user_id AND s.user_id <> w.user_id) OR (g.movie_id AND s.movie_id <> w.movie_id) AS conflict
    FROM pg_temp.stage AS s
    JOIN watch_sessions AS w USING (session_id)
    CROSS JOIN given AS g
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), better AS MATERIALIZED (
    SELECT n.session_id, n.record, n.new_timestamp, n.new_rating,
        (n.old_timestamp AT TIME ZONE g.business_tz)::date AS old_day,
        (n.new_timestamp AT TIME ZONE g.business_tz)::date AS new_day
    FROM seen AS n, given AS g
    WHERE NOT n.conflict
        AND (n.new_rating IS NOT NULL, n.new_timestamp, coalesce(n.new_rating, -1))
          > (n.old_rating IS NOT NULL, n.old_timestamp, coalesce(n.old_rating, -1))
), unseen AS MATERIALIZED (
    SELECT s.record, s.session_id, s.user_id, s.movie_id, s.watch_timestamp, s.rating,
        (s.watch_timestamp AT TIME ZONE g.business_tz)::date AS day
    FROM pg_temp.stage AS s, given AS g
    WHERE NOT EXISTS (SELECT FROM seen AS n WHERE n.record = s.record)
        AND NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), rejected AS (
    INSERT INTO pg_temp.stage_reject
    SELECT record, 'key-conflict',
        format('session_id: %s is of user %s and film %s already', session_id, user_id, movie_id)
    FROM seen WHERE conflict
    UNION ALL
    SELECT record, 'frozen-day', format('watch_timestamp: the day %s is frozen', least(old_day, new_day))
    FROM better, given WHERE least(old_day, new_day) < frozen_before
    UNION ALL
    SELECT record, 'missing-value', 'the stream lacks a column that a new session needs'
    FROM unseen AS u
    WHERE u.user_id IS NULL OR u.movie_id IS NULL OR u.watch_timestamp IS NULL
    UNION ALL
    SELECT record, 'frozen-day', format('watch_timestamp: the day %s is frozen', day)
    FROM unseen AS u, given AS g
    WHERE u.user_id IS NOT NULL AND u.movie_id IS NOT NULL AND day < g.frozen_before
    RETURNING record
), updated AS (
    UPDATE watch_sessions AS w
    SET watch_timestamp = b.new_timestamp, rating = b.new_rating, load_id = g.load_id
    FROM better AS b, given AS g
    WHERE w.session_id = b.session_id AND least(b.old_day, b.new_day) >= g.frozen_before
    RETURNING b.old_day, b.new_day
), inserted AS (
    INSERT INTO watch_sessions (session_id, user_id, movie_id, watch_timestamp, rating, load_id)
    SELECT u.session_id, u.user_id, u.movie_id, u.watch_timestamp, u.rating, g.load_id
    FROM unseen AS u, given AS g
    WHERE u.user_id IS NOT NULL AND u.movie_id IS NOT NULL AND u.day >= g.frozen_before
    ON CONFLICT DO NOTHING
    RETURNING 1
), dirty AS (
    INSERT INTO dirty_day (day, generation)
    SELECT day, nextval('dirty_generation_seq')
    FROM (SELECT old_day AS day FROM updated
          UNION SELECT new_day FROM updated
          UNION SELECT u.day FROM unseen AS u, given AS g
                WHERE u.user_id IS NOT NULL AND u.movie_id IS NOT NULL AND u.day >= g.frozen_before
          ORDER BY day) AS days
    ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT count(*) FROM pg_temp.stage) AS staged,
        (SELECT count(*) FROM pg_temp.stage_reject) + (SELECT count(*) FROM rejected) AS rejected,
        (SELECT count(*) FROM seen) AS seen,
        (SELECT count(*) FROM rejected JOIN seen USING (record)) AS seen_rejected
)
SELECT inserted, updated, seen - seen_rejected - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - staged AS dropped, rejected
FROM counts;
