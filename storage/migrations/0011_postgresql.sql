-- When it was archived; NULL while it is in use. The keys are how names are compared: `storage/names.py` makes them.
ALTER TABLE offices ADD COLUMN id_key text NOT NULL DEFAULT '';

ALTER TABLE offices ADD COLUMN name_key text NOT NULL DEFAULT '';

ALTER TABLE offices ADD COLUMN archived_at timestamptz;

ALTER TABLE teams ADD COLUMN name_key text NOT NULL DEFAULT '';

ALTER TABLE teams ADD COLUMN archived_at timestamptz;
