-- What schema 0009 has otherwise: it goes, and what it holds is set aside. `baseline_sqlite.sql` makes what is missing,
-- and `0010_rows_sqlite.sql` puts the rows there.
ALTER TABLE workspaces ADD COLUMN platform TEXT NOT NULL DEFAULT 'slack';

DROP TRIGGER audit_entries_are_not_changed;

DROP TRIGGER audit_starts_are_said;

DROP TRIGGER audit_starts_move_on;

ALTER TABLE audit_entries DROP COLUMN seal;

ALTER TABLE audit_starts DROP COLUMN seal;

CREATE TABLE pairs_0009 AS SELECT * FROM pairs;

DROP TABLE pairs;

CREATE TABLE outbox_0009 AS SELECT * FROM outbox;

DROP TABLE outbox;
