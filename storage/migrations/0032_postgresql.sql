-- Somebody asks to add, change or remove a record of the user; the person and an employer answer; what comes of it follows
-- from both answers. `before` and `after` are the record as JSON without comments and addresses. What people said goes when
-- it is erased.
CREATE TABLE corrections (
    workspace_id       text NOT NULL,
    correction_id      text NOT NULL CHECK (correction_id <> ''),
    user_id            text NOT NULL,
    kind               text NOT NULL CHECK (kind IN ('add', 'change', 'remove')),
    target_in_id       text,
    before             text,
    before_in_comment  text,
    before_out_comment text,
    after              text,
    after_in_comment   text,
    after_out_comment  text,
    first_day          date NOT NULL CHECK (isfinite(first_day)),
    last_day           date NOT NULL CHECK (isfinite(last_day)),
    reason             text CHECK (reason <> ''),
    asked_by           text NOT NULL,
    asked_at           timestamptz NOT NULL CHECK (isfinite(asked_at)),
    asked_via          text NOT NULL,
    person_answer      text CHECK (person_answer IN ('yes', 'no')),
    person_at          timestamptz CHECK (isfinite(person_at) AND person_at >= asked_at),
    account            text CHECK (account <> ''),
    employer_answer    text CHECK (employer_answer IN ('yes', 'no')),
    employer_by        text,
    employer_at        timestamptz CHECK (isfinite(employer_at) AND employer_at >= asked_at),
    refusal            text CHECK (refusal <> ''),
    outcome            text CHECK (outcome IN ('applied', 'applied-without-agreement', 'refused', 'withdrawn')),
    done_at            timestamptz CHECK (
        isfinite(done_at) AND done_at >= greatest(asked_at, person_at, employer_at)),
    done_by            text,
    result_in_id       text,
    PRIMARY KEY (workspace_id, correction_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT correction_is_of_its_kind CHECK (
        (kind = 'add') = (target_in_id IS NULL) AND (kind = 'add') = (before IS NULL)
        AND (kind = 'remove') = (after IS NULL)),
    CONSTRAINT correction_days_in_order CHECK (first_day <= last_day),
    CONSTRAINT person_answer_is_whole CHECK (
        (person_answer IS NULL) = (person_at IS NULL) AND (account IS NULL OR person_answer IS NOT NULL)),
    CONSTRAINT employer_answer_is_whole CHECK (
        num_nonnulls(employer_answer, employer_by, employer_at) IN (0, 3)
        AND (refusal IS NULL OR employer_answer IS NOT DISTINCT FROM 'no')),
    CONSTRAINT outcome_is_whole CHECK (num_nonnulls(outcome, done_at, done_by) IN (0, 3)),
    CONSTRAINT who_asks_agrees CHECK (CASE WHEN asked_by = user_id
        THEN (person_answer, person_at) IS NOT DISTINCT FROM ('yes', asked_at)
        ELSE (employer_answer, employer_by, employer_at) IS NOT DISTINCT FROM ('yes', asked_by, asked_at) END),
    CONSTRAINT outcome_follows_from_answers CHECK (CASE
        WHEN (person_answer, employer_answer) IS NOT DISTINCT FROM ('yes', 'yes')
        THEN outcome IS NOT DISTINCT FROM 'applied'
        WHEN employer_answer IS NOT DISTINCT FROM 'no' THEN outcome IS NOT DISTINCT FROM 'refused'
        WHEN outcome = 'applied' THEN false
        WHEN outcome = 'applied-without-agreement' THEN employer_answer IS NOT DISTINCT FROM 'yes'
            AND (person_answer IS NOT NULL OR done_at >= asked_at + interval '168 hours')
        ELSE true END),
    CONSTRAINT applied_names_its_record CHECK (
        (result_in_id IS NOT NULL)
        = (kind <> 'remove' AND coalesce(outcome IN ('applied', 'applied-without-agreement'), false)))
);

-- Of one record, one waits.
CREATE UNIQUE INDEX corrections_wait_once ON corrections (workspace_id, target_in_id) WHERE outcome IS NULL;

CREATE INDEX corrections_waiting ON corrections (workspace_id, user_id) WHERE outcome IS NULL;

CREATE INDEX corrections_by_days ON corrections (workspace_id, user_id, first_day);

CREATE INDEX corrections_by_target ON corrections (workspace_id, target_in_id);

CREATE INDEX corrections_by_result ON corrections (workspace_id, result_in_id);

-- It begins with a record that is there, of that person, and with the word of one side.
CREATE OR REPLACE FUNCTION corrections_begin() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF NEW.outcome IS NOT NULL
       OR (CASE WHEN NEW.asked_by = NEW.user_id THEN NEW.employer_answer ELSE NEW.person_answer END) IS NOT NULL
       OR (NEW.target_in_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.target_in_id
             AND user_id = NEW.user_id AND deleted_at IS NULL)) THEN
        RAISE EXCEPTION 'a correction begins with a record' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER corrections_begin BEFORE INSERT ON corrections
