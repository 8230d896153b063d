-- The kind of break that a clock-out started, for example `lunch`. NULL if it started none.
ALTER TABLE pairs ADD COLUMN out_break text, ADD CONSTRAINT breaks_start_at_a_clock_out CHECK (
    out_break IS NULL OR (out_id IS NOT NULL AND length(out_break) BETWEEN 1 AND 40));

DROP INDEX pairs_by_clock_in;

-- With a condition that every record meets, only statements that say the same use it. In a table without statistics it
-- looked as good as the key, and a record was looked for among all of the workspace.
CREATE INDEX pairs_by_clock_in ON pairs (workspace_id, in_at) WHERE in_at > '-infinity';

-- ISO 3166-1 alpha-2, and the part of ISO 3166-2 after the dash.
ALTER TABLE offices ADD COLUMN country text CHECK (country ~ '^[A-Z]{2}$'), ADD COLUMN region text CHECK (
    region IS NULL OR (country IS NOT NULL AND length(region) BETWEEN 1 AND 40));

-- A paid break is a note inside a record and changes no sum. Unpaid breaks are the gaps between records.
CREATE TABLE paid_breaks (
    workspace_id      text NOT NULL,
    break_id          text NOT NULL CHECK (break_id <> ''),
    user_id           text NOT NULL,
    in_id             text NOT NULL,
    kind              text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    start_at          timestamptz NOT NULL CHECK (isfinite(start_at)),
    start_recorded_at timestamptz NOT NULL CHECK (isfinite(start_recorded_at)),
    start_by          text NOT NULL,
    start_via         text NOT NULL,
    end_at            timestamptz CHECK (isfinite(end_at)),
    end_recorded_at   timestamptz CHECK (isfinite(end_recorded_at)),
    end_by            text,
    end_via           text,
    deleted_at        timestamptz CHECK (isfinite(deleted_at)),
    deleted_by        text,
    PRIMARY KEY (workspace_id, break_id),
    FOREIGN KEY (workspace_id, in_id) REFERENCES pairs (workspace_id, in_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT break_end_is_whole CHECK (num_nonnulls(end_at, end_recorded_at, end_by, end_via) IN (0, 4)),
    CONSTRAINT break_ends_after_its_start CHECK (end_at > start_at),
    CONSTRAINT break_removal_is_whole CHECK ((deleted_at IS NULL) = (deleted_by IS NULL)),
    CONSTRAINT breaks_never_overlap EXCLUDE USING gist (
        workspace_id WITH =, in_id WITH =, tstzrange(start_at, end_at) WITH &&) WHERE (deleted_at IS NULL)
);

CREATE UNIQUE INDEX paid_breaks_one_open ON paid_breaks (workspace_id, in_id)
WHERE end_at IS NULL AND deleted_at IS NULL;

CREATE INDEX paid_breaks_by_record ON paid_breaks (workspace_id, in_id, start_at);

-- Reports look for the breaks of a range.
CREATE INDEX paid_breaks_by_start ON paid_breaks (workspace_id, start_at, user_id) WHERE deleted_at IS NULL;

-- The lock lets nobody end the record meanwhile.
CREATE OR REPLACE FUNCTION paid_breaks_begin() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM pairs
    WHERE workspace_id = NEW.workspace_id AND in_id = NEW.in_id AND user_id = NEW.user_id
      AND (NEW.deleted_at IS NOT NULL OR (in_at <= NEW.start_at AND (out_at IS NULL OR NEW.end_at <= out_at)))
    FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a break lies inside its record' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER paid_breaks_begin BEFORE INSERT ON paid_breaks
FOR EACH ROW EXECUTE FUNCTION paid_breaks_begin();

-- It is ended once, and removed once.
CREATE OR REPLACE FUNCTION paid_breaks_are_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id, NEW.break_id, NEW.user_id, NEW.in_id, NEW.kind)
       IS DISTINCT FROM (OLD.workspace_id, OLD.break_id, OLD.user_id, OLD.in_id, OLD.kind)
       OR (NEW.start_at, NEW.start_recorded_at, NEW.start_by, NEW.start_via)
       IS DISTINCT FROM (OLD.start_at, OLD.start_recorded_at, OLD.start_by, OLD.start_via)
       OR OLD.deleted_at IS NOT NULL
       OR (OLD.end_at IS NOT NULL
           AND (NEW.end_at, NEW.end_recorded_at, NEW.end_by, NEW.end_via)
           IS DISTINCT FROM (OLD.end_at, OLD.end_recorded_at, OLD.end_by, OLD.end_via)) THEN
        RAISE EXCEPTION 'a break is written once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER paid_breaks_are_written_once BEFORE UPDATE ON paid_breaks
