-- A message says what it said when it was queued, until it has ended and is erased. Of webhook calls, comments and
-- addresses of records, also of the one that was changed, and the reason of a withdrawn signature are erased at any time.
CREATE OR REPLACE FUNCTION outbox_keeps_what_is_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased jsonb := '{"in_comment": null, "in_ip": null, "out_comment": null, "out_ip": null}';
    said jsonb;
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
    said := OLD.facts::jsonb;
    IF said -> 'pair' IS NOT NULL THEN
        said := jsonb_set(said, '{pair}', (said -> 'pair') || erased);
    END IF;
    IF said -> 'before' IS NOT NULL THEN
        said := jsonb_set(said, '{before}', (said -> 'before') || erased);
    END IF;
    IF said -> 'signature' IS NOT NULL THEN
        said := jsonb_set(said, '{signature,reason}', 'null');
    END IF;
    IF OLD.ordering_key IS NOT NULL AND NEW.kind = OLD.kind AND NEW.facts::jsonb = said THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a message is never changed' USING ERRCODE = 'integrity_constraint_violation';
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
