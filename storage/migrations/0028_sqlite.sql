-- Tokens that only read: an inspector's, a representative's. Each is bound to people (a JSON list, or null for
-- everyone) and to work dates, was made for a reason, and ends. The table is made again because of the check of roles.
CREATE TABLE tokens_with_readers (
    workspace_id TEXT NOT NULL,
    token_id     TEXT NOT NULL,
    digest       TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('employee', 'manager', 'admin', 'inspector', 'representative')),
    name         TEXT,
    created_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    expires_at   INTEGER,
    last_used_at INTEGER,
    created_by   TEXT,
    reason       TEXT CHECK (reason <> ''),
    reads_from   TEXT CHECK (reads_from IS date(reads_from)),
    reads_until  TEXT CHECK (reads_until IS date(reads_until)),
    reads_people TEXT CHECK (reads_people LIKE '["%"]'),
    PRIMARY KEY (workspace_id, token_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
    CONSTRAINT token_reads_within_bounds CHECK (iif(role IN ('inspector', 'representative'),
        reason IS NOT NULL AND reads_from IS NOT NULL AND reads_until IS NOT NULL AND expires_at IS NOT NULL
        AND reads_from <= reads_until,
        reason IS NULL AND reads_from IS NULL AND reads_until IS NULL AND reads_people IS NULL))
) STRICT;

INSERT INTO tokens_with_readers
SELECT workspace_id, token_id, digest, user_id, role, name, created_at, revoked_at, expires_at, last_used_at,
    created_by, NULL, NULL, NULL, NULL
FROM tokens;

DROP INDEX tokens_by_digest;

DROP TABLE tokens;

ALTER TABLE tokens_with_readers RENAME TO tokens;

-- The one index that no workspace leads: a token is all that a program sends, so it has to find the workspace.
CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest);

-- What a token reads was decided when it was made.
CREATE TRIGGER tokens_keep_their_bounds BEFORE UPDATE ON tokens
WHEN NEW.reason IS NOT OLD.reason OR NEW.reads_from IS NOT OLD.reads_from
    OR NEW.reads_until IS NOT OLD.reads_until OR NEW.reads_people IS NOT OLD.reads_people
    OR (OLD.reads_from IS NOT NULL
        AND (NEW.role IS NOT OLD.role OR NEW.expires_at IS NOT OLD.expires_at))
BEGIN SELECT RAISE(ABORT, 'what a token may read never changes'); END
