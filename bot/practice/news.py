"""News for the pages that look on: all that stands before a person at first, then only what has changed of it.

They travel as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), each a JSON object:
"start" holds everything of `frame` and the newest messages of each place, "news" what has changed of it since. Earlier
messages, and the headers and bodies of an exchange, are asked for when somebody looks at them.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict

from aiohttp import web

from bot.practice.model import Json, Message
from bot.practice.reach import answers
from bot.practice.seen import frame, line, shown
from bot.practice.webapi import WORKSPACE
from bot.practice.workspace import Workspace

MESSAGES_AT_ONCE, EXCHANGES_AT_ONCE = 50, 100
SIGN_OF_LIFE_SECONDS = 15.0
LOOK_FOR_BOT_SECONDS = 1.0
ENDING = web.AppKey("ending", asyncio.Event)


def add_routes(app: web.Application) -> None:
    app[ENDING] = asyncio.Event()
    app.router.add_get("/ui/news", _news)
    app.router.add_get("/ui/messages", _earlier)
    app.router.add_get("/ui/exchanges/{id}", _exchange)
    app.on_shutdown.append(_end)


async def _end(app: web.Application) -> None:
    """Lets the pages go, so that stopping need not wait for them."""
    app[ENDING].set()
    app[WORKSPACE].changed()


async def _news(request: web.Request) -> web.StreamResponse:
    """Tells one page of everything, and then of each change as it happens, until either side goes."""
    workspace = request.app[WORKSPACE]
    told = Told(workspace, _reader(workspace, request))
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    with suppress(ConnectionResetError):  # the page is gone, and nobody is left to be told
        await response.write(_event("start", await told.everything()))
        written_at = time.monotonic()
        while not request.app[ENDING].is_set():
            with suppress(TimeoutError):  # no news: a look at the bot is due
                await workspace.until(lambda: workspace.version != told.version, LOOK_FOR_BOT_SECONDS)
            if news := await told.news():
                await response.write(_event("news", news))
            elif time.monotonic() - written_at > SIGN_OF_LIFE_SECONDS:
                await response.write(b": still here\n\n")
            else:
                continue
            written_at = time.monotonic()
    return response


async def _earlier(request: web.Request) -> web.Response:
    """The messages of one place before the one that the page has as its first."""
    workspace = request.app[WORKSPACE]
    user_id, place, before = _reader(workspace, request), request.query.get("place", ""), request.query.get("before")
    messages = workspace.newest(user_id, place, MESSAGES_AT_ONCE + 1, before)
    shown_ones = [shown(workspace, message) for message in messages[-MESSAGES_AT_ONCE:]]
    return web.json_response({"messages": shown_ones, "more": len(messages) > MESSAGES_AT_ONCE})


async def _exchange(request: web.Request) -> web.Response:
    """One exchange whole, with headers and bodies; 404 when it is so old that it is no longer kept."""
    wanted = request.match_info["id"]
    for exchange in request.app[WORKSPACE].exchanges.since(0):
        if str(exchange.id) == wanted:
            return web.json_response(asdict(exchange))
    raise web.HTTPNotFound(text="no longer kept")


def _reader(workspace: Workspace, request: web.Request) -> str:
    """Who looks; the first person on a first visit, or with an address from another day."""
    user_id = request.query.get("user", "")
    if user_id in workspace.members:
        return user_id
    return next(member.id for member in workspace.members.values() if not member.is_bot)


def _event(name: str, data: Json) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


class Told:
    """What one page knows so far of what stands before `user_id`."""

    def __init__(self, workspace: Workspace, user_id: str) -> None:
        self._workspace, self._user_id = workspace, user_id
        self.version = 0
        self._frame: dict[str, str] = {}
        self._bot_is_up, self._looked_at = True, 0.0

    async def everything(self) -> Json:
        await self._look_for_bot()
        workspace, self.version = self._workspace, self._workspace.version
        messages: list[Json] = []
        more: dict[str, bool] = {}
        for place in (*workspace.channels, workspace.direct(self._user_id)):
            newest = workspace.newest(self._user_id, place, MESSAGES_AT_ONCE + 1)
            messages += [shown(workspace, message) for message in newest[-MESSAGES_AT_ONCE:]]
            more[place] = len(newest) > MESSAGES_AT_ONCE
        exchanges = workspace.exchanges.since(0)[-EXCHANGES_AT_ONCE:]
        lines = [line(exchange) for exchange in exchanges]
        return {**self._changed_frame(), "messages": messages, "more": more, "exchanges": lines}

    async def news(self) -> Json:
        """What has changed since this was asked last; empty where nothing has."""
        await self._look_for_bot()
        since, self.version = self.version, self._workspace.version
        news = self._changed_frame()
        changed = [message for message in self._workspace.changed_since(since) if self._sees(message)]
        if kept := [shown(self._workspace, message) for message in changed if not message.deleted]:
            news["messages"] = kept
        if gone := [message.ts for message in changed if message.deleted]:
            news["gone"] = gone
        if exchanges := self._workspace.exchanges.since(since):
            news["exchanges"] = [line(exchange) for exchange in exchanges]
        return news

    def _sees(self, message: Message) -> bool:
        is_place = message.channel_id in self._workspace.channels
        return (is_place or message.channel_id == self._workspace.direct(self._user_id)) and (
            message.visible_to in (None, self._user_id)
        )

    def _changed_frame(self) -> Json:
        return dict(self._changed_parts({**frame(self._workspace, self._user_id), "botIsUp": self._bot_is_up}))

    def _changed_parts(self, parts: Json) -> Iterator[tuple[str, object]]:
        for key, value in parts.items():
            written = json.dumps(value)  # a copy too: what changes in place is seen
            if self._frame.get(key) != written:
                self._frame[key] = written
                yield key, value

    async def _look_for_bot(self) -> None:
        if time.monotonic() - self._looked_at >= LOOK_FOR_BOT_SECONDS:
            self._bot_is_up = await answers(self._workspace)
            self._looked_at = time.monotonic()
