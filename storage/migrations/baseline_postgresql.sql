-- The ledger on PostgreSQL as of schema 0010: one row per pair, with rules 1 to 4 kept by the database itself.
--
-- `workspace_id` leads every key, so that the schema can be spread by it. A blank line ends a statement, and stands
-- nowhere else.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE workspaces (
    workspace_id text NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
    zone         text NOT NULL,
    met_at       timestamptz NOT NULL,
    platform     text NOT NULL DEFAULT 'slack'
);

CREATE TABLE people (
    workspace_id text NOT NULL REFERENCES workspaces,
    user_id      text NOT NULL CHECK (user_id <> ''),
    name         text NOT NULL,
    zone         text,
    chat_admin   boolean NOT NULL,
    guest        boolean NOT NULL,
    bot          boolean NOT NULL,
    deactivated  boolean NOT NULL,
    refreshed_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);

CREATE TABLE settings (
    workspace_id text NOT NULL REFERENCES workspaces,
    name         text NOT NULL,
    value        text NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE offices (
    workspace_id text NOT NULL REFERENCES workspaces,
    office_id    text NOT NULL CHECK (office_id <> ''),
    name         text NOT NULL CHECK (name <> ''),
    zone         text NOT NULL,
    PRIMARY KEY (workspace_id, office_id)
);

-- Working hours are written like "mon-fri 09:00-17:00"; NULL where the workspace's hold.
CREATE TABLE teams (
    workspace_id  text NOT NULL REFERENCES workspaces,
    name          text NOT NULL CHECK (name <> ''),
    working_hours text,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE team_people (
    workspace_id text NOT NULL,
    team         text NOT NULL,
    user_id      text NOT NULL,
    part         text NOT NULL CHECK (part IN ('manager', 'member')),
    PRIMARY KEY (workspace_id, team, user_id, part),
    FOREIGN KEY (workspace_id, team) REFERENCES teams (workspace_id, name),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
);

CREATE INDEX team_people_by_user ON team_people (workspace_id, user_id, part);

-- A team follows user groups of the chat platform. group_members is what the platform said last.
CREATE TABLE team_groups (
    workspace_id text NOT NULL,
    team         text NOT NULL,
    group_id     text NOT NULL CHECK (group_id <> ''),
    PRIMARY KEY (workspace_id, team, group_id),
    FOREIGN KEY (workspace_id, team) REFERENCES teams (workspace_id, name)
);

CREATE TABLE group_members (
    workspace_id text NOT NULL REFERENCES workspaces,
    group_id     text NOT NULL CHECK (group_id <> ''),
    user_id      text NOT NULL CHECK (user_id <> ''),
    PRIMARY KEY (workspace_id, group_id, user_id)
);

CREATE INDEX group_members_by_user ON group_members (workspace_id, user_id);

CREATE TABLE appointed_admins (
    workspace_id text NOT NULL,
    user_id      text NOT NULL,
    appointed_by text NOT NULL,
    appointed_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
);

CREATE TABLE tokens (
    workspace_id text NOT NULL,
    token_id     text NOT NULL,
    digest       text NOT NULL,
    user_id      text NOT NULL,
    role         text NOT NULL CHECK (role IN ('employee', 'manager', 'admin')),
    name         text,
    created_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    expires_at   timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (workspace_id, token_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
);

-- The one index that no workspace leads: a token is all that a program sends, so it has to find the workspace.
CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest);

CREATE TABLE pairs (
    workspace_id    text NOT NULL,
    in_id           text NOT NULL CHECK (in_id <> ''),
    in_at           timestamptz NOT NULL CHECK (isfinite(in_at)),
    in_recorded_at  timestamptz NOT NULL CHECK (isfinite(in_recorded_at)),
    in_by           text NOT NULL,
    in_via          text NOT NULL,
    in_zone         text NOT NULL,
    in_office_id    text,
    in_ip           text,
    in_comment      text,
    user_id         text NOT NULL,
    work_date       date NOT NULL,
    out_id          text CHECK (out_id <> '' AND out_id <> in_id),
    out_at          timestamptz CHECK (isfinite(out_at)),
    out_recorded_at timestamptz CHECK (isfinite(out_recorded_at)),
    out_by          text,
    out_via         text,
    out_zone        text,
    out_office_id   text,
    out_ip          text,
    out_comment     text,
    deleted_at      timestamptz CHECK (isfinite(deleted_at)),
    deleted_by      text,
    PRIMARY KEY (workspace_id, in_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT out_half_is_whole CHECK (
        num_nonnulls(out_id, out_at, out_recorded_at, out_by, out_via, out_zone) = 6
        OR num_nonnulls(out_id, out_at, out_recorded_at, out_by, out_via, out_zone,
                        out_office_id, out_ip, out_comment) = 0),
    CONSTRAINT out_after_in CHECK (out_at > in_at),
    CONSTRAINT at_most_24_hours CHECK (out_at - in_at <= interval '24 hours'),
    CONSTRAINT work_date_near CHECK (abs(work_date - (in_at AT TIME ZONE 'UTC')::date) <= 1),
    CONSTRAINT deletion_is_whole CHECK ((deleted_at IS NULL) = (deleted_by IS NULL)),
    -- Rule 2.
    CONSTRAINT pairs_never_overlap EXCLUDE USING gist (
        workspace_id WITH =, user_id WITH =, tstzrange(in_at, out_at) WITH &&) WHERE (deleted_at IS NULL)
);

CREATE UNIQUE INDEX pairs_by_out_id ON pairs (workspace_id, out_id) WHERE out_id IS NOT NULL;

CREATE UNIQUE INDEX pairs_one_open ON pairs (workspace_id, user_id) WHERE out_id IS NULL AND deleted_at IS NULL;

CREATE INDEX pairs_by_user ON pairs (workspace_id, user_id, in_at) WHERE deleted_at IS NULL;

-- Reports read their sums and the zones of their range from this index alone.
CREATE INDEX pairs_by_date ON pairs (workspace_id, work_date, user_id, in_at, out_at, in_zone)
WHERE deleted_at IS NULL;

-- The few pairs that were entered later: reports count them.
CREATE INDEX pairs_by_hand ON pairs (workspace_id, work_date, user_id)
WHERE deleted_at IS NULL AND (in_recorded_at - in_at > interval '15 minutes'
                            OR out_recorded_at - out_at > interval '15 minutes');

CREATE INDEX pairs_by_deletion ON pairs (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE audit_entries (
    workspace_id  text NOT NULL,
    sequence      bigint NOT NULL CHECK (sequence > 0),
    at            timestamptz NOT NULL,
    actor         text NOT NULL,
    via           text NOT NULL,
    action        text NOT NULL,
    subject       text NOT NULL,
    facts         text NOT NULL,
    previous_hash text NOT NULL,
    hash          text NOT NULL,
    private       text,
    salt          text,
    PRIMARY KEY (workspace_id, sequence)
);

-- Led by the subject: led by the workspace, a planner without statistics looks for entries' numbers in it.
CREATE INDEX audit_entries_by_subject ON audit_entries (subject, workspace_id);

-- Programs that keep in step ask for the changes of records since a moment. Of records alone: without statistics a
-- planner would take a whole index to find an entry by its number, and look through all there are.
CREATE INDEX audit_entries_by_moment ON audit_entries (workspace_id, at)
WHERE action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore');

CREATE INDEX audit_entries_of_settings ON audit_entries (workspace_id, action, sequence)
WHERE action NOT IN ('clock-in', 'clock-out', 'create', 'delete', 'restore');

CREATE TABLE audit_heads (
    workspace_id text NOT NULL PRIMARY KEY REFERENCES workspaces,
    sequence     bigint NOT NULL CHECK (sequence >= 0),
    hash         text NOT NULL
);

-- Where the chain begins once older entries were erased by their age.
CREATE TABLE audit_starts (
    workspace_id text NOT NULL PRIMARY KEY REFERENCES workspaces,
    sequence     bigint NOT NULL CHECK (sequence > 0),
    hash         text NOT NULL
);

-- What has an `ordering_key`, the person, is told to its recipient, a webhook, in the order of `number`, which counts
-- from 1: the order in which it was done, whatever the clocks of several replicas say.
CREATE TABLE outbox (
    workspace_id text NOT NULL,
    message_id   text NOT NULL,
    recipient    text NOT NULL,
    due_at       timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    attempts     integer NOT NULL,
    sent_at      timestamptz,
    given_up_at  timestamptz,
    key          text,
    kind         text NOT NULL,
    facts        text,
    ordering_key text,
    number       bigint CHECK (number > 0),
    queued_at    timestamptz NOT NULL,
    answer       text,
    PRIMARY KEY (workspace_id, message_id, recipient),
    CHECK ((ordering_key IS NULL) = (number IS NULL))
);

-- A message with a key is sent once, however many replicas think of it.
CREATE UNIQUE INDEX outbox_by_key ON outbox (workspace_id, key);

CREATE INDEX outbox_due ON outbox (workspace_id, due_at)
WHERE sent_at IS NULL AND given_up_at IS NULL AND ordering_key IS NULL;

CREATE INDEX outbox_due_in_order ON outbox (workspace_id, recipient, ordering_key, number)
WHERE sent_at IS NULL AND given_up_at IS NULL AND ordering_key IS NOT NULL;

CREATE UNIQUE INDEX outbox_by_number ON outbox (workspace_id, ordering_key, recipient, number DESC)
WHERE ordering_key IS NOT NULL;


-- Where an event was posted, so that the post can follow what becomes of it.
CREATE TABLE log_posts (
    workspace_id text NOT NULL REFERENCES workspaces,
    event_id     text NOT NULL CHECK (event_id <> ''),
    channel      text NOT NULL,
    posted_ts    text NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
);

CREATE TABLE home_tabs (
    workspace_id text NOT NULL,
    user_id      text NOT NULL,
    opened_at    timestamptz NOT NULL,
    sees_others  boolean NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
);

CREATE INDEX home_tabs_that_see_others ON home_tabs (workspace_id) WHERE sees_others;

CREATE TABLE installations (
    workspace_id   text NOT NULL PRIMARY KEY REFERENCES workspaces,
    sealed         text NOT NULL,
    installed_by   text,
    installed_at   timestamptz NOT NULL,
    uninstalled_at timestamptz
);

CREATE TABLE oauth_states (
    state      text NOT NULL PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

-- Answers to requests that carried an Idempotency-Key, kept for a day.
CREATE TABLE idempotency_keys (
    workspace_id text NOT NULL,
    user_id      text NOT NULL,
    key          text NOT NULL,
    request      text NOT NULL,
    answer       text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, user_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);

CREATE TABLE webhooks (
    workspace_id text NOT NULL REFERENCES workspaces,
    webhook_id   text NOT NULL CHECK (webhook_id <> ''),
    url          text NOT NULL CHECK (url <> ''),
    secret       text NOT NULL,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    removed_at   timestamptz,
    PRIMARY KEY (workspace_id, webhook_id)
);

-- The triggers plan without sequential scans: a plan that was made for an empty table, and kept, would go on reading
-- all of a large one.
--
-- Rule 4. Each half has its own unique index; this keeps one half's id from being another's.
CREATE OR REPLACE FUNCTION pairs_use_ids_once() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.out_id)
       OR EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND out_id = NEW.in_id) THEN
        RAISE EXCEPTION 'event ids are used once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pairs_use_ids_once BEFORE INSERT OR UPDATE OF out_id ON pairs
FOR EACH ROW EXECUTE FUNCTION pairs_use_ids_once();

CREATE OR REPLACE FUNCTION pairs_keep_their_identity() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (NEW.workspace_id, NEW.in_id, NEW.user_id) IS DISTINCT FROM (OLD.workspace_id, OLD.in_id, OLD.user_id)
       OR (OLD.out_id IS NOT NULL AND NEW.out_id IS DISTINCT FROM OLD.out_id) THEN
        RAISE EXCEPTION 'a pair keeps its ids and its user' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pairs_keep_their_identity BEFORE UPDATE ON pairs
FOR EACH ROW EXECUTE FUNCTION pairs_keep_their_identity();

-- A pair goes only by its age, with the last entry about it.
CREATE OR REPLACE FUNCTION pairs_are_not_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id)
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'pairs are marked as deleted, never removed'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER pairs_are_not_removed BEFORE DELETE ON pairs
FOR EACH ROW EXECUTE FUNCTION pairs_are_not_removed();

CREATE OR REPLACE FUNCTION pairs_are_not_emptied() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    RAISE EXCEPTION 'pairs are marked as deleted, never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER pairs_are_not_emptied BEFORE TRUNCATE ON pairs
FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_not_emptied();

CREATE OR REPLACE FUNCTION audit_begins() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO audit_heads VALUES (NEW.workspace_id, 0, repeat('0', 64));
    RETURN NULL;
END $$;

CREATE TRIGGER audit_begins AFTER INSERT ON workspaces FOR EACH ROW EXECUTE FUNCTION audit_begins();

-- An entry follows another one, not the head: within one statement the head stays where it was.
CREATE OR REPLACE FUNCTION audit_entries_only_grow() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF ((NEW.sequence = 1 AND NEW.previous_hash = repeat('0', 64))
        OR EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
                   AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash)
        OR EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = NEW.workspace_id
                   AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash)) IS NOT TRUE THEN
        RAISE EXCEPTION 'an audit entry follows the last one' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entries_only_grow BEFORE INSERT ON audit_entries
