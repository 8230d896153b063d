-- Who made each token. Of those that are there already, the audit trail tells it.
ALTER TABLE tokens ADD COLUMN created_by text;

UPDATE tokens SET created_by = (
    SELECT told.actor FROM audit_entries AS told
    WHERE told.workspace_id = tokens.workspace_id AND told.subject = tokens.token_id AND told.action = 'create-token'
        AND told.action NOT IN ('clock-in', 'clock-out', 'create', 'delete', 'restore')
    ORDER BY told.sequence LIMIT 1
);
