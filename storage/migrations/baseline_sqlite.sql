-- The ledger on SQLite as of schema 0010: one row per pair, with rules 1 to 4 kept by the database itself.
--
-- Instants are integers of microseconds since 1970 in UTC, calendar days are ISO text, yes or no is 1 or 0.
-- A blank line ends a statement, and stands nowhere else.

PRAGMA application_id = 1096044100;  -- "ATND" in the file's header tells our files from others'

CREATE TABLE workspaces (
    workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
    zone         TEXT NOT NULL,
    met_at       INTEGER NOT NULL,
    platform     TEXT NOT NULL DEFAULT 'slack'
) STRICT;

CREATE TABLE people (
    workspace_id TEXT NOT NULL REFERENCES workspaces,
    user_id      TEXT NOT NULL CHECK (user_id <> ''),
    name         TEXT NOT NULL,
    zone         TEXT,
    chat_admin   INTEGER NOT NULL CHECK (chat_admin IN (0, 1)),
    guest        INTEGER NOT NULL CHECK (guest IN (0, 1)),
    bot          INTEGER NOT NULL CHECK (bot IN (0, 1)),
    deactivated  INTEGER NOT NULL CHECK (deactivated IN (0, 1)),
    refreshed_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;

CREATE TABLE settings (
    workspace_id TEXT NOT NULL REFERENCES workspaces,
    name         TEXT NOT NULL,
    value        TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE offices (
    workspace_id TEXT NOT NULL REFERENCES workspaces,
    office_id    TEXT NOT NULL CHECK (office_id <> ''),
    name         TEXT NOT NULL CHECK (name <> ''),
    zone         TEXT NOT NULL,
    PRIMARY KEY (workspace_id, office_id)
) STRICT;

-- Working hours are written like "mon-fri 09:00-17:00"; NULL where the workspace's hold.
CREATE TABLE teams (
    workspace_id  TEXT NOT NULL REFERENCES workspaces,
    name          TEXT NOT NULL CHECK (name <> ''),
    working_hours TEXT,
    PRIMARY KEY (workspace_id, name)
) STRICT;

CREATE TABLE team_people (
    workspace_id TEXT NOT NULL,
    team         TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    part         TEXT NOT NULL CHECK (part IN ('manager', 'member')),
    PRIMARY KEY (workspace_id, team, user_id, part),
    FOREIGN KEY (workspace_id, team) REFERENCES teams (workspace_id, name),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
) STRICT;

CREATE INDEX team_people_by_user ON team_people (workspace_id, user_id, part);

-- A team follows user groups of the chat platform. group_members is what the platform said last.
CREATE TABLE team_groups (
    workspace_id TEXT NOT NULL,
    team         TEXT NOT NULL,
    group_id     TEXT NOT NULL CHECK (group_id <> ''),
    PRIMARY KEY (workspace_id, team, group_id),
    FOREIGN KEY (workspace_id, team) REFERENCES teams (workspace_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_members (
    workspace_id TEXT NOT NULL REFERENCES workspaces,
    group_id     TEXT NOT NULL CHECK (group_id <> ''),
    user_id      TEXT NOT NULL CHECK (user_id <> ''),
    PRIMARY KEY (workspace_id, group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_user ON group_members (workspace_id, user_id);

CREATE TABLE appointed_admins (
    workspace_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    appointed_by TEXT NOT NULL,
    appointed_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    workspace_id TEXT NOT NULL,
    token_id     TEXT NOT NULL,
    digest       TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('employee', 'manager', 'admin')),
    name         TEXT,
    created_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    expires_at   INTEGER,
    last_used_at INTEGER,
    PRIMARY KEY (workspace_id, token_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
) STRICT;

-- The one index that no workspace leads: a token is all that a program sends, so it has to find the workspace.
CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest);

CREATE TABLE pairs (
    workspace_id    TEXT NOT NULL,
    in_id           TEXT NOT NULL CHECK (in_id <> ''),
    in_at           INTEGER NOT NULL,
    in_recorded_at  INTEGER NOT NULL,
    in_by           TEXT NOT NULL,
    in_via          TEXT NOT NULL,
    in_zone         TEXT NOT NULL,
    in_office_id    TEXT,
    in_ip           TEXT,
    in_comment      TEXT,
    user_id         TEXT NOT NULL,
    work_date       TEXT NOT NULL,
    out_id          TEXT CHECK (out_id <> '' AND out_id <> in_id),
    out_at          INTEGER,
    out_recorded_at INTEGER,
    out_by          TEXT,
    out_via         TEXT,
    out_zone        TEXT,
    out_office_id   TEXT,
    out_ip          TEXT,
    out_comment     TEXT,
    deleted_at      INTEGER,
    deleted_by      TEXT,
    PRIMARY KEY (workspace_id, in_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT out_half_is_whole CHECK (
        (out_id IS NULL AND out_at IS NULL AND out_recorded_at IS NULL AND out_by IS NULL AND out_via IS NULL
         AND out_zone IS NULL AND out_office_id IS NULL AND out_ip IS NULL AND out_comment IS NULL)
        OR (out_id IS NOT NULL AND out_at IS NOT NULL AND out_recorded_at IS NOT NULL AND out_by IS NOT NULL
            AND out_via IS NOT NULL AND out_zone IS NOT NULL)),
    CONSTRAINT out_after_in CHECK (out_at > in_at),
    CONSTRAINT at_most_24_hours CHECK (out_at - in_at <= 86400000000),
    CONSTRAINT work_date_is_a_day CHECK (work_date IS date(work_date)),
    -- In whole seconds: divided as a fraction, 23:59:59.9999 is rounded up into the next day, and SQLite's whole
    -- division rounds towards 1970.
    CONSTRAINT work_date_near CHECK (
        abs(julianday(work_date) - julianday(
            date((in_at - ((in_at % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch'))) <= 1),
    CONSTRAINT deletion_is_whole CHECK ((deleted_at IS NULL) = (deleted_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX pairs_by_out_id ON pairs (workspace_id, out_id) WHERE out_id IS NOT NULL;

CREATE UNIQUE INDEX pairs_one_open ON pairs (workspace_id, user_id) WHERE out_id IS NULL AND deleted_at IS NULL;

CREATE INDEX pairs_by_user ON pairs (workspace_id, user_id, in_at) WHERE deleted_at IS NULL;

-- Reports read their sums and the zones of their range from this index alone.
CREATE INDEX pairs_by_date ON pairs (workspace_id, work_date, user_id, in_at, out_at, in_zone)
WHERE deleted_at IS NULL;

-- The few pairs that were entered later: reports count them.
CREATE INDEX pairs_by_hand ON pairs (workspace_id, work_date, user_id)
WHERE deleted_at IS NULL AND (in_recorded_at - in_at > 900000000 OR out_recorded_at - out_at > 900000000);

CREATE INDEX pairs_by_deletion ON pairs (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE audit_entries (
    workspace_id  TEXT NOT NULL,
    sequence      INTEGER NOT NULL CHECK (sequence > 0),
    at            INTEGER NOT NULL,
    actor         TEXT NOT NULL,
    via           TEXT NOT NULL,
    action        TEXT NOT NULL,
    subject       TEXT NOT NULL,
    facts         TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL,
    private       TEXT,
    salt          TEXT,
    PRIMARY KEY (workspace_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_entries_by_subject ON audit_entries (workspace_id, subject);

-- Programs that keep in step ask for the changes of records since a moment.
CREATE INDEX audit_entries_by_moment ON audit_entries (workspace_id, at)
WHERE action IN ('clock-in', 'clock-out', 'create', 'delete', 'restore');

CREATE INDEX audit_entries_of_settings ON audit_entries (workspace_id, action, sequence)
WHERE action NOT IN ('clock-in', 'clock-out', 'create', 'delete', 'restore');

CREATE TABLE audit_heads (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces,
    sequence     INTEGER NOT NULL CHECK (sequence >= 0),
    hash         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the chain begins once older entries were erased by their age.
CREATE TABLE audit_starts (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces,
    sequence     INTEGER NOT NULL CHECK (sequence > 0),
    hash         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What has an `ordering_key`, the person, is told to its recipient, a webhook, in the order of `number`, which counts
-- from 1: the order in which it was done, whatever the clocks of several replicas say.
CREATE TABLE outbox (
    workspace_id TEXT NOT NULL,
    message_id   TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    due_at       INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    sent_at      INTEGER,
    given_up_at  INTEGER,
    key          TEXT,
    kind         TEXT NOT NULL,
    facts        TEXT,
    ordering_key TEXT,
    number       INTEGER CHECK (number > 0),
    queued_at    INTEGER NOT NULL,
    answer       TEXT,
    PRIMARY KEY (workspace_id, message_id, recipient),
    CHECK ((ordering_key IS NULL) = (number IS NULL))
) STRICT;

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
    workspace_id TEXT NOT NULL REFERENCES workspaces,
    event_id     TEXT NOT NULL CHECK (event_id <> ''),
    channel      TEXT NOT NULL,
    posted_ts    TEXT NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE home_tabs (
    workspace_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    opened_at    INTEGER NOT NULL,
    sees_others  INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX home_tabs_that_see_others ON home_tabs (workspace_id) WHERE sees_others;

CREATE TABLE installations (
    workspace_id   TEXT NOT NULL PRIMARY KEY REFERENCES workspaces,
    sealed         TEXT NOT NULL,
    installed_by   TEXT,
    installed_at   INTEGER NOT NULL,
    uninstalled_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE oauth_states (
    state      TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Answers to requests that carried an Idempotency-Key, kept for a day.
CREATE TABLE idempotency_keys (
    workspace_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    key          TEXT NOT NULL,
    request      TEXT NOT NULL,
    answer       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at);

CREATE TABLE webhooks (
    workspace_id TEXT NOT NULL REFERENCES workspaces,
    webhook_id   TEXT NOT NULL CHECK (webhook_id <> ''),
    url          TEXT NOT NULL CHECK (url <> ''),
    secret       TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    removed_at   INTEGER,
    PRIMARY KEY (workspace_id, webhook_id)
) STRICT, WITHOUT ROWID;

-- Rule 2. Living pairs of a user never overlap, so the one that begins last before the new end is also the one that
-- ends last: if it has ended by the new start, all have. One index probe. 9223372036854775807 is "not ended yet".
CREATE TRIGGER pairs_overlap_on_insert BEFORE INSERT ON pairs WHEN NEW.deleted_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'overlap') WHERE NEW.in_at < (
        SELECT coalesce(out_at, 9223372036854775807) FROM pairs
        WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND deleted_at IS NULL
          AND in_at < coalesce(NEW.out_at, 9223372036854775807)
        ORDER BY in_at DESC LIMIT 1);
END;

CREATE TRIGGER pairs_overlap_on_update BEFORE UPDATE ON pairs WHEN NEW.deleted_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'overlap') WHERE NEW.in_at < (
        SELECT coalesce(out_at, 9223372036854775807) FROM pairs
        WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND deleted_at IS NULL
          AND in_at < coalesce(NEW.out_at, 9223372036854775807)
          AND NOT (workspace_id = OLD.workspace_id AND in_id = OLD.in_id)
        ORDER BY in_at DESC LIMIT 1);
END;

-- Rule 4. INSERT OR REPLACE and UPDATE OR REPLACE would delete the row in the way without a word.
CREATE TRIGGER pairs_are_not_replaced_on_insert BEFORE INSERT ON pairs
BEGIN
    SELECT RAISE(ABORT, 'event ids are used once') WHERE EXISTS (
        SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id IN (NEW.in_id, NEW.out_id))
    OR EXISTS (
        SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND out_id IN (NEW.in_id, NEW.out_id));
END;

-- INSERT OR REPLACE with a rowid of its own would remove whichever pair has that one.
CREATE TRIGGER pairs_are_not_replaced_by_rowid BEFORE INSERT ON pairs
WHEN EXISTS (SELECT 1 FROM pairs WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'a pair is in that place'); END;

CREATE TRIGGER pairs_keep_their_identity BEFORE UPDATE ON pairs
BEGIN
    SELECT RAISE(ABORT, 'a pair keeps its ids and its user')
    WHERE NEW.workspace_id <> OLD.workspace_id OR NEW.in_id <> OLD.in_id OR NEW.user_id <> OLD.user_id
       OR (OLD.out_id IS NOT NULL AND NEW.out_id IS NOT OLD.out_id);
    SELECT RAISE(ABORT, 'event ids are used once') WHERE OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND (
        EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.out_id)
        OR EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND out_id = NEW.out_id));
END;

-- A pair goes only by its age, with the last entry about it.
CREATE TRIGGER pairs_are_not_removed BEFORE DELETE ON pairs
WHEN NOT coalesce((
    NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id)
    AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= 1)), 0)
BEGIN SELECT RAISE(ABORT, 'pairs are marked as deleted, never removed'); END;

CREATE TRIGGER audit_begins AFTER INSERT ON workspaces
BEGIN INSERT INTO audit_heads VALUES (NEW.workspace_id, 0, printf('%064d', 0)); END;

CREATE TRIGGER audit_entries_only_grow BEFORE INSERT ON audit_entries
WHEN NOT EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id
                 AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash)
BEGIN SELECT RAISE(ABORT, 'an audit entry follows the last one'); END;

-- Private facts may go once a later entry says so; nothing else of an entry ever changes.
CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
WHEN NOT coalesce((
    NEW.private IS NULL AND NEW.salt IS NULL
    AND NEW.workspace_id IS OLD.workspace_id AND NEW.sequence IS OLD.sequence AND NEW.at IS OLD.at
    AND NEW.actor IS OLD.actor AND NEW.via IS OLD.via AND NEW.action IS OLD.action AND NEW.subject IS OLD.subject
    AND NEW.facts IS OLD.facts AND NEW.previous_hash IS OLD.previous_hash AND NEW.hash IS OLD.hash
    AND EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
                AND sequence > OLD.sequence AND subject = (
                    SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject))), 0)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;

CREATE TRIGGER audit_entries_are_not_removed BEFORE DELETE ON audit_entries
WHEN NOT coalesce(
    EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= OLD.sequence), 0)
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;

CREATE TRIGGER audit_heads_follow AFTER INSERT ON audit_entries
BEGIN
    UPDATE audit_heads SET sequence = NEW.sequence, hash = NEW.hash WHERE workspace_id = NEW.workspace_id;
END;

CREATE TRIGGER audit_heads_only_follow BEFORE UPDATE ON audit_heads
WHEN NOT coalesce((
    EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id AND sequence = NEW.sequence
            AND hash = NEW.hash AND previous_hash = OLD.hash)
    OR (OLD.sequence = 0
        AND EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = NEW.workspace_id
                    AND sequence = NEW.sequence AND hash = NEW.hash))), 0)
BEGIN SELECT RAISE(ABORT, 'the head of the audit follows its entries'); END;

CREATE TRIGGER audit_heads_are_not_removed BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'the head of the audit is never removed'); END;

-- The chain begins later only past entries that are as old as the workspace keeps its records, by an entry of it that
-- does not lie in the future by the database's own clock, says how old is what goes, and follows one that tells again
-- who has which rights, where entries go that told it. A year is the shortest that can be set. An empty chain may begin
-- anywhere: a copy begins so. Facts are compared by their place in the canonical text: with trusted_schema off, SQLite
-- reads no JSON in triggers.
CREATE TRIGGER audit_starts_are_said BEFORE INSERT ON audit_starts
WHEN NOT coalesce(
    EXISTS (
        SELECT 1 FROM audit_entries AS said
        JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
        WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence AND said.action = 'erase-old'
          AND said.subject = NEW.sequence || ':' || NEW.hash || ':'
          AND said.at <= (CAST(strftime('%s', 'now') AS INTEGER) + 60) * 1000000
          AND CAST(value AS INTEGER) >= 1
          AND substr(said.facts, -length('"keep_records_for_years":' || CAST(value AS INTEGER) || '}'))
              = '"keep_records_for_years":' || CAST(value AS INTEGER) || '}'
          AND CAST(strftime('%s', substr(said.facts, 12, 25)) AS INTEGER) * 1000000
              <= CAST(strftime('%s', said.at / 1000000, 'unixepoch', '-' || CAST(value AS INTEGER) || ' years')
                      AS INTEGER) * 1000000
          AND NOT EXISTS (
              SELECT 1 FROM audit_entries AS gone
              WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                AND gone.at >= CAST(strftime('%s', substr(said.facts, 12, 25)) AS INTEGER) * 1000000)
          AND (EXISTS (
                   SELECT 1 FROM audit_entries AS again
                   WHERE again.workspace_id = NEW.workspace_id AND again.sequence = said.sequence - 1
                     AND again.action = 'tell-again')
               OR NOT EXISTS (
                   SELECT 1 FROM audit_entries AS told
                   WHERE told.workspace_id = NEW.workspace_id AND told.sequence <= NEW.sequence
                     AND told.action IN ('set-team', 'create-token', 'revoke-token', 'change-role',
                                         'change-settings', 'tell-again'))))
    OR EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id AND sequence = 0), 0)
BEGIN SELECT RAISE(ABORT, 'the audit begins where an entry says so, past what is old enough'); END;

CREATE TRIGGER audit_starts_move_on BEFORE UPDATE ON audit_starts
WHEN NOT coalesce(
    NEW.workspace_id = OLD.workspace_id AND NEW.sequence > OLD.sequence
    AND EXISTS (
        SELECT 1 FROM audit_entries AS said
        JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
        WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence AND said.action = 'erase-old'
          AND said.subject = NEW.sequence || ':' || NEW.hash || ':'
          AND said.at <= (CAST(strftime('%s', 'now') AS INTEGER) + 60) * 1000000
          AND CAST(value AS INTEGER) >= 1
          AND substr(said.facts, -length('"keep_records_for_years":' || CAST(value AS INTEGER) || '}'))
              = '"keep_records_for_years":' || CAST(value AS INTEGER) || '}'
          AND CAST(strftime('%s', substr(said.facts, 12, 25)) AS INTEGER) * 1000000
              <= CAST(strftime('%s', said.at / 1000000, 'unixepoch', '-' || CAST(value AS INTEGER) || ' years')
                      AS INTEGER) * 1000000
          AND NOT EXISTS (
              SELECT 1 FROM audit_entries AS gone
              WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                AND gone.at >= CAST(strftime('%s', substr(said.facts, 12, 25)) AS INTEGER) * 1000000)
          AND (EXISTS (
                   SELECT 1 FROM audit_entries AS again
                   WHERE again.workspace_id = NEW.workspace_id AND again.sequence = said.sequence - 1
                     AND again.action = 'tell-again')
               OR NOT EXISTS (
                   SELECT 1 FROM audit_entries AS told
                   WHERE told.workspace_id = NEW.workspace_id AND told.sequence <= NEW.sequence
                     AND told.action IN ('set-team', 'create-token', 'revoke-token', 'change-role',
                                         'change-settings', 'tell-again')))), 0)
BEGIN SELECT RAISE(ABORT, 'the audit begins where an entry says so, past what is old enough'); END;

CREATE TRIGGER audit_starts_are_not_removed BEFORE DELETE ON audit_starts
WHEN NOT coalesce(0, 0)
BEGIN SELECT RAISE(ABORT, 'the audit begins where an entry says so'); END;

CREATE TRIGGER audit_begins_later AFTER INSERT ON audit_starts
BEGIN
    UPDATE audit_heads SET sequence = NEW.sequence, hash = NEW.hash
    WHERE workspace_id = NEW.workspace_id AND sequence = 0;
END;
