-- Films released within a report's period, those with the most first views.
-- type: report_releases
-- param day text: the last day
-- param days int: the length of the period, in business days
SELECT r.movie_id, r.title, r.release_date, r.genres, r.views, r.weighted, count(*) OVER () AS releases
FROM dash.releases AS r
WHERE r.release_date > current_setting('param.day')::date - current_setting('param.days')::int
    AND r.release_date <= current_setting('param.day')::date
ORDER BY r.views DESC, r.release_date DESC, r.movie_id
LIMIT 12;
