"""The bot's own token for calls to the Bot Connector, from Microsoft's login."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import structlog

from bot.errors import TokenRefused

log = structlog.get_logger(__name__)

SCOPE = "https://api.botframework.com/.default"
RENEW_BEFORE_SECONDS = 300.0
ASK_AGAIN_SECONDS = 60.0
"""After a refusal. A wrong secret doesn't become right, and calls should not ask for each message."""
LOGIN_SECONDS = 10.0
_ENTRA_CODE = re.compile(r"AADSTS\d+")


class Unreachable(Exception):
    """Microsoft's side doesn't answer, or not in its own words. The text is the kind of error. `may_have_arrived`:
    whether it may have done what it was asked for."""

    def __init__(self, kind: str, *, may_have_arrived: bool = False) -> None:
        super().__init__(kind)
        self.may_have_arrived = may_have_arrived


class AccessTokens:
    """Asks for a token once for all who need it at the same time, and again five minutes before it ends."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        login_url: str,
        tenant_id: str,
        app_id: str,
        app_secret: str,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._seconds = session, seconds
        self._url = f"{login_url.rstrip('/')}/{tenant_id}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": app_secret,
            "scope": SCOPE,
        }
        self._token = ""
        self._ends_at = 0.0
        self._refused = ""
        self._refused_until = 0.0
        self._renewal: asyncio.Task[None] | None = None

    async def current(self) -> str:
        """A token that is valid. Raises TokenRefused with Microsoft's code, or Unreachable."""
        if not self._token or self._seconds() >= self._ends_at - RENEW_BEFORE_SECONDS:
            try:
                await self._renewed()
            except (TokenRefused, Unreachable):
                if not self._token or self._seconds() >= self._ends_at:
                    raise
        return self._token

    def forget(self, token: str) -> None:
        """The service doesn't take this token any more."""
        if token == self._token:  # and not one that was renewed meanwhile
            self._token = ""

    async def _renewed(self) -> None:
        if self._seconds() < self._refused_until:
            raise TokenRefused(self._refused)
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(_heard)
        await asyncio.shield(self._renewal)  # others may wait for it too

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                async with self._session.post(self._url, data=self._form, allow_redirects=False) as answer:
                    status, found = answer.status, await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable(f"login: {type(error).__name__}") from error
        if status >= 500 or status == 429 or not isinstance(found, dict):
            raise Unreachable(f"login: {status}")
        token, lives = found.get("access_token"), found.get("expires_in")
        if status == 200 and isinstance(token, str) and token and isinstance(lives, int | float):
            self._token, self._ends_at = token, self._seconds() + lives
            return
        self._refuse(_code(found))

    def _refuse(self, code: str) -> None:
        self._refused, self._refused_until = code, self._seconds() + ASK_AGAIN_SECONDS
        remedy = "check TEAMS_APP_ID and TEAMS_TENANT_ID, or make a new secret for TEAMS_APP_SECRET, and restart"
        log.error("teams-secret-refused", reason=code, remedy=remedy)
        raise TokenRefused(code)


def _heard(done: asyncio.Task[None]) -> None:
    """asyncio would warn about an error that nobody waits for any more."""
    if not done.cancelled():
        done.exception()


def _code(found: dict[str, Any]) -> str:
    """Entra's code, for example AADSTS7000215 for a wrong secret."""
    told = _ENTRA_CODE.search(str(found.get("error_description", "")))
    return told[0] if told else str(found.get("error", "no token"))[:100]
