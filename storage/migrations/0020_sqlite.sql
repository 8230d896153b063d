-- The organisation whose installation a workspace uses. An organisation's own row names itself.
ALTER TABLE installations ADD COLUMN organisation_id TEXT REFERENCES workspaces
