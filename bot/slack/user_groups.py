"""Slack's user groups: which there are, who is in them, and what Slack tells when that changes."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DirectoryUnavailable, UnknownGroup
from bot.people import user_groups
from bot.people.user_groups import Group, NowIn, ReadGroup
from bot.slack.client import UNREACHABLE, Clients
from bot.slack.listener import Edge

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.0  # of the 3 that a trigger lives


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. A failure is no acknowledgement, so that Slack delivers the event again."""

    async def take_over(args: AsyncArgs, group_id: str, now_in: NowIn) -> None:
        workspace_id = args.context.team_id or ""
        if await user_groups.changed(edge.services, workspace_id, group_id, now_in):
            await edge.beside(user_groups.meet_members(edge.services, workspace_id))
        await args.ack()

    async def members_changed(args: AsyncArgs) -> None:
        event = args.body["event"]
        joined, left = set(event.get("added_users") or ()), set(event.get("removed_users") or ())
        await take_over(args, event["subteam_id"], lambda before: (before | joined) - left)

    async def updated(args: AsyncArgs) -> None:
        """Renamed, disabled (which has a date), or with other people, of whom Slack names 500 at most."""
        group = args.body["event"]["subteam"]
        named: list[str] = group.get("users") or []
        if group.get("date_delete"):
            await take_over(args, group["id"], lambda before: ())
        elif "users" in group and len(named) >= int(group.get("user_count") or 0):
            await take_over(args, group["id"], lambda before: named)
        else:
            await args.ack()

    app.event("subteam_members_changed")(members_changed)
    app.event("subteam_updated")(updated)


async def offered(client: AsyncWebClient) -> Sequence[Group] | None:
    """The workspace's user groups by name; None where Slack does not tell in time."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            found: Sequence[Mapping[str, Any]] = (await client.usergroups_list()).get("usergroups") or ()
    except SlackApiError as error:
        reason = error.response.get("error")
        log.warning("user-groups-not-listed", reason=reason)
        return () if reason == "plan_upgrade_required" else None  # on Slack's free plan there are none
    except UNREACHABLE as error:
        log.warning("user-groups-not-listed", reason=str(error) or type(error).__name__)
        return None
    named = [Group(group["id"], group.get("name") or group.get("handle") or group["id"]) for group in found]
    return sorted(named, key=lambda group: (group.name.casefold(), group.group_id))


def group_reader(clients: Clients) -> ReadGroup:
    """Asks Slack who is in a group."""

    async def read(workspace_id: str, group_id: str) -> Collection[str]:
        try:
            answer = await (await clients(workspace_id)).usergroups_users_list(usergroup=group_id)
        except SlackApiError as error:
            if error.response.get("error") in ("no_such_subteam", "subteam_not_found"):
                raise UnknownGroup(group_id) from error
            raise DirectoryUnavailable(f"user group {group_id}") from error
        except UNREACHABLE as error:
            raise DirectoryUnavailable(f"user group {group_id}") from error
        return frozenset(answer.get("users") or ())

    return read
