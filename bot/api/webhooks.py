"""`/webhooks`: admins register the addresses of programs that are told of every change; an addition to the original."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import Field, StrictStr

from bot import webhooks
from bot.api.events import moment
from bot.api.problems import answered
from bot.api.requests import Networks, authenticated, parameters
from bot.api.routes import PREFIXES
from bot.api.schema import Parameters, read
from bot.refusals import UnknownWebhook
from bot.sealing import Sealer
from bot.services import Services
from bot.webhooks import LONGEST_URL, Webhook


class NewWebhook(Parameters):
    """Register an address."""

    url: StrictStr = Field(max_length=LONGEST_URL)


def register(
    app: web.Application,
    services: Services,
    trusted_proxies: Networks,
    *,
    may_reach: Networks,
    sealer: Sealer | None,
) -> None:
    """The door's table of contents."""
    doors = Doors(services, trusted_proxies, may_reach, sealer)
    for prefix in PREFIXES:
        app.router.add_post(f"{prefix}/webhooks", answered(doors.add))
        app.router.add_get(f"{prefix}/webhooks", answered(doors.listed))
        app.router.add_delete(f"{prefix}/webhooks/{{id}}", answered(doors.remove))


class Doors:
    """The handlers."""

    def __init__(
        self, services: Services, trusted_proxies: Networks, may_reach: Networks, sealer: Sealer | None
    ) -> None:
        self._services = services
        self._trusted_proxies = trusted_proxies
        self._may_reach = may_reach
        self._sealer = sealer

    async def add(self, request: web.Request) -> web.Response:
        """Answers the webhook with its secret, this once."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        asked = read(NewWebhook, await parameters(request))
        webhook, secret = await webhooks.add(
            self._services, caller, asked.url, may_reach=self._may_reach, sealer=self._sealer
        )
        return web.json_response(_shown(webhook) | {"secret": secret})

    async def listed(self, request: web.Request) -> web.Response:
        """Answers all of the workspace, without their secrets."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        return web.json_response([_shown(webhook) for webhook in await webhooks.all_of(self._services, caller)])

    async def remove(self, request: web.Request) -> web.Response:
        """Answers the JSON string "Ok"."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        webhook_id = request.match_info["id"]
        if not webhook_id.isascii() or not webhook_id.isprintable():  # PostgreSQL takes no NUL in a text
            raise UnknownWebhook(webhook_id)
        await webhooks.remove(self._services, caller, webhook_id)
        return web.json_response("Ok")


def _shown(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.webhook_id,
        "url": webhook.url,
        "createByUserId": webhook.created_by,
        "momentCreated": moment(webhook.created_at),
    }
