-- Who is in, by office. With `out_id`, which is always empty here, SQLite prefers it to indexes of all records.
CREATE INDEX pairs_open_by_office ON pairs (workspace_id, out_id, in_office_id, in_at, user_id, in_id)
WHERE out_id IS NULL AND deleted_at IS NULL;

-- People by name, and all that counting who is expected needs.
CREATE INDEX people_by_name ON people (workspace_id, lower(name), user_id, zone, guest, bot, deactivated);
