"""What Slack issues with a click or command: a trigger id, and a response URL."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.practice.model import Message, Refused

T = TypeVar("T")

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
# The three limits: https://docs.slack.dev/interactivity/handling-user-interaction

Clock = Callable[[], float]
"""Seconds that only ever grow."""
KEPT = 5000
"""How many of each kind are remembered."""


@dataclass(slots=True)
class _Trigger:
    user_id: str
    issued_at: float
    used: bool = False


class Triggers:
    """Each lets the bot open one view for one person, once, within three seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, _Trigger] = {}
        self._numbers = itertools.count(1)

    def issue(self, user_id: str) -> str:
        trigger_id = f"{next(self._numbers)}.{secrets.token_hex(8)}"
        _keep(self._issued, trigger_id, _Trigger(user_id, self._clock()))
        return trigger_id

    def has_issued(self, trigger_id: object) -> bool:
        """Whether it came from here."""
        return str(trigger_id) in self._issued

    def exchange(self, trigger_id: object) -> str:
        """The person whose trigger this is. Uses it up."""
        trigger = self._issued.get(str(trigger_id))
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._clock() - trigger.issued_at > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger.user_id


@dataclass(slots=True)
class ResponseUrl:
    """Who typed or pressed, where, and on which message (None for a command)."""

    user_id: str
    channel_id: str
    original: Message | None
    issued_at: float
    uses: int = 0


class ResponseUrls:
    """Each is good for five answers within thirty minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user_id: str, channel_id: str, original: Message | None = None) -> str:
        key = secrets.token_urlsafe(12)
        _keep(self._issued, key, ResponseUrl(user_id, channel_id, original, self._clock()))
        return key

    def use(self, key: str) -> ResponseUrl:
        url = self._issued.get(key)
        if url is None or self._clock() - url.issued_at > RESPONSE_SECONDS:
            raise Refused("expired_url")
        if url.uses >= RESPONSE_USES:
            raise Refused("used_url")
        url.uses += 1
        return url


def _keep(issued: dict[str, T], key: str, right: T) -> None:
    """Removes the oldest first."""
    issued[key] = right
    if len(issued) > KEPT:
        del issued[next(iter(issued))]
