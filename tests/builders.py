"""People and pairs for tests below the doors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, date, datetime

from bot.attendance import event_queries
from bot.attendance.event_queries import EventQuery, PlainEvent
from bot.calendar.ranges import DateRange
from bot.people import admins, tokens
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller, Role, Via
from bot.runtime.outbox_sender import Post
from bot.runtime.services import Profile, Services
from storage import outbox, people
from storage.database import Database, Transaction
from storage.outbox import Message
from tests.conftest import WORKSPACE

TENANT = "0b2f4c1e-6a55-4f0e-9d38-1c7a5be2f001"
"""A workspace in Microsoft Teams."""
ADMIN = Caller(WORKSPACE, "U0ADMIN", Via.CLI, Role.ADMIN)
OPERATOR = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)


class NobodyElse:
    """A chat platform that knows nobody but those who were met already."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        return None


async def workplace(database: Database, zones: dict[str, str]) -> Services:
    """A workspace with these people, each in their zone, and the admin."""

    def write(tx: Transaction) -> None:
        people.add_workspace_if_new(tx.connection, WORKSPACE, platform=people.Platform.SLACK, zone="UTC", at=tx.now)
        for user_id, zone in {ADMIN.user_id: "UTC", **zones}.items():
            profile = Profile(WORKSPACE, user_id, user_id.title(), zone, False, False, False, False, tx.now)
            people.upsert_profile(tx.connection, profile, tx.now)

    await database.write(write)
    return Services(database, NobodyElse())


async def admins_token(services: Services, user_id: str, name: str | None = None) -> str:
    """Appoints the person, and makes a token of theirs that reaches as far."""
    await admins.appoint(services, ADMIN, user_id)
    return await tokens.create(services, ADMIN, user_id, Role.ADMIN, name)


def caller(user_id: str) -> Caller:
    return Caller(WORKSPACE, user_id, Via.API, Role.EMPLOYEE)


def utc(text: str) -> datetime:
    """`2026-11-23T08:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


RAW_START = int(utc("2026-11-23T08:00").timestamp()) * 1_000_000
"""When `raw_pair` begins, in microseconds since 1970."""


def raw_pair(**columns: object) -> dict[str, object]:
    """A whole pair as a row of the table: Monday, 08:00 to 16:00 UTC."""
    return raw_pair_on(date(2026, 11, 23)) | columns


def raw_pair_on(day: date) -> dict[str, object]:
    """The same on that day."""
    start = int(utc(f"{day}T08:00").timestamp()) * 1_000_000
    end = start + 8 * 3_600_000_000
    row: dict[str, object] = {"workspace_id": WORKSPACE, "user_id": "U0ANA", "work_date": str(day)}
    for prefix, at in (("in", start), ("out", end)):
        row |= {
            f"{prefix}_id": f"raw-{prefix}",
            f"{prefix}_at": at,
            f"{prefix}_recorded_at": at,
            f"{prefix}_by": "U0ANA",
            f"{prefix}_via": "api",
            f"{prefix}_zone": "UTC",
        }
    return row


def inserted(row: dict[str, object], verb: str = "INSERT") -> tuple[str, list[object]]:
    """The statement that writes the row, and its values."""
    marks = ", ".join("?" * len(row))
    return f"{verb} INTO pairs ({', '.join(row)}) VALUES ({marks})", list(row.values())


def claim_due(tx: Transaction, workspace_id: str, at: datetime | None = None) -> list[Message]:
    """What the workspace's outbox holds to be sent by now, claimed."""
    due = [lot.name for lot in outbox.due_lots(tx.connection, workspace_id, at or tx.now)]
    return outbox.claim(tx.connection, workspace_id, due, at or tx.now)


def one_by_one(send: Callable[[Message], Awaitable[object]]) -> Post:
    """Sends each message of a lot."""

    async def post(messages: Sequence[Message]) -> None:
        for message in messages:
            await send(message)

    return post


async def events_of(
    services: Services, caller: Caller, days: DateRange, user_ids: Collection[str] | None = None
) -> list[PlainEvent]:
    """The events that the caller reads, at once."""
    wanted = EventQuery(days, user_ids)
    return await with_unknown_users_looked_up(
        services,
        caller.workspace_id,
        lambda: services.database.read(lambda tx: list(event_queries.find_events(tx, caller, wanted))),
    )