FOR EACH ROW EXECUTE FUNCTION audit_entries_only_grow();

-- Private facts may go once a later entry says so; nothing else of an entry ever changes.
CREATE OR REPLACE FUNCTION audit_entries_are_not_changed() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
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
                    AND sequence > OLD.sequence AND subject = (
                        SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject)))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION audit_entries_are_not_changed();

CREATE OR REPLACE FUNCTION audit_entries_are_not_removed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    IF (EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= OLD.sequence))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'audit entries are never removed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER audit_entries_are_not_removed BEFORE DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION audit_entries_are_not_removed();

CREATE OR REPLACE FUNCTION audit_entries_are_not_emptied() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_are_not_emptied();

-- Once a statement: each update in a transaction leaves a version of the row that the next one has to step over.
CREATE OR REPLACE FUNCTION audit_heads_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE audit_heads h SET sequence = a.sequence, hash = a.hash
    FROM (SELECT DISTINCT ON (workspace_id) workspace_id, sequence, hash FROM added
          ORDER BY workspace_id, sequence DESC) a
    WHERE h.workspace_id = a.workspace_id;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_heads_follow AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audit_heads_follow();

CREATE OR REPLACE FUNCTION audit_heads_only_follow() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF (EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
                AND sequence = NEW.sequence AND hash = NEW.hash AND sequence > OLD.sequence)
        OR (OLD.sequence = 0
            AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = NEW.workspace_id
                        AND sequence = NEW.sequence AND hash = NEW.hash))) IS NOT TRUE THEN
        RAISE EXCEPTION 'the head of the audit follows its entries'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_heads_only_follow BEFORE UPDATE ON audit_heads