FOR EACH ROW EXECUTE FUNCTION paid_breaks_are_written_once();

-- A break goes only by its age, with the last entry about it.
CREATE OR REPLACE FUNCTION paid_breaks_are_not_removed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.break_id
                    AND action IN ('start-break', 'end-break', 'remove-break'))
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'breaks are marked as deleted, never removed'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER paid_breaks_are_not_removed BEFORE DELETE ON paid_breaks
FOR EACH ROW EXECUTE FUNCTION paid_breaks_are_not_removed();

CREATE OR REPLACE FUNCTION paid_breaks_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'breaks are marked as deleted, never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER paid_breaks_are_not_emptied BEFORE TRUNCATE ON paid_breaks
FOR EACH STATEMENT EXECUTE FUNCTION paid_breaks_are_not_emptied();

CREATE OR REPLACE FUNCTION pairs_end_after_their_breaks() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM paid_breaks
               WHERE workspace_id = NEW.workspace_id AND in_id = NEW.in_id AND deleted_at IS NULL
                 AND coalesce(end_at, 'infinity') > NEW.out_at) THEN
        RAISE EXCEPTION 'a record ends after its breaks' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pairs_end_after_their_breaks BEFORE UPDATE OF out_id ON pairs FOR EACH ROW
WHEN (OLD.out_id IS NULL AND NEW.out_id IS NOT NULL) EXECUTE FUNCTION pairs_end_after_their_breaks();

-- What a person says about a finding of working-time rules on a day of theirs. `measured` is in minutes. The text goes
-- when it is erased.
CREATE TABLE remarks (
    workspace_id text NOT NULL,
    remark_id    text NOT NULL CHECK (remark_id <> ''),
    user_id      text NOT NULL,
    work_date    date NOT NULL,
    rule         text NOT NULL CHECK (length(rule) BETWEEN 1 AND 40),
    measured     bigint NOT NULL CHECK (measured >= 0),
    text         text CHECK (text <> ''),
    by           text NOT NULL,
    at           timestamptz NOT NULL,
    via          text NOT NULL,
    PRIMARY KEY (workspace_id, remark_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
);

CREATE INDEX remarks_by_day ON remarks (workspace_id, work_date, user_id);

CREATE OR REPLACE FUNCTION remarks_are_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id, NEW.remark_id, NEW.user_id, NEW.work_date, NEW.rule, NEW.measured)
       IS DISTINCT FROM (OLD.workspace_id, OLD.remark_id, OLD.user_id, OLD.work_date, OLD.rule, OLD.measured)
       OR (NEW."by", NEW.at, NEW.via) IS DISTINCT FROM (OLD."by", OLD.at, OLD.via)
       OR (NEW.text IS NOT NULL AND NEW.text IS DISTINCT FROM OLD.text) THEN
        RAISE EXCEPTION 'a remark is written once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER remarks_are_written_once BEFORE UPDATE ON remarks
FOR EACH ROW EXECUTE FUNCTION remarks_are_written_once();

CREATE OR REPLACE FUNCTION remarks_are_not_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.remark_id
                    AND action = 'remark')
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'remarks are never removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER remarks_are_not_removed BEFORE DELETE ON remarks
FOR EACH ROW EXECUTE FUNCTION remarks_are_not_removed();

CREATE OR REPLACE FUNCTION remarks_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'remarks are never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER remarks_are_not_emptied BEFORE TRUNCATE ON remarks
FOR EACH STATEMENT EXECUTE FUNCTION remarks_are_not_emptied();

-- An office's own days: a whole or half holiday, or `none`, which takes a public holiday away.
CREATE TABLE own_days (
    workspace_id text NOT NULL,
    office_id    text NOT NULL,
    day          date NOT NULL,
    part         text NOT NULL CHECK (part IN ('whole', 'half', 'none')),
    name         text NOT NULL,
    PRIMARY KEY (workspace_id, office_id, day),
    FOREIGN KEY (workspace_id, office_id) REFERENCES offices (workspace_id, office_id)
);

