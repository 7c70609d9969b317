-- The roles beside the owner, who is whoever runs the migrations. Where the owner may not create
-- roles, an administrator makes these two before the migration.
DO $$
DECLARE
    missing text;
BEGIN
    FOREACH missing IN ARRAY ARRAY['reelpipe_etl', 'reelpipe_dash'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I LOGIN', missing);
            EXCEPTION
                -- Two databases of one server are migrated at once: the other was faster.
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE insufficient_privilege USING
                        MESSAGE = format('the role %s is missing and %s may not create it',
                                         missing, current_user),
                        HINT = format('An administrator can: CREATE ROLE %I LOGIN', missing);
            END;
        END IF;
    END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO reelpipe_etl, reelpipe_dash;
