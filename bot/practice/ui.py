"""The page in the browser: its files, what it shows a person, and what that person does on it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.practice import payloads
from bot.practice.model import Delivery, Json, Message, View
from bot.practice.people import SLACKBOT_ID, Member
from bot.practice.webapi import WORKSPACE
from bot.practice.workspace import Workspace

PAGE = Path(__file__).parent / "page"
NEWS_SECONDS = 25.0
"""How long a request for news is kept waiting before it is answered with none."""
SHOWN_MESSAGES = 200

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

Act = Callable[[Workspace, str, Json], Awaitable[Delivery | None]]


def add_routes(app: web.Application) -> None:
    app.router.add_get("/", _index)
    app.router.add_static("/page/", PAGE)
    app.router.add_get("/ui/state", _state)
    app.router.add_post("/ui/{act}", _act)
    app.on_response_prepare.append(_guard)
    app.on_shutdown.append(_release)


async def _index(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html")


async def _guard(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def _release(app: web.Application) -> None:
    """Lets the pages go that wait for news, so that stopping need not wait for them."""
    app[WORKSPACE].changed()


async def _state(request: web.Request) -> web.Response:
    """All that one person sees, at once or as soon as it is newer than `after`."""
    workspace, after = request.app[WORKSPACE], request.query.get("after")
    user_id = request.query.get("user", "")
    if user_id not in workspace.members:  # a first visit, or an address from another day
        user_id = next(member.id for member in workspace.members.values() if not member.is_bot)
    with suppress(TimeoutError):  # no news is an answer too
        await workspace.until(lambda: str(workspace.version) != after, NEWS_SECONDS)
    return web.json_response(seen_by(workspace, user_id))


async def _act(request: web.Request) -> web.Response:
    """What the person did, passed to the bot. `failure` is Slack's name for what went wrong with that, or null."""
    # A JSON body can't be sent from another site without its browser asking here first, which nothing here allows.
    if request.content_type != "application/json" or request.headers.get("Sec-Fetch-Site", "none") not in _OWN:
        raise web.HTTPForbidden(text="only the page itself may do this")
    workspace, act = request.app[WORKSPACE], ACTS.get(request.match_info["act"])
    sent = await request.json()
    if act is None or sent.get("user") not in workspace.members:
        raise web.HTTPNotFound(text="no such act, or nobody of that id")
    try:
        delivery = await act(workspace, sent["user"], sent)
    except LookupError as error:
        raise web.HTTPConflict(text=f"no longer there: {error}") from error
    return web.json_response({"failure": delivery.failure if delivery else None})


_OWN = ("same-origin", "none")  # "none" also stands for programs that are no browser


async def _command(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    name, _, text = sent["line"].strip().partition(" ")
    if name not in [command["command"] for command in workspace.commands]:
        words = f"`{name}` is not a valid command. Known here: " + ", ".join(c["command"] for c in workspace.commands)
        workspace.post(sent["channel"], SLACKBOT_ID, words, visible_to=user_id)
        return None
    delivery = await workspace.command(user_id, name, text.strip(), sent["channel"])
    # Slackbot has told already what failed.
    return None if delivery.failure else delivery


async def _say(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    if sent["channel"] == workspace.direct(user_id) and "message.im" not in workspace.subscribed:
        words = "Sending messages to this app has been turned off. Type / for its commands."
        workspace.post(sent["channel"], SLACKBOT_ID, words, visible_to=user_id)
        return None
    return await workspace.say(user_id, sent["line"], sent["channel"])


async def _press(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    on, values = _place(workspace, user_id, sent), sent.get("values")
    value, block_id = sent.get("value"), sent["block_id"]
    return await workspace.press(user_id, on, sent["action_id"], value, block_id=block_id, values=values)


async def _submit(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    return await workspace.submit(user_id, _open(workspace, user_id, sent), sent["values"])


async def _close(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    return await workspace.close(user_id, _open(workspace, user_id, sent))


async def _home(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    return await workspace.open_home(user_id)


ACTS: dict[str, Act] = {
    "command": _command,
    "say": _say,
    "press": _press,
    "submit": _submit,
    "close": _close,
    "home": _home,
}


def _place(workspace: Workspace, user_id: str, sent: Json) -> Message | View:
    """The message or view on which something was pressed."""
    if "message" in sent:
        seen = {message.ts: message for message in workspace.visible_to(user_id)}
        return seen[sent["message"]]
    home = workspace.homes.get(user_id)
    return home if home and home.id == sent["view"] else _open(workspace, user_id, sent)


def _open(workspace: Workspace, user_id: str, sent: Json) -> View:
    view = workspace.open_view(user_id)
    if view is None or view.id != sent["view"]:
        raise LookupError(sent["view"])
    return view


def seen_by(workspace: Workspace, user_id: str) -> Json:
    """Everything that stands before one person, as the page wants it."""
    people = [_person(member) for member in workspace.members.values() if not member.deleted]
    messages = workspace.visible_to(user_id)[-SHOWN_MESSAGES:]
    view, home = workspace.open_view(user_id), workspace.homes.get(user_id)
    return {
        "version": str(workspace.version),
        "me": user_id,
        "workspace": payloads.TEAM_NAME,
        "people": people,
        "channels": [{"id": key, "name": name} for key, name in workspace.channels.items()],
        "direct": workspace.direct(user_id),
        "hasHome": "app_home_opened" in workspace.subscribed,
        "commands": workspace.commands,
        "messages": [asdict(message) | {"files": _files(workspace, message)} for message in messages],
        "modal": _view(view) if view else None,
        "home": _view(home) if home else None,
    }


def _files(workspace: Workspace, message: Message) -> list[dict[str, str]]:
    files = [workspace.files[file_id] for file_id in message.files]
    return [{"name": file.name, "address": f"/files/{file.id}/{quote(file.name)}"} for file in files]


def _person(member: Member) -> dict[str, Any]:
    roles = {"owner": member.is_owner, "admin": member.is_admin, "guest": member.is_restricted}
    role = next((name for name, has in roles.items() if has), "")
    about = {"id": member.id, "handle": member.name, "name": member.real_name, "zone": member.tz}
    return {**about, "title": member.title, "role": role, "bot": member.is_bot}


def _view(view: View) -> Json:
    return {"id": view.id, "hash": view.hash, "errors": view.errors, **view.raw}
