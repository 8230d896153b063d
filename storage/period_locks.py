"""Rule 9: the database refuses to write records and breaks in a period that a manager's signature locks. What it says
becomes a refusal that names who signed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from storage.errors import Refusal
from storage.tables import signatures

if TYPE_CHECKING:
    from asyncpg import PostgresError

REFUSED = "the period is locked"
"""What the triggers say."""


@dataclass(eq=False)
class PeriodLocked(Refusal):
    """Rule 9: `by` has approved the user's records from `first` to `last`, at `at` (UTC)."""

    user_id: str
    first: date
    last: date
    by: str
    at: datetime
    signature_id: str = ""


@contextmanager
def as_refusal(connection: Connection, workspace_id: str, user_id: str, day: Callable[[], date]) -> Iterator[None]:
    """Turns the database's refusal to write on that work date of the user into PeriodLocked."""
    try:
        yield
    except IntegrityError as error:
        if found := refusal_of(connection, error, workspace_id, user_id, day):
            raise found from error
        raise


def refusal_of(
    connection: Connection, error: IntegrityError, workspace_id: str, user_id: str, day: Callable[[], date]
) -> PeriodLocked | None:
    """The same, where the error says that the period is locked. `day` is only asked on SQLite: after an error,
    PostgreSQL answers no question."""
    if REFUSED not in str(error.orig):
        return None
    if connection.dialect.name == "postgresql":
        return _lock_in_detail(error)
    return _lock_on(connection, workspace_id, user_id, day())


def _lock_in_detail(error: IntegrityError) -> PeriodLocked:
    """Who has locked the period, as PostgreSQL's trigger tells it."""
    assert error.orig is not None
    told = json.loads(cast("PostgresError", error.orig.__cause__).detail or "")
    first, last = date.fromisoformat(told["first_day"]), date.fromisoformat(told["last_day"])
    at = datetime.fromisoformat(told["at"]).astimezone(UTC)
    return PeriodLocked(told["user_id"], first, last, told["by"], at, told["signature_id"])


def _lock_on(connection: Connection, workspace_id: str, user_id: str, day: date) -> PeriodLocked | None:
    """Who has locked that work date of the user, if anybody has."""
    named = (signatures.c[name] for name in ("user_id", "first_day", "last_day", "by", "at", "signature_id"))
    query = select(*named).where(
        signatures.c.workspace_id == workspace_id,
        signatures.c.user_id == user_id,
        signatures.c.part == "manager",
        signatures.c.withdrawn_at.is_(None),
        signatures.c.first_day <= day,
        signatures.c.last_day >= day,
    )
    row = connection.execute(query.order_by(signatures.c.at).limit(1)).first()
    return PeriodLocked(*row) if row else None
