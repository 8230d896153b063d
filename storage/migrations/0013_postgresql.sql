-- A sealed secret is bound to its row. One that an older version sealed stays until it is sealed again; nobody can put
-- it into another row.
CREATE OR REPLACE FUNCTION seals_are_bound() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a sealed secret belongs to its row' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER installations_seals_are_bound BEFORE UPDATE ON installations FOR EACH ROW
WHEN (NEW.sealed <> OLD.sealed AND NEW.sealed <> '' AND NEW.sealed NOT LIKE 'v2.%')
EXECUTE FUNCTION seals_are_bound();

CREATE TRIGGER webhooks_seals_are_bound BEFORE UPDATE ON webhooks FOR EACH ROW
WHEN (NEW.secret <> OLD.secret AND NEW.secret <> '' AND NEW.secret NOT LIKE 'v2.%')
EXECUTE FUNCTION seals_are_bound();
