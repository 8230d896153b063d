"""Slack's user groups, and their members."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DirectoryUnavailable, UnknownGroup
from bot.people.user_groups import Group, ReadGroup
from bot.slack.client import UNREACHABLE, Clients, reason_of
from bot.slack.ids import GROUP_ID

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.0  # of the 3 that a trigger lives


async def offered(client: AsyncWebClient) -> Sequence[Group] | None:
    """The workspace's user groups by name. None if Slack doesn't list them in time."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            found: Sequence[Mapping[str, Any]] = (await client.usergroups_list()).get("usergroups") or ()
    except SlackApiError as error:
        reason = reason_of(error)
        log.warning("user-groups-not-listed", reason=reason)
        return () if reason == "plan_upgrade_required" else None  # Slack's free plan has none
    except UNREACHABLE as error:
        log.warning("user-groups-not-listed", reason=str(error) or type(error).__name__)
        return None
    named = [Group(group["id"], group.get("name") or group.get("handle") or group["id"]) for group in found]
    return sorted(named, key=lambda group: (group.name.casefold(), group.group_id))


def group_reader(clients: Clients) -> ReadGroup:
    """Asks Slack for the members of a group."""

    async def read(workspace_id: str, group_id: str) -> Collection[str]:
        if not GROUP_ID.fullmatch(group_id):
            raise UnknownGroup(group_id)
        try:
            answer = await (await clients(workspace_id)).usergroups_users_list(usergroup=group_id)
        except SlackApiError as error:
            if reason_of(error) in ("no_such_subteam", "subteam_not_found"):
                raise UnknownGroup(group_id) from error
            raise DirectoryUnavailable(f"user group {group_id}") from error
        except UNREACHABLE as error:
            raise DirectoryUnavailable(f"user group {group_id}") from error
        return frozenset(answer.get("users") or ())

    return read
