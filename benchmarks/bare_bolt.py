"""The floor for `/clockin`: the least that a Bolt app can do, which is to verify the signature and acknowledge."""

from __future__ import annotations

import sys

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.kwargs_injection.async_args import AsyncArgs


def application(signing_secret: str) -> web.Application:
    """Serves `/slack/events` with a `/clockin` that does nothing."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-bare")

    bolt = AsyncApp(signing_secret=signing_secret, authorize=authorize, process_before_response=True)

    async def clock_in(args: AsyncArgs) -> None:
        await args.ack()

    bolt.command("/clockin")(clock_in)

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    return app


if __name__ == "__main__":
    secret, port = sys.argv[1:]
    web.run_app(application(secret), host="127.0.0.1", port=int(port), access_log=None, print=None)
