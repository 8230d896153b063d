"""What the post of a shift in the log channel shows, and where it was posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.attendance.change_notifications import update_posts
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import admins, audit, log_posts, offices, outbox, pairs, people
from storage.audit import Kind
from storage.database import Transaction
from storage.log_posts import LogPost
from storage.pairs import Pair

__all__ = ["LogPost"]

CHANNEL_CLOSED = "log-channel-closed/1"
"""The notice that the bot can't post in the log channel."""


@dataclass(frozen=True, slots=True)
class LoggedShift:
    """A shift as it is now, deleted or not.

    `names`: of everybody in the post, by id. `office`: its name, or its id if the office is gone. `zone`: the
    workspace's. `undone`: the person undid it.
    """

    pair: Pair
    names: Mapping[str, str]
    office: str | None
    zone: str
    shows_comments: bool
    undone: bool


async def shift(services: Services, workspace_id: str, event_id: str) -> LoggedShift:
    """The shift that the event belongs to. Raises UnknownEvent."""
    return await services.database.read(lambda tx: _shift(tx, workspace_id, event_id))


def _shift(tx: Transaction, workspace_id: str, event_id: str) -> LoggedShift:
    pair = pairs.by_event(tx.connection, workspace_id, event_id)
    office_id = next((half.office_id for half in pair.halves if half.office_id), None)
    offices_by_id = {office.office_id: office.name for office in offices.all_of(tx.connection, workspace_id)}
    named = {pair.user_id, *(half.by for half in pair.halves), pair.deleted_by or ""}
    known = people.get_many(tx.connection, workspace_id, named)
    return LoggedShift(
        pair=pair,
        names={user_id: known[user_id].name if user_id in known else user_id for user_id in named},
        office=offices_by_id.get(office_id, office_id) if office_id else None,
        zone=people.workspace_zone(tx.connection, workspace_id),
        shows_comments=workspace_settings.in_force(tx, workspace_id).log_comments,
        undone=pair.deleted_at is not None and _was_undone(tx, pair),
    )


def _was_undone(tx: Transaction, pair: Pair) -> bool:
    newest = audit.about(tx.connection, pair.workspace_id, Kind.RECORD, [pair.clock_in.id])[-1:]
    try:
        return any(audit.UNDONE in entry.told() for entry in newest)
    except ValueError:  # not one of ours: `verify` says so
        return False


async def posted(services: Services, event_id: str, shown: LoggedShift, post: LogPost) -> None:
    """Remembers where the shift was posted as `shown`.

    A change that was made while the chat was posting found no post to update, so the update is queued now. Every change
    to a record locks the person, and so does this.
    """

    def write(tx: Transaction) -> None:
        workspace_id = shown.pair.workspace_id
        people.get_for_update(tx.connection, workspace_id, shown.pair.user_id)
        log_posts.remember(tx.connection, workspace_id, event_id, post)
        if _shift(tx, workspace_id, event_id) != shown:
            update_posts(tx, workspace_id, [event_id])

    await services.database.write(write)


async def post_of(services: Services, workspace_id: str, event_id: str) -> LogPost | None:
    """Where it was posted, if it was."""
    return await services.database.read(lambda tx: log_posts.find(tx.connection, workspace_id, event_id))


async def event_at(services: Services, workspace_id: str, event_id: str, post: LogPost) -> str | None:
    """The event that the post shows now: the original one, or the one that replaced it."""

    def read(tx: Transaction) -> str | None:
        if log_posts.find(tx.connection, workspace_id, event_id) == post:
            return event_id
        return log_posts.event_at(tx.connection, workspace_id, post)

    return await services.database.read(read)


async def withdraw_unposted(services: Services, message: Message) -> bool:
    """Whether the shift was deleted before it was posted. Then nobody needs to see it. If it is restored, it's posted
    after all."""
    workspace_id, event_id = message.workspace_id, str(message.facts["event_id"])

    def is_deleted(tx: Transaction) -> bool:
        return pairs.by_event(tx.connection, workspace_id, event_id).deleted_at is not None

    def write(tx: Transaction) -> bool:
        pair = pairs.by_event(tx.connection, workspace_id, event_id)
        people.get_for_update(tx.connection, workspace_id, pair.user_id)  # as every change to a record does
        if not is_deleted(tx):
            return False
        outbox.free_key(tx.connection, message)
        return True

    return await services.database.read(is_deleted) and await services.database.write(write)


async def channel_is_closed(services: Services, workspace_id: str, channel: str) -> None:
    """Tells the admins once a day that the bot can't post there, and how to let it."""

    def write(tx: Transaction) -> None:
        known = people.get_many(tx.connection, workspace_id)
        told = admins.appointed(tx.connection, workspace_id) | {
            user_id for user_id, person in known.items() if person.chat_admin
        }
        for user_id in sorted(told):
            key = f"log channel {channel} {tx.now.date()} {user_id}"
            facts = {"channel": channel}
            outbox.add(tx.connection, workspace_id, user_id, CHANNEL_CLOSED, tx.now, key=key, facts=facts)

    await services.database.write(write)
