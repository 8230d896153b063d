"""Calls to the Bot Connector, which takes what the bot says: messages, updates, who is in a conversation, files."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import Any
from urllib.parse import quote

import aiohttp
from pydantic import AliasChoices, Field, ValidationError
from yarl import URL

from bot.errors import TokenRefused
from bot.msteams.access_tokens import AccessTokens, Unreachable
from bot.msteams.activities import Part, guid

__all__ = ["Connector", "Member", "NotTaken", "Place", "Unreachable"]

PAGE = 500  # people, the most that the service gives at once
LONGEST_PAUSE = timedelta(hours=1)
_TEMPORARY = frozenset({412, 429, 502, 503, 504})
_FAILURES = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and the address of the service that knows it. The newest address that an activity names holds."""

    service_url: str
    conversation_id: str


class NotTaken(Exception):
    """The service refuses a call. `code`: its word for why. `pause`: for how long it wants to be left alone."""

    def __init__(self, status: int, code: str, pause: timedelta | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status, self.code, self.pause = status, code, pause

    @property
    def is_temporary(self) -> bool:
        """Whether the same call may be taken later. Others never are."""
        return self.status in _TEMPORARY

    @property
    def is_gone(self) -> bool:
        """Whether the conversation or message isn't there, or not for the bot: it was removed or blocked. Then it stays
        silent until somebody writes again."""
        return self.status in (403, 404)

    @property
    def is_too_big(self) -> bool:
        """Whether the message is larger than the service takes."""
        return self.status == 413


class Member(Part):
    """Somebody in a conversation. `id`: Teams' own id of them, `29:…`."""

    id: str = Field(min_length=1)
    name: str = ""
    object_id: str = Field("", validation_alias=AliasChoices("objectId", "aadObjectId"))
    email: str = ""
    user_principal_name: str = ""
    tenant_id: str = ""
    user_role: str = ""

    @property
    def user_id(self) -> str:
        """The Entra object id. Empty for bots and anonymous people."""
        return guid(self.object_id)


class Connector:
    """Raises NotTaken, or Unreachable if the service doesn't answer: then it isn't known whether it took the call."""

    def __init__(self, session: aiohttp.ClientSession, tokens: AccessTokens, app_id: str) -> None:
        self._session, self._tokens, self._app_id = session, tokens, app_id

    def on(self, session: aiohttp.ClientSession) -> Connector:
        """The same on another session, with its timeout."""
        return Connector(session, self._tokens, self._app_id)

    async def send(self, place: Place, message: Mapping[str, Any], *, only_for: str = "") -> str:
        """Posts a message. `only_for`: Teams' own id of the only person who sees it. Returns the message's id."""
        if only_for:
            message = {**message, "recipient": {"id": only_for, "isTargeted": True}}
        made = await self._call("POST", _activities(place, targeted=bool(only_for)), message)
        return _text(made, "id")

    async def update(
        self, place: Place, activity_id: str, message: Mapping[str, Any], *, targeted: bool = False
    ) -> None:
        """Replaces a message. `targeted`: one that was posted for one person only."""
        await self._call("PUT", _activities(place, activity_id, targeted=targeted), message)

    async def delete(self, place: Place, activity_id: str, *, targeted: bool = False) -> None:
        """Removes a message."""
        await self._call("DELETE", _activities(place, activity_id, targeted=targeted))

    async def open_personal(self, service_url: str, tenant_id: str, teams_id: str) -> str:
        """The id of a person's own chat with the bot, which is made if there is none yet."""
        wanted = {
            "bot": {"id": f"28:{self._app_id}"},
            "members": [{"id": teams_id}],
            "isGroup": False,
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}},
        }
        made = _text(await self._call("POST", _url(service_url, "v3/conversations"), wanted), "id")
        if not made:
            raise Unreachable("the answer names no conversation")
        return made

    async def member(self, place: Place, who: str) -> Member:
        """Somebody in a conversation, by Teams' own id, Entra object id or user principal name."""
        found = await self._call("GET", _url(place.service_url, f"{_conversation(place)}/members/{_quoted(who)}"))
        return _member(found)

    async def members(self, place: Place) -> AsyncIterator[Sequence[Member]]:
        """Everybody in a conversation, a page at a time."""
        query = {"pageSize": str(PAGE)}
        while True:
            page = await self._call("GET", _url(place.service_url, f"{_conversation(place)}/pagedMembers", query))
            listed = page.get("members") if isinstance(page, dict) else None
            yield [_member(one) for one in listed or ()]
            more = _text(page, "continuationToken")
            if not more:
                return
            query["continuationToken"] = more

    async def upload(self, url: str, data: bytes) -> None:
        """Puts a file where the person's consent said. The address itself is the permission: no token goes there."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes 0-{len(data) - 1}/{len(data)}",
        }
        try:
            async with self._session.put(URL(url), data=data, headers=headers, allow_redirects=False) as answer:
                if answer.status >= 300:
                    raise NotTaken(answer.status, "")  # its body isn't read: it can be of any size
        except (*_FAILURES, ValueError) as error:  # ValueError: not an address
            raise Unreachable(type(error).__name__) from error

    async def _call(self, method: str, url: URL, body: Mapping[str, Any] | None = None) -> Any:
        token = await self._token()
        try:
            return await self._called(method, url, body, token)
        except NotTaken as error:
            if error.status != 401:
                raise
            self._tokens.forget(token)  # it may have been withdrawn before its time
        return await self._called(method, url, body, await self._token())

    async def _token(self) -> str:
        try:
            return await self._tokens.current()
        except TokenRefused as error:
            raise NotTaken(401, str(error)) from error

    async def _called(self, method: str, url: URL, body: Mapping[str, Any] | None, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        try:
            async with self._session.request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
                text = await answer.text(errors="replace")
                if answer.status >= 300:
                    raise _not_taken(answer, text)
                return json.loads(text) if text.strip() else {}
        except _FAILURES as error:
            may_have_arrived = not isinstance(error, aiohttp.ClientConnectorError)
            raise Unreachable(type(error).__name__, may_have_arrived=may_have_arrived) from error
        except ValueError:
            return {}  # it was taken: a proxy or a newer service answered otherwise


def _not_taken(answer: aiohttp.ClientResponse, text: str) -> NotTaken:
    try:
        code = _text(json.loads(text)["error"], "code")
    except (ValueError, TypeError, KeyError):
        code = ""
    return NotTaken(answer.status, code, _pause(answer.headers.get("Retry-After", "")))


def _pause(seconds: str) -> timedelta | None:
    try:
        asked = float(seconds)
    except ValueError:
        return None
    return min(timedelta(seconds=asked), LONGEST_PAUSE) if isfinite(asked) and 0 <= asked < 10**6 else None


def _member(found: Any) -> Member:
    """Raises Unreachable if the answer isn't a member."""
    try:
        return Member.model_validate(found)
    except ValidationError:
        raise Unreachable("the answer names no member") from None


def _text(found: Any, key: str) -> str:
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def _activities(place: Place, activity_id: str = "", *, targeted: bool = False) -> URL:
    path = f"{_conversation(place)}/activities" + (f"/{_quoted(activity_id)}" if activity_id else "")
    return _url(place.service_url, path, {"isTargetedActivity": "true"} if targeted else {})


def _conversation(place: Place) -> str:
    return f"v3/conversations/{_quoted(place.conversation_id)}"


def _quoted(part: str) -> str:
    return quote(part, safe="")


def _url(service_url: str, path: str, query: Mapping[str, str] | None = None) -> URL:
    """As it stands: the ids of conversations hold signs that other ways to write an address would change."""
    asked = "&".join(f"{name}={_quoted(value)}" for name, value in (query or {}).items())
    return URL(f"{service_url.rstrip('/')}/{path}" + (f"?{asked}" if asked else ""), encoded=True)
