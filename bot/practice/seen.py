"""What stands before one person, in plain values as the page wants them."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from bot.practice import payloads
from bot.practice.exchanges import Exchange
from bot.practice.model import Json, Message, View
from bot.practice.moods import MOODS
from bot.practice.people import Member
from bot.practice.workspace import Workspace


def frame(workspace: Workspace, user_id: str) -> Json:
    """Everything but the messages and the exchange with the bot."""
    view, home = workspace.open_view(user_id), workspace.homes.get(user_id)
    return {
        "me": user_id,
        "workspace": payloads.TEAM_NAME,
        "people": [_person(member) for member in workspace.members.values() if not member.deleted],
        "channels": [{"id": key, "name": name} for key, name in workspace.channels.items()],
        "direct": workspace.direct(user_id),
        "hasHome": "app_home_opened" in workspace.subscribed,
        "commands": workspace.commands,
        "mood": workspace.mood,
        "moods": list(MOODS),
        "ahead": round(workspace.time.ahead.total_seconds()),
        "modal": _view(view) if view else None,
        "home": _view(home) if home else None,
    }


def shown(workspace: Workspace, message: Message) -> Json:
    """One message, with the addresses of its files."""
    return asdict(message) | {"files": _files(workspace, message)}


def line(exchange: Exchange) -> Json:
    """One exchange in a line, without its headers and bodies."""
    status = exchange.answer["status"] if exchange.answer else None
    whole = {name: getattr(exchange, name) for name in _LINE}
    return {**whole, "status": status}


_LINE = ("id", "at", "direction", "kind", "milliseconds", "limit", "failure")


def _files(workspace: Workspace, message: Message) -> list[Json]:
    files = [workspace.files[file_id] for file_id in message.files]
    return [{"name": file.name, "size": file.size, "address": f"/files/{file.id}/{quote(file.name)}"} for file in files]


def _person(member: Member) -> dict[str, Any]:
    roles = {"owner": member.is_owner, "admin": member.is_admin, "guest": member.is_restricted}
    role = next((name for name, has in roles.items() if has), "")
    about = {"id": member.id, "handle": member.name, "name": member.real_name, "zone": member.tz}
    return {**about, "title": member.title, "role": role, "bot": member.is_bot}


def _view(view: View) -> Json:
    return {"id": view.id, "hash": view.hash, "errors": view.errors, **view.raw}
