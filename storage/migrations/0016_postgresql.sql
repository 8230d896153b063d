-- A sealed secret belongs to its row from the first on: a new row has none that opens elsewhere too, and no row becomes
-- another's. Where there is no key, a webhook's secret isn't sealed.
CREATE TRIGGER installations_begin_bound BEFORE INSERT ON installations FOR EACH ROW
WHEN (NEW.sealed <> '' AND substr(NEW.sealed, 1, 3) <> 'v2.')
EXECUTE FUNCTION seals_are_bound();

CREATE TRIGGER webhooks_begin_bound BEFORE INSERT ON webhooks FOR EACH ROW
WHEN (NEW.secret <> '' AND substr(NEW.secret, 1, 3) <> 'v2.' AND substr(NEW.secret, 1, 6) <> 'whsec_')
EXECUTE FUNCTION seals_are_bound();

CREATE OR REPLACE FUNCTION rows_keep_their_identity() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a row of % never becomes another', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER installations_keep_their_identity BEFORE UPDATE ON installations FOR EACH ROW
WHEN (NEW.workspace_id <> OLD.workspace_id)
EXECUTE FUNCTION rows_keep_their_identity();

CREATE TRIGGER webhooks_keep_their_identity BEFORE UPDATE ON webhooks FOR EACH ROW
WHEN (NEW.workspace_id <> OLD.workspace_id OR NEW.webhook_id <> OLD.webhook_id OR NEW.url <> OLD.url
    OR NEW.created_by <> OLD.created_by OR NEW.created_at <> OLD.created_at
    OR (OLD.removed_at IS NOT NULL AND NEW.removed_at IS DISTINCT FROM OLD.removed_at))
EXECUTE FUNCTION rows_keep_their_identity();
