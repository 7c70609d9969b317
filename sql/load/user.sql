-- Merges pg_temp.stage into users. pg-load(1), MERGES, says what a merge finds and leaves.
-- The last record of a user wins.
--
-- No load of watches is under way meanwhile: it makes placeholders, which a statement that began before
-- can neither see nor insert.
SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('watch'));

-- Nobody among them who has been erased.
SELECT require_erasures();

INSERT INTO pg_temp.stage_reject
SELECT record, 'missing-value', 'user_id: a value is needed'
FROM pg_temp.stage
WHERE user_id IS NULL;

WITH given AS MATERIALIZED (
    SELECT 'name' = ANY (c) AS name, 'email' = ANY (c) AS email,
        'signup_date' = ANY (c) AS signup_date, 'country' = ANY (c) AS country,
        'plan' = ANY (c) AS plan, 'birth_years' = ANY (c) AS birth_years,
        current_setting('reelpipe.load_id')::bigint AS load_id
    FROM CAST(current_setting('reelpipe.columns') AS text[]) AS c
), batch AS MATERIALIZED (
    SELECT DISTINCT ON (user_id) *
    FROM pg_temp.stage
    WHERE user_id IS NOT NULL
    ORDER BY user_id, record DESC
), seen AS MATERIALIZED (
    SELECT u.user_id, n.*,
        u.placeholder OR (n.name, n.email, n.signup_date, n.country, n.plan, n.birth_years)
            IS DISTINCT FROM (u.name, u.email, u.signup_date, u.country, u.plan, u.birth_years)
            AS changes
    FROM batch AS b
    JOIN users AS u USING (user_id)
    CROSS JOIN given AS g
    CROSS JOIN LATERAL (
        SELECT CASE WHEN g.name THEN b.name ELSE u.name END AS name,
            CASE WHEN g.email THEN b.email ELSE u.email END AS email,
            CASE WHEN g.signup_date THEN b.signup_date ELSE u.signup_date END AS signup_date,
            CASE WHEN g.country THEN b.country ELSE u.country END AS country,
            CASE WHEN g.plan THEN b.plan ELSE u.plan END AS plan,
            CASE WHEN g.birth_years THEN b.birth_years ELSE u.birth_years END AS birth_years
    ) AS n
), updated AS (
    UPDATE users AS u
    SET name = s.name, email = s.email, signup_date = s.signup_date, country = s.country,
        plan = s.plan, birth_years = s.birth_years, placeholder = false, load_id = g.load_id
    FROM seen AS s, given AS g
    WHERE u.user_id = s.user_id AND s.changes
    RETURNING 1
), inserted AS (
    INSERT INTO users (user_id, name, email, signup_date, country, plan, birth_years, load_id)
    SELECT b.user_id, b.name, b.email, b.signup_date, b.country, b.plan, b.birth_years, g.load_id
    FROM batch AS b, given AS g
    WHERE NOT EXISTS (SELECT FROM seen AS s WHERE s.user_id = b.user_id)
    ORDER BY b.user_id
    ON CONFLICT DO NOTHING
    RETURNING 1
), counts AS (
    SELECT (SELECT count(*) FROM inserted) AS inserted,
        (SELECT count(*) FROM updated) AS updated,
        (SELECT count(*) FROM seen) AS seen,
        (SELECT count(*) FROM batch) AS batch,
        (SELECT count(*) FROM pg_temp.stage_reject) AS rejected
)
SELECT inserted, updated, seen - updated AS unchanged,
    current_setting('reelpipe.records')::bigint - rejected - batch AS dropped, rejected
FROM counts;
