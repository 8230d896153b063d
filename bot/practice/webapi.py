"""Slack's Web API, as far as the bot uses it: one function for each method in `METHODS`."""

import asyncio
import base64
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.practice import faults, payloads, usergroups, view_methods
from bot.practice.blocks import content
from bot.practice.json_input import json_of, object_of
from bot.practice.model import Call, Json, Message, Refused
from bot.practice.people import BOT, Member, as_slack
from bot.practice.workspace import Workspace

WORKSPACE = web.AppKey("workspace", Workspace)
LARGEST_PAGE = 200
WITHOUT_TOKEN = frozenset({"api.test", "oauth.v2.access"})


async def handle(request: web.Request) -> web.Response:
    """`/api/{method}`: GET with a query, POST with a form or JSON. Slack's refusals are 200 with `ok` false."""
    workspace, method = request.app[WORKSPACE], request.match_info["method"]
    try:
        arguments = await _arguments(request)
        token = arguments.pop("token", None) or _bearer(request, arguments)
        workspace = _workspace_of(workspace, str(token or ""), arguments)
        workspace.remember(Call(method, arguments))
        if (failed := await faults.strike(workspace, method)) is not None:
            workspace.changed()
            return failed
        if seconds := await _seconds_to_wait(workspace, method, arguments):
            headers = {"Retry-After": str(seconds)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        own = {"apps.connections.open": workspace.app_token, "apps.manifest.export": workspace.configuration_token}
        needed = own.get(method, workspace.bot_token)
        if method not in WITHOUT_TOKEN and token != needed:
            raise Refused("invalid_auth" if token else "not_authed")
        if method in NEED_WORKSPACE and workspace.in_whole_organisation and not arguments.get("team_id"):
            raise Refused("missing_argument")
        if method not in METHODS:
            raise Refused("unknown_method")
        if (lacking := SCOPES.get(method)) and lacking not in workspace.scopes.split(","):
            return _refusal("missing_scope", needed=lacking, provided=workspace.scopes)
        answer = METHODS[method](workspace, arguments)
    except Refused as refused:
        if not refused.details:
            return _refusal(refused.error)
        if method == "blocks.validate":
            return _refusal(refused.error, errors=[view_methods.as_fault(detail) for detail in refused.details])
        messages = [f"[ERROR] {detail}" for detail in refused.details]
        return _refusal(refused.error, errors=list(refused.details), response_metadata={"messages": messages})
    # `attendance doctor` reads the scopes from this header.
    return web.json_response({"ok": True, **answer}, headers={"X-OAuth-Scopes": workspace.scopes})


NEED_WORKSPACE = frozenset({"bots.info", "usergroups.list", "usergroups.users.list", "users.list"})
"""Methods to which an organisation's token doesn't say which workspace is meant."""


def _workspace_of(workspace: Workspace, token: str, arguments: Json) -> Workspace:
    """Whose token it is. An organisation's is for all its workspaces: then the arguments tell, by `team_id`, or by a
    person or channel there."""
    meant = [one for one in (workspace, *workspace.neighbours) if token and one.bot_token == token]
    if len(meant) < 2:
        return meant[0] if meant else workspace
    named = {str(arguments[key]) for key in ("team_id", "user", "users", "user_id", "channel") if arguments.get(key)}
    view_id, trigger_id = str(arguments.get("view_id") or ""), arguments.get("trigger_id")
    for one in meant:
        directs = {one.direct(user_id) for user_id in one.members}
        is_there = named & {one.team_id, *one.members, *one.channels, *directs}
        if is_there or one.views.has(view_id) or one.triggers.has_issued(trigger_id):
            return one
    return meant[0]


async def _seconds_to_wait(workspace: Workspace, method: str, arguments: Json) -> int:
    """What the limits say of this call, after the time it takes; 0 if it is taken."""
    if workspace.latency:
        await asyncio.sleep(workspace.latency)
    if workspace.limits is None:
        return 0
    channel_id = str(arguments.get("channel"))
    where = workspace.direct(channel_id) if channel_id in workspace.members else channel_id
    return workspace.limits.retry_after(method, where)


def _refusal(error: str, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error": error, **more})


async def _arguments(request: web.Request) -> Json:
    """All arguments. Those that a form carries as JSON text are decoded."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= object_of(await request.read())
    else:
        try:
            arguments |= dict(await request.post())
        except (ValueError, LookupError) as error:  # not a form, or an unknown character set
            raise Refused("invalid_form_data") from error
    for key in ("blocks", "message", "view"):
        if isinstance(arguments.get(key), str):
            try:
                arguments[key] = json_of(arguments[key])
            except Refused as error:
                raise Refused("invalid_blocks_format" if key == "blocks" else "invalid_arguments") from error
    return arguments


def _bearer(request: web.Request, arguments: Json) -> str:
    """The token of the header. A client id and secret there become arguments instead."""
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        try:
            named = base64.b64decode(rest).decode().partition(":")
        except ValueError as error:
            raise Refused("invalid_auth") from error
        arguments |= {"client_id": named[0], "client_secret": named[2]}
        return ""
    return rest


def auth_test(workspace: Workspace, arguments: Json) -> Json:
    return {
        "url": f"https://{payloads.DOMAIN}.slack.com/",
        "team": payloads.TEAM_NAME,
        "team_id": workspace.team_id,
        "user": BOT.name,
        "user_id": BOT.id,
        "bot_id": payloads.BOT_ID,
        "enterprise_id": workspace.organisation_id or None,
        "is_enterprise_install": workspace.whole_organisation,
    }


def api_test(workspace: Workspace, arguments: Json) -> Json:
    return {}


def apps_connections_open(workspace: Workspace, arguments: Json) -> Json:
    return {"url": f"{workspace.address.replace('http', 'ws', 1)}/socket"}


def apps_manifest_export(workspace: Workspace, arguments: Json) -> Json:
    if arguments.get("app_id") != payloads.APP_ID:
        raise Refused("invalid_app_id")
    return {"manifest": workspace.manifest}


def bots_info(workspace: Workspace, arguments: Json) -> Json:
    if arguments.get("bot") != payloads.BOT_ID:
        raise Refused("bot_not_found")
    return {"bot": {"id": payloads.BOT_ID, "app_id": payloads.APP_ID, "user_id": BOT.id, "name": BOT.name}}


def team_info(workspace: Workspace, arguments: Json) -> Json:
    return {"team": {"id": workspace.team_id, "name": payloads.TEAM_NAME, "domain": payloads.DOMAIN}}


def users_info(workspace: Workspace, arguments: Json) -> Json:
    member = workspace.members.get(str(arguments.get("user")))
    if member is None:
        raise Refused("user_not_found")
    return {"user": _person(workspace, member)}


def _person(workspace: Workspace, member: Member) -> Json:
    """In an organisation, with all the workspaces that the person is in. The first of them is their own."""
    there = [one.team_id for one in workspace.organisation if member.id in one.members]
    if not workspace.organisation_id:
        return as_slack(member, workspace.team_id)
    of_organisation = {
        "id": member.id,
        "enterprise_id": workspace.organisation_id,
        "is_admin": False,
        "is_owner": False,
        "teams": there,
    }
    return as_slack(member, min(there)) | {"enterprise_user": of_organisation}


def users_list(workspace: Workspace, arguments: Json) -> Json:
    """A page at a time, as Slack recommends: at most 200 people."""
    everybody, first = list(workspace.members.values()), _cursor(arguments)
    limit = str(arguments.get("limit") or "")
    last = first + min(int(limit) if limit.isdecimal() and int(limit) else LARGEST_PAGE, LARGEST_PAGE)
    page = [_person(workspace, member) for member in everybody[first:last]]
    return {"members": page, "response_metadata": {"next_cursor": str(last) if last < len(everybody) else ""}}


def _cursor(arguments: Json) -> int:
    cursor = str(arguments.get("cursor") or "0")
    if not cursor.isdecimal():
        raise Refused("invalid_cursor")
    return int(cursor)


def conversations_open(workspace: Workspace, arguments: Json) -> Json:
    user_id = str(arguments.get("users"))
    if user_id not in workspace.members:
        raise Refused("user_not_found")
    return {"channel": {"id": workspace.direct(user_id)}}


def chat_post_message(workspace: Workspace, arguments: Json) -> Json:
    channel_id, text, blocks = channel(workspace, arguments), *content(arguments)
    message = workspace.post(channel_id, BOT.id, text, blocks)
    message.thread_ts = arguments.get("thread_ts")
    return {"channel": channel_id, "ts": message.ts, "message": payloads.message_event(workspace.team_id, message)}


def chat_post_ephemeral(workspace: Workspace, arguments: Json) -> Json:
    channel_id, text, blocks = channel(workspace, arguments), *content(arguments)
    user_id = str(arguments.get("user"))
    if user_id not in workspace.members:
        raise Refused("user_not_in_channel")
    return {"message_ts": workspace.post(channel_id, BOT.id, text, blocks, visible_to=user_id).ts}


def chat_update(workspace: Workspace, arguments: Json) -> Json:
    """Without new blocks, the old ones stay, as Slack documents."""
    message = _own(workspace, arguments, "cant_update_message")
    kept = {"blocks": message.blocks} if arguments.get("blocks") is None else {}
    workspace.edit(message, *content({**arguments, **kept}))
    return {"channel": message.channel_id, "ts": message.ts, "text": message.text}


def chat_delete(workspace: Workspace, arguments: Json) -> Json:
    message = _own(workspace, arguments, "cant_delete_message")
    workspace.delete(message)
    return {"channel": message.channel_id, "ts": message.ts}


METHODS: dict[str, Callable[[Workspace, Json], Json]] = {
    "api.test": api_test,
    "apps.connections.open": apps_connections_open,
    "apps.manifest.export": apps_manifest_export,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "team.info": team_info,
    "users.info": users_info,
    "users.list": users_list,
    **usergroups.METHODS,
    **view_methods.METHODS,
    "conversations.open": conversations_open,
    "chat.postMessage": chat_post_message,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.update": chat_update,
    "chat.delete": chat_delete,
}
SCOPES = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "team.info": "team:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
}
"""The scope each method needs, from its page at https://docs.slack.dev/reference/methods."""


def channel(workspace: Workspace, arguments: Json) -> str:
    """A channel's id; a person's id means the direct message with that person."""
    channel_id = str(arguments.get("channel"))
    direct = {workspace.direct(user_id) for user_id in workspace.members}
    if channel_id in workspace.members:
        return workspace.direct(channel_id)
    if channel_id in workspace.without_bot:
        raise Refused("not_in_channel")
    if channel_id in workspace.channels or channel_id in direct:
        return channel_id
    raise Refused("channel_not_found")


def _own(workspace: Workspace, arguments: Json, refusal: str) -> Message:
    """The bot's message. Ephemeral ones can only be reached by their response_url."""
    message = workspace.message(channel(workspace, arguments), str(arguments.get("ts")))
    if message is None or message.visible_to is not None:
        raise Refused("message_not_found")
    if message.user != BOT.id:
        raise Refused(refusal)
    return message
