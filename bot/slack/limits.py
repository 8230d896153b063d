"""Slack's rate limits, and how much of them the bot spends.

Slack counts the calls of each method by workspace and minute (docs.slack.dev/apis/web-api/rate-limits), and messages by
channel and second. The rates stay below, because direct calls, other replicas' clocks and the way there vary.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from bot.attendance.change_notifications import MERGED, SENT_LAST, TOLD_AT_ONCE, Kind
from bot.runtime.budgets import Costs, DirectCalls, Rate
from bot.runtime.outbox_sender import Way
from bot.runtime.services import Clock

POST, UPDATE, PUBLISH = "chat.postMessage", "chat.update", "views.publish"
RATES: Mapping[str, Rate] = {
    POST: Rate(timedelta(seconds=0.25), burst=20),  # at most 260 a minute; Slack publishes no number, and takes more
    UPDATE: Rate(timedelta(seconds=1.5), burst=5),  # 45 of 50
    PUBLISH: Rate(timedelta(seconds=0.75), burst=3),  # 83 of 100
}
IN_A_CHANNEL = Rate(timedelta(seconds=1.5))  # one a second, and drawing a long post can take half of one
_METHODS: Mapping[str, str | None] = {
    Kind.HOME: PUBLISH,
    Kind.HOMES: None,  # queues a message for each tab
    Kind.LOG_UPDATE: UPDATE,
    Kind.PROMPT_UPDATE: UPDATE,
}


def costs(kind: str, recipient: str | None) -> Costs:
    """What a message of the outbox spends."""
    method = _METHODS.get(kind, POST)
    if method is None:
        return {}
    spent = {method: RATES[method]}
    if method == POST and recipient:
        spent[f"{method} {recipient}"] = IN_A_CHANNEL
        if kind in MERGED and kind != Kind.LOG_POST:
            spent[f"{MERGED[kind].name} {recipient}"] = TOLD_AT_ONCE
    return spent


def left(spent: Mapping[str, datetime], now: datetime) -> Mapping[str, int]:
    """How many calls of each method the bot may make at once, by what the ledger knows was `spent` until when. In a
    minute it may make more: one more after each pause."""
    waits = {method: max(spent.get(method, now) - now, timedelta()) for method in RATES}
    return {method: max(0, rate.burst - -(-waits[method] // rate.every)) for method, rate in RATES.items()}


def way_to_slack(kinds: Collection[str]) -> Way:
    """How messages of these kinds are sent."""
    return Way(costs, kinds, MERGED, SENT_LAST)


def noted(calls: DirectCalls, clock: Clock) -> Callable[[str, str], None]:
    """Notes a direct call of a method in a workspace."""

    def note(workspace_id: str, method: str) -> None:
        if method in RATES:
            calls.note(workspace_id, {method: RATES[method]}, clock())

    return note
