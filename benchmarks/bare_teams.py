"""The floor for a typed `clockin` in Teams: the least that a bot can do, which is to verify the token and say 200."""

from __future__ import annotations

import json
import sys
from urllib.request import urlopen

import jwt
from aiohttp import web


def application(app_id: str, keys_url: str) -> web.Application:
    """Serves `/teams/messages`, and does nothing with what comes."""
    with urlopen(keys_url) as answer:
        keys = {one["kid"]: jwt.PyJWK(one) for one in json.load(answer)["keys"]}

    async def handle(request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        key = keys[jwt.get_unverified_header(token)["kid"]]
        issuer = "https://api.botframework.com"
        claims = jwt.decode(token, key, algorithms=["RS256"], audience=app_id, issuer=issuer)
        if claims["serviceurl"] != (await request.json())["serviceUrl"]:
            raise web.HTTPUnauthorized
        return web.Response()

    app = web.Application()
    app.router.add_post("/teams/messages", handle)
    return app


if __name__ == "__main__":
    app_id, keys_url, port = sys.argv[1:]
    web.run_app(application(app_id, keys_url), host="127.0.0.1", port=int(port), access_log=None, print=None)
