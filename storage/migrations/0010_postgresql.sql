-- What belongs to a workspace says on which platform it is; `via` is a word, not a closed list, so that a new door
-- needs no migration; seals of entries older than 0008 go;
-- the chain begins later without the settings told again; and the outbox holds
-- facts alone, also the calls of webhooks.
ALTER TABLE workspaces ADD COLUMN platform text NOT NULL DEFAULT 'slack';

ALTER TABLE pairs DROP CONSTRAINT pairs_in_via_check, DROP CONSTRAINT pairs_out_via_check;

ALTER TABLE audit_entries DROP COLUMN seal;

ALTER TABLE audit_starts DROP COLUMN seal;

-- Private facts may go once a later entry says so; nothing else of an entry ever changes.
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
        AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                    AND sequence > OLD.sequence AND subject = (
                        SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER audit_starts_move_on ON audit_starts;

DROP FUNCTION audit_starts_move_on();

DROP TRIGGER audit_starts_are_said ON audit_starts;

-- The chain begins later only past entries that are as old as the workspace keeps its records, by an entry of it that
-- does not lie in the future by the database's own clock, says how old is what goes, and follows one that tells again
-- who has which rights, where entries go that told it. A year is the shortest that can be set. An empty chain may begin
-- anywhere: a copy begins so.
CREATE OR REPLACE FUNCTION audit_starts_are_said() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF ((TG_OP = 'INSERT' OR (NEW.workspace_id = OLD.workspace_id AND NEW.sequence > OLD.sequence))
        AND EXISTS (
            SELECT 1 FROM audit_entries AS said
            JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
            WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence
              AND said.action = 'erase-old'
              AND said.subject = NEW.sequence || ':' || NEW.hash || ':'
              AND said.at <= clock_timestamp() + interval '1 minute'
              AND value::integer >= 1
              AND (said.facts::json ->> 'keep_records_for_years')::integer = value::integer
              AND (said.facts::json ->> 'before')::timestamptz <= said.at - make_interval(years => value::integer)
              AND NOT EXISTS (
                  SELECT 1 FROM audit_entries AS gone
                  WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                    AND gone.at >= (said.facts::json ->> 'before')::timestamptz)
              AND (EXISTS (
                       SELECT 1 FROM audit_entries AS again
                       WHERE again.workspace_id = NEW.workspace_id AND again.sequence = said.sequence - 1
                         AND again.action = 'tell-again')
                   OR NOT EXISTS (
                       SELECT 1 FROM audit_entries AS told
                       WHERE told.workspace_id = NEW.workspace_id AND told.sequence <= NEW.sequence
                         AND told.action IN ('set-team', 'create-token', 'revoke-token', 'change-role',
                                             'change-settings', 'tell-again'))))
        OR (TG_OP = 'INSERT'
            AND EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id AND sequence = 0)))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'the audit begins where an entry says so, past what is old enough'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_starts_are_said BEFORE INSERT OR UPDATE ON audit_starts
FOR EACH ROW EXECUTE FUNCTION audit_starts_are_said();

-- Else the triggers would look into temporary tables first, and whoever serves can make some of the same names.
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN
        SELECT DISTINCT tgfoid FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', function, current_schema());
    END LOOP;
END $$;

-- What has an `ordering_key`, the person, is told to its recipient, a webhook, in the order of `number`, which counts
-- from 1: the order in which it was done, whatever the clocks of several replicas say.
ALTER TABLE outbox
    ALTER COLUMN kind DROP DEFAULT,
    ADD COLUMN ordering_key text,
    ADD COLUMN number bigint CHECK (number > 0),
    ADD COLUMN queued_at timestamptz,
    ADD COLUMN answer text,
    ADD CHECK ((ordering_key IS NULL) = (number IS NULL)),
    DROP CONSTRAINT outbox_pkey,
    ADD PRIMARY KEY (workspace_id, message_id, recipient);

UPDATE outbox SET queued_at = created_at,
    facts = CASE WHEN kind = 'text' AND text <> '' THEN json_build_object('text', text)::text ELSE facts END;

ALTER TABLE outbox ALTER COLUMN queued_at SET NOT NULL, DROP COLUMN text;

INSERT INTO outbox (workspace_id, message_id, recipient, due_at, created_at, attempts, sent_at, given_up_at, kind,
                    facts, ordering_key, number, queued_at, answer)
SELECT workspace_id, event_id, webhook_id, due_at, created_at, attempts, taken_at, given_up_at, 'webhook',
       '{"pair":' || facts || ',"type":"' || event_type || '"}', user_id, number, queued_at, answer
FROM webhook_calls;

DROP TABLE webhook_calls;

DROP INDEX outbox_due, outbox_sent;

CREATE INDEX outbox_due ON outbox (workspace_id, due_at)
WHERE sent_at IS NULL AND given_up_at IS NULL AND ordering_key IS NULL;

CREATE INDEX outbox_due_in_order ON outbox (workspace_id, recipient, ordering_key, number)
WHERE sent_at IS NULL AND given_up_at IS NULL AND ordering_key IS NOT NULL;

CREATE UNIQUE INDEX outbox_by_number ON outbox (workspace_id, ordering_key, recipient, number DESC)
WHERE ordering_key IS NOT NULL;
