-- Users, but those that only a log has named.
-- type: user
SELECT user_id, name, email, signup_date, country, plan, birth_years
FROM users
WHERE NOT placeholder
ORDER BY user_id;
