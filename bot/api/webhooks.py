"""`/webhooks`: admins register addresses that receive every change."""

from __future__ import annotations

from aiohttp import web

from bot.api import answers
from bot.api.bodies import parameters
from bot.api.events import moment
from bot.api.handling import Door
from bot.api.schema import NewWebhook, read
from bot.webhooks import deliveries
from storage.errors import UnknownWebhook
from storage.webhooks import Webhook


async def add(door: Door, request: web.Request) -> web.Response:
    """Answers the webhook with its secret, which is shown only once."""
    caller = await door.caller(request)
    asked = read(NewWebhook, await parameters(request, door.bodies[caller.workspace_id]))
    reached, sealer = door.webhooks_may_reach, door.sealer
    services = door.asking_again(request, caller)
    webhook, secret = await deliveries.add(services, caller, asked.url, may_reach=reached, sealer=sealer)
    answer: answers.RegisteredWebhook = {**_shown(webhook), "secret": secret}
    return web.json_response(answer)


async def listed(door: Door, request: web.Request) -> web.Response:
    """Answers all webhooks of the workspace, without their secrets."""
    found = await deliveries.all_of(door.services, await door.caller(request))
    return web.json_response([_shown(webhook) for webhook in found])


async def remove(door: Door, request: web.Request) -> web.Response:
    """Answers the JSON string "Ok"."""
    caller = await door.caller(request)
    webhook_id = request.match_info["id"]
    if not webhook_id.isascii() or not webhook_id.isprintable():  # PostgreSQL refuses a NUL in text
        raise UnknownWebhook(webhook_id)
    await deliveries.remove(door.asking_again(request, caller), caller, webhook_id)
    return web.json_response("Ok")


def _shown(webhook: Webhook) -> answers.Webhook:
    return {
        "id": webhook.webhook_id,
        "url": webhook.url,
        "createByUserId": webhook.created_by,
        "momentCreated": moment(webhook.created_at),
    }
