"""The practice workspace on the wire: Web API, response URLs and the page, on one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice import files, oauth, page_updates, responses, ui, webapi
from bot.practice.exchanges import recorder
from bot.practice.webapi import WORKSPACE
from bot.practice.workspace import Workspace

STARTING = '<!doctype html><html lang="en"><meta http-equiv="refresh" content="1"><title>Starting…</title>Starting…'
OWN_NAMES = ("localhost", "127.0.0.1", "::1")


def application(workspace: Workspace) -> web.Application:
    """Everything that Slack's servers are for the bot and for the browser."""
    app = web.Application(
        client_max_size=files.LARGEST, middlewares=[_own_host, _once_started, recorder(workspace.exchanges)]
    )
    app[WORKSPACE] = workspace
    app.router.add_route("*", "/api/{method}", webapi.handle)
    app.router.add_post("/response/{key}", responses.handle)
    app.router.add_get("/socket", workspace.sockets.serve)
    app.on_shutdown.append(_hang_up)
    files.add_routes(app)
    oauth.add_routes(app)
    ui.add_routes(app)
    page_updates.add_routes(app)
    return app


@web.middleware
async def _own_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers under the machine's own names alone. Another name may be a site's that had it resolve to this machine,
    so that its script could read the page (DNS rebinding)."""
    address = urlsplit(request.app[WORKSPACE].address).hostname
    if _host_of(f"http://{request.host}") not in (*OWN_NAMES, address):
        raise web.HTTPForbidden(text="open it as localhost")
    return await handler(request)


@web.middleware
async def _once_started(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Shows people the page once there is a bot that answers. Until then it loads itself again."""
    if request.app[WORKSPACE].is_starting and (request.path == "/" or request.path.startswith("/ui/")):
        return web.Response(status=503, text=STARTING, content_type="text/html", headers={"Retry-After": "1"})
    return await handler(request)


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


async def _hang_up(app: web.Application) -> None:
    await app[WORKSPACE].sockets.close()


@asynccontextmanager
async def serve(workspace: Workspace, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serves the workspace until the block ends. Yields its address, for example http://127.0.0.1:41234.

    The bot's SLACK_API_URL is that address with `/api/`. Port 0 takes any free port. There is no login: anyone who
    reaches the address can act as anyone in the workspace, so use only the machine's own interface.
    """
    # Pages listen for changes without end. Half a second is enough for them to notice the end.
    runner = web.AppRunner(application(workspace), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0][1]
        workspace.address = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        yield workspace.address
    finally:
        await runner.cleanup()