CREATE INDEX own_days_by_day ON own_days (workspace_id, day);

-- What the rules ask about a person, where there is anything to say: from when they are an adult, and whether they work
-- at night or the rules don't apply to them.
CREATE TABLE working_conditions (
    workspace_id text NOT NULL,
    user_id      text NOT NULL,
    adult_from   date,
    night_worker boolean NOT NULL,
    exempt       boolean NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT conditions_say_something CHECK (adult_from IS NOT NULL OR night_worker OR exempt)
);

-- A half of a pair is written once. Only its comment and address go, when they are erased; and once, the break that its
-- clock-out started, when the day ended there.
CREATE OR REPLACE FUNCTION pairs_are_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.work_date, NEW.in_at, NEW.in_recorded_at, NEW.in_by, NEW.in_via, NEW.in_zone, NEW.in_office_id)
       IS DISTINCT FROM
       (OLD.work_date, OLD.in_at, OLD.in_recorded_at, OLD.in_by, OLD.in_via, OLD.in_zone, OLD.in_office_id)
       OR (NEW.in_ip IS NOT NULL AND NEW.in_ip IS DISTINCT FROM OLD.in_ip)
       OR (NEW.in_comment IS NOT NULL AND NEW.in_comment IS DISTINCT FROM OLD.in_comment)
       OR (OLD.out_id IS NOT NULL AND (
           (NEW.out_at, NEW.out_recorded_at, NEW.out_by, NEW.out_via, NEW.out_zone, NEW.out_office_id)
           IS DISTINCT FROM
           (OLD.out_at, OLD.out_recorded_at, OLD.out_by, OLD.out_via, OLD.out_zone, OLD.out_office_id)
           OR (NEW.out_ip IS NOT NULL AND NEW.out_ip IS DISTINCT FROM OLD.out_ip)
           OR (NEW.out_comment IS NOT NULL AND NEW.out_comment IS DISTINCT FROM OLD.out_comment)
           OR (NEW.out_break IS DISTINCT FROM OLD.out_break
               AND (NEW.out_break IS NOT NULL OR OLD.deleted_at IS NOT NULL))))
       OR (OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND OLD.deleted_at IS NOT NULL)
       OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NOT NULL
           AND (NEW.deleted_at, NEW.deleted_by) IS DISTINCT FROM (OLD.deleted_at, OLD.deleted_by)) THEN
        RAISE EXCEPTION 'a half of a pair is written once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION pairs_are_not_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id
                    AND action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore', 'end-day'))
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'pairs are marked as deleted, never removed'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

-- Private facts of a record or a remark may go once a later entry says so; nothing else of an entry ever changes.
CREATE OR REPLACE FUNCTION audit_entries_are_not_changed() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    whose text := CASE
        WHEN OLD.action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore', 'end-day') THEN (
            SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)
        WHEN OLD.action = 'remark' THEN (
            SELECT user_id FROM remarks WHERE workspace_id = OLD.workspace_id AND remark_id = OLD.subject)
        END;
BEGIN
    IF (NEW.private IS NULL AND NEW.salt IS NULL
        AND NEW.workspace_id IS NOT DISTINCT FROM OLD.workspace_id
        AND NEW.sequence IS NOT DISTINCT FROM OLD.sequence
        AND NEW.at IS NOT DISTINCT FROM OLD.at
        AND NEW.actor IS NOT DISTINCT FROM OLD.actor
        AND NEW.via IS NOT DISTINCT FROM OLD.via
        AND NEW.action IS NOT DISTINCT FROM OLD.action
        AND NEW.subject IS NOT DISTINCT FROM OLD.subject
        AND NEW.facts IS NOT DISTINCT FROM OLD.facts
        AND NEW.previous_hash IS NOT DISTINCT FROM OLD.previous_hash
        AND NEW.hash IS NOT DISTINCT FROM OLD.hash
        AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                    AND sequence > OLD.sequence AND subject = whose))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- As at the end of the baseline, for the functions that have none.
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN
        SELECT DISTINCT tgfoid FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
          AND coalesce(array_to_string(proconfig, ' '), '') NOT LIKE '%search_path=%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', function, current_schema());
    END LOOP;
END $$;