FOR EACH ROW EXECUTE FUNCTION corrections_begin();

-- What was asked stays. Each answer and the outcome are given once, and an outcome is the end. What people said goes when it
-- is erased.
CREATE OR REPLACE FUNCTION corrections_are_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id, NEW.correction_id, NEW.user_id, NEW.kind, NEW.target_in_id, NEW.before, NEW.after)
       IS DISTINCT FROM
       (OLD.workspace_id, OLD.correction_id, OLD.user_id, OLD.kind, OLD.target_in_id, OLD.before, OLD.after)
       OR (NEW.first_day, NEW.last_day, NEW.asked_by, NEW.asked_at, NEW.asked_via)
       IS DISTINCT FROM (OLD.first_day, OLD.last_day, OLD.asked_by, OLD.asked_at, OLD.asked_via)
       OR (NEW.before_in_comment IS NOT NULL AND NEW.before_in_comment IS DISTINCT FROM OLD.before_in_comment)
       OR (NEW.before_out_comment IS NOT NULL AND NEW.before_out_comment IS DISTINCT FROM OLD.before_out_comment)
       OR (NEW.after_in_comment IS NOT NULL AND NEW.after_in_comment IS DISTINCT FROM OLD.after_in_comment)
       OR (NEW.after_out_comment IS NOT NULL AND NEW.after_out_comment IS DISTINCT FROM OLD.after_out_comment)
       OR (NEW.reason IS NOT NULL AND NEW.reason IS DISTINCT FROM OLD.reason)
       OR (OLD.person_answer IS NOT NULL
           AND (NEW.person_answer, NEW.person_at) IS DISTINCT FROM (OLD.person_answer, OLD.person_at))
       OR (OLD.person_answer IS NOT NULL AND NEW.account IS NOT NULL AND NEW.account IS DISTINCT FROM OLD.account)
       OR (OLD.employer_answer IS NOT NULL
           AND (NEW.employer_answer, NEW.employer_by, NEW.employer_at)
           IS DISTINCT FROM (OLD.employer_answer, OLD.employer_by, OLD.employer_at))
       OR (OLD.employer_answer IS NOT NULL AND NEW.refusal IS NOT NULL AND NEW.refusal IS DISTINCT FROM OLD.refusal)
       OR (OLD.outcome IS NOT NULL
           AND (NEW.person_answer, NEW.employer_answer, NEW.outcome, NEW.done_at, NEW.done_by, NEW.result_in_id)
           IS DISTINCT FROM
           (OLD.person_answer, OLD.employer_answer, OLD.outcome, OLD.done_at, OLD.done_by, OLD.result_in_id)) THEN
        RAISE EXCEPTION 'a correction is answered once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER corrections_are_answered_once BEFORE UPDATE ON corrections
FOR EACH ROW EXECUTE FUNCTION corrections_are_answered_once();

-- Applied is what was done to the record, in the same transaction.
CREATE OR REPLACE FUNCTION corrections_come_true() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF NOT (CASE WHEN NEW.kind = 'remove' THEN EXISTS (
            SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.target_in_id
              AND user_id = NEW.user_id AND deleted_at IS NOT NULL AND replaced_by_id IS NULL)
        ELSE EXISTS (
            SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.result_in_id
              AND user_id = NEW.user_id AND deleted_at IS NULL
              AND replaces_id IS NOT DISTINCT FROM NEW.target_in_id) END) THEN
        RAISE EXCEPTION 'a correction that is applied has its record'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER corrections_come_true BEFORE UPDATE OF outcome ON corrections FOR EACH ROW
WHEN (OLD.outcome IS NULL AND NEW.outcome IN ('applied', 'applied-without-agreement'))
EXECUTE FUNCTION corrections_come_true();

