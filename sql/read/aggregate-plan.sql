-- What pipelines/aggregate goes by, once for all its stages.
-- type: table
-- param now time: the present
-- param days int: how many days before today the watches themselves are counted over
SELECT s.business_tz AS tz, d.today, d.today - 1 AS yesterday,
    (SELECT string_agg((d.today - n)::text, ',' ORDER BY n DESC)
     FROM generate_series(1, current_setting('param.days')::integer) AS n) AS before,
    EXISTS (SELECT FROM dirty_day AS c WHERE c.day < s.frozen_before) AS closed,
    -- How far the rollups have come; from which day to which they have changed since the lists were made; of
    -- which day these are, and of which rollups, and where what they are made of is kept. And whether films have
    -- been added up over all days.
    coalesce((SELECT b.state FROM etl_bookmark AS b WHERE (b.pipeline, b.source) = ('aggregate', 'rollups')),
             'none') AS rolled,
    coalesce((SELECT b.state FROM etl_bookmark AS b WHERE (b.pipeline, b.source) = ('aggregate', 'changed')),
             'all') AS changed,
    coalesce((SELECT b.state FROM etl_bookmark AS b WHERE (b.pipeline, b.source) = ('aggregate', 'lists')),
             'none') AS listed,
    coalesce((SELECT b.state FROM etl_bookmark AS b WHERE (b.pipeline, b.source) = ('aggregate', 'history')),
             'none') AS history,
    EXISTS (SELECT FROM movie_total) AS summed
FROM settings AS s
CROSS JOIN LATERAL (
    SELECT (current_setting('param.now')::timestamptz AT TIME ZONE s.business_tz)::date AS today
) AS d;
