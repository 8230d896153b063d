-- The kind of break that a clock-out started, for example `lunch`. NULL if it started none.
ALTER TABLE pairs ADD COLUMN out_break TEXT CONSTRAINT breaks_start_at_a_clock_out CHECK (
    out_break IS NULL OR (out_id IS NOT NULL AND length(out_break) BETWEEN 1 AND 40));

-- ISO 3166-1 alpha-2, and the part of ISO 3166-2 after the dash.
ALTER TABLE offices ADD COLUMN country TEXT CHECK (country GLOB '[A-Z][A-Z]');

ALTER TABLE offices ADD COLUMN region TEXT CHECK (
    region IS NULL OR (country IS NOT NULL AND length(region) BETWEEN 1 AND 40));

-- A paid break is a note inside a record and changes no sum. Unpaid breaks are the gaps between records.
CREATE TABLE paid_breaks (
    workspace_id      TEXT NOT NULL,
    break_id          TEXT NOT NULL CHECK (break_id <> ''),
    user_id           TEXT NOT NULL,
    in_id             TEXT NOT NULL,
    kind              TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    start_at          INTEGER NOT NULL,
    start_recorded_at INTEGER NOT NULL,
    start_by          TEXT NOT NULL,
    start_via         TEXT NOT NULL,
    end_at            INTEGER,
    end_recorded_at   INTEGER,
    end_by            TEXT,
    end_via           TEXT,
    deleted_at        INTEGER,
    deleted_by        TEXT,
    PRIMARY KEY (workspace_id, break_id),
    FOREIGN KEY (workspace_id, in_id) REFERENCES pairs (workspace_id, in_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT break_end_is_whole CHECK (
        (end_at IS NULL) = (end_recorded_at IS NULL) AND (end_at IS NULL) = (end_by IS NULL)
        AND (end_at IS NULL) = (end_via IS NULL)),
    CONSTRAINT break_ends_after_its_start CHECK (end_at > start_at),
    CONSTRAINT break_removal_is_whole CHECK ((deleted_at IS NULL) = (deleted_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX paid_breaks_one_open ON paid_breaks (workspace_id, in_id)
WHERE end_at IS NULL AND deleted_at IS NULL;

CREATE INDEX paid_breaks_by_record ON paid_breaks (workspace_id, in_id, start_at);

-- Reports look for the breaks of a range.
CREATE INDEX paid_breaks_by_start ON paid_breaks (workspace_id, start_at, user_id) WHERE deleted_at IS NULL;

-- INSERT OR REPLACE would remove the break in the way without a word.
CREATE TRIGGER paid_breaks_begin BEFORE INSERT ON paid_breaks
BEGIN
    SELECT RAISE(ABORT, 'a break is written once') WHERE EXISTS (
        SELECT 1 FROM paid_breaks WHERE workspace_id = NEW.workspace_id AND break_id = NEW.break_id);
    SELECT RAISE(ABORT, 'a break lies inside its record') WHERE NOT EXISTS (
        SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.in_id AND user_id = NEW.user_id
          AND (NEW.deleted_at IS NOT NULL OR (in_at <= NEW.start_at AND (out_at IS NULL OR NEW.end_at <= out_at))));
    SELECT RAISE(ABORT, 'breaks overlap') WHERE NEW.deleted_at IS NULL AND EXISTS (
        SELECT 1 FROM paid_breaks WHERE workspace_id = NEW.workspace_id AND in_id = NEW.in_id AND deleted_at IS NULL
          AND start_at < coalesce(NEW.end_at, 9223372036854775807)
          AND NEW.start_at < coalesce(end_at, 9223372036854775807));
END;

-- It is ended once, and removed once.
CREATE TRIGGER paid_breaks_are_written_once BEFORE UPDATE ON paid_breaks
WHEN NEW.workspace_id IS NOT OLD.workspace_id OR NEW.break_id IS NOT OLD.break_id OR NEW.user_id IS NOT OLD.user_id
    OR NEW.in_id IS NOT OLD.in_id OR NEW.kind IS NOT OLD.kind OR NEW.start_at IS NOT OLD.start_at
    OR NEW.start_recorded_at IS NOT OLD.start_recorded_at OR NEW.start_by IS NOT OLD.start_by
    OR NEW.start_via IS NOT OLD.start_via OR OLD.deleted_at IS NOT NULL
    OR (OLD.end_at IS NOT NULL AND (
        NEW.end_at IS NOT OLD.end_at OR NEW.end_recorded_at IS NOT OLD.end_recorded_at
        OR NEW.end_by IS NOT OLD.end_by OR NEW.end_via IS NOT OLD.end_via))
BEGIN SELECT RAISE(ABORT, 'a break is written once'); END;

-- A break goes only by its age, with the last entry about it.
CREATE TRIGGER paid_breaks_are_not_removed BEFORE DELETE ON paid_breaks
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.break_id
                AND action IN ('start-break', 'end-break', 'remove-break'))
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'breaks are marked as deleted, never removed'); END;

CREATE TRIGGER pairs_end_after_their_breaks BEFORE UPDATE ON pairs
WHEN OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM paid_breaks WHERE workspace_id = NEW.workspace_id AND in_id = NEW.in_id AND deleted_at IS NULL
      AND coalesce(end_at, 9223372036854775807) > NEW.out_at)
BEGIN SELECT RAISE(ABORT, 'a record ends after its breaks'); END;

-- What a person says about a finding of working-time rules on a day of theirs. `measured` is in minutes. The text goes
-- when it is erased.
CREATE TABLE remarks (
    workspace_id TEXT NOT NULL,
    remark_id    TEXT NOT NULL CHECK (remark_id <> ''),
    user_id      TEXT NOT NULL,
    work_date    TEXT NOT NULL,
    rule         TEXT NOT NULL CHECK (length(rule) BETWEEN 1 AND 40),
    measured     INTEGER NOT NULL CHECK (measured >= 0),
    text         TEXT CHECK (text <> ''),
    by           TEXT NOT NULL,
    at           INTEGER NOT NULL,
    via          TEXT NOT NULL,
    PRIMARY KEY (workspace_id, remark_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT remark_is_about_a_day CHECK (work_date IS date(work_date))
) STRICT, WITHOUT ROWID;

CREATE INDEX remarks_by_day ON remarks (workspace_id, work_date, user_id);

CREATE TRIGGER remarks_are_not_replaced BEFORE INSERT ON remarks
WHEN EXISTS (SELECT 1 FROM remarks WHERE workspace_id = NEW.workspace_id AND remark_id = NEW.remark_id)
BEGIN SELECT RAISE(ABORT, 'a remark is written once'); END;

CREATE TRIGGER remarks_are_written_once BEFORE UPDATE ON remarks
WHEN NEW.workspace_id IS NOT OLD.workspace_id OR NEW.remark_id IS NOT OLD.remark_id OR NEW.user_id IS NOT OLD.user_id
    OR NEW.work_date IS NOT OLD.work_date OR NEW.rule IS NOT OLD.rule OR NEW.measured IS NOT OLD.measured
    OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at OR NEW.via IS NOT OLD.via
    OR (NEW.text IS NOT NULL AND NEW.text IS NOT OLD.text)
BEGIN SELECT RAISE(ABORT, 'a remark is written once'); END;

CREATE TRIGGER remarks_are_not_removed BEFORE DELETE ON remarks
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.remark_id
                AND action = 'remark')
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'remarks are never removed'); END;

