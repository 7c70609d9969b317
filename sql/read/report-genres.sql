-- The views of each genre on each business day of a report's period.
-- type: report_genres
-- param day text: the last day
-- param days int: the length of the period, in business days
SELECT g.day, g.genre, g.views
FROM dash.genre_days AS g
WHERE g.day > current_setting('param.day')::date - current_setting('param.days')::int
    AND g.day <= current_setting('param.day')::date
ORDER BY g.day, g.genre;
