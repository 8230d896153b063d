-- A sealed secret belongs to its row from the first on: a new row has none that opens elsewhere too, and no row becomes
-- another's. Where there is no key, a webhook's secret isn't sealed.
CREATE TRIGGER installations_begin_bound BEFORE INSERT ON installations
WHEN NEW.sealed <> '' AND substr(NEW.sealed, 1, 3) <> 'v2.'
BEGIN SELECT RAISE(ABORT, 'a sealed secret belongs to its row'); END;

CREATE TRIGGER installations_keep_their_identity BEFORE UPDATE ON installations
WHEN NEW.workspace_id <> OLD.workspace_id
BEGIN SELECT RAISE(ABORT, 'a row of installations never becomes another'); END;

CREATE TRIGGER webhooks_begin_bound BEFORE INSERT ON webhooks
WHEN NEW.secret <> '' AND substr(NEW.secret, 1, 3) <> 'v2.' AND substr(NEW.secret, 1, 6) <> 'whsec_'
BEGIN SELECT RAISE(ABORT, 'a sealed secret belongs to its row'); END;

CREATE TRIGGER webhooks_keep_their_identity BEFORE UPDATE ON webhooks
WHEN NEW.workspace_id <> OLD.workspace_id OR NEW.webhook_id <> OLD.webhook_id OR NEW.url <> OLD.url
    OR NEW.created_by <> OLD.created_by OR NEW.created_at <> OLD.created_at
    OR (OLD.removed_at IS NOT NULL AND NEW.removed_at IS NOT OLD.removed_at)
BEGIN SELECT RAISE(ABORT, 'a row of webhooks never becomes another'); END;
