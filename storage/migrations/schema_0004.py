"""The ledger on PostgreSQL as of 0004: one row per pair, with rules 1 to 4 kept by the database itself.

Instants are `timestamptz`. `workspace_id` leads every key, so that the schema can be spread by it.
"""

_VIA = "('slack', 'api', 'form', 'cli', 'system')"

_TABLES = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """
    CREATE TABLE workspaces (
        workspace_id text PRIMARY KEY CHECK (workspace_id <> ''),
        zone         text NOT NULL,
        met_at       timestamptz NOT NULL
    )
    """,
    """
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
    )
    """,
    """
    CREATE TABLE settings (
        workspace_id text NOT NULL REFERENCES workspaces,
        name         text NOT NULL,
        value        text NOT NULL,
        PRIMARY KEY (workspace_id, name)
    )
    """,
    """
    CREATE TABLE offices (
        workspace_id text NOT NULL REFERENCES workspaces,
        office_id    text NOT NULL CHECK (office_id <> ''),
        name         text NOT NULL CHECK (name <> ''),
        zone         text NOT NULL,
        PRIMARY KEY (workspace_id, office_id)
    )
    """,
    """
    CREATE TABLE teams (
        workspace_id text NOT NULL REFERENCES workspaces,
        name         text NOT NULL CHECK (name <> ''),
        PRIMARY KEY (workspace_id, name)
    )
    """,
    """
    CREATE TABLE team_people (
        workspace_id text NOT NULL,
        team         text NOT NULL,
        user_id      text NOT NULL,
        part         text NOT NULL CHECK (part IN ('manager', 'member')),
        PRIMARY KEY (workspace_id, team, user_id, part),
        FOREIGN KEY (workspace_id, team) REFERENCES teams (workspace_id, name),
        FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
    )
    """,
    "CREATE INDEX team_people_by_user ON team_people (workspace_id, user_id, part)",
    """
    CREATE TABLE tokens (
        workspace_id text NOT NULL,
        token_id     text NOT NULL,
        digest       text NOT NULL,
        user_id      text NOT NULL,
        role         text NOT NULL CHECK (role IN ('employee', 'manager', 'admin')),
        name         text,
        created_at   timestamptz NOT NULL,
        revoked_at   timestamptz,
        PRIMARY KEY (workspace_id, token_id),
        FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
    )
    """,
    # The one index that no workspace leads: a token is all that a program sends, so it has to find the workspace.
    "CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest)",
    f"""
    CREATE TABLE pairs (
        workspace_id    text NOT NULL,
        in_id           text NOT NULL CHECK (in_id <> ''),
        in_at           timestamptz NOT NULL CHECK (isfinite(in_at)),
        in_recorded_at  timestamptz NOT NULL CHECK (isfinite(in_recorded_at)),
        in_by           text NOT NULL,
        in_via          text NOT NULL CHECK (in_via IN {_VIA}),
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
        out_via         text CHECK (out_via IN {_VIA}),
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
        CONSTRAINT pairs_never_overlap EXCLUDE USING gist (
            workspace_id WITH =, user_id WITH =, tstzrange(in_at, out_at) WITH &&) WHERE (deleted_at IS NULL)
    )
    """,
    "CREATE UNIQUE INDEX pairs_by_out_id ON pairs (workspace_id, out_id) WHERE out_id IS NOT NULL",
    """
    CREATE UNIQUE INDEX pairs_one_open ON pairs (workspace_id, user_id)
    WHERE out_id IS NULL AND deleted_at IS NULL
    """,
    "CREATE INDEX pairs_by_user ON pairs (workspace_id, user_id, in_at) WHERE deleted_at IS NULL",
    """
    CREATE INDEX pairs_by_date ON pairs (workspace_id, work_date, user_id, in_at, out_at, in_zone)
    WHERE deleted_at IS NULL
    """,
    "CREATE INDEX pairs_by_deletion ON pairs (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL",
    """
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
        PRIMARY KEY (workspace_id, sequence)
    )
    """,
    # Led by the subject: led by the workspace, a planner without statistics looks for entries' numbers in it.
    "CREATE INDEX audit_entries_by_subject ON audit_entries (subject, workspace_id)",
    """
    CREATE TABLE audit_heads (
        workspace_id text PRIMARY KEY REFERENCES workspaces,
        sequence     bigint NOT NULL CHECK (sequence >= 0),
        hash         text NOT NULL
    )
    """,
    """
    CREATE TABLE outbox (
        workspace_id text NOT NULL,
        message_id   text NOT NULL,
        recipient    text NOT NULL,
        text         text NOT NULL,
        due_at       timestamptz NOT NULL,
        created_at   timestamptz NOT NULL,
        attempts     integer NOT NULL,
        sent_at      timestamptz,
        given_up_at  timestamptz,
        key          text,
        PRIMARY KEY (workspace_id, message_id)
    )
    """,
    "CREATE UNIQUE INDEX outbox_by_key ON outbox (workspace_id, key)",
    "CREATE INDEX outbox_due ON outbox (workspace_id, due_at) WHERE sent_at IS NULL AND given_up_at IS NULL",
    "CREATE INDEX outbox_sent ON outbox (workspace_id, sent_at) WHERE sent_at IS NOT NULL",
    """
    CREATE TABLE idempotency_keys (
        workspace_id text NOT NULL,
        user_id      text NOT NULL,
        key          text NOT NULL,
        request      text NOT NULL,
        answer       text NOT NULL,
        created_at   timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, user_id, key)
    )
    """,
    "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at)",
)


