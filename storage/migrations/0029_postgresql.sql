-- A changed record is marked as deleted and names the one in its place (`replaced_by_id`), which names it
-- (`replaces_id`).
ALTER TABLE pairs ADD COLUMN replaces_id text CONSTRAINT replaces_another CHECK (replaces_id <> in_id),
    ADD COLUMN replaced_by_id text CONSTRAINT replaced_is_deleted CHECK (
        replaced_by_id IS NULL OR (deleted_at IS NOT NULL AND replaced_by_id <> in_id));

-- Both name each other. A record that was changed may be erased by its age before the one in its place.
CREATE OR REPLACE FUNCTION pairs_replace() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.replaces_id
               AND (replaced_by_id IS DISTINCT FROM NEW.in_id OR user_id IS DISTINCT FROM NEW.user_id)) THEN
        RAISE EXCEPTION 'a record and the one in its place name each other'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pairs_replace BEFORE INSERT ON pairs FOR EACH ROW
WHEN (NEW.replaces_id IS NOT NULL AND NEW.deleted_at IS NULL) EXECUTE FUNCTION pairs_replace();

-- Of the two, one counts.
CREATE OR REPLACE FUNCTION pairs_come_back_in_turn() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.replaces_id
               AND replaced_by_id IS DISTINCT FROM OLD.in_id)
       OR EXISTS (SELECT 1 FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.replaced_by_id
                  AND deleted_at IS NULL) THEN
        RAISE EXCEPTION 'a record and the one in its place don''t both count'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pairs_come_back_in_turn BEFORE UPDATE OF deleted_at ON pairs FOR EACH ROW
WHEN (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL) EXECUTE FUNCTION pairs_come_back_in_turn();

-- A half of a pair is written once. Only its comment and address go, when they are erased; and once, the break that its
-- clock-out started, when the day ended there. Which record is in its place is said when it's deleted.
CREATE OR REPLACE FUNCTION pairs_are_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.work_date, NEW.in_at, NEW.in_recorded_at, NEW.in_by, NEW.in_via, NEW.in_zone, NEW.in_office_id)
       IS DISTINCT FROM
       (OLD.work_date, OLD.in_at, OLD.in_recorded_at, OLD.in_by, OLD.in_via, OLD.in_zone, OLD.in_office_id)
       OR (NEW.in_ip IS NOT NULL AND NEW.in_ip IS DISTINCT FROM OLD.in_ip)
       OR (NEW.in_comment IS NOT NULL AND NEW.in_comment IS DISTINCT FROM OLD.in_comment)
       OR (OLD.out_id IS NOT NULL AND (
           (NEW.out_at, NEW.out_recorded_at, NEW.out_by, NEW.out_via, NEW.out_zone, NEW.out_office_id)
           IS DISTINCT FROM
           (OLD.out_at, OLD.out_recorded_at, OLD.out_by, OLD.out_via, OLD.out_zone, OLD.out_office_id)
           OR (NEW.out_ip IS NOT NULL AND NEW.out_ip IS DISTINCT FROM OLD.out_ip)
           OR (NEW.out_comment IS NOT NULL AND NEW.out_comment IS DISTINCT FROM OLD.out_comment)
           OR (NEW.out_break IS DISTINCT FROM OLD.out_break
               AND (NEW.out_break IS NOT NULL OR OLD.deleted_at IS NOT NULL))))
       OR (OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND OLD.deleted_at IS NOT NULL)
       OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NOT NULL
           AND (NEW.deleted_at, NEW.deleted_by) IS DISTINCT FROM (OLD.deleted_at, OLD.deleted_by))
       OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id
       OR (NEW.replaced_by_id IS DISTINCT FROM OLD.replaced_by_id
           AND (NEW.deleted_at IS NULL) = (OLD.deleted_at IS NULL)) THEN
        RAISE EXCEPTION 'a half of a pair is written once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION pairs_are_not_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id
                    AND action IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore', 'end-day'))
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'pairs are marked as deleted, never removed'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

-- Private facts of a record, a remark or a signature may go once a later entry says so; nothing else of an entry ever changes.
CREATE OR REPLACE FUNCTION audit_entries_are_not_changed() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    whose text := CASE
        WHEN OLD.action IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore', 'end-day') THEN (
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

DROP INDEX audit_entries_by_moment;

DROP INDEX audit_entries_of_settings;

-- Programs that keep in step ask for the changes of records since a moment. Of records alone: without statistics a
-- planner would take a whole index to find an entry by its number, and look through all there are.
CREATE INDEX audit_entries_by_moment ON audit_entries (workspace_id, at)
WHERE action IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore');

CREATE INDEX audit_entries_of_settings ON audit_entries (workspace_id, action, sequence)
WHERE action NOT IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore');

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
