-- A half of a pair is written once. Only its comment and address go, when they are erased.
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
           OR (NEW.out_comment IS NOT NULL AND NEW.out_comment IS DISTINCT FROM OLD.out_comment)))
       OR (OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND OLD.deleted_at IS NOT NULL)
       OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NOT NULL
           AND (NEW.deleted_at, NEW.deleted_by) IS DISTINCT FROM (OLD.deleted_at, OLD.deleted_by)) THEN
        RAISE EXCEPTION 'a half of a pair is written once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pairs_are_written_once BEFORE UPDATE ON pairs
FOR EACH ROW EXECUTE FUNCTION pairs_are_written_once();

-- Whether an entry is dated now. It may be as old as its transaction, which takes a while for many records over a slow
-- connection. But nobody can date an entry back by keeping a transaction open: an hour is the limit.
CREATE OR REPLACE FUNCTION is_dated_now(dated timestamptz, began timestamptz) RETURNS boolean LANGUAGE sql AS $$
    SELECT dated >= greatest(began - interval '1 minute', clock_timestamp() - interval '1 hour')
           AND dated <= clock_timestamp() + interval '1 minute'
$$;

-- An entry is written when it says so. Where the server's clock was set back, that is before the last entry.
-- The tables' owner, who could drop this trigger as well, copies entries of any time. The role that serves can't.
CREATE OR REPLACE FUNCTION audit_entries_are_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (is_dated_now(NEW.at, transaction_timestamp())
        OR EXISTS (SELECT 1 FROM pg_class WHERE oid = TG_RELID AND pg_has_role(relowner, 'USAGE'))) IS NOT TRUE THEN
        RAISE EXCEPTION 'an audit entry is dated when it is written' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entries_are_dated BEFORE INSERT ON audit_entries
FOR EACH ROW EXECUTE FUNCTION audit_entries_are_dated();

-- Entries about records alone: an office or a team may have the id of a record.
CREATE OR REPLACE FUNCTION pairs_are_not_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id
                    AND action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore'))
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'pairs are marked as deleted, never removed'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE OR REPLACE FUNCTION audit_entries_are_not_changed() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
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
        AND OLD.action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore')
        AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                    AND sequence > OLD.sequence AND subject = (
                        SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- A message says what it said when it was queued, until it has ended and is erased. Comments and addresses of webhook
-- calls are erased at any time.
CREATE OR REPLACE FUNCTION outbox_keeps_what_is_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased text := '{"in_comment": null, "in_ip": null, "out_comment": null, "out_ip": null}';
BEGIN
    IF (NEW.workspace_id, NEW.message_id, NEW.recipient, NEW.created_at, NEW.ordering_key, NEW.number)
       IS DISTINCT FROM
       (OLD.workspace_id, OLD.message_id, OLD.recipient, OLD.created_at, OLD.ordering_key, OLD.number) THEN
        RAISE EXCEPTION 'a message is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.kind, NEW.facts) IS NOT DISTINCT FROM (OLD.kind, OLD.facts) THEN
        RETURN NEW;
    END IF;
    IF (OLD.sent_at IS NOT NULL OR OLD.given_up_at IS NOT NULL) AND NEW.kind = 'text' AND NEW.facts IS NULL THEN
        RETURN NEW;
    END IF;
    IF OLD.ordering_key IS NOT NULL AND NEW.kind = OLD.kind AND NEW.facts::jsonb = jsonb_set(
        OLD.facts::jsonb, '{pair}', (OLD.facts::jsonb -> 'pair') || erased::jsonb) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a message is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER outbox_keeps_what_is_said BEFORE UPDATE ON outbox
FOR EACH ROW EXECUTE FUNCTION outbox_keeps_what_is_said();

-- What waits goes only with the webhook that it was for.
CREATE OR REPLACE FUNCTION outbox_keeps_what_waits() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF OLD.sent_at IS NULL AND OLD.given_up_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM webhooks WHERE workspace_id = OLD.workspace_id AND webhook_id = OLD.recipient
                               AND removed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a message that waits is never removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER outbox_keeps_what_waits BEFORE DELETE ON outbox
FOR EACH ROW EXECUTE FUNCTION outbox_keeps_what_waits();

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
