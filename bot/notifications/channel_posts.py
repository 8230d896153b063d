"""The log channel's side of the ledger: what an event's post shows, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.attendance.change_notifications import update_posts
from bot.runtime.services import Services
from storage import admins, log_posts, offices, outbox, pairs, people
from storage.database import Transaction
from storage.log_posts import LogPost
from storage.pairs import Pair, PairEvent

__all__ = ["LogPost"]

CHANNEL_CLOSED = "log-channel-closed/1"
"""The notice that the bot can't post in the log channel."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with its pair as it stands now; `name` is the person's, for questions in plain text; `place` is the
    office's name, or its id where there is no such office any more."""

    pair: Pair
    half: PairEvent
    name: str
    place: str | None

    @property
    def is_whole_record(self) -> bool:
        """Whether both events were written at once: such a record has one post."""
        return self.pair.clock_out is not None and self.pair.clock_in.recorded_at == self.pair.clock_out.recorded_at


async def event(services: Services, workspace_id: str, event_id: str) -> LoggedEvent:
    """The event, deleted or not. Raises UnknownEvent."""

    return await services.database.read(lambda tx: _event(tx, workspace_id, event_id))


def _event(tx: Transaction, workspace_id: str, event_id: str) -> LoggedEvent:
    pair = pairs.by_event(tx.connection, workspace_id, event_id)
    half = pair.clock_out if pair.clock_out and pair.clock_out.id == event_id else pair.clock_in
    names = {office.office_id: office.name for office in offices.all_of(tx.connection, workspace_id)}
    place = names.get(half.office_id, half.office_id) if half.office_id else None
    return LoggedEvent(pair, half, people.find(tx.connection, workspace_id, pair.user_id).name, place)


async def posted(services: Services, shown: LoggedEvent, post: LogPost) -> None:
    """Remembers where the event was posted as `shown`. What was deleted or erased while Slack took the post found
    nothing to bring up to date, so that is done now: whoever changes a record locks the person, as this does."""

    def write(tx: Transaction) -> None:
        workspace_id, event_id = shown.pair.workspace_id, shown.half.id
        people.get_for_update(tx.connection, workspace_id, shown.pair.user_id)
        log_posts.remember(tx.connection, workspace_id, event_id, post)
        now = _event(tx, workspace_id, event_id)
        if (now.pair, now.name) != (shown.pair, shown.name):
            update_posts(tx, workspace_id, [event_id])

    await services.database.write(write)


async def post_of(services: Services, workspace_id: str, event_id: str) -> LogPost | None:
    """Where it was posted, if it was."""
    return await services.database.read(lambda tx: log_posts.find(tx.connection, workspace_id, event_id))


async def channel_is_closed(services: Services, workspace_id: str, channel: str) -> None:
    """Tells the admins, once a day, that the bot can't post there and how to let it."""

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
