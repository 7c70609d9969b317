-- Business days whose rollups must be computed anew, with their generations; closed days aren't.
-- type: rolled_day
SELECT day, generation
FROM dirty_day
WHERE day >= coalesce((SELECT frozen_before FROM settings), '-infinity')
ORDER BY day;
