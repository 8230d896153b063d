-- No two offices or teams with names, or ids, that read alike.
CREATE UNIQUE INDEX offices_by_id_key ON offices (workspace_id, id_key);

CREATE UNIQUE INDEX offices_by_name_key ON offices (workspace_id, name_key);

CREATE UNIQUE INDEX teams_by_name_key ON teams (workspace_id, name_key);
