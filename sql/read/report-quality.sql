-- The findings of the latest check of the data-quality rules.
-- type: report_quality
SELECT q.rule, q.severity, q.description, q.found, q.passed, q.detail,
    to_char(q.checked_at AT TIME ZONE i.business_tz, 'YYYY-MM-DD HH24:MI') AS checked
FROM dash.installation AS i
JOIN dash.quality AS q
    ON q.latest
ORDER BY q.passed, q.severity, q.found DESC, q.rule;
