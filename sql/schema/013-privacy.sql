-- Users who have been erased, and days that are closed.
CREATE TABLE erased_user (
    hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{8}:[0-9a-f]{32}$'),
    erased_at timestamptz NOT NULL DEFAULT now(),
    load_id bigint NOT NULL
);
COMMENT ON TABLE erased_user IS 'Users who have been erased and must not come back';
COMMENT ON COLUMN erased_user.hash IS
    'The keyed hash of the user''s number (mask --add-hash): who has the key, which isn''t in the database, knows the user again';
COMMENT ON COLUMN erased_user.erased_at IS 'When that was';
COMMENT ON COLUMN erased_user.load_id IS 'The load that erased the user';
GRANT SELECT, INSERT ON erased_user TO reelpipe_etl;

COMMENT ON COLUMN users.name IS 'Personal: NULL, or a pseudonym (pipelines/load user)';
COMMENT ON COLUMN users.email IS 'Personal: NULL, or a pseudonym (pipelines/load user)';
-- Nothing more exact than ten years has been promised or is kept.
UPDATE users SET birth_years = NULL WHERE birth_years !~ '^([0-9]{3})0-\1[9]$';
ALTER TABLE users ADD CONSTRAINT users_birth_years_check CHECK (birth_years ~ '^([0-9]{3})0-\1[9]$');

CREATE FUNCTION erasures() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT count(*) || ':' || coalesce(max(e.load_id), 0) FROM erased_user AS e);
COMMENT ON FUNCTION erasures() IS
    'Which state the list of erased users is in: another text after each erasure, 0:0 while there is none';

-- For merges, after they have their locks. The database can't tell by itself whose records they are, as it
-- hasn't got the key: so who loads says against which state of the list they were held.
CREATE FUNCTION require_erasures() RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
    known text := nullif(current_setting('reelpipe.erasures', true), '');
    state text := erasures();
BEGIN
    IF state = '0:0' OR known = state THEN
        RETURN;
    ELSIF known IS NULL THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = 'users have been erased, and nothing says that these records were held against the list of them',
            HINT = 'the pipelines do that; mask(1), ERASED USERS, says how';
    END IF;
    RAISE serialization_failure USING
        MESSAGE = 'a user has been erased meanwhile: these records were held against an older list';
END
$$;
COMMENT ON FUNCTION require_erasures() IS
    'Fails unless the setting reelpipe.erasures is the state of the list of erased users, or the list is empty';

-- Everything that is known of some users goes; their days must be computed anew, but for those that are
-- closed. Returns the users of whom there was something.
CREATE FUNCTION erase_users(ids bigint[]) RETURNS SETOF bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    -- As a word in a text, zeros ahead or not.
    number text := '0*(' || array_to_string(ids, '|') || ')\M';
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN
        RETURN;
    ELSIF array_position(ids, NULL) IS NOT NULL OR 0 >= ANY (ids) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'not the numbers of users';
    END IF;
    RETURN QUERY
        WITH gone AS (
            DELETE FROM watch_sessions AS w
            WHERE w.user_id = ANY (ids)
            RETURNING w.user_id, w.watch_timestamp
        ), dirty AS (
            INSERT INTO dirty_day (day, generation)
            SELECT day, nextval('dirty_generation_seq')
            FROM (SELECT DISTINCT (g.watch_timestamp AT TIME ZONE s.business_tz)::date AS day
                  FROM gone AS g, settings AS s
                  WHERE (g.watch_timestamp AT TIME ZONE s.business_tz)::date
                      >= coalesce(s.frozen_before, '-infinity')
                  ORDER BY day) AS days
            ON CONFLICT (day) DO UPDATE SET generation = EXCLUDED.generation
        )
        SELECT DISTINCT g.user_id FROM gone AS g;
    RETURN QUERY
        DELETE FROM users AS u WHERE u.user_id = ANY (ids) RETURNING u.user_id;
    DELETE FROM etl_reject AS r
    WHERE r.reason ~ ('\muser ' || number) OR (r.reason ~ '^user_id: ' AND r.reason ~ ('\m' || number));
    UPDATE dq_result AS d SET detail = NULL WHERE d.detail ~ ('\m' || number);
    UPDATE etl_log AS l SET message = regexp_replace(l.message, '\m' || number, '(erased)', 'g')
    WHERE l.message ~ ('\m' || number);
END
$$;
COMMENT ON FUNCTION erase_users(bigint[]) IS
    'Deletes these users, their watches, and what rejects, findings and the log say of them; returns those of whom there was something';
REVOKE ALL ON FUNCTION erase_users(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_users(bigint[]) TO reelpipe_etl;

-- settings.frozen_before only ever moves ahead: the watches that a closed day's rollups came from are gone.
CREATE FUNCTION close_days(before date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    zone text;
    horizon date;
    gone bigint;
BEGIN
    SELECT s.business_tz, coalesce(s.frozen_before, '-infinity') INTO STRICT zone, horizon
    FROM settings AS s
    FOR UPDATE;
    IF before IS NULL OR before > (now() AT TIME ZONE zone)::date THEN
        RAISE invalid_parameter_value USING MESSAGE = 'days that aren''t over can''t be closed';
    END IF;
    DELETE FROM dirty_day AS d WHERE d.day < horizon;
    IF EXISTS (SELECT FROM dirty_day AS d WHERE d.day < before) THEN
        RAISE serialization_failure USING
            MESSAGE = format('days before %s have changed and must be aggregated first', before);
    END IF;
    IF before > horizon THEN
        UPDATE settings AS s SET frozen_before = before;
    END IF;
    WITH deleted AS (
        DELETE FROM watch_sessions AS w
        WHERE w.watch_timestamp < before::timestamp AT TIME ZONE zone
        RETURNING 1
    )
    SELECT count(*) INTO gone FROM deleted;
    RETURN before > horizon OR gone > 0;
END
$$;
COMMENT ON FUNCTION close_days(date) IS
    'Drops the watches of the business days before this one and accepts no more of them; false: that was done already';
REVOKE ALL ON FUNCTION close_days(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION close_days(date) TO reelpipe_etl;
