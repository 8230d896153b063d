"""Slack's Web API as the bot uses it: who people are, which workspace this is, and messages to people."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.notices import Message, NotSent, Post
from bot.refusals import DirectoryUnavailable, TokenRefused, UnknownZone
from bot.services import Profile
from bot.worktime import zone_named

TIMEOUT_SECONDS = 10
_BAD_TOKEN = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
UNREACHABLE = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError)


def http_session() -> aiohttp.ClientSession:
    """A session for calls to Slack: with one of its own, slack_sdk leaves its `timeout` to the session."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))


def web_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client on a shared session. Rate limits are waited for once by Slack's own `Retry-After`."""
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
    )


async def workspace_of(client: AsyncWebClient) -> str:
    """The id of the workspace that the token belongs to. Raises DirectoryUnavailable or TokenRefused."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        reason = str(error.response.get("error"))
        raise (TokenRefused(reason) if reason in _BAD_TOKEN else DirectoryUnavailable("auth.test")) from error
    except UNREACHABLE as error:
        raise DirectoryUnavailable("auth.test") from error
    return str(answer["team_id"])


def post_to_person(client: AsyncWebClient) -> Post:
    """Sends the outbox's messages as direct messages."""

    async def post(message: Message) -> None:
        try:
            await client.chat_postMessage(channel=message.user_id, text=message.text, unfurl_links=False)
        except SlackApiError as error:
            # A rate limit is the workspace's: every other message would meet it as well.
            seconds = error.response.headers.get("Retry-After") if error.response.status_code == 429 else None
            reason = str(error.response.get("error", error.response.status_code))
            raise NotSent(reason, timedelta(seconds=float(seconds)) if seconds else None) from error
        except UNREACHABLE as error:
            raise NotSent(type(error).__name__) from error

    return post


class SlackDirectory:
    """Who people are, by `users.info`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        """The person as of `now`, None where Slack knows nobody. Raises DirectoryUnavailable."""
        if not _USER_ID.fullmatch(user_id):
            return None
        try:
            answer = await self._client.users_info(user=user_id)
        except SlackApiError as error:
            if error.response.get("error") in ("user_not_found", "user_not_visible"):
                return None
            raise DirectoryUnavailable(user_id) from error
        except UNREACHABLE as error:
            raise DirectoryUnavailable(user_id) from error
        return profile_of(workspace_id, answer["user"], now)


def profile_of(workspace_id: str, user: dict[str, Any], now: datetime) -> Profile | None:
    """What Slack's user object says of a member of this workspace; None for somebody from another one."""
    if user.get("team_id", workspace_id) != workspace_id:
        return None  # a Slack Connect stranger
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]  # as on a payslip
    return Profile(
        workspace_id=workspace_id,
        user_id=user["id"],
        name=name,
        zone=_zone(user.get("tz")),
        chat_admin=bool(user.get("is_admin") or user.get("is_owner")),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        bot=bool(user.get("is_bot")),
        deactivated=bool(user.get("deleted")),
        refreshed_at=now,
    )


def _zone(name: str | None) -> str | None:
    try:
        return zone_named(name or "").key
    except UnknownZone:
        return None
