-- Records that were rejected within a report's period, by pipeline, stage and rule.
-- type: report_rejects
-- param day text: the last day
-- param days int: the length of the period, in business days
SELECT r.pipeline, r.stage, r.rule, count(*) AS records, min(r.reason) AS example
FROM dash.installation AS i
JOIN dash.rejects AS r
    ON r.loaded_at >= (current_setting('param.day')::date - current_setting('param.days')::int + 1)::timestamp
        AT TIME ZONE i.business_tz
GROUP BY r.pipeline, r.stage, r.rule
ORDER BY records DESC, r.pipeline, r.stage, r.rule
LIMIT 20;
