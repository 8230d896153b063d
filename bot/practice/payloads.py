"""Builds Slack's requests to the bot. Shapes: https://docs.slack.dev/reference/interaction-payloads."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.practice.forms import Values, entry
from bot.practice.forms import state as untouched
from bot.practice.model import Json, Message, View
from bot.practice.people import BOT, Member

APP_ID, BOT_ID = "A0PRACTICE", "B0PRACTICE"
DOMAIN, TEAM_NAME, ORGANISATION = "practice", "Practice workspace", "Practice organisation"
VERIFICATION_TOKEN = "practice-verification-token"  # deprecated at Slack, but still sent


def command(
    team_id: str, member: Member, channel: Mapping[str, str], typed: Mapping[str, str], tickets: Mapping[str, str]
) -> dict[str, str]:
    """The form fields of a slash command. `tickets` are its trigger_id and response_url."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team_id,
        "team_domain": DOMAIN,
        "channel_id": channel["id"],
        "channel_name": channel["name"],
        "user_id": member.id,
        "user_name": member.name,
        **typed,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        **tickets,
    }


def name_organisation(payload: dict[str, Any], organisation_id: str) -> None:
    """Adds what Slack sends where an app is installed for a whole organisation. In interactions, the workspace is named
    by the person and the view."""
    if not organisation_id:
        return
    if "authorizations" in payload:
        payload["enterprise_id"] = organisation_id
        payload["authorizations"][0] |= {"enterprise_id": organisation_id, "is_enterprise_install": True}
    elif "command" in payload:
        payload |= {"enterprise_id": organisation_id, "enterprise_name": ORGANISATION, "is_enterprise_install": "true"}
    else:
        payload |= {
            "team": None,
            "enterprise": {"id": organisation_id, "name": ORGANISATION},
            "is_enterprise_install": True,
        }
        if view := payload.get("view"):
            view["app_installed_team_id"] = organisation_id


def message_press(
    team_id: str, member: Member, message: Message, channel: Mapping[str, str], action: Json, tickets: Mapping[str, str]
) -> Json:
    """block_actions on a message. Slack doesn't send the text of an ephemeral message, only its place."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": message.visible_to is not None,
    }
    shown = {} if message.visible_to else {"message": message_event(team_id, message)}
    return {
        "type": "block_actions",
        **_user_and_team(team_id, member),
        "container": container,
        "channel": dict(channel),
        **shown,
        "state": {"values": untouched(message.blocks)},
        "actions": [action],
        **tickets,
    }


def view_press(team_id: str, member: Member, view: View, action: Json, values: Values, trigger_id: str) -> Json:
    """block_actions in a modal or on a Home tab."""
    return {
        "type": "block_actions",
        **_user_and_team(team_id, member),
        "container": {"type": "view", "view_id": view.id},
        "view": shown_view(team_id, view, values),
        "actions": [action],
        "trigger_id": trigger_id,
    }


def shortcut(team_id: str, member: Member, callback_id: str, trigger_id: str) -> Json:
    """A global shortcut, which belongs to no channel."""
    return {
        "type": "shortcut",
        **_user_and_team(team_id, member),
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": f"{time.time():.6f}",
    }


def view_submission(team_id: str, member: Member, view: View, values: Values, trigger_id: str) -> Json:
    return {
        "type": "view_submission",
        **_user_and_team(team_id, member),
        "view": shown_view(team_id, view, values),
        "response_urls": [],
        "trigger_id": trigger_id,
    }


def view_closed(team_id: str, member: Member, view: View) -> Json:
    who, shown = _user_and_team(team_id, member), shown_view(team_id, view, untouched(view.blocks))
    return {"type": "view_closed", **who, "view": shown, "is_cleared": False}


def envelope(team_id: str, event: Json, event_id: str, at: datetime) -> Json:
    """An event of `at` as the Events API wraps it."""
    authorization = {
        "enterprise_id": None,
        "team_id": team_id,
        "user_id": BOT.id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "type": "event_callback",
        "token": VERIFICATION_TOKEN,
        "team_id": team_id,
        "api_app_id": APP_ID,
        "event": event,
        "event_id": event_id,
        "event_time": int(at.timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }


def action_on(element: Json, block_id: str, value: Any) -> Json:
    """One pressed or chosen element, as in `actions`."""
    action: Json = {
        key: element[key] for key in ("type", "action_id", "text", "style", "placeholder", "icon") if key in element
    }
    action |= {"block_id": block_id, "action_ts": f"{time.time():.6f}"}
    if element["type"] not in ("button", "icon_button"):
        return action | entry(element, value)
    return action if value is None else action | {"value": value}


def message_event(team_id: str, message: Message) -> Json:
    """A message in Slack's format."""
    return {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "team": team_id,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "text": message.text,
        "blocks": message.blocks,
    }


def shown_view(team_id: str, view: View, values: Values | None = None) -> Json:
    """A view in Slack's format, with its state."""
    empty = {"callback_id": "", "private_metadata": "", "title": None, "submit": None, "close": None, "external_id": ""}
    return {
        **empty,
        "clear_on_close": False,
        "notify_on_close": False,
        **view.raw,
        "id": view.id,
        "team_id": team_id,
        "state": {"values": untouched(view.blocks) if values is None else values},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "app_installed_team_id": team_id,
        "bot_id": BOT_ID,
    }


def _user_and_team(team_id: str, member: Member) -> Json:
    return {
        "user": {"id": member.id, "username": member.name, "name": member.name, "team_id": team_id},
        "team": {"id": team_id, "domain": DOMAIN},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }
