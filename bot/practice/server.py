"""The practice workspace on the wire: Web API, response URLs and the page, on one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.practice import files, oauth, page_updates, responses, ui, webapi
from bot.practice.exchanges import recorder
from bot.practice.webapi import WORKSPACE
from bot.practice.workspace import Workspace


def application(workspace: Workspace) -> web.Application:
    """Everything that Slack's servers are for the bot and for the browser."""
    app = web.Application(client_max_size=files.LARGEST, middlewares=[recorder(workspace.exchanges)])
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
