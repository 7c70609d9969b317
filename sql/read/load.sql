-- What is left of the watches that a load brought or changed, and what pipelines/undo-load can take back of it.
-- type: table
-- param load int: the number of the load
WITH given AS (
    SELECT nullif(current_setting('param.load'), '')::bigint AS load_id,
        coalesce(s.frozen_before::timestamp AT TIME ZONE s.business_tz, '-infinity') AS frozen_before,
        s.business_tz
    FROM settings AS s
), touched AS (
    SELECT w.watch_timestamp AT TIME ZONE g.business_tz AS moment,
        CASE WHEN w.load_id <> g.load_id THEN 'changed since'
             WHEN w.first_load_id <> g.load_id THEN 'changed'
             WHEN w.watch_timestamp < g.frozen_before THEN 'frozen'
             ELSE 'brought' END AS what
    FROM watch_sessions AS w, given AS g
    WHERE w.load_id = g.load_id OR w.first_load_id = g.load_id
)
SELECT g.load_id,
    count(*) FILTER (WHERE what = 'brought') AS brought,
    count(*) FILTER (WHERE what = 'changed') AS changed,
    count(*) FILTER (WHERE what = 'changed since') AS changed_since,
    count(*) FILTER (WHERE what = 'frozen') AS frozen,
    (min(moment) FILTER (WHERE what = 'brought'))::date AS first_day,
    (max(moment) FILTER (WHERE what = 'brought'))::date AS last_day,
    (SELECT string_agg(b.source, ', ' ORDER BY b.source) FROM etl_bookmark AS b WHERE b.load_id = g.load_id)
        AS bookmarks,
    (SELECT u.removed FROM etl_undo AS u WHERE u.load_id = g.load_id) AS removed,
    (SELECT u.undone_at FROM etl_undo AS u WHERE u.load_id = g.load_id) AS undone_at
FROM given AS g
LEFT JOIN touched AS t ON true
GROUP BY g.load_id;
