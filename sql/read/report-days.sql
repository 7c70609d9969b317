-- Each business day of a report's period.
-- type: report_days
-- param day text: the last day
-- param days int: the length of the period, in business days
SELECT d.day, d.views, d.viewers, d.rated_views, d.weighted
FROM dash.days AS d
WHERE d.day > current_setting('param.day')::date - current_setting('param.days')::int
    AND d.day <= current_setting('param.day')::date
ORDER BY d.day;
