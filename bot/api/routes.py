"""The API's routes: every operation under both prefixes, and the OpenAPI document."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from aiohttp import web

from bot.api import health, inspection
from bot.api.handling import Door
from bot.api.health import Check
from bot.api.openapi import document
from bot.api.operations import EVENTS, OPERATIONS
from bot.api.problems import Handler, Problem, answered, response
from bot.api.requests import Networks, plain_path
from bot.runtime.encryption import Sealer
from bot.runtime.services import Services

PREFIXES = ("", "/2.0")


def register(
    app: web.Application,
    services: Services,
    trusted_proxies: Networks,
    *,
    chats: Mapping[str, Check],
    stopping: asyncio.Event,
    webhooks_may_reach: Networks = (),
    sealer: Sealer | None = None,
) -> None:
    """Adds all routes to `app`."""
    door = Door(services, trusted_proxies, webhooks_may_reach, sealer)
    app.middlewares.append(_unknown_addresses)
    others = set(app.router.resources())
    for prefix in PREFIXES:
        for operation in OPERATIONS:
            handler = answered(partial(operation.handler, door), operation.name)
            add = app.router.add_get if operation.method == "GET" else partial(app.router.add_route, operation.method)
            for path in (operation.path, *operation.also_at):
                add(prefix + _route(path), handler)
        app.router.add_get(f"{prefix}/openapi.json", _specification)
    resources = [one for one in app.router.resources() if one not in others]
    inspection.register(app, door)
    health.register(app, services, chats, stopping)
    app.router.register_resource(_WithoutExtraSlashes(resources))


async def _specification(request: web.Request) -> web.Response:
    """Needs no token: it contains nothing about anyone."""
    return web.json_response(document())


def _route(path: str) -> str:
    """Keeps `{id}` from matching the name of an operation, so that a wrong method there gets a 405."""
    under = [path for path in (other.path for other in OPERATIONS) if path.startswith(f"{EVENTS}/") and "{" not in path]
    names = "|".join(path.rpartition("/")[2] for path in under)
    return path.replace("{id}", f"{{id:(?!(?:{names})$)[^/]+}}")


class _WithoutExtraSlashes(web.DynamicResource):
    """Finds the route of an address with doubled or trailing slashes. Clients often join two parts that both have one,
    and don't follow redirects with a body.

    Only among the API's: a proxy that keeps `/metrics` internal may let `//metrics` through.
    """

    def __init__(self, resources: Sequence[web.AbstractResource]) -> None:
        super().__init__("/{path:.*}")
        self._resources = resources

    async def resolve(self, request: web.Request) -> tuple[web.UrlMappingMatchInfo | None, set[str]]:
        path = plain_path(request)
        if path in ("", request.rel_url.raw_path):
            return None, set()
        plain, allowed = request.clone(rel_url=request.rel_url.with_path(path, encoded=True)), set[str]()
        for resource in self._resources:
            found, methods = await resource.resolve(plain)
            if found is not None:
                return found, methods
            allowed |= methods
        return None, allowed


@web.middleware
async def _unknown_addresses(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns 404 and 405 of the whole server into problems."""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        if isinstance(error, web.HTTPMethodNotAllowed):
            allowed = ", ".join(sorted(error.allowed_methods))
            return response(Problem("method-not-allowed", f"Use {allowed}.", headers={"Allow": allowed}))
        return response(Problem("not-found", "See /openapi.json for all addresses."))