-- An office's own days: a whole or half holiday, or `none`, which takes a public holiday away.
CREATE TABLE own_days (
    workspace_id TEXT NOT NULL,
    office_id    TEXT NOT NULL,
    day          TEXT NOT NULL CHECK (day IS date(day)),
    part         TEXT NOT NULL CHECK (part IN ('whole', 'half', 'none')),
    name         TEXT NOT NULL,
    PRIMARY KEY (workspace_id, office_id, day),
    FOREIGN KEY (workspace_id, office_id) REFERENCES offices (workspace_id, office_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX own_days_by_day ON own_days (workspace_id, day);

-- What the rules ask about a person, where there is anything to say: from when they are an adult, and whether they work
-- at night or the rules don't apply to them.
CREATE TABLE working_conditions (
    workspace_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    adult_from   TEXT CHECK (adult_from IS date(adult_from)),
    night_worker INTEGER NOT NULL CHECK (night_worker IN (0, 1)),
    exempt       INTEGER NOT NULL CHECK (exempt IN (0, 1)),
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT conditions_say_something CHECK (adult_from IS NOT NULL OR night_worker OR exempt)
) STRICT, WITHOUT ROWID;

DROP TRIGGER pairs_are_written_once;

DROP TRIGGER pairs_are_not_removed;

DROP TRIGGER audit_entries_are_not_changed;

-- A half of a pair is written once. Only its comment and address go, when they are erased; and once, the break that its
-- clock-out started, when the day ended there.
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
BEGIN SELECT RAISE(ABORT, 'a half of a pair is written once'); END;

CREATE TRIGGER pairs_are_not_removed BEFORE DELETE ON pairs
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id
                AND action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore', 'end-day'))
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'pairs are marked as deleted, never removed'); END;

-- Private facts of a record or a remark may go once a later entry says so; nothing else of an entry ever changes.
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
                    END)), 0)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