def _trigger(name: str, when: str, table: str, body: str, *, each: str = "ROW") -> tuple[str, str]:
    return (
        # A plan that was made for an empty table, and kept, would go on reading all of a large one.
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN {body} END $$",
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()",
    )


def _raise(sentence: str) -> str:
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';"


_TRIGGERS = (
    *_trigger(
        "pairs_use_ids_once",
        "BEFORE INSERT OR UPDATE OF out_id",
        "pairs",
        f"""
        IF EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.out_id)
           OR EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND out_id = NEW.in_id) THEN
            {_raise("event ids are used once")}
        END IF;
        RETURN NEW;
        """,
    ),
    *_trigger(
        "pairs_keep_their_identity",
        "BEFORE UPDATE",
        "pairs",
        f"""
        IF (NEW.workspace_id, NEW.in_id, NEW.user_id) IS DISTINCT FROM (OLD.workspace_id, OLD.in_id, OLD.user_id)
           OR (OLD.out_id IS NOT NULL AND NEW.out_id IS DISTINCT FROM OLD.out_id) THEN
            {_raise("a pair keeps its ids and its user")}
        END IF;
        RETURN NEW;
        """,
    ),
    *_trigger("pairs_are_not_removed", "BEFORE DELETE", "pairs", _raise("pairs are marked as deleted, never removed")),
    *_trigger(
        "pairs_are_not_emptied",
        "BEFORE TRUNCATE",
        "pairs",
        _raise("pairs are marked as deleted, never removed"),
        each="STATEMENT",
    ),
    *_trigger(
        "audit_begins",
        "AFTER INSERT",
        "workspaces",
        "INSERT INTO audit_heads VALUES (NEW.workspace_id, 0, repeat('0', 64)); RETURN NULL;",
    ),
    # An entry follows another one, not the head: within one statement the head stays where it was.
    *_trigger(
        "audit_entries_only_grow",
        "BEFORE INSERT",
        "audit_entries",
        f"""
        IF NOT (NEW.sequence = 1 AND NEW.previous_hash = repeat('0', 64))
           AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
                           AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash) THEN
            {_raise("an audit entry follows the last one")}
        END IF;
        RETURN NEW;
        """,
    ),
    # Once a statement: each update in a transaction leaves a version of the row that the next one has to step over.
    """
    CREATE FUNCTION audit_heads_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE audit_heads h SET sequence = a.sequence, hash = a.hash
        FROM (SELECT DISTINCT ON (workspace_id) workspace_id, sequence, hash FROM added
              ORDER BY workspace_id, sequence DESC) a
        WHERE h.workspace_id = a.workspace_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER audit_heads_follow AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_heads_follow()
    """,
    *_trigger(
        "audit_heads_only_follow",
        "BEFORE UPDATE",
        "audit_heads",
        f"""
        IF NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
                       AND sequence = NEW.sequence AND hash = NEW.hash AND sequence > OLD.sequence) THEN
            {_raise("the head of the audit follows its entries")}
        END IF;
        RETURN NEW;
        """,
    ),
    *_trigger(
        "audit_entries_are_not_changed", "BEFORE UPDATE", "audit_entries", _raise("audit entries are never changed")
    ),
    *_trigger(
        "audit_entries_are_not_removed", "BEFORE DELETE", "audit_entries", _raise("audit entries are never removed")
    ),
    *_trigger(
        "audit_entries_are_not_emptied",
        "BEFORE TRUNCATE",
        "audit_entries",
        _raise("audit entries are never removed"),
        each="STATEMENT",
    ),
    *_trigger(
        "audit_heads_are_not_removed", "BEFORE DELETE", "audit_heads", _raise("the head of the audit is never removed")
    ),
    *_trigger(
        "audit_heads_are_not_emptied",
        "BEFORE TRUNCATE",
        "audit_heads",
        _raise("the head of the audit is never removed"),
        each="STATEMENT",
    ),
)

POSTGRESQL = (*_TABLES, *_TRIGGERS)
