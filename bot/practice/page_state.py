"""Everything one person sees, as plain values for the page."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from bot.practice import payloads
from bot.practice.exchanges import Exchange
from bot.practice.failure_modes import MOODS
from bot.practice.model import Json, Message, View
from bot.practice.people import Member
from bot.practice.workspace import Workspace

MESSAGES, EXCHANGES = 50, 100
"""The newest of each are shown."""
HOME = "home"


def page_state(workspace: Workspace, user_id: str, place: str) -> Json:
    """Everything this person sees in a channel, in the direct message with the bot, or on its Home tab."""
    if user_id not in workspace.members:
        user_id = next(member.id for member in workspace.members.values() if not member.is_bot)
    has_home = "app_home_opened" in workspace.subscribed
    channels = [*workspace.channels, workspace.direct(user_id)]
    if place not in channels and not (place == HOME and has_home):
        place = channels[0]
    seen = {channel: workspace.visible_to(user_id, channel) for channel in channels}
    view, home = workspace.open_view(user_id), workspace.homes.get(user_id)
    return {
        "me": user_id,
        "place": place,
        "workspace": payloads.TEAM_NAME,
        "people": [_person(member) for member in workspace.members.values() if not member.deleted],
        "languages": [{"locale": locale, "name": name} for locale, name in workspace.languages.items()],
        "channels": [{"id": key, "name": name} for key, name in workspace.channels.items()],
        "direct": workspace.direct(user_id),
        "hasHome": has_home,
        "commands": workspace.commands,
        "shortcuts": workspace.shortcuts,
        "mood": workspace.mood,
        "moods": list(MOODS),
        "ahead": round(workspace.time.ahead.total_seconds()),
        "modal": _view(view) if view else None,
        "home": _view(home) if home else None,
        "newest": {channel: messages[-1].ts for channel, messages in seen.items() if messages},
        "messages": [_message(workspace, message) for message in seen.get(place, [])[-MESSAGES:]],
        "exchanges": [_line(exchange) for exchange in workspace.exchanges.kept[-EXCHANGES:]],
    }


def _message(workspace: Workspace, message: Message) -> Json:
    """With the addresses of its files."""
    files = [workspace.files[file_id] for file_id in message.files]
    addresses = [
        {"name": file.name, "size": file.size, "address": f"/files/{file.id}/{quote(file.name)}"} for file in files
    ]
    return asdict(message) | {"files": addresses}


def _line(exchange: Exchange) -> Json:
    """Without headers and bodies."""
    status = exchange.answer["status"] if exchange.answer else None
    names = ("id", "at", "direction", "kind", "milliseconds", "limit", "failure")
    return {name: getattr(exchange, name) for name in names} | {"status": status}


def _person(member: Member) -> dict[str, Any]:
    roles = {"owner": member.is_owner, "admin": member.is_admin, "guest": member.is_restricted}
    role = next((name for name, has in roles.items() if has), "")
    about = {"id": member.id, "handle": member.name, "name": member.real_name, "zone": member.tz}
    about["locale"] = member.locale
    return {**about, "title": member.title, "role": role, "bot": member.is_bot}


def _view(view: View) -> Json:
    return {"id": view.id, "hash": view.hash, "errors": view.errors, **view.raw}
