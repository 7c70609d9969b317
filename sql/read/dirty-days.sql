-- Business days whose rollups must be computed anew, with their generations; closed days aren't.
-- type: rolled_day
WITH given AS MATERIALIZED (
    SELECT business_tz, coalesce(frozen_before, '-infinity') AS frozen_before FROM settings
), known AS MATERIALIZED (
    -- What the planner knows about the times of watches: bounds of equal shares of the table.
    SELECT bounds, array_length(bounds, 1) AS n,
        (SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'watch_sessions'::regclass) AS watches
    FROM (SELECT histogram_bounds::text::timestamptz[] AS bounds FROM pg_stats
          WHERE (schemaname, tablename, attname) = ('public', 'watch_sessions', 'watch_timestamp')) AS s
    WHERE array_length(bounds, 1) > 1
), moment AS (
    -- How much of the table lies before the midnights: whole shares, and of the one around it a part.
    SELECT d.day, d.generation, m.nth,
        CASE k.share WHEN 0 THEN 0 WHEN k.n THEN k.n - 1
            ELSE k.share - 1 + coalesce(extract(epoch FROM m.at - k.bounds[k.share])
                / nullif(extract(epoch FROM k.bounds[k.share + 1] - k.bounds[k.share]), 0), 0) END
            * k.watches / (k.n - 1) AS before
    FROM given AS g
    JOIN dirty_day AS d ON d.day >= g.frozen_before
    CROSS JOIN LATERAL (VALUES (1, d.day::timestamp AT TIME ZONE g.business_tz),
                               (2, (d.day + 1)::timestamp AT TIME ZONE g.business_tz)) AS m (nth, at)
    LEFT JOIN LATERAL (SELECT *, width_bucket(m.at, bounds) AS share FROM known) AS k ON true
)
-- _watches: how many the day has, more or less; NULL: the table has never been analyzed.
SELECT day, generation, ceil(max(before) FILTER (WHERE nth = 2) - max(before) FILTER (WHERE nth = 1))::bigint AS _watches
FROM moment
GROUP BY day, generation
ORDER BY day;
