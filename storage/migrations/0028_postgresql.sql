-- Tokens that only read: an inspector's, a representative's. Each is bound to people (a JSON list, or null for
-- everyone) and to work dates, was made for a reason, and ends.
ALTER TABLE tokens
    DROP CONSTRAINT tokens_role_check,
    ADD CONSTRAINT tokens_role_check CHECK (
        role IN ('employee', 'manager', 'admin', 'inspector', 'representative')),
    ADD COLUMN reason text CHECK (reason <> ''),
    ADD COLUMN reads_from date,
    ADD COLUMN reads_until date,
    ADD COLUMN reads_people text CHECK (reads_people LIKE '["%"]'),
    ADD CONSTRAINT token_reads_within_bounds CHECK (CASE WHEN role IN ('inspector', 'representative') THEN
        num_nulls(reason, reads_from, reads_until, expires_at) = 0 AND reads_from <= reads_until
        ELSE num_nonnulls(reason, reads_from, reads_until, reads_people) = 0 END);

-- What a token reads was decided when it was made.
CREATE OR REPLACE FUNCTION tokens_keep_their_bounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.reason, NEW.reads_from, NEW.reads_until, NEW.reads_people)
       IS DISTINCT FROM (OLD.reason, OLD.reads_from, OLD.reads_until, OLD.reads_people)
       OR (OLD.reads_from IS NOT NULL
           AND (NEW.role, NEW.expires_at) IS DISTINCT FROM (OLD.role, OLD.expires_at)) THEN
        RAISE EXCEPTION 'what a token may read never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER tokens_keep_their_bounds BEFORE UPDATE ON tokens
FOR EACH ROW EXECUTE FUNCTION tokens_keep_their_bounds();

-- As at the end of the baseline, for the functions that have none.
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN
        SELECT DISTINCT tgfoid FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
          AND coalesce(array_to_string(proconfig, ' '), '') NOT LIKE '%search_path=%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', function, current_schema());
    END LOOP;
END $$;
