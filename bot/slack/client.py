"""Slack's Web API as the bot uses it: who people are, which workspace this is, messages to people, web sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.calendar.worktime import zone_named
from bot.errors import DirectoryUnavailable, TokenRefused, UnknownZone
from bot.people.directories import UnknownPeople
from bot.people.languages import locale_told
from bot.people.nightly_list import Pages
from bot.runtime.outbox_sender import Message, NotSent, Post
from bot.runtime.services import Clock, Profile, Services
from bot.slack.ids import USER_ID

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 10
PATIENT_SECONDS = 25.0  # for what nobody waits for: given up early, a call that Slack took after all is made twice
LOOK_UP_SECONDS = 5.0  # programs give up sooner than Slack's rate limits end
REFUSED_PAUSE_SECONDS = 60.0  # Slack opens a socket about once a minute, and a refused token rarely becomes valid
PAGE = 200  # people; the most that Slack recommends
PAGE_EVERY_SECONDS = 4.0  # 15 of the 20 calls of users.list that Slack takes in a minute
_BAD_TOKEN = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
_BAD_APP_TOKEN = _BAD_TOKEN | {"missing_scope", "not_allowed_token_type", "no_permission"}
BLOCKS_REFUSED = {"invalid_blocks", "invalid_blocks_format"}
UNREACHABLE = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError)


def reason_of(error: SlackApiError) -> str:
    """Slack's name for what went wrong. Empty if the answer wasn't one of Slack's, but for example a proxy's page."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def status_of(error: SlackApiError) -> int:
    """The HTTP status of the answer. An answer that promised JSON and held none comes as aiohttp's."""
    answer: Any = error.response
    return int(answer.status_code if hasattr(answer, "status_code") else answer.status)


def http_session(seconds: float = TIMEOUT_SECONDS) -> aiohttp.ClientSession:
    """A session for calls to Slack. If slack_sdk gets a session, it leaves the timeout to that."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds))


class WorkspaceClient(AsyncWebClient):
    """Names its workspace where a method asks for one: the token may be an organisation's, and hold for many."""

    workspace_id = ""

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        if self.workspace_id and api_method in OF_A_WORKSPACE:
            how["params"] = {**(how.get("params") or {}), "team_id": self.workspace_id}
        return await super().api_call(api_method, **how)


OF_A_WORKSPACE = frozenset({"bots.info", "usergroups.list", "usergroups.users.list", "users.list"})
"""The methods that the bot calls and that take a `team_id`."""


def web_client(token: str, base_url: str, session: aiohttp.ClientSession, workspace_id: str = "") -> AsyncWebClient:
    """A client on a shared session, for a workspace. Waits once for rate limits, for as long as Slack's `Retry-After`
    says."""
    client = WorkspaceClient(
        token=token,
        base_url=base_url,
        session=session,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
    )
    client.workspace_id = workspace_id
    return client


class SocketOpener(AsyncWebClient):
    """Asks Slack for web sockets. If it refuses the app-level token, logs that and waits. Bolt would ask every few
    seconds, and its log names no setting."""

    async def apps_connections_open(self, *, app_token: str, **how: Any) -> AsyncSlackResponse:
        while True:
            try:
                return await super().apps_connections_open(app_token=app_token, **how)
            except SlackApiError as error:
                reason = reason_of(error)
                if reason not in _BAD_APP_TOKEN:
                    raise
            remedy = (
                "copy SLACK_APP_TOKEN anew from the app's Basic Information page, with connections:write, and restart"
            )
            log.error("socket-mode-refused", reason=reason, remedy=remedy)
            await asyncio.sleep(REFUSED_PAUSE_SECONDS)


async def post_blocks(
    client: AsyncWebClient, channel_id: str, payload: Mapping[str, Any], *, only_for: str = ""
) -> AsyncSlackResponse:
    """Posts the message, without its blocks if Slack refuses them: `text` says the same. `only_for`: the only person
    who sees it."""

    async def post(message: Mapping[str, Any]) -> AsyncSlackResponse:
        if only_for:
            return await client.chat_postEphemeral(channel=channel_id, user=only_for, **message)
        return await client.chat_postMessage(channel=channel_id, unfurl_links=False, **message)

    try:
        return await post(payload)
    except SlackApiError as error:
        if reason_of(error) not in BLOCKS_REFUSED or "blocks" not in payload:
            raise
        log.warning("blocks-not-taken", reason=str(error.response.get("response_metadata")))
    return await post(in_words(payload))


async def update_blocks(client: AsyncWebClient, channel_id: str, ts: str, payload: Mapping[str, Any]) -> None:
    """Updates a message, without its blocks if Slack refuses them."""
    try:
        await client.chat_update(channel=channel_id, ts=ts, **payload)
        return
    except SlackApiError as error:
        if reason_of(error) not in BLOCKS_REFUSED or "blocks" not in payload:
            raise
        log.warning("blocks-not-taken", reason=str(error.response.get("response_metadata")))
    await client.chat_update(channel=channel_id, ts=ts, blocks=[], **in_words(payload))


