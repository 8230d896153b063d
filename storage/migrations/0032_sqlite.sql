-- Somebody asks to add, change or remove a record of the user; the person and an employer answer; what comes of it follows
-- from both answers. `before` and `after` are the record as JSON without comments and addresses. What people said goes when
-- it is erased.
CREATE TABLE corrections (
    workspace_id       TEXT NOT NULL,
    correction_id      TEXT NOT NULL CHECK (correction_id <> ''),
    user_id            TEXT NOT NULL,
    kind               TEXT NOT NULL CHECK (kind IN ('add', 'change', 'remove')),
    target_in_id       TEXT,
    before             TEXT,
    before_in_comment  TEXT,
    before_out_comment TEXT,
    after              TEXT,
    after_in_comment   TEXT,
    after_out_comment  TEXT,
    first_day          TEXT NOT NULL CHECK (first_day IS date(first_day)),
    last_day           TEXT NOT NULL CHECK (last_day IS date(last_day)),
    reason             TEXT CHECK (reason <> ''),
    asked_by           TEXT NOT NULL,
    asked_at           INTEGER NOT NULL,
    asked_via          TEXT NOT NULL,
    person_answer      TEXT CHECK (person_answer IN ('yes', 'no')),
    person_at          INTEGER CHECK (person_at >= asked_at),
    account            TEXT CHECK (account <> ''),
    employer_answer    TEXT CHECK (employer_answer IN ('yes', 'no')),
    employer_by        TEXT,
    employer_at        INTEGER CHECK (employer_at >= asked_at),
    refusal            TEXT CHECK (refusal <> ''),
    outcome            TEXT CHECK (outcome IN ('applied', 'applied-without-agreement', 'refused', 'withdrawn')),
    done_at            INTEGER CHECK (
        done_at >= max(asked_at, ifnull(person_at, asked_at), ifnull(employer_at, asked_at))),
    done_by            TEXT,
    result_in_id       TEXT,
    PRIMARY KEY (workspace_id, correction_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT correction_is_of_its_kind CHECK (
        (kind = 'add') = (target_in_id IS NULL) AND (kind = 'add') = (before IS NULL)
        AND (kind = 'remove') = (after IS NULL)),
    CONSTRAINT correction_days_in_order CHECK (first_day <= last_day),
    CONSTRAINT person_answer_is_whole CHECK (
        (person_answer IS NULL) = (person_at IS NULL) AND (account IS NULL OR person_answer IS NOT NULL)),
    CONSTRAINT employer_answer_is_whole CHECK (
        (employer_answer IS NULL) = (employer_by IS NULL) AND (employer_answer IS NULL) = (employer_at IS NULL)
        AND (refusal IS NULL OR employer_answer IS 'no')),
    CONSTRAINT outcome_is_whole CHECK (
        (outcome IS NULL) = (done_at IS NULL) AND (outcome IS NULL) = (done_by IS NULL)),
    CONSTRAINT who_asks_agrees CHECK (iif(asked_by = user_id,
        person_answer IS 'yes' AND person_at IS asked_at,
        employer_answer IS 'yes' AND employer_by IS asked_by AND employer_at IS asked_at)),
    CONSTRAINT outcome_follows_from_answers CHECK (CASE
        WHEN person_answer IS 'yes' AND employer_answer IS 'yes' THEN outcome IS 'applied'
        WHEN employer_answer IS 'no' THEN outcome IS 'refused'
        WHEN outcome IS 'applied' THEN 0
        WHEN outcome IS 'applied-without-agreement' THEN employer_answer IS 'yes'
            AND (person_answer IS NOT NULL OR done_at >= asked_at + 604800000000)
        ELSE 1 END),
    CONSTRAINT applied_names_its_record CHECK (
        (result_in_id IS NOT NULL)
        = (kind <> 'remove' AND ifnull(outcome, '') IN ('applied', 'applied-without-agreement')))
) STRICT, WITHOUT ROWID;

-- Of one record, one waits.
CREATE UNIQUE INDEX corrections_wait_once ON corrections (workspace_id, target_in_id) WHERE outcome IS NULL;

CREATE INDEX corrections_waiting ON corrections (workspace_id, user_id) WHERE outcome IS NULL;

CREATE INDEX corrections_by_days ON corrections (workspace_id, user_id, first_day);

CREATE INDEX corrections_by_target ON corrections (workspace_id, target_in_id);

CREATE INDEX corrections_by_result ON corrections (workspace_id, result_in_id);

CREATE TRIGGER corrections_are_not_replaced BEFORE INSERT ON corrections
WHEN EXISTS (
    SELECT 1 FROM corrections WHERE workspace_id = NEW.workspace_id AND correction_id = NEW.correction_id)
    OR (NEW.outcome IS NULL AND EXISTS (
        SELECT 1 FROM corrections WHERE workspace_id = NEW.workspace_id AND target_in_id = NEW.target_in_id
          AND outcome IS NULL))
BEGIN SELECT RAISE(ABORT, 'a correction is written once'); END;

-- It begins with a record that is there, of that person, and with the word of one side.
CREATE TRIGGER corrections_begin BEFORE INSERT ON corrections
WHEN NEW.outcome IS NOT NULL
    OR iif(NEW.asked_by = NEW.user_id, NEW.employer_answer, NEW.person_answer) IS NOT NULL
    OR (NEW.target_in_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.target_in_id
          AND user_id = NEW.user_id AND deleted_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'a correction begins with a record'); END;

-- What was asked stays. Each answer and the outcome are given once, and an outcome is the end. What people said goes when it
-- is erased.
CREATE TRIGGER corrections_are_answered_once BEFORE UPDATE ON corrections
WHEN NEW.workspace_id IS NOT OLD.workspace_id OR NEW.correction_id IS NOT OLD.correction_id
    OR NEW.user_id IS NOT OLD.user_id OR NEW.kind IS NOT OLD.kind OR NEW.target_in_id IS NOT OLD.target_in_id
    OR NEW.before IS NOT OLD.before OR NEW.after IS NOT OLD.after
    OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day OR NEW.asked_by IS NOT OLD.asked_by
    OR NEW.asked_at IS NOT OLD.asked_at OR NEW.asked_via IS NOT OLD.asked_via
    OR (NEW.before_in_comment IS NOT NULL AND NEW.before_in_comment IS NOT OLD.before_in_comment)
    OR (NEW.before_out_comment IS NOT NULL AND NEW.before_out_comment IS NOT OLD.before_out_comment)
    OR (NEW.after_in_comment IS NOT NULL AND NEW.after_in_comment IS NOT OLD.after_in_comment)
    OR (NEW.after_out_comment IS NOT NULL AND NEW.after_out_comment IS NOT OLD.after_out_comment)
    OR (NEW.reason IS NOT NULL AND NEW.reason IS NOT OLD.reason)
    OR (OLD.person_answer IS NOT NULL AND (
        NEW.person_answer IS NOT OLD.person_answer OR NEW.person_at IS NOT OLD.person_at
        OR (NEW.account IS NOT NULL AND NEW.account IS NOT OLD.account)))
    OR (OLD.employer_answer IS NOT NULL AND (
        NEW.employer_answer IS NOT OLD.employer_answer OR NEW.employer_by IS NOT OLD.employer_by
        OR NEW.employer_at IS NOT OLD.employer_at
        OR (NEW.refusal IS NOT NULL AND NEW.refusal IS NOT OLD.refusal)))
    OR (OLD.outcome IS NOT NULL AND (
        NEW.person_answer IS NOT OLD.person_answer OR NEW.employer_answer IS NOT OLD.employer_answer
        OR NEW.outcome IS NOT OLD.outcome OR NEW.done_at IS NOT OLD.done_at OR NEW.done_by IS NOT OLD.done_by
        OR NEW.result_in_id IS NOT OLD.result_in_id))
BEGIN SELECT RAISE(ABORT, 'a correction is answered once'); END;

-- Applied is what was done to the record, in the same transaction.
CREATE TRIGGER corrections_come_true BEFORE UPDATE OF outcome ON corrections
WHEN OLD.outcome IS NULL AND NEW.outcome IN ('applied', 'applied-without-agreement')
    AND NOT iif(NEW.kind = 'remove',
        EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.target_in_id
                AND user_id = NEW.user_id AND deleted_at IS NOT NULL AND replaced_by_id IS NULL),
        EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.result_in_id
                AND user_id = NEW.user_id AND deleted_at IS NULL AND replaces_id IS NEW.target_in_id))
