-- Records that were rejected, by what and why.
-- type: reject
-- param pipeline text: loaded by this pipeline alone
-- param since time: loaded from that time on; 7d: in the last 7 business days
-- param until time: loaded before that time
-- param open text: yes: those alone whose records aren't back in
SELECT stage, rule, origin, reason
FROM etl_reject
WHERE current_setting('param.pipeline') IN ('', pipeline)
    AND loaded_at >= coalesce(nullif(current_setting('param.since'), '')::timestamptz, '-infinity')
    AND loaded_at < coalesce(nullif(current_setting('param.until'), '')::timestamptz, 'infinity')
    AND (current_setting('param.open') <> 'yes' OR resolved_at IS NULL)
ORDER BY load_id, stage, rule, origin, reason;
