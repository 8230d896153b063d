"""Files in the practice workspace: uploading them, and sharing them in a channel.

Slack's way in three steps: https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

import json
import secrets

from aiohttp import web

from bot.practice import faults
from bot.practice.model import File, Json, Refused
from bot.practice.people import BOT
from bot.practice.webapi import METHODS, WORKSPACE, channel
from bot.practice.workspace import Workspace

LARGEST = 1024**3  # Slack's own limit


def add_routes(app: web.Application) -> None:
    """Adds the addresses for uploads and downloads."""
    app.router.add_post("/upload/{file}", _upload)
    app.router.add_get("/files/{file}/{name}", _download)


def get_upload_url(workspace: Workspace, arguments: Json) -> Json:
    name, length = arguments.get("filename"), str(arguments.get("length") or "")
    if not name or not length.isdecimal() or len(length) > 12 or not 0 < int(length) <= LARGEST:
        raise Refused("invalid_arguments")
    file = File(f"F{secrets.token_hex(5).upper()}", str(name), int(length))
    workspace.files[file.id] = file
    return {"upload_url": f"{workspace.address}/upload/{file.id}", "file_id": file.id}


def complete_upload(workspace: Workspace, arguments: Json) -> Json:
    """Shares what was uploaded in a channel, as a message with files."""
    try:
        asked = json.loads(arguments["files"]) if isinstance(arguments.get("files"), str) else arguments["files"]
        files = [workspace.files[one["id"]] for one in asked]
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("file_not_found") from error
    if any(len(file.content) != file.size for file in files):
        raise Refused("file_update_failed")
    for file, one in zip(files, asked, strict=True):
        file.title = str(one.get("title") or file.name)
    if arguments.get("channel_id"):
        place = channel(workspace, {"channel": arguments["channel_id"]})
        message = workspace.post(place, BOT.id, str(arguments.get("initial_comment") or ""))
        message.files = [file.id for file in files]
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


METHODS["files.getUploadURLExternal"] = get_upload_url
METHODS["files.completeUploadExternal"] = complete_upload


async def _upload(request: web.Request) -> web.Response:
    if (failed := await faults.strike(request.app[WORKSPACE], "upload")) is not None:
        return failed
    file = request.app[WORKSPACE].files.get(request.match_info["file"])
    if file is None:
        return web.Response(status=404)
    content = bytearray()
    async for part in request.content.iter_chunked(1024**2):
        content += part
        if len(content) > file.size:
            return web.Response(status=400, text="more than was announced")
    file.content = bytes(content)
    return web.Response(text=f"OK - {len(content)}")


async def _download(request: web.Request) -> web.Response:
    file = request.app[WORKSPACE].files.get(request.match_info["file"])
    if file is None:
        return web.Response(status=404)
    # Always as a download: the browser must not open the bot's file as a page.
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)
