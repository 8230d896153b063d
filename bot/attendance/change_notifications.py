"""What a change to somebody's records has shown elsewhere: Home tabs drawn anew, a post in the log channel, and the
addresses of other programs called.

Written in the transaction of the change, and sent by the outbox. What is told to the person stands in `bot.attendance`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from bot.people.audit_entries import Action
from bot.permissions import Caller
from bot.runtime.services import Services
from bot.webhooks import calls
from storage import log_posts, outbox
from storage.database import Transaction
from storage.pairs import Pair
from storage.subscribers import Audience


class Kind(StrEnum):
    """Kinds of messages in the outbox that a door draws itself."""

    TEXT = "text"
    HOME = "home"
    HOMES = "homes"
    """The tabs of all who see who is in."""
    LOG_POST = "log-post"
    LOG_UPDATE = "log-update"
    STILL_WORKING = "still-working"
    REMIND_IN = "remind-in"
    FORGOTTEN = "forgotten"
    """To a manager, of somebody else's."""
    WEEKLY_SUMMARY = "report"
    """To a manager, of the days before."""


def notify_of_change(tx: Transaction, caller: Caller, action: Action, pair: Pair, concerned: Audience) -> None:
    """Has shown what the caller did to the pair."""
    _redraw_homes(tx, caller, pair, concerned)
    calls.tell(tx, concerned.webhooks, action, pair)
    _log(tx, action, pair, concerned.log_channel)


async def redraw_home(services: Services, workspace_id: str, user_id: str) -> None:
    """Has the person's Home tab drawn anew, as soon as Slack takes it."""
    await services.database.write(lambda tx: _redraw_home(tx, workspace_id, user_id))


def _redraw_home(tx: Transaction, workspace_id: str, user_id: str) -> None:
    outbox.add(tx.connection, workspace_id, user_id, Kind.HOME, tx.now)


def _redraw_homes(tx: Transaction, caller: Caller, pair: Pair, concerned: Audience) -> None:
    """Those of managers once a minute at most, whoever clocks in: at nine o'clock everybody does. A tab that was
    pressed on is left alone: drawn twice, it might lose the sentence about what came of the press."""
    if concerned.own and not (caller.at_home and caller.user_id == pair.user_id):
        _redraw_home(tx, pair.workspace_id, pair.user_id)
    if concerned.others:
        minute = tx.now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        key = f"homes {minute:%Y-%m-%dT%H:%M}"
        outbox.add(tx.connection, pair.workspace_id, "homes", Kind.HOMES, tx.now, due_at=minute, key=key)


def _log(tx: Transaction, action: Action, pair: Pair, channel: str | None) -> None:
    """One post for each shift, which follows what becomes of it. One that waits to be sent shows the newest state by
    itself; a clock-out without a post, as of a shift that began before there was a channel, gets one."""
    if action in (Action.DELETE, Action.RESTORE):
        update_posts(tx, pair.workspace_id, [half.id for half in pair.halves])
    elif channel and channel != "no":
        event_id = pair.clock_in.id
        if action is Action.CLOCK_OUT and update_posts(tx, pair.workspace_id, [event_id]):
            return
        key, facts = f"log {event_id}", {"event_id": event_id}
        outbox.add(tx.connection, pair.workspace_id, channel, Kind.LOG_POST, tx.now, key=key, facts=facts)


def update_posts(tx: Transaction, workspace_id: str, event_ids: Iterable[str]) -> bool:
    """Updates the posts of these events; tells whether there are any."""
    posted = [event_id for event_id in event_ids if log_posts.find(tx.connection, workspace_id, event_id)]
    for event_id in posted:
        facts = {"event_id": event_id}
        outbox.add(tx.connection, workspace_id, "log", Kind.LOG_UPDATE, tx.now, facts=facts)
    return bool(posted)
