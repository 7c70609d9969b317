-- How old the newest data are at a report's present.
-- type: report_freshness
-- param now time: the present
SELECT f.source, to_char(f.newest AT TIME ZONE i.business_tz, 'YYYY-MM-DD HH24:MI') AS newest,
    round(extract(epoch FROM nullif(current_setting('param.now'), '')::timestamptz - f.newest)) AS age_seconds
FROM dash.freshness AS f, dash.installation AS i
ORDER BY f.source DESC;
