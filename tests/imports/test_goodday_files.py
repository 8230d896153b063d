"""GoodDay is asked with a token, which goes to the address that was named and to no other."""

from __future__ import annotations

from datetime import date

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.calendar.ranges import DateRange
from bot.errors import InvalidRecord
from bot.imports.goodday_api import fetch_events

DAY = DateRange(date(2026, 11, 23), date(2026, 11, 23))


async def test_a_redirect_is_refused_and_the_token_goes_nowhere() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/elsewhere":
            return web.json_response([])
        raise web.HTTPFound("/elsewhere")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        with pytest.raises(InvalidRecord) as refused:
            await fetch_events(str(server.make_url("/2.0")), "secret", DAY)
    assert "redirects to another address" in refused.value.why
    assert asked == ["/2.0/attendance-events"]
