"""Who comes back from Slack's consent page must be the browser that set out. Nothing is kept of those who set out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

STATE_LIVES = timedelta(minutes=10)


class InstallStates:
    """Signed states: each says until when it may be used, which only the holder of `secret` can write."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._key, self._clock = hashlib.sha256(b"state of an installation\0" + secret.encode()).digest(), clock

    def issue(self) -> str:
        """A new state, for ten minutes."""
        until = int((self._clock() + STATE_LIVES).timestamp())
        return self._signed(f"{until}.{secrets.token_urlsafe(24)}")

    def ends_at(self, state: str) -> datetime | None:
        """Until when the state may be used; None if it is over, or wasn't issued here."""
        content, _, _ = state.rpartition(".")
        if not hmac.compare_digest(_bytes(state), _bytes(self._signed(content))):
            return None
        ends_at = datetime.fromtimestamp(int(content.partition(".")[0]), UTC)
        return ends_at if self._clock() < ends_at else None

    def _signed(self, content: str) -> str:
        return f"{content}.{hmac.new(self._key, _bytes(content), hashlib.sha256).hexdigest()}"


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # a header may hold anything