CREATE OR REPLACE FUNCTION corrections_are_not_removed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.correction_id
                    AND action IN ('ask-correction', 'object-correction', 'apply-correction', 'refuse-correction',
                                   'withdraw-correction'))
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'corrections are never removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER corrections_are_not_removed BEFORE DELETE ON corrections
FOR EACH ROW EXECUTE FUNCTION corrections_are_not_removed();

CREATE OR REPLACE FUNCTION corrections_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'corrections are never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER corrections_are_not_emptied BEFORE TRUNCATE ON corrections
FOR EACH STATEMENT EXECUTE FUNCTION corrections_are_not_emptied();

-- A period is signed when nothing about it waits. After `signatures_begin`, which waits for whoever asks meanwhile.
CREATE OR REPLACE FUNCTION signatures_wait_for_corrections() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM corrections
               WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND outcome IS NULL
                 AND first_day <= NEW.last_day AND last_day >= NEW.first_day) THEN
        RAISE EXCEPTION 'a signed period has no waiting correction' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signatures_wait_for_corrections BEFORE INSERT ON signatures
FOR EACH ROW WHEN (NEW.withdrawn_at IS NULL) EXECUTE FUNCTION signatures_wait_for_corrections();

-- Private facts of a record, a remark, a signature or a correction may go once a later entry says so; nothing else of an
-- entry ever changes.
CREATE OR REPLACE FUNCTION audit_entries_are_not_changed() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    whose text := CASE
        WHEN OLD.action IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore', 'end-day') THEN (
            SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)
        WHEN OLD.action = 'remark' THEN (
            SELECT user_id FROM remarks WHERE workspace_id = OLD.workspace_id AND remark_id = OLD.subject)
        WHEN OLD.action IN ('sign-period', 'approve-period', 'withdraw-signature') THEN (
            SELECT user_id FROM signatures WHERE workspace_id = OLD.workspace_id AND signature_id = OLD.subject)
        WHEN OLD.action IN ('ask-correction', 'object-correction', 'apply-correction', 'refuse-correction',
                            'withdraw-correction') THEN (
            SELECT user_id FROM corrections WHERE workspace_id = OLD.workspace_id AND correction_id = OLD.subject)
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

-- A message says what it said when it was queued, until it has ended and is erased. Of webhook calls, comments and
-- addresses of records, the reason of a withdrawn signature, and what people said beside a correction are erased at any
-- time.
CREATE OR REPLACE FUNCTION outbox_keeps_what_is_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased jsonb := '{"in_comment": null, "in_ip": null, "out_comment": null, "out_ip": null}';
    unsaid jsonb := '{"before_in_comment": null, "before_out_comment": null, "after_in_comment": null,
        "after_out_comment": null, "reason": null, "account": null, "refusal": null}';
    said jsonb;
BEGIN
    IF (NEW.workspace_id, NEW.message_id, NEW.recipient, NEW.created_at, NEW.ordering_key, NEW.number)
       IS DISTINCT FROM
       (OLD.workspace_id, OLD.message_id, OLD.recipient, OLD.created_at, OLD.ordering_key, OLD.number) THEN
        RAISE EXCEPTION 'a message is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.kind, NEW.facts) IS NOT DISTINCT FROM (OLD.kind, OLD.facts) THEN
        RETURN NEW;
    END IF;
    IF (OLD.sent_at IS NOT NULL OR OLD.given_up_at IS NOT NULL) AND NEW.kind = 'text' AND NEW.facts IS NULL THEN
        RETURN NEW;
    END IF;
    said := OLD.facts::jsonb;
    IF said -> 'pair' IS NOT NULL THEN
        said := jsonb_set(said, '{pair}', (said -> 'pair') || erased);
    END IF;
    IF said -> 'before' IS NOT NULL THEN
        said := jsonb_set(said, '{before}', (said -> 'before') || erased);
    END IF;
    IF said -> 'signature' IS NOT NULL THEN
        said := jsonb_set(said, '{signature,reason}', 'null');
    END IF;
    IF said -> 'correction' IS NOT NULL THEN
        said := jsonb_set(said, '{correction}', (said -> 'correction') || unsaid);
    END IF;
    IF OLD.ordering_key IS NOT NULL AND NEW.kind = OLD.kind AND NEW.facts::jsonb = said THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a message is never changed' USING ERRCODE = 'integrity_constraint_violation';
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
