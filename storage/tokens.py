"""API tokens. Stored as digests, so that nobody can use a copy of the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Text, and_, bindparam, case, false, insert, literal, or_, select, true, update

from storage import admins, installations, teams
from storage.errors import UnknownToken
from storage.prepared import Prepared
from storage.tables import outbox, people, tokens


@dataclass(frozen=True, slots=True)
class Reach:
    """What a token that only reads was made for: work dates (`first` to `last`) of these people. `user_ids` None:
    everyone's."""

    first: date
    last: date
    user_ids: frozenset[str] | None
    reason: str

    def covers(self, user_id: str) -> bool:
        """Whether the person's records may be read."""
        return self.user_ids is None or user_id in self.user_ids


@dataclass(frozen=True, slots=True)
class Token:
    """Whom a token speaks for, and how far it reaches (`role`: employee, manager or admin). One that only reads
    (inspector or representative) speaks for nobody: `user_id` is the admin who answers for it."""

    workspace_id: str
    token_id: str
    user_id: str
    role: str
    name: str | None
    created_at: datetime
    revoked_at: datetime | None
    expires_at: datetime | None
    last_used_at: datetime | None
    """As of the hour."""
    created_by: str | None
    """Null for a token that is older than this column, and than the audit trail."""
    reason: str | None = None
    reads_from: date | None = None
    reads_until: date | None = None
    reads_people: str | None = None
    """User ids as a JSON list."""
    told: str | None = None
    """The key of the day's message to its user that it was used, if that was queued before it was looked up."""

    @property
    def reach(self) -> Reach | None:
        """Of a token that only reads."""
        if self.reads_from is None or self.reads_until is None:
            return None
        user_ids = frozenset(json.loads(self.reads_people)) if self.reads_people is not None else None
        return Reach(self.reads_from, self.reads_until, user_ids, self.reason or "")

    def lives(self, at: datetime) -> bool:
        """Whether the token is valid then."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)


USE_NOTED_EVERY = timedelta(hours=1)

_COLUMNS = [tokens.c[name] for name in Token.__slots__ if name in tokens.c]


def people_as_stored(user_ids: Collection[str] | None) -> str | None:
    """As `reads_people` holds them."""
    return json.dumps(sorted(user_ids)) if user_ids is not None else None


def digest(secret: str) -> str:
    """The stored digest. Tokens are long and random, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add(connection: Connection, token: Token, secret: str) -> None:
    """Stores a new token."""
    connection.execute(
        insert(tokens).values(
            workspace_id=token.workspace_id,
            token_id=token.token_id,
            digest=digest(secret),
            user_id=token.user_id,
            role=token.role,
            name=token.name,
            created_at=token.created_at,
            expires_at=token.expires_at,
            created_by=token.created_by,
            reason=token.reason,
            reads_from=token.reads_from,
            reads_until=token.reads_until,
            reads_people=token.reads_people,
        )
    )


def by_secret(connection: Connection, secret: str, at: datetime) -> Token | None:
    """The token with that secret, if it is valid then, its user is a full member, and the bot is installed there. Its
    `role` is what its user has of it now. One that only reads works while the user who answers for it is an admin."""
    row = _BY_SECRET.first(connection, {"digest": digest(secret), "day": f" {at.date()}"})
    token = Token(*row) if row else None
    return token if token and token.lives(at) else None


def key_of_use(token_id: str, at: datetime) -> str:
    """Of the message to the token's user that it was used, which they get once a day."""
    return f"used {token_id} {at.date()}"


def used(connection: Connection, token: Token, at: datetime) -> None:
    """Records that the token was used, once an hour."""
    long_ago = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at <= at - USE_NOTED_EVERY)
    this = (tokens.c.workspace_id == token.workspace_id, tokens.c.token_id == token.token_id)
    connection.execute(update(tokens).where(*this, long_ago).values(last_used_at=at))


def all_of(connection: Connection, workspace_id: str) -> list[Token]:
    """Every token of the workspace, revoked ones too, oldest first."""
    query = select(*_COLUMNS).where(tokens.c.workspace_id == workspace_id).order_by(tokens.c.created_at)
    return [Token(*row) for row in connection.execute(query)]


def readers_of(connection: Connection, workspace_id: str, user_id: str) -> list[str]:
    """The ids of tokens that may read, or could, the person's records."""
    query = select(*_COLUMNS).where(tokens.c.workspace_id == workspace_id, _ONLY_READS)
    found = [Token(*row) for row in connection.execute(query)]
    return [token.token_id for token in found if token.reach and token.reach.covers(user_id)]


def revoke(connection: Connection, workspace_id: str, token_id: str, at: datetime) -> None:
    """Revokes a token. Raises UnknownToken if there is none to revoke."""
    done = connection.execute(
        update(tokens)
        .where(tokens.c.workspace_id == workspace_id, tokens.c.token_id == token_id, tokens.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    if done.rowcount == 0:
        raise UnknownToken(token_id)


_OWNER = (tokens.c.workspace_id, tokens.c.user_id)
_IS_ADMIN = or_(people.c.chat_admin.is_(true()), admins.has_appointment(*_OWNER))
_ONLY_READS = tokens.c.reads_from.is_not(None)
_ROLE_NOW = case(
    (_ONLY_READS, tokens.c.role),
    (and_(tokens.c.role == "admin", _IS_ADMIN), "admin"),
    (and_(tokens.c.role != "employee", teams.is_manager(*_OWNER)), "manager"),
    else_="employee",
)
_TOLD = (
    select(outbox.c.key)
    .where(
        outbox.c.workspace_id == tokens.c.workspace_id,
        outbox.c.key == literal("used ") + tokens.c.token_id + bindparam("day", type_=Text()),
    )
    .scalar_subquery()
)
_BY_SECRET = Prepared(
    select(*(_ROLE_NOW if column is tokens.c.role else column for column in _COLUMNS), _TOLD)
    .join(people, (people.c.workspace_id == tokens.c.workspace_id) & (people.c.user_id == tokens.c.user_id))
    .where(
        tokens.c.digest == bindparam("digest"),
        *(people.c[kind].is_(false()) for kind in ("guest", "bot", "deactivated")),
        or_(~_ONLY_READS, _IS_ADMIN),
        ~installations.has_ended(tokens.c.workspace_id),
    )
)
