"""The most that aiohttp itself answers on this machine: a clock-in that is put in a list, and nothing else."""

from __future__ import annotations

import json
import sys
from typing import Any

from aiohttp import web


def application() -> web.Application:
    """Serves the address of a clock-in."""
    found: list[Any] = []

    async def clock_in(request: web.Request) -> web.Response:
        found.append(asked := await request.json())
        return web.json_response(text=json.dumps(asked))

    app = web.Application()
    app.router.add_post("/attendance-events/clock-in", clock_in)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
