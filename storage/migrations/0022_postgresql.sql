-- Who is in, by office.
CREATE INDEX pairs_open_by_office ON pairs (workspace_id, in_office_id, in_at, user_id, in_id)
WHERE out_id IS NULL AND deleted_at IS NULL;

-- People by name.
CREATE INDEX people_by_name ON people (workspace_id, lower(name), user_id);