FOR EACH ROW EXECUTE FUNCTION audit_heads_only_follow();

CREATE OR REPLACE FUNCTION audit_heads_are_not_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    RAISE EXCEPTION 'the head of the audit is never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_heads_are_not_removed BEFORE DELETE ON audit_heads
FOR EACH ROW EXECUTE FUNCTION audit_heads_are_not_removed();

CREATE OR REPLACE FUNCTION audit_heads_are_not_emptied() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    RAISE EXCEPTION 'the head of the audit is never removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_heads_are_not_emptied BEFORE TRUNCATE ON audit_heads
FOR EACH STATEMENT EXECUTE FUNCTION audit_heads_are_not_emptied();

-- The chain begins later only past entries that are as old as the workspace keeps its records, by an entry of it that
-- does not lie in the future by the database's own clock, says how old is what goes, and follows one that tells again
-- who has which rights, where entries go that told it. A year is the shortest that can be set. An empty chain may begin
-- anywhere: a copy begins so.
CREATE OR REPLACE FUNCTION audit_starts_are_said() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF ((TG_OP = 'INSERT' OR (NEW.workspace_id = OLD.workspace_id AND NEW.sequence > OLD.sequence))
        AND EXISTS (
            SELECT 1 FROM audit_entries AS said
            JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
            WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence
              AND said.action = 'erase-old'
              AND said.subject = NEW.sequence || ':' || NEW.hash || ':'
              AND said.at <= clock_timestamp() + interval '1 minute'
              AND value::integer >= 1
              AND (said.facts::json ->> 'keep_records_for_years')::integer = value::integer
              AND (said.facts::json ->> 'before')::timestamptz <= said.at - make_interval(years => value::integer)
              AND NOT EXISTS (
                  SELECT 1 FROM audit_entries AS gone
                  WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                    AND gone.at >= (said.facts::json ->> 'before')::timestamptz)
              AND (EXISTS (
                       SELECT 1 FROM audit_entries AS again
                       WHERE again.workspace_id = NEW.workspace_id AND again.sequence = said.sequence - 1
                         AND again.action = 'tell-again')
                   OR NOT EXISTS (
                       SELECT 1 FROM audit_entries AS told
                       WHERE told.workspace_id = NEW.workspace_id AND told.sequence <= NEW.sequence
                         AND told.action IN ('set-team', 'create-token', 'revoke-token', 'change-role',
                                             'change-settings', 'tell-again'))))
        OR (TG_OP = 'INSERT'
            AND EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id AND sequence = 0)))
       IS NOT TRUE THEN
        RAISE EXCEPTION 'the audit begins where an entry says so, past what is old enough'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_starts_are_said BEFORE INSERT OR UPDATE ON audit_starts
FOR EACH ROW EXECUTE FUNCTION audit_starts_are_said();

CREATE OR REPLACE FUNCTION audit_starts_are_not_removed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    RAISE EXCEPTION 'the audit begins where an entry says so' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_starts_are_not_removed BEFORE DELETE ON audit_starts
FOR EACH ROW EXECUTE FUNCTION audit_starts_are_not_removed();

CREATE OR REPLACE FUNCTION audit_starts_are_not_emptied() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    RAISE EXCEPTION 'the audit begins where an entry says so' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_starts_are_not_emptied BEFORE TRUNCATE ON audit_starts
FOR EACH STATEMENT EXECUTE FUNCTION audit_starts_are_not_emptied();

CREATE OR REPLACE FUNCTION audit_begins_later() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    UPDATE audit_heads SET sequence = NEW.sequence, hash = NEW.hash
    WHERE workspace_id = NEW.workspace_id AND sequence = 0;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_begins_later AFTER INSERT ON audit_starts
FOR EACH ROW EXECUTE FUNCTION audit_begins_later();

-- Else the triggers would look into temporary tables first, and whoever serves can make some of the same names.
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN
        SELECT DISTINCT tgfoid FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', function, current_schema());
    END LOOP;
END $$;
