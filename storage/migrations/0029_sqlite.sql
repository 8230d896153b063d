-- A changed record is marked as deleted and names the one in its place (`replaced_by_id`), which names it
-- (`replaces_id`).
ALTER TABLE pairs ADD COLUMN replaces_id TEXT CONSTRAINT replaces_another CHECK (replaces_id <> in_id);

ALTER TABLE pairs ADD COLUMN replaced_by_id TEXT CONSTRAINT replaced_is_deleted CHECK (
    replaced_by_id IS NULL OR (deleted_at IS NOT NULL AND replaced_by_id <> in_id));

-- Both name each other. A record that was changed may be erased by its age before the one in its place.
CREATE TRIGGER pairs_replace BEFORE INSERT ON pairs
WHEN NEW.replaces_id IS NOT NULL AND NEW.deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.replaces_id
      AND (replaced_by_id IS NOT NEW.in_id OR user_id IS NOT NEW.user_id))
BEGIN SELECT RAISE(ABORT, 'a record and the one in its place name each other'); END;

-- Of the two, one counts.
CREATE TRIGGER pairs_come_back_in_turn BEFORE UPDATE ON pairs
WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL AND (
    EXISTS (SELECT 1 FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.replaces_id
            AND replaced_by_id IS NOT OLD.in_id)
    OR EXISTS (SELECT 1 FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.replaced_by_id
               AND deleted_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'a record and the one in its place don''t both count'); END;

DROP TRIGGER pairs_are_written_once;

DROP TRIGGER pairs_are_not_removed;

DROP TRIGGER audit_entries_are_not_changed;

-- A half of a pair is written once. Only its comment and address go, when they are erased; and once, the break that its
-- clock-out started, when the day ended there. Which record is in its place is said when it's deleted.
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
        OR (NEW.out_comment IS NOT NULL AND NEW.out_comment IS NOT OLD.out_comment)
        OR (NEW.out_break IS NOT OLD.out_break AND (NEW.out_break IS NOT NULL OR OLD.deleted_at IS NOT NULL))))
    OR (OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND OLD.deleted_at IS NOT NULL)
    OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NOT NULL
        AND (NEW.deleted_at IS NOT OLD.deleted_at OR NEW.deleted_by IS NOT OLD.deleted_by))
    OR NEW.replaces_id IS NOT OLD.replaces_id
    OR (NEW.replaced_by_id IS NOT OLD.replaced_by_id AND (NEW.deleted_at IS NULL) = (OLD.deleted_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'a half of a pair is written once'); END;

CREATE TRIGGER pairs_are_not_removed BEFORE DELETE ON pairs
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id
                AND action IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore', 'end-day'))
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'pairs are marked as deleted, never removed'); END;

-- Private facts of a record, a remark or a signature may go once a later entry says so; nothing else of an entry ever
-- changes.
CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
WHEN NOT coalesce((
    NEW.private IS NULL AND NEW.salt IS NULL
    AND NEW.workspace_id IS OLD.workspace_id AND NEW.sequence IS OLD.sequence AND NEW.at IS OLD.at
    AND NEW.actor IS OLD.actor AND NEW.via IS OLD.via AND NEW.action IS OLD.action AND NEW.subject IS OLD.subject
    AND NEW.facts IS OLD.facts AND NEW.previous_hash IS OLD.previous_hash AND NEW.hash IS OLD.hash
    AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                AND sequence > OLD.sequence AND subject = CASE
                    WHEN OLD.action IN (
                        'clock-in', 'clock-out', 'create', 'change', 'delete', 'restore', 'end-day') THEN (
                        SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)
                    WHEN OLD.action = 'remark' THEN (
                        SELECT user_id FROM remarks WHERE workspace_id = OLD.workspace_id AND remark_id = OLD.subject)
                    WHEN OLD.action IN ('sign-period', 'approve-period', 'withdraw-signature') THEN (
                        SELECT user_id FROM signatures
                        WHERE workspace_id = OLD.workspace_id AND signature_id = OLD.subject)
                    END)), 0)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;

DROP INDEX audit_entries_by_moment;

DROP INDEX audit_entries_of_settings;

-- Programs that keep in step ask for the changes of records since a moment.
CREATE INDEX audit_entries_by_moment ON audit_entries (workspace_id, at)
WHERE action IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore');

CREATE INDEX audit_entries_of_settings ON audit_entries (workspace_id, action, sequence)
WHERE action NOT IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore');
