-- A person's word, or a manager's, that the records of a period are right: the figures as they were signed, and a digest
-- of the records. A manager's signature that stands locks the period (rule 9). The reason of a withdrawal goes when it is
-- erased.
CREATE TABLE signatures (
    workspace_id text NOT NULL,
    signature_id text NOT NULL CHECK (signature_id <> ''),
    user_id      text NOT NULL,
    first_day    date NOT NULL CHECK (isfinite(first_day)),
    last_day     date NOT NULL CHECK (isfinite(last_day)),
    part         text NOT NULL CHECK (part IN ('person', 'manager')),
    by           text NOT NULL,
    at           timestamptz NOT NULL CHECK (isfinite(at)),
    via          text NOT NULL,
    digest       text NOT NULL CHECK (length(digest) = 64),
    figures      text NOT NULL CHECK (figures <> ''),
    withdrawn_at timestamptz CHECK (isfinite(withdrawn_at)),
    withdrawn_by text,
    reason       text CHECK (reason <> ''),
    PRIMARY KEY (workspace_id, signature_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT period_is_a_month_at_most CHECK (last_day - first_day BETWEEN 0 AND 30),
    CONSTRAINT people_sign_for_themselves CHECK (part <> 'person' OR "by" = user_id),
    CONSTRAINT withdrawal_is_whole CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CONSTRAINT only_withdrawals_have_reasons CHECK (reason IS NULL OR withdrawn_at IS NOT NULL)
);

-- Every record that is written looks here for a lock on its work date.
CREATE UNIQUE INDEX signatures_stand_once ON signatures (workspace_id, user_id, part, first_day, last_day)
WHERE withdrawn_at IS NULL;

CREATE INDEX signatures_by_period ON signatures (workspace_id, first_day, user_id);

-- Whoever writes a record of the person holds their row at least FOR KEY SHARE, so this waits for them.
CREATE OR REPLACE FUNCTION signatures_begin() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM people WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM pairs
               WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND out_id IS NULL
                 AND deleted_at IS NULL AND work_date BETWEEN NEW.first_day AND NEW.last_day) THEN
        RAISE EXCEPTION 'a signed period has no open record' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signatures_begin BEFORE INSERT ON signatures
FOR EACH ROW WHEN (NEW.withdrawn_at IS NULL) EXECUTE FUNCTION signatures_begin();

-- It is withdrawn once, and the reason may be erased.
CREATE OR REPLACE FUNCTION signatures_are_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id, NEW.signature_id, NEW.user_id, NEW.first_day, NEW.last_day, NEW.part)
       IS DISTINCT FROM (OLD.workspace_id, OLD.signature_id, OLD.user_id, OLD.first_day, OLD.last_day, OLD.part)
       OR (NEW."by", NEW.at, NEW.via, NEW.digest, NEW.figures)
       IS DISTINCT FROM (OLD."by", OLD.at, OLD.via, OLD.digest, OLD.figures)
       OR (OLD.withdrawn_at IS NOT NULL
           AND ((NEW.withdrawn_at, NEW.withdrawn_by) IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by)
                OR (NEW.reason IS NOT NULL AND NEW.reason IS DISTINCT FROM OLD.reason))) THEN
        RAISE EXCEPTION 'a signature is written once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signatures_are_written_once BEFORE UPDATE ON signatures
FOR EACH ROW EXECUTE FUNCTION signatures_are_written_once();

CREATE OR REPLACE FUNCTION signatures_are_not_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.signature_id
                    AND action IN ('sign-period', 'approve-period', 'withdraw-signature'))
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'signatures are withdrawn, never removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER signatures_are_not_removed BEFORE DELETE ON signatures
FOR EACH ROW EXECUTE FUNCTION signatures_are_not_removed();

CREATE OR REPLACE FUNCTION signatures_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'signatures are withdrawn, never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER signatures_are_not_emptied BEFORE TRUNCATE ON signatures
FOR EACH STATEMENT EXECUTE FUNCTION signatures_are_not_emptied();

