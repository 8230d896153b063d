"""The page in the browser: its files, and what people do on it. `page_state` has what it shows."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.practice.model import Delivery, Json, Message, View
from bot.practice.people import SLACKBOT_ID
from bot.practice.webapi import WORKSPACE
from bot.practice.workspace import Workspace

PAGE = Path(__file__).parent / "page"

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
    app.router.add_post("/ui/{act}", _act)
    app.on_response_prepare.append(_guard)


async def _index(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html")


async def _guard(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def _act(request: web.Request) -> web.Response:
    """Does what the person asked for. `failure` is Slack's name for the error, or null."""
    if not _is_own(request):
        raise web.HTTPForbidden(text="only the page itself may do this")
    workspace, act = request.app[WORKSPACE], ACTS.get(request.match_info["act"])
    sent = await request.json()
    if act is None or sent.get("user") not in workspace.members:
        raise web.HTTPNotFound(text="no such act, or nobody of that id")
    try:
        delivery = await act(workspace, sent["user"], sent)
    except LookupError as error:
        raise web.HTTPConflict(text=f"no longer there: {error}") from error
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    return web.json_response({"failure": delivery.failure if delivery else None})


def _is_own(request: web.Request) -> bool:
    """Whether the page itself sent it, or a program. Browsers don't send JSON from another site without asking first,
    and nothing here allows it."""
    return (
        request.content_type == "application/json"
        and request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
        and request.headers.get("Origin") in (None, f"{request.scheme}://{request.host}")
    )


async def _command(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    name, _, text = sent["line"].strip().partition(" ")
    if name not in [command["command"] for command in workspace.commands]:
        words = f"`{name}` is not a valid command. Known here: " + ", ".join(c["command"] for c in workspace.commands)
        workspace.post(sent["channel"], SLACKBOT_ID, words, visible_to=user_id)
        return None
    delivery = await workspace.command(user_id, name, text.strip(), sent["channel"])
    # Slackbot has already reported the failure.
    return None if delivery.failure else delivery


async def _shortcut(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    return await workspace.shortcut(user_id, sent["shortcut"])


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


async def _mood(workspace: Workspace, user_id: str, sent: Json) -> None:
    workspace.set_mood(sent["mood"])


async def _language(workspace: Workspace, user_id: str, sent: Json) -> Delivery | None:
    if sent["locale"] not in workspace.languages:
        raise ValueError("not a language of this workspace")
    return await workspace.set_locale(user_id, sent["locale"])


async def _clock(workspace: Workspace, user_id: str, sent: Json) -> None:
    workspace.time.move_to(datetime.fromisoformat(sent["to"]))


ACTS: dict[str, Act] = {
    "command": _command,
    "shortcut": _shortcut,
    "say": _say,
    "press": _press,
    "submit": _submit,
    "close": _close,
    "home": _home,
    "mood": _mood,
    "clock": _clock,
    "language": _language,
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
