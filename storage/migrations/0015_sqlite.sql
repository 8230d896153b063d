-- A half of a pair is written once. Only its comment and address go, when they are erased.
CREATE TRIGGER pairs_are_written_once BEFORE UPDATE ON pairs
WHEN NEW.work_date IS NOT OLD.work_date
    OR NEW.in_at IS NOT OLD.in_at OR NEW.in_recorded_at IS NOT OLD.in_recorded_at OR NEW.in_by IS NOT OLD.in_by
    OR NEW.in_via IS NOT OLD.in_via OR NEW.in_zone IS NOT OLD.in_zone OR NEW.in_office_id IS NOT OLD.in_office_id
    OR (NEW.in_ip IS NOT NULL AND NEW.in_ip IS NOT OLD.in_ip)
    OR (NEW.in_comment IS NOT NULL AND NEW.in_comment IS NOT OLD.in_comment)
    OR (OLD.out_id IS NOT NULL AND (
        NEW.out_at IS NOT OLD.out_at OR NEW.out_recorded_at IS NOT OLD.out_recorded_at
        OR NEW.out_by IS NOT OLD.out_by OR NEW.out_via IS NOT OLD.out_via OR NEW.out_zone IS NOT OLD.out_zone
        OR NEW.out_office_id IS NOT OLD.out_office_id
        OR (NEW.out_ip IS NOT NULL AND NEW.out_ip IS NOT OLD.out_ip)
        OR (NEW.out_comment IS NOT NULL AND NEW.out_comment IS NOT OLD.out_comment)))
    OR (OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND OLD.deleted_at IS NOT NULL)
    OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NOT NULL
        AND (NEW.deleted_at IS NOT OLD.deleted_at OR NEW.deleted_by IS NOT OLD.deleted_by))
BEGIN SELECT RAISE(ABORT, 'a half of a pair is written once'); END;

DROP TRIGGER pairs_are_not_removed;

DROP TRIGGER audit_entries_are_not_changed;

-- Entries about records alone: an office or a team may have the id of a record.
CREATE TRIGGER pairs_are_not_removed BEFORE DELETE ON pairs
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id
                AND action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore'))
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'pairs are marked as deleted, never removed'); END;

CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
WHEN NOT coalesce((
    NEW.private IS NULL AND NEW.salt IS NULL
    AND NEW.workspace_id IS OLD.workspace_id AND NEW.sequence IS OLD.sequence AND NEW.at IS OLD.at
    AND NEW.actor IS OLD.actor AND NEW.via IS OLD.via AND NEW.action IS OLD.action AND NEW.subject IS OLD.subject
    AND NEW.facts IS OLD.facts AND NEW.previous_hash IS OLD.previous_hash AND NEW.hash IS OLD.hash
    AND OLD.action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore')
    AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                AND sequence > OLD.sequence AND subject = (
                    SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject))), 0)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;

-- A message says what it said when it was queued, until it has ended and is erased. Comments and addresses of webhook
-- calls are erased at any time.
CREATE TRIGGER outbox_keeps_what_is_said BEFORE UPDATE ON outbox
WHEN NEW.workspace_id IS NOT OLD.workspace_id OR NEW.message_id IS NOT OLD.message_id
    OR NEW.recipient IS NOT OLD.recipient OR NEW.created_at IS NOT OLD.created_at
    OR NEW.ordering_key IS NOT OLD.ordering_key OR NEW.number IS NOT OLD.number
    OR ((NEW.kind IS NOT OLD.kind OR NEW.facts IS NOT OLD.facts)
        AND (OLD.ordering_key IS NULL OR NEW.kind IS NOT OLD.kind)
        AND NOT ((OLD.sent_at IS NOT NULL OR OLD.given_up_at IS NOT NULL)
                 AND NEW.kind = 'text' AND NEW.facts IS NULL))
BEGIN SELECT RAISE(ABORT, 'a message is never changed'); END;

-- What waits goes only with the webhook that it was for.
CREATE TRIGGER outbox_keeps_what_waits BEFORE DELETE ON outbox
WHEN OLD.sent_at IS NULL AND OLD.given_up_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM webhooks WHERE workspace_id = OLD.workspace_id AND webhook_id = OLD.recipient
                           AND removed_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a message that waits is never removed'); END;
