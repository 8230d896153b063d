"""Keeps step with Slack: a role taken away, a new zone or name counts as soon as Slack tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.slack.client import profile_of
from bot.slack.listener import Edge

IN_TIME = timedelta(seconds=10)


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. A failure is no acknowledgement, so that Slack delivers the event again."""

    async def user_changed(args: AsyncArgs) -> None:
        user, workspace_id = args.body["event"]["user"], args.context.team_id or ""
        if profile := profile_of(workspace_id, user, _said_at(args.body, edge.services.database.clock())):
            await edge.people.changed(profile)
        await args.ack()

    app.event("user_change")(user_changed)
    app.event("team_join")(user_changed)


def _said_at(body: Mapping[str, Any], now: datetime) -> datetime:
    """Of an event that comes late, or once more, when it happened: it tells nothing of what was said since. One that
    comes in time counts as said now, for Slack's clock and ours may differ by seconds."""
    happened_at = datetime.fromtimestamp(int(body.get("event_time") or now.timestamp()), UTC)
    return happened_at if now - happened_at > IN_TIME else now
