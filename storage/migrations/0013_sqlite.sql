-- A sealed secret is bound to its row. One that an older version sealed stays until it is sealed again; nobody can put
-- it into another row.
CREATE TRIGGER installations_seals_are_bound BEFORE UPDATE ON installations
WHEN NEW.sealed <> OLD.sealed AND NEW.sealed <> '' AND NEW.sealed NOT LIKE 'v2.%'
BEGIN
    SELECT RAISE(ABORT, 'a sealed secret belongs to its row');
END;

CREATE TRIGGER webhooks_seals_are_bound BEFORE UPDATE ON webhooks
WHEN NEW.secret <> OLD.secret AND NEW.secret <> '' AND NEW.secret NOT LIKE 'v2.%'
BEGIN
    SELECT RAISE(ABORT, 'a sealed secret belongs to its row');
END;
