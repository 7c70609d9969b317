-- Takes back the watches that a load brought. pg-load(1), MERGES, says what a merge finds and leaves.
-- Gone are those that are still as the load brought them. One that it changed was there before, and what it was
-- then isn't known; one that a later load changed is that load's; both stay, as do those of closed days, and the
-- placeholders of users and films. The days of those that are gone become dirty.
--
-- No load of watches is under way meanwhile.
SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('watch'));

INSERT INTO pg_temp.stage_reject
SELECT s.record, 'missing-value', 'load_id: a value is needed'
FROM pg_temp.stage AS s
WHERE s.load_id IS NULL
UNION ALL
SELECT s.record, 'unknown-load', format('load_id: no watch is of load %s', s.load_id)
FROM pg_temp.stage AS s
WHERE s.load_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM watch_sessions AS w WHERE w.load_id = s.load_id)
    AND NOT EXISTS (SELECT FROM watch_sessions AS w WHERE w.first_load_id = s.load_id)
    AND NOT EXISTS (SELECT FROM etl_undo AS u WHERE u.load_id = s.load_id);

WITH given AS MATERIALIZED (
    SELECT s.business_tz,
        coalesce(s.frozen_before::timestamp AT TIME ZONE s.business_tz, '-infinity') AS frozen_before
    FROM (SELECT * FROM settings LIMIT 1) AS s
), wanted AS MATERIALIZED (
    SELECT DISTINCT s.load_id
    FROM pg_temp.stage AS s
    WHERE NOT EXISTS (SELECT FROM pg_temp.stage_reject AS r WHERE r.record = s.record)
), touched AS MATERIALIZED (
    SELECT l.load_id, w.session_id,
        w.load_id <> l.load_id AS changed_since,
        w.load_id = l.load_id AND w.first_load_id <> l.load_id AS changed,
        w.watch_timestamp < g.frozen_before AS frozen
    FROM watch_sessions AS w
    JOIN wanted AS l ON w.load_id = l.load_id OR w.first_load_id = l.load_id
    CROSS JOIN given AS g
), removed AS (
    DELETE FROM watch_sessions AS w
    USING touched AS t
    WHERE w.session_id = t.session_id AND NOT t.changed_since AND t.changed IS NOT TRUE AND NOT t.frozen
    RETURNING w.load_id, w.watch_timestamp
), dirty AS (
    INSERT INTO dirty_day (day, generation)
    SELECT day, nextval('dirty_generation_seq')
    FROM (SELECT DISTINCT (r.watch_timestamp AT TIME ZONE g.business_tz)::date AS day
          FROM removed AS r, given AS g
          ORDER BY day) AS days
    ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation
    RETURNING 1
), found AS MATERIALIZED (
    SELECT l.load_id,
        (SELECT count(*) FROM removed AS r WHERE r.load_id = l.load_id) AS removed,
        count(*) FILTER (WHERE t.changed) AS changed,
        count(*) FILTER (WHERE t.changed_since) AS changed_since,
        count(*) FILTER (WHERE t.frozen AND NOT t.changed_since AND t.changed IS NOT TRUE) AS frozen
    FROM wanted AS l
    LEFT JOIN touched AS t USING (load_id)
    GROUP BY l.load_id
), seen AS MATERIALIZED (
    SELECT f.*, f.removed > 0 OR (f.changed, f.changed_since, f.frozen)
        IS DISTINCT FROM (u.changed, u.changed_since, u.frozen) AS changes
    FROM found AS f
    JOIN etl_undo AS u USING (load_id)
), updated AS (
    UPDATE etl_undo AS u
    SET undone_at = now(), removed = u.removed + s.removed, changed = s.changed,
        changed_since = s.changed_since, frozen = s.frozen,
        undone_by = current_setting('reelpipe.load_id')::bigint
    FROM seen AS s
    WHERE u.load_id = s.load_id AND s.changes
    RETURNING 1
), inserted AS (
    INSERT INTO etl_undo (load_id, removed, changed, changed_since, frozen, undone_by)
    SELECT f.load_id, f.removed, f.changed, f.changed_since, f.frozen,
        current_setting('reelpipe.load_id')::bigint
    FROM found AS f
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.load_id = f.load_id)
    ON CONFLICT DO NOTHING
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT count(*) FROM seen) AS seen,
        (SELECT count(*) FROM wanted) AS wanted,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated, seen - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - wanted AS dropped, rejected
FROM counts;
