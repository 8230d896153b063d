"""Verifies that a request comes from the Teams service: the token that it carries, by Microsoft's keys.

Keys are fetched beside the requests: at the start, once a day, and at most once a minute if a token names an unknown
one, as any stranger's can. While their host is slow or away, the old keys serve.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import structlog

from bot.msteams.activities import Activity

log = structlog.get_logger(__name__)

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
SKEW_SECONDS = 300
KEYS_LIVE_SECONDS = 24 * 3600.0
ASK_AGAIN_SECONDS = 60.0
ASK_FIRST_SECONDS = 5.0  # while there are no keys at all, and so nobody is served
FETCH_SECONDS = 10.0
PATIENCE_SECONDS = 3.0
"""So long a request with an unknown key waits for a fetch that is under way."""


class Unauthenticated(Exception):
    """The request isn't from the Teams service. The text says why, for the log alone."""


class KeysUnavailable(Exception):
    """Microsoft's keys couldn't be fetched, so it isn't known who sends this."""


@dataclass(frozen=True, slots=True)
class _Key:
    key: jwt.PyJWK
    endorsements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Token:
    """A token that Microsoft signed for this bot. It covers no body: `check` compares them."""

    service_url: str
    endorsements: frozenset[str]

    def check(self, activity: Activity) -> None:
        """Raises Unauthenticated for an activity of another service or chat.

        Other chats that Microsoft connects, such as its web chat, let people choose who they are.
        """
        if activity.service_url.rstrip("/") != self.service_url.rstrip("/"):
            raise Unauthenticated("another service address")
        if activity.channel_id != CHANNEL or CHANNEL not in self.endorsements:
            raise Unauthenticated("not endorsed for Teams")


class Verifier:
    """Checks tokens with Microsoft's keys, which it has fetched before."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        app_id: str,
        openid_url: str,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._app_id, self._openid_url, self._seconds = session, app_id, openid_url, seconds
        self._keys: Mapping[str, _Key] = {}
        self._asked_at: float | None = None
        self._fetched_at: float | None = None
        self._fetch: asyncio.Task[None] | None = None

    async def verify(self, authorization: str, activity: Activity) -> None:
        """Checks a request whole. Raises Unauthenticated or KeysUnavailable."""
        (await self.token(authorization)).check(activity)

    async def token(self, authorization: str) -> Token:
        """Checks the token of a request, for which nobody needs its body. Raises Unauthenticated or KeysUnavailable."""
        scheme, _space, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.isascii():
            raise Unauthenticated("no token")
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid")))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=SKEW_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Unauthenticated(type(error).__name__) from error
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str):
            raise Unauthenticated("no service address")
        return Token(service_url, key.endorsements)

    def fetch_soon(self) -> None:
        """Begins to fetch the keys if they are old or missing, and were not asked for within the last minute."""
        now = self._seconds()
        is_fresh = self._fetched_at is not None and now - self._fetched_at < KEYS_LIVE_SECONDS
        if not is_fresh:
            self._ask()

    async def _key(self, kid: str) -> _Key:
        self.fetch_soon()
        if (found := self._keys.get(kid)) is None:
            self._ask()
            if self._fetch is not None:
                await asyncio.wait({self._fetch}, timeout=PATIENCE_SECONDS)
            found = self._keys.get(kid)
        if found is not None:
            return found
        if self._asked_at != self._fetched_at:
            raise KeysUnavailable
        raise Unauthenticated("unknown key")

    def _ask(self) -> None:
        now = self._seconds()
        pause = ASK_AGAIN_SECONDS if self._keys else ASK_FIRST_SECONDS
        if self._asked_at is None or now - self._asked_at >= pause:
            self._asked_at = now
            self._fetch = asyncio.create_task(self._fetch_keys(now))

    async def _fetch_keys(self, asked_at: float) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                listed = await self._read((await self._read(self._openid_url))["jwks_uri"])
                keys = _usable(listed["keys"])
        except (aiohttp.ClientError, TimeoutError, OSError, LookupError, TypeError, ValueError) as error:
            log.warning("teams-keys-not-fetched", reason=type(error).__name__)
            return
        if keys:
            self._keys, self._fetched_at = keys, asked_at
        else:
            log.warning("teams-keys-not-fetched", reason="no usable key")

    async def _read(self, url: str) -> Any:
        async with self._session.get(url) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)


def _usable(listed: Any) -> dict[str, _Key]:
    """By their ids, without those that aren't what they should be."""
    keys = {}
    for one in listed:
        with suppress(jwt.PyJWTError, AttributeError, LookupError, TypeError, ValueError):
            keys[str(one["kid"])] = _Key(jwt.PyJWK(one), frozenset(map(str, one.get("endorsements") or ())))
    return keys
