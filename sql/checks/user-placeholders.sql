-- severity: warning
-- description: Few users are known by number alone, once there is data about any.
-- param percent int = 5: so many of all users may be
SELECT u.user_id
FROM users AS u
WHERE u.placeholder AND (
    SELECT 100 * count(*) FILTER (WHERE a.placeholder) > current_setting('param.percent')::bigint * count(*)
        AND NOT bool_and(a.placeholder)
    FROM users AS a)
ORDER BY u.user_id;
