"""Slack's rate limits: calls of a method in a minute, and messages in a channel.

The tiers are from each method's page at https://docs.slack.dev/reference/methods, and from Slack's own SDK for Java.
Slack tolerates some bursts above them. Here they are refused, so that a bot that keeps these limits keeps Slack's.
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable

MINUTE = 60.0
MESSAGES_A_MINUTE = 300  # chat.postMessage in a whole workspace; Slack doesn't publish its number
_TIER_1, _TIER_2, _TIER_3, _TIER_4 = 1, 20, 50, 100
A_MINUTE = {
    "api.test": _TIER_4,
    "apps.connections.open": _TIER_1,
    "apps.manifest.export": _TIER_3,
    "auth.test": 600,
    "blocks.validate": _TIER_3,  # "special rate limits apply": no figure
    "bots.info": _TIER_3,
    "chat.delete": _TIER_3,
    "chat.postEphemeral": _TIER_4,
    "chat.postMessage": MESSAGES_A_MINUTE,
    "chat.update": _TIER_3,
    "conversations.info": _TIER_3,
    "conversations.open": _TIER_3,
    "files.completeUploadExternal": _TIER_4,
    "files.getUploadURLExternal": _TIER_4,
    "oauth.v2.access": _TIER_4,
    "team.info": _TIER_3,
    "usergroups.list": _TIER_2,
    "usergroups.users.list": _TIER_2,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
}
"""Calls that a workspace takes in any minute."""


class Limits:
    """Counts one workspace's calls. `clock` is in seconds.

    `taken` and `refused` are counts by method, `busiest` the most calls of a method that were taken in a minute.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}
        self._last_in: dict[str, float] = {}
        self.taken, self.refused, self.busiest = Counter[str](), Counter[str](), Counter[str]()

    def retry_after(self, method: str, channel_id: str) -> int:
        """How many whole seconds to wait, 0 for a call that is taken, and counted."""
        now = self._clock()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        wait = calls[0] + MINUTE - now if len(calls) >= A_MINUTE.get(method, _TIER_3) else 0.0
        if method == "chat.postMessage":
            wait = max(wait, self._last_in.get(channel_id, now - 1.0) + 1.0 - now)
        if wait > 0:
            self.refused[method] += 1
            return math.ceil(wait)
        calls.append(now)
        self.taken[method] += 1
        self.busiest[method] = max(self.busiest[method], len(calls))
        if method == "chat.postMessage":
            self._last_in[channel_id] = now
        return 0