-- Rule 9. Waits for whoever signs meanwhile, and then sees their signature. A period has 31 days at most, so few are
-- looked at. The work date of a pair never changes. The detail tells who signed: after an error nobody can ask.
CREATE OR REPLACE FUNCTION pairs_stay_in_locked_periods() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    locked record;
BEGIN
    PERFORM 1 FROM people WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id FOR KEY SHARE;
    SELECT signature_id, user_id, first_day, last_day, "by", at INTO locked FROM signatures
    WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND part = 'manager' AND withdrawn_at IS NULL
      AND first_day BETWEEN NEW.work_date - 30 AND NEW.work_date AND last_day >= NEW.work_date
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the period is locked'
        USING ERRCODE = 'integrity_constraint_violation', DETAIL = row_to_json(locked)::text;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pairs_begin_outside_of_locked_periods BEFORE INSERT ON pairs
FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION pairs_stay_in_locked_periods();

CREATE TRIGGER pairs_stay_in_locked_periods BEFORE UPDATE ON pairs
FOR EACH ROW WHEN (
    (NEW.out_id, NEW.deleted_at, NEW.out_break) IS DISTINCT FROM (OLD.out_id, OLD.deleted_at, OLD.out_break))
EXECUTE FUNCTION pairs_stay_in_locked_periods();

CREATE OR REPLACE FUNCTION paid_breaks_stay_in_locked_periods() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    locked record;
    day date := (SELECT work_date FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.in_id);
BEGIN
    PERFORM 1 FROM people WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id FOR KEY SHARE;
    SELECT signature_id, user_id, first_day, last_day, "by", at INTO locked FROM signatures
    WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND part = 'manager' AND withdrawn_at IS NULL
      AND first_day BETWEEN day - 30 AND day AND last_day >= day
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the period is locked'
        USING ERRCODE = 'integrity_constraint_violation', DETAIL = row_to_json(locked)::text;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER paid_breaks_begin_outside_of_locked_periods BEFORE INSERT ON paid_breaks
FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION paid_breaks_stay_in_locked_periods();

CREATE TRIGGER paid_breaks_stay_in_locked_periods BEFORE UPDATE ON paid_breaks
FOR EACH ROW EXECUTE FUNCTION paid_breaks_stay_in_locked_periods();

-- Private facts of a record, a remark or a signature may go once a later entry says so; nothing else of an entry ever changes.
CREATE OR REPLACE FUNCTION audit_entries_are_not_changed() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    whose text := CASE
        WHEN OLD.action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore', 'end-day') THEN (
            SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)
        WHEN OLD.action = 'remark' THEN (
            SELECT user_id FROM remarks WHERE workspace_id = OLD.workspace_id AND remark_id = OLD.subject)
        WHEN OLD.action IN ('sign-period', 'approve-period', 'withdraw-signature') THEN (
            SELECT user_id FROM signatures WHERE workspace_id = OLD.workspace_id AND signature_id = OLD.subject)
        END;
BEGIN
    IF (NEW.private IS NULL AND NEW.salt IS NULL
        AND NEW.workspace_id IS NOT DISTINCT FROM OLD.workspace_id
        AND NEW.sequence IS NOT DISTINCT FROM OLD.sequence
        AND NEW.at IS NOT DISTINCT FROM OLD.at
        AND NEW.actor IS NOT DISTINCT FROM OLD.actor
        AND NEW.via IS NOT DISTINCT FROM OLD.via
        AND NEW.action IS NOT DISTINCT FROM OLD.action
        AND NEW.subject IS NOT DISTINCT FROM OLD.subject
        AND NEW.facts IS NOT DISTINCT FROM OLD.facts
        AND NEW.previous_hash IS NOT DISTINCT FROM OLD.previous_hash
        AND NEW.hash IS NOT DISTINCT FROM OLD.hash
        AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                    AND sequence > OLD.sequence AND subject = whose))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

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
