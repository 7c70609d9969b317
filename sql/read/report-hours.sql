-- The views of each hour of each business day of a report's period.
-- type: report_hours
-- param day text: the last day
-- param days int: the length of the period, in business days
SELECT h.day, h.hour, h.views
FROM dash.hour_days AS h
WHERE h.day > current_setting('param.day')::date - current_setting('param.days')::int
    AND h.day <= current_setting('param.day')::date
ORDER BY h.day, h.hour;
