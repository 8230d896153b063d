"""Follows Slack's events about people: roles, time zones, names and user groups count as soon as Slack tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.people import user_groups
from bot.people.user_groups import NowIn
from bot.slack.client import profile_of
from bot.slack.listener import Edge

IN_TIME = timedelta(seconds=10)


def register(app: AsyncApp, edge: Edge) -> None:
    """Registers the feature's listeners. An error isn't acknowledged, so Slack delivers the event again."""

    async def user_changed(args: AsyncArgs) -> None:
        user, said_at = args.body["event"]["user"], _said_at(args.body, edge.services.database.clock())
        for workspace_id in await _served_among(edge, [args.context.team_id or "", *_workspaces_in(user)]):
            if profile := profile_of(workspace_id, user, said_at):
                await edge.people.changed(profile)
        await args.ack()

    app.event("user_change")(user_changed)
    app.event("team_join")(user_changed)
    _register_groups(app, edge)


def _register_groups(app: AsyncApp, edge: Edge) -> None:
    async def take_over(args: AsyncArgs, group_id: str, now_in: NowIn) -> None:
        workspace_id = args.context.team_id or ""
        if await user_groups.changed(edge.services, workspace_id, group_id, now_in):
            await edge.beside(user_groups.look_up_members(edge.services, workspace_id))
        await args.ack()

    async def members_changed(args: AsyncArgs) -> None:
        event = args.body["event"]
        joined, left = set(event.get("added_users") or ()), set(event.get("removed_users") or ())
        await take_over(args, event["subteam_id"], lambda before: (before | joined) - left)

    async def updated(args: AsyncArgs) -> None:
        """A group that was renamed, disabled (then it has a date), or has other people. Slack names at most 500 of
        them."""
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


def _workspaces_in(user: Mapping[str, Any]) -> Sequence[str]:
    """The workspaces of an organisation that the person is in: Slack tells of a change once for all of them."""
    return (user.get("enterprise_user") or {}).get("teams") or ()


async def _served_among(edge: Edge, workspace_ids: Sequence[str]) -> Sequence[str]:
    first, *others = dict.fromkeys(workspace_ids)
    return [first, *[other for other in others if await edge.workspaces.serves(other)]]


def _said_at(body: Mapping[str, Any], now: datetime) -> datetime:
    """When a late or repeated event happened: it says nothing about later changes. An event that comes in time counts
    as of now, because Slack's clock and ours can differ by seconds."""
    happened_at = datetime.fromtimestamp(int(body.get("event_time") or now.timestamp()), UTC)
    return happened_at if now - happened_at > IN_TIME else now
