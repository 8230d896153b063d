-- A person's word, or a manager's, that the records of a period are right: the figures as they were signed, and a digest
-- of the records. A manager's signature that stands locks the period (rule 9). The reason of a withdrawal goes when it is
-- erased.
CREATE TABLE signatures (
    workspace_id TEXT NOT NULL,
    signature_id TEXT NOT NULL CHECK (signature_id <> ''),
    user_id      TEXT NOT NULL,
    first_day    TEXT NOT NULL CHECK (first_day IS date(first_day)),
    last_day     TEXT NOT NULL CHECK (last_day IS date(last_day)),
    part         TEXT NOT NULL CHECK (part IN ('person', 'manager')),
    by           TEXT NOT NULL,
    at           INTEGER NOT NULL,
    via          TEXT NOT NULL,
    digest       TEXT NOT NULL CHECK (length(digest) = 64),
    figures      TEXT NOT NULL CHECK (figures <> ''),
    withdrawn_at INTEGER,
    withdrawn_by TEXT,
    reason       TEXT CHECK (reason <> ''),
    PRIMARY KEY (workspace_id, signature_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT period_is_a_month_at_most CHECK (julianday(last_day) - julianday(first_day) BETWEEN 0 AND 30),
    CONSTRAINT people_sign_for_themselves CHECK (part <> 'person' OR by = user_id),
    CONSTRAINT withdrawal_is_whole CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CONSTRAINT only_withdrawals_have_reasons CHECK (reason IS NULL OR withdrawn_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Every record that is written looks here for a lock on its work date.
CREATE UNIQUE INDEX signatures_stand_once ON signatures (workspace_id, user_id, part, first_day, last_day)
WHERE withdrawn_at IS NULL;

CREATE INDEX signatures_by_period ON signatures (workspace_id, first_day, user_id);

CREATE TRIGGER signatures_are_not_replaced BEFORE INSERT ON signatures
WHEN EXISTS (SELECT 1 FROM signatures WHERE workspace_id = NEW.workspace_id AND signature_id = NEW.signature_id)
    OR (NEW.withdrawn_at IS NULL AND EXISTS (
        SELECT 1 FROM signatures WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND part = NEW.part
          AND first_day = NEW.first_day AND last_day = NEW.last_day AND withdrawn_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'a signature is written once'); END;

CREATE TRIGGER signatures_begin BEFORE INSERT ON signatures
WHEN NEW.withdrawn_at IS NULL AND EXISTS (
    SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND out_id IS NULL
      AND deleted_at IS NULL AND work_date BETWEEN NEW.first_day AND NEW.last_day)
BEGIN SELECT RAISE(ABORT, 'a signed period has no open record'); END;

-- It is withdrawn once, and the reason may be erased.
CREATE TRIGGER signatures_are_written_once BEFORE UPDATE ON signatures
WHEN NEW.workspace_id IS NOT OLD.workspace_id OR NEW.signature_id IS NOT OLD.signature_id
    OR NEW.user_id IS NOT OLD.user_id OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day
    OR NEW.part IS NOT OLD.part OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at OR NEW.via IS NOT OLD.via
    OR NEW.digest IS NOT OLD.digest OR NEW.figures IS NOT OLD.figures
    OR (OLD.withdrawn_at IS NOT NULL AND (
        NEW.withdrawn_at IS NOT OLD.withdrawn_at OR NEW.withdrawn_by IS NOT OLD.withdrawn_by
        OR (NEW.reason IS NOT NULL AND NEW.reason IS NOT OLD.reason)))
BEGIN SELECT RAISE(ABORT, 'a signature is written once'); END;

CREATE TRIGGER signatures_are_not_removed BEFORE DELETE ON signatures
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.signature_id
                AND action IN ('sign-period', 'approve-period', 'withdraw-signature'))
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'signatures are withdrawn, never removed'); END;

-- Rule 9. A period has 31 days at most, so few signatures are looked at. The work date of a pair never changes.
CREATE TRIGGER pairs_begin_outside_of_locked_periods BEFORE INSERT ON pairs
WHEN NEW.deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM signatures
    WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND part = 'manager' AND withdrawn_at IS NULL
      AND first_day BETWEEN date(NEW.work_date, '-30 days') AND NEW.work_date AND last_day >= NEW.work_date)
BEGIN SELECT RAISE(ABORT, 'the period is locked'); END;

CREATE TRIGGER pairs_stay_in_locked_periods BEFORE UPDATE ON pairs
WHEN (NEW.out_id IS NOT OLD.out_id OR NEW.deleted_at IS NOT OLD.deleted_at OR NEW.out_break IS NOT OLD.out_break)
    AND EXISTS (
    SELECT 1 FROM signatures
    WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND part = 'manager' AND withdrawn_at IS NULL
      AND first_day BETWEEN date(NEW.work_date, '-30 days') AND NEW.work_date AND last_day >= NEW.work_date)
BEGIN SELECT RAISE(ABORT, 'the period is locked'); END;

CREATE TRIGGER paid_breaks_begin_outside_of_locked_periods BEFORE INSERT ON paid_breaks
WHEN NEW.deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM pairs JOIN signatures ON signatures.workspace_id = pairs.workspace_id
      AND signatures.user_id = pairs.user_id AND signatures.part = 'manager' AND signatures.withdrawn_at IS NULL
      AND first_day BETWEEN date(work_date, '-30 days') AND work_date AND last_day >= work_date
    WHERE pairs.workspace_id = NEW.workspace_id AND pairs.in_id = NEW.in_id)
BEGIN SELECT RAISE(ABORT, 'the period is locked'); END;

CREATE TRIGGER paid_breaks_stay_in_locked_periods BEFORE UPDATE ON paid_breaks
WHEN EXISTS (
    SELECT 1 FROM pairs JOIN signatures ON signatures.workspace_id = pairs.workspace_id
      AND signatures.user_id = pairs.user_id AND signatures.part = 'manager' AND signatures.withdrawn_at IS NULL
      AND first_day BETWEEN date(work_date, '-30 days') AND work_date AND last_day >= work_date
    WHERE pairs.workspace_id = NEW.workspace_id AND pairs.in_id = NEW.in_id)
BEGIN SELECT RAISE(ABORT, 'the period is locked'); END;

DROP TRIGGER audit_entries_are_not_changed;

-- Private facts of a record, a remark or a signature may go once a later entry says so; nothing else of an entry ever changes.
CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
WHEN NOT coalesce((
    NEW.private IS NULL AND NEW.salt IS NULL
    AND NEW.workspace_id IS OLD.workspace_id AND NEW.sequence IS OLD.sequence AND NEW.at IS OLD.at
    AND NEW.actor IS OLD.actor AND NEW.via IS OLD.via AND NEW.action IS OLD.action AND NEW.subject IS OLD.subject
    AND NEW.facts IS OLD.facts AND NEW.previous_hash IS OLD.previous_hash AND NEW.hash IS OLD.hash
    AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                AND sequence > OLD.sequence AND subject = CASE
                    WHEN OLD.action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore', 'end-day') THEN (
                        SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)
                    WHEN OLD.action = 'remark' THEN (
                        SELECT user_id FROM remarks WHERE workspace_id = OLD.workspace_id AND remark_id = OLD.subject)
                    WHEN OLD.action IN ('sign-period', 'approve-period', 'withdraw-signature') THEN (
                        SELECT user_id FROM signatures
                        WHERE workspace_id = OLD.workspace_id AND signature_id = OLD.subject)
                    END)), 0)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