def in_words(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The same message without its blocks."""
    return {key: value for key, value in payload.items() if key != "blocks"}


async def workspace_of(client: AsyncWebClient) -> str:
    """The id of the workspace that the token belongs to. Raises DirectoryUnavailable or TokenRefused."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        reason = reason_of(error)
        raise (TokenRefused(reason) if reason in _BAD_TOKEN else DirectoryUnavailable("auth.test")) from error
    except UNREACHABLE as error:
        raise DirectoryUnavailable("auth.test") from error
    return str(answer["team_id"])


Deliver = Callable[[Services, AsyncWebClient, Sequence[Message]], Awaitable[None]]
"""Draws and sends messages of the outbox as one. Some kinds need the services for that."""


async def deliver_text(services: Services, client: AsyncWebClient, messages: Sequence[Message]) -> None:
    """Sends to a channel, or to a person as a direct message."""
    (message,) = messages
    await client.chat_postMessage(channel=message.recipient, text=message.facts["text"], unfurl_links=False)


Clients = Callable[[str], Awaitable[AsyncWebClient]]
"""A client for a workspace, by its id. Raises DirectoryUnavailable if the bot has no access there."""


def one_client(client: AsyncWebClient) -> Clients:
    """The same client for every workspace, for a bot that serves one."""

    async def of(workspace_id: str) -> AsyncWebClient:
        return client

    return of


def counted(clients: Clients, note: Callable[[str, str], None]) -> Clients:
    """The same, and `note` gets the workspace and the method of each call."""

    async def of(workspace_id: str) -> AsyncWebClient:
        return _Counted(await clients(workspace_id), partial(note, workspace_id))

    return of


class _Counted(AsyncWebClient):
    def __init__(self, client: AsyncWebClient, note: Callable[[str], None]) -> None:
        self.__dict__.update(vars(client))  # made for each command: its own __init__ asks what the system is called
        self._note = note

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        self._note(api_method)
        return await super().api_call(api_method, **how)


def post_messages(
    services: Services,
    clients: Clients,
    deliveries: Mapping[str, Deliver],
    session: aiohttp.ClientSession | None = None,
) -> Post:
    """Sends the outbox's messages, each by its kind. The session can wait longer than people can."""

    async def post(messages: Sequence[Message]) -> None:
        first = messages[0]
        try:
            client = _without_waiting(await clients(first.workspace_id), session)
            await deliveries[first.kind](services, client, messages)
        except DirectoryUnavailable as error:
            raise NotSent(f"DirectoryUnavailable: {error}") from error
        except SlackApiError as error:
            seconds = error.response.headers.get("Retry-After") if status_of(error) == 429 else None
            reason = reason_of(error) or str(status_of(error))
            raise NotSent(reason, timedelta(seconds=float(seconds)) if seconds else None) from error
        except UNREACHABLE as error:
            raise NotSent(type(error).__name__) from error

    return post


def _without_waiting(client: AsyncWebClient, session: aiohttp.ClientSession | None) -> AsyncWebClient:
    """The same, but it raises where Slack limits the rate: the outbox sends something else meanwhile."""
    return AsyncWebClient(
        client.token, client.base_url, timeout=client.timeout, session=session or client.session, retry_handlers=[]
    )


class SlackDirectory:
    """Tells who people are, by `users.info`.

    People whom Slack doesn't know aren't asked about again for a minute. With `in_time`, it gives up after 5 seconds,
    because rate limits can ask for more than a minute.
    """

    def __init__(self, clients: Clients, *, in_time: bool = False) -> None:
        self._clients, self._in_time = clients, in_time
        self._unknown = UnknownPeople()

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        """The person as of `now`. None if Slack doesn't know them. Raises DirectoryUnavailable."""
        if not USER_ID.fullmatch(user_id) or self._unknown.has(workspace_id, user_id, now):
            return None
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS if self._in_time else None):
                answer = await (await self._clients(workspace_id)).users_info(user=user_id, include_locale=True)
        except SlackApiError as error:
            if reason_of(error) not in ("user_not_found", "user_not_visible"):
                raise DirectoryUnavailable(user_id) from error
            self._unknown.add(workspace_id, user_id, now)
            return None
        except UNREACHABLE as error:
            raise DirectoryUnavailable(user_id) from error
        return profile_of(workspace_id, answer["user"], now)


def people_pages(clients: Clients, clock: Clock, *, pause_seconds: float = PAGE_EVERY_SECONDS) -> Pages:
    """Lists a workspace's people by `users.list`."""

    async def pages(workspace_id: str) -> AsyncIterator[Sequence[Profile]]:
        cursor = ""
        while True:
            now = clock()
            try:
                answer = await (await clients(workspace_id)).users_list(limit=PAGE, cursor=cursor, include_locale=True)
            except UNREACHABLE as error:
                raise DirectoryUnavailable("users.list") from error
            profiles = (profile_of(workspace_id, user, now) for user in answer["members"])
            yield [profile for profile in profiles if profile]
            more: Mapping[str, str] = answer.get("response_metadata") or {}
            cursor = more.get("next_cursor", "")
            if not cursor:
                return
            await asyncio.sleep(pause_seconds)

    return pages


def profile_of(workspace_id: str, user: dict[str, Any], now: datetime) -> Profile | None:
    """The profile of a workspace member in Slack's user object. None for somebody from another workspace.

    In an organisation, a person can be in several workspaces, and Slack names one of them as theirs. Its admins are no
    admins of the others; those of the whole organisation are.
    """
    of_organisation = user.get("enterprise_user") or {}
    is_home = user.get("team_id") == workspace_id
    if user.get("is_stranger") or not (is_home or workspace_id in (of_organisation.get("teams") or ())):
        return None  # a Slack Connect guest; a user object always has a workspace
    powers = [of_organisation, user] if is_home else [of_organisation]
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]  # as on a payslip
    name = name.replace("\0", "")  # which PostgreSQL doesn't store
    return Profile(
        workspace_id=workspace_id,
        user_id=user["id"],
        name=name,
        zone=_zone(user.get("tz")),
        chat_admin=any(one.get("is_admin") or one.get("is_owner") for one in powers),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        bot=bool(user.get("is_bot")),
        deactivated=bool(user.get("deleted")),
        refreshed_at=now,
        locale=locale_told(user.get("locale")),
    )


def _zone(name: str | None) -> str | None:
    try:
        return zone_named(name or "").key
    except UnknownZone:
        return None
