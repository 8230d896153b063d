"""Apps that an organisation (Enterprise Grid) installed for all its workspaces: which of them a request belongs to, and
when they join and leave.

What Slack sends names the organisation, and the workspace in one of several places
(docs.slack.dev/enterprise/organization-ready-apps).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.slack.ids import WORKSPACE_ID
from bot.slack.listener import Edge
from bot.workspaces.served_workspaces import SlackWorkspaces
from storage.errors import Unavailable

log = structlog.get_logger(__name__)


def register(app: AsyncApp, edge: Edge) -> None:
    """Names the workspace of every request, and listens for those that join and leave. After an error Slack gets no
    acknowledgement and sends the event again."""

    async def granted(args: AsyncArgs) -> None:
        await edge.workspaces.granted(args.context.enterprise_id or "", args.body["event"]["team_ids"])
        await args.ack()

    async def revoked(args: AsyncArgs) -> None:
        event = args.body["event"]
        await edge.workspaces.revoked(args.context.enterprise_id or "", event["team_ids"], ended_at(args.body))
        await args.ack()

    app.event("team_access_granted")(granted)
    app.event("team_access_revoked")(revoked)
    app.middleware(_naming_the_workspace(edge.workspaces))


def ended_at(body: Mapping[str, Any]) -> datetime:
    """When an event happened, and a second more: Slack rounds down."""
    return datetime.fromtimestamp(int(body.get("event_time") or 0), UTC) + timedelta(seconds=1)


def whose(context: AsyncBoltContext) -> str:
    """The id of the installation that an event is about: the organisation's, or the workspace's."""
    organisation_id = context.enterprise_id or ""
    return organisation_id if organisation_id and _is_of_organisation(context) else context.team_id or ""


def _naming_the_workspace(workspaces: SlackWorkspaces) -> Callable[..., Awaitable[Any]]:
    async def middleware(
        body: Mapping[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[Any]]
    ) -> Any:
        organisation_id = context.enterprise_id
        if organisation_id and _is_of_organisation(context):
            workspace_id = _workspace_of(body, context.team_id)
            context["team_id"] = workspace_id
            if workspace_id and (body.get("event") or {}).get("type") not in _ABOUT_INSTALLATIONS:
                try:
                    await workspaces.meet(organisation_id, workspace_id)
                except Unavailable as error:  # the handler meets it too, and says so
                    log.warning("workspace-not-joined", workspace_id=workspace_id, reason=str(error))
        return await next_()

    return middleware


def _is_of_organisation(context: AsyncBoltContext) -> bool:
    return bool(context.is_enterprise_install)


def _workspace_of(body: Mapping[str, Any], named: str | None) -> str | None:
    """The workspace where somebody typed or pressed. What Bolt names can be the organisation."""
    view, user = body.get("view") or {}, body.get("user")
    places = [named, view.get("team_id"), user.get("team_id") if isinstance(user, dict) else None, body.get("team_id")]
    return next((place for place in places if place and WORKSPACE_ID.fullmatch(place)), None)


_ABOUT_INSTALLATIONS = {"app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked"}