BEGIN SELECT RAISE(ABORT, 'a correction that is applied has its record'); END;

CREATE TRIGGER corrections_are_not_removed BEFORE DELETE ON corrections
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.correction_id
                AND action IN ('ask-correction', 'object-correction', 'apply-correction', 'refuse-correction',
                               'withdraw-correction'))
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'corrections are never removed'); END;

-- A period is signed when nothing about it waits.
CREATE TRIGGER signatures_wait_for_corrections BEFORE INSERT ON signatures
WHEN NEW.withdrawn_at IS NULL AND EXISTS (
    SELECT 1 FROM corrections
    WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND outcome IS NULL
      AND first_day <= NEW.last_day AND last_day >= NEW.first_day)
BEGIN SELECT RAISE(ABORT, 'a signed period has no waiting correction'); END;

DROP TRIGGER audit_entries_are_not_changed;

-- Private facts of a record, a remark, a signature or a correction may go once a later entry says so; nothing else of an
-- entry ever changes.
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
                    WHEN OLD.action IN ('ask-correction', 'object-correction', 'apply-correction',
                                        'refuse-correction', 'withdraw-correction') THEN (
                        SELECT user_id FROM corrections
                        WHERE workspace_id = OLD.workspace_id AND correction_id = OLD.subject)
                    END)), 0)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
