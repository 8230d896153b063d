"""`/response/{key}`: the bot's later answers to a command or press."""

import asyncio

from aiohttp import web

from bot.practice import faults
from bot.practice.blocks import content
from bot.practice.json_input import object_of
from bot.practice.model import Json, Refused
from bot.practice.trigger_ids import ResponseUrl
from bot.practice.webapi import WORKSPACE
from bot.practice.workspace import Workspace


async def handle(request: web.Request) -> web.Response:
    """404 when the URL is used up, 400 for an answer that can't be shown."""
    workspace = request.app[WORKSPACE]
    if (failed := await faults.strike(workspace, "response_url")) is not None:
        return failed
    if workspace.latency:
        await asyncio.sleep(workspace.latency)
    try:
        answer = object_of(await request.read())
    except Refused:
        return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
    try:
        url = workspace.response_urls.use(request.match_info["key"])
    except Refused as refused:
        return web.json_response({"ok": False, "error": refused.error}, status=404)
    try:
        _take(workspace, url, answer)
    except Refused as refused:
        return web.json_response({"ok": False, "error": str(refused)}, status=400)
    return web.json_response({"ok": True})


def _take(workspace: Workspace, url: ResponseUrl, answer: Json) -> None:
    """Replaces or deletes the message that was pressed, or adds one. A command has none to replace."""
    if answer.get("delete_original") and url.original:
        workspace.delete(url.original)
    elif answer.get("replace_original") and url.original and not url.original.deleted:
        workspace.edit(url.original, *content(answer))
    else:
        workspace.answer(url.user_id, url.channel_id, answer)
