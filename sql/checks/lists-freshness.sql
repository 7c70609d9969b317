-- severity: warning
-- description: The newest trending lists aren't old.
-- param days int = 2: so many days before the present their last day may be
SELECT n.newest
FROM (SELECT max(t.as_of) AS newest FROM trending AS t) AS n
WHERE n.newest < business_day(current_setting('param.now')::timestamptz)
    - current_setting('param.days')::integer;
