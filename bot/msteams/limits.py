"""The rate limits of the Teams service, and how much of them the bot spends.

The service counts calls by app and tenant, and messages by conversation (learn.microsoft.com, "Optimize your bot with
rate limiting in Teams"). The rates stay below, because answers to people, other replicas' clocks and the way there
vary.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.attendance.change_notifications import MERGED, SENT_LAST, TOLD_AT_ONCE, Kind
from bot.runtime.budgets import Costs, DirectCalls, Rate
from bot.runtime.outbox_sender import Merged, Message, Way
from bot.runtime.services import Clock

CALL, LOG = "teams", "teams log"
CALLS = Rate(timedelta(seconds=1 / 30), burst=16)  # at most 46 of 50 a second, and answers to people take the rest
IN_A_CONVERSATION = Rate(timedelta(seconds=2.1), burst=6)  # 6 of 7 in 1 s, 20 of 60 in 30 s, 1,720 of 1,800 an hour
MOST_IN_POST = 15  # shifts, each with its button and a question: 40 don't fit into a message
SEVERAL = 3  # conversations
SECONDS = timedelta(seconds=10)


def costs(kind: str, recipient: str | None) -> Costs:
    """What a message of the outbox spends."""
    if kind in (Kind.HOME, Kind.HOMES):
        return {}  # nothing is sent
    if kind in (Kind.LOG_POST, Kind.LOG_UPDATE):
        return {CALL: CALLS, LOG: IN_A_CONVERSATION}  # in the log channel both
    spent = {CALL: CALLS}
    if recipient:
        if kind in MERGED:
            spent[f"{MERGED[kind].name} {recipient}"] = TOLD_AT_ONCE
        spent[f"{CALL} {recipient}"] = IN_A_CONVERSATION
    return spent


def way_to_teams(kinds: Collection[str]) -> Way:
    """How messages of these kinds are sent."""
    return Way(costs, kinds, {**MERGED, Kind.LOG_POST: Merged(MERGED[Kind.LOG_POST].name, MOST_IN_POST)}, SENT_LAST)


def noted(calls: DirectCalls, clock: Clock) -> Callable[[str], None]:
    """Notes a call in a tenant beside those of the outbox: an answer to a person, for example."""
    return lambda workspace_id: calls.note(workspace_id, {CALL: CALLS}, clock())


class Limited:
    """Whose limit a 429 is about. The service doesn't say: it is the conversation's, or the tenant's if several
    conversations had one within seconds."""

    def __init__(self) -> None:
        self._limited: dict[str, dict[str, datetime]] = {}

    def is_tenants(self, message: Message, now: datetime) -> bool:
        """Whether another 429 to a message is about the whole tenant."""
        *_, conversation = costs(message.kind, message.recipient)
        before = self._limited.get(message.workspace_id, {})
        recent = {one: at for one, at in before.items() if now - at < SECONDS} | {conversation: now}
        self._limited[message.workspace_id] = recent
        return len(recent) >= SEVERAL
