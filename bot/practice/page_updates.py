"""Tells open pages when something has changed. Each page then asks for its state.

Sent as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

import asyncio
from contextlib import suppress
from dataclasses import asdict
from functools import partial

from aiohttp import web

from bot.practice.bot_probe import answers
from bot.practice.page_state import page_state
from bot.practice.webapi import WORKSPACE
from bot.practice.workspace import Workspace

LOOK_FOR_BOT_SECONDS = 1.0
CHANGED = b"data: changed\n\n"
ENDING = web.AppKey("ending", asyncio.Event)


def add_routes(app: web.Application) -> None:
    app[ENDING] = asyncio.Event()
    app.router.add_get("/ui/changes", _changes)
    app.router.add_get("/ui/state", _state)
    app.router.add_get("/ui/exchanges/{id}", _exchange)
    app.on_shutdown.append(_end)


async def _end(app: web.Application) -> None:
    """Ends the pages' connections, so that stopping doesn't wait for them."""
    app[ENDING].set()
    app[WORKSPACE].changed()


async def _changes(request: web.Request) -> web.StreamResponse:
    """One event at the start, and one after each change of the workspace or of the bot being up."""
    workspace = request.app[WORKSPACE]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    known: tuple[int, bool] | None = None
    with suppress(ConnectionResetError):  # the page is gone
        while not request.app[ENDING].is_set():
            version, is_up = workspace.version, await answers(workspace)
            await response.write(b":\n\n" if known == (version, is_up) else CHANGED)
            known = version, is_up
            with suppress(TimeoutError):  # nothing has changed: look at the bot again
                await workspace.until(partial(_has_changed, workspace, version), LOOK_FOR_BOT_SECONDS)
    return response


def _has_changed(workspace: Workspace, version: int) -> bool:
    return workspace.version != version


async def _state(request: web.Request) -> web.Response:
    """Everything one person sees in one place. Unknown persons or places: the first one."""
    workspace = request.app[WORKSPACE]
    state = page_state(workspace, request.query.get("user", ""), request.query.get("place", ""))
    return web.json_response({**state, "botIsUp": await answers(workspace)})


async def _exchange(request: web.Request) -> web.Response:
    """One exchange with headers and bodies. 404 if it is too old to be kept."""
    wanted = request.match_info["id"]
    for exchange in request.app[WORKSPACE].exchanges.kept:
        if str(exchange.id) == wanted:
            return web.json_response(asdict(exchange))
    raise web.HTTPNotFound(text="no longer kept")
