"""What posts in the log channel show, and where shifts were posted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot import permissions
from bot.attendance.change_notifications import update_posts
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import admins, audit, breaks, log_posts, offices, outbox, paid_breaks, pair_queries, pairs, people
from storage.audit import Kind
from storage.breaks import Break
from storage.database import Transaction
from storage.log_posts import Posted
from storage.pairs import Pair

__all__ = ["Posted"]

CHANNEL_CLOSED = "log-channel-closed/1"
"""The notice that the bot can't post in the log channel."""


@dataclass(frozen=True, slots=True)
class LoggedShift:
    """A shift as it is now, deleted or not.

    `names`: of everybody in the post, by id. `office`: its name, or its id if the office is gone. `zone`: the
    workspace's. `undone`: the person undid it. `may_delete`: who may delete the record now; None beside other shifts.
    `on_break`: the break inside it that somebody is on. `comes_back`: its clock-in ended a break.
    """

    pair: Pair
    names: Mapping[str, str]
    office: str | None
    zone: str
    shows_comments: bool
    undone: bool
    may_delete: frozenset[str] | None
    on_break: Break | None = None
    comes_back: bool = False


Shown = Mapping[str, LoggedShift]
"""What a post shows: shifts by the event under which they were posted, the earliest first."""


async def shifts(services: Services, workspace_id: str, event_ids: Collection[str]) -> Shown:
    """The shifts that the events belong to. Those that were erased are left out."""
    return await services.database.read(lambda tx: _shifts(tx, workspace_id, event_ids))


async def shifts_at(services: Services, workspace_id: str, post: Posted) -> Shown:
    """What the post should show now."""
    return await services.database.read(lambda tx: _shifts_at(tx, workspace_id, post))


async def shifts_beside(services: Services, workspace_id: str, event_id: str) -> Shown:
    """What the post of the event should show now. Raises UnknownEvent."""

    def read(tx: Transaction) -> Shown:
        pair = pairs.by_event(tx.connection, workspace_id, event_id)
        posts = log_posts.find(tx.connection, workspace_id, [half.id for half in pair.halves])
        for post in posts.values():
            return _shifts_at(tx, workspace_id, post)
        return _shifts(tx, workspace_id, [event_id])

    return await services.database.read(read)


def _shifts_at(tx: Transaction, workspace_id: str, post: Posted) -> Shown:
    return _shifts(tx, workspace_id, log_posts.events_at(tx.connection, workspace_id, post))


def _shifts(tx: Transaction, workspace_id: str, event_ids: Collection[str]) -> Shown:
    found = pairs.by_events(tx.connection, workspace_id, event_ids)
    named = {user_id for pair in found.values() for user_id in _named(pair)}
    known = people.get_many(tx.connection, workspace_id, named)
    names = {user_id: known[user_id].name if user_id in known else user_id for user_id in named}
    offices_by_id = {office.office_id: office.name for office in offices.all_of(tx.connection, workspace_id)}
    zone = people.workspace_zone(tx.connection, workspace_id)
    shows_comments = workspace_settings.in_force(tx, workspace_id).log_comments
    in_ids = {pair.clock_in.id for pair in found.values()}
    before = pair_queries.records_before(tx.connection, workspace_id, in_ids)
    inside = {one.in_id: one for one in paid_breaks.open_ones(tx.connection, workspace_id, _working(found.values()))}
    shown = {}
    for event_id, pair in sorted(found.items(), key=lambda item: (item[1].clock_in.at, item[1].user_id, item[0])):
        office_id = next((half.office_id for half in pair.halves if half.office_id), None)
        in_id = pair.clock_in.id
        shown[event_id] = LoggedShift(
            pair=pair,
            names={user_id: names[user_id] for user_id in _named(pair)},
            office=offices_by_id.get(office_id, office_id) if office_id else None,
            zone=zone,
            shows_comments=shows_comments,
            undone=pair.deleted_at is not None and _was_undone(tx, pair),
            may_delete=permissions.who_may_delete(tx, workspace_id, pair.user_id) if len(found) == 1 else None,
            on_break=breaks.paid(pair, inside[in_id]) if in_id in inside else None,
            comes_back=in_id in before and breaks.continues(before[in_id], pair),
        )
    return shown


def _working(found: Collection[Pair]) -> set[str]:
    return {pair.user_id for pair in found if pair.clock_out is None}


def _named(pair: Pair) -> set[str]:
    """Everybody in a line about the pair, by id."""
    return {pair.user_id, *(half.by for half in pair.halves), pair.deleted_by or ""}


def _was_undone(tx: Transaction, pair: Pair) -> bool:
    newest = audit.about(tx.connection, pair.workspace_id, Kind.RECORD, [pair.clock_in.id])[-1:]
    try:
        return any(audit.UNDONE in entry.told() for entry in newest)
    except ValueError:  # not one of ours: `verify` says so
        return False


async def posted(services: Services, workspace_id: str, shown: Shown, post: Posted) -> None:
    """Remembers where the shifts were posted as `shown`.

    A change that was made while the chat was posting found no post to update, so the update is queued now. Every change
    to a record locks the person, and so does this.
    """

    def write(tx: Transaction) -> None:
        theirs = {found.pair.user_id for found in shown.values()}
        people.get_many_for_update(tx.connection, workspace_id, theirs)
        log_posts.remember(tx.connection, workspace_id, shown, post)
        if _shifts(tx, workspace_id, shown) != shown:
            update_posts(tx, workspace_id, shown)

    await services.database.write(write)


async def posts_of(services: Services, workspace_id: str, event_ids: Collection[str]) -> Mapping[str, Posted]:
    """Where the events were posted, of those that were."""
    return await services.database.read(lambda tx: log_posts.find(tx.connection, workspace_id, event_ids))


async def withdraw_deleted(services: Services, messages: Sequence[Message]) -> set[str]:
    """Of the shifts that these messages would post, withdraws those that were deleted before: nobody needs to see them.
    If one is restored, it's posted after all. Returns the events that remain."""
    workspace_id, waiting = messages[0].workspace_id, {str(one.facts["event_id"]): one for one in messages}

    def deleted(tx: Transaction) -> dict[str, Pair]:
        found = pairs.by_events(tx.connection, workspace_id, waiting)
        return {event_id: pair for event_id, pair in found.items() if pair.deleted_at is not None}

    def write(tx: Transaction) -> set[str]:
        theirs = {pair.user_id for pair in deleted(tx).values()}
        people.get_many_for_update(tx.connection, workspace_id, theirs)  # as every change to a record does
        gone = {event_id for event_id, pair in deleted(tx).items() if pair.user_id in theirs}
        for event_id in gone:
            outbox.free_key(tx.connection, waiting[event_id])
        return waiting.keys() - gone

    if await services.database.read(deleted):
        return await services.database.write(write)
    return set(waiting)


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
