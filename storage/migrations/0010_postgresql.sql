-- What schema 0009 has otherwise is changed, or goes: `baseline_postgresql.sql` makes what is missing.
ALTER TABLE workspaces ADD COLUMN platform text NOT NULL DEFAULT 'slack';

ALTER TABLE pairs DROP CONSTRAINT pairs_in_via_check, DROP CONSTRAINT pairs_out_via_check;

ALTER TABLE audit_entries DROP COLUMN seal;

ALTER TABLE audit_starts DROP COLUMN seal;

DROP TRIGGER audit_starts_move_on ON audit_starts;

DROP FUNCTION audit_starts_move_on();

DROP TRIGGER audit_starts_are_said ON audit_starts;

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

DROP INDEX outbox_due, outbox_sent;
