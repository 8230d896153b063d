"""The practice service on the wire: login, keys, Bot Connector and uploads, on one address."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.practice.failure_modes import MOODS
from bot.practice.msteams.limits import LARGEST_MESSAGE
from bot.practice.msteams.model import CARD, CONSENT, FILE, Conversation, Json, Post, Refused
from bot.practice.msteams.people import as_member
from bot.practice.msteams.service import Call, TeamsService
from bot.practice.msteams.signing import ISSUER

SCOPE = "https://api.botframework.com/.default"
TOKEN_LIVES_SECONDS = 3599
CONTENT_OF_MESSAGE = {
    "type",
    "text",
    "textFormat",
    "attachments",
    "attachmentLayout",
    "summary",
    "channelData",
    "recipient",
    "entities",
    "importance",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers the bot's calls."""

    def __init__(self, service: TeamsService) -> None:
        self._service = service

    def application(self) -> web.Application:
        """Everything that Microsoft's servers are for the bot."""
        app = web.Application(client_max_size=1 << 23)
        chat = "/connector/v3/conversations"
        app.router.add_get("/v1/.well-known/openidconfiguration", self._open("metadata", self._metadata))
        app.router.add_get("/v1/.well-known/keys", self._open("keys", self._keys))
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._open("token", self._token))
        app.router.add_post(chat, self._called("create", self._create))
        app.router.add_post(f"{chat}/{{chat}}/activities", self._called("send", self._send))
        app.router.add_post(f"{chat}/{{chat}}/activities/{{id}}", self._called("send", self._send))
        app.router.add_put(f"{chat}/{{chat}}/activities/{{id}}", self._called("update", self._update))
        app.router.add_delete(f"{chat}/{{chat}}/activities/{{id}}", self._called("delete", self._delete))
        app.router.add_get(f"{chat}/{{chat}}/members/{{who}}", self._called("members", self._member))
        app.router.add_get(f"{chat}/{{chat}}/pagedMembers", self._called("members", self._members))
        app.router.add_put("/upload/{name}", self._open("upload", self._upload))
        return app

    def _open(self, kind: str, handler: Handler) -> Handler:
        """Needs no token."""

        async def handle(request: web.Request) -> web.StreamResponse:
            self._service.calls.append(Call(kind, "", None))
            if self._service.latency:
                await asyncio.sleep(self._service.latency)
            return await self._struck(kind) or await handler(request)

        return handle

    def _called(self, kind: str, handler: Callable[[web.Request, Any], Awaitable[web.Response]]) -> Handler:
        """The Bot Connector's: with the bot's token, within the limits."""

        async def handle(request: web.Request) -> web.StreamResponse:
            service, chat_id = self._service, request.match_info.get("chat", "").partition(";")[0]
            if service.latency:
                await asyncio.sleep(service.latency)
            body = _read(await request.read())
            service.calls.append(Call(kind, chat_id, body))
            if service.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "), 0) < time.time():
                return _error(Refused(401, "Unauthorized", "Authorization has been denied for this request."))
            if struck := await self._struck(kind):
                return struck
            counted = kind if kind in ("create", "members") else "send"
            if service.limits and (wait := service.limits.retry_after(counted, chat_id, service.tenant_id)):
                return _error(Refused(429, "TooManyRequests", "API calls quota exceeded"), wait)
            try:
                return await handler(request, body)
            except Refused as refused:
                return _error(refused)

        return handle

    async def _struck(self, kind: str) -> web.Response | None:
        """The answer of a fault, or of the mood. None without one, or if it only waits."""
        faults = self._service.faults
        fault = faults.get(kind) or MOODS[self._service.mood]
        if fault is None:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del faults[kind]
        if fault.hold is not None:
            await fault.hold.wait()
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.status is None:
            return None
        return _error(Refused(fault.status, fault.error or "ServiceError"), fault.retry_after)

    async def _metadata(self, request: web.Request) -> web.Response:
        keys = f"{self._service.address}/v1/.well-known/keys"
        return web.json_response(
            {"issuer": ISSUER, "jwks_uri": keys, "id_token_signing_alg_values_supported": ["RS256"]}
        )

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [self._service.signer.listed()]})

    async def _token(self, request: web.Request) -> web.Response:
        service, form = self._service, dict(await request.post())
        asked = {
            "grant_type": "client_credentials",
            "client_id": service.app_id,
            "client_secret": service.app_secret,
            "scope": SCOPE,
        }
        if request.match_info["tenant"] != service.tenant_id:
            return _login_error(400, "invalid_request", "AADSTS90002: Tenant not found.")
        if form != asked:
            return _login_error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        token = secrets.token_urlsafe(40)
        service.tokens[token] = time.time() + TOKEN_LIVES_SECONDS
        return web.json_response({"token_type": "Bearer", "expires_in": TOKEN_LIVES_SECONDS, "access_token": token})

    async def _create(self, request: web.Request, body: Any) -> web.Response:
        service = self._service
        match body:
            case {"bot": {"id": str(bot)}, "members": [{"id": str(who)}], "tenantId": str(tenant)}:
                pass
            case _:
                raise Refused(400, "BadSyntax", "Bad format of conversation")
        tenant_too = ((body.get("channelData") or {}).get("tenant") or {}).get("id")
        if bot != f"28:{service.app_id}" or {tenant, tenant_too} != {service.tenant_id} or body.get("isGroup"):
            raise Refused(400, "BadSyntax", "Bad format of conversation")
        person = service.person(who) if who.startswith("29:") else None
        chat = service.conversations[service.personal(person.user_id)] if person else None
        if chat is None or not chat.has_bot:
            raise Refused(403, "ForbiddenOperationException", "The bot is not installed in user's personal scope")
        return web.json_response({"id": chat.id}, status=201)

    async def _send(self, request: web.Request, body: Any) -> web.Response:
        chat = self._chat(request)
        self._check_message(body, chat)
        only_for = self._only_reader(request, body, chat)
        return web.json_response({"id": self._service.keep(chat, body, only_for=only_for).id}, status=201)

    async def _update(self, request: web.Request, body: Any) -> web.Response:
        chat = self._chat(request)
        found = self._post(request, chat)
        self._check_message(body, chat)
        found.body, found.edited = body, found.edited + 1
        found.own.clear()
        found.toggled.clear()
        self._service.changed()
        return web.json_response({"id": found.id})

    async def _delete(self, request: web.Request, body: Any) -> web.Response:
        self._post(request, self._chat(request)).deleted = True
        self._service.changed()
        return web.Response()

    async def _member(self, request: web.Request, body: Any) -> web.Response:
        chat, person = self._chat(request), self._service.person(request.match_info["who"])
        if person is None or person.user_id not in chat.members:
            raise Refused(404, "MemberNotFoundInConversation", "Member not found in conversation.")
        return web.json_response(as_member(person))

    async def _members(self, request: web.Request, body: Any) -> web.Response:
        chat = self._chat(request)
        size = min(500, max(50, int(request.query.get("pageSize", 200))))
        begin = int(request.query.get("continuationToken", 0))
        listed = chat.members[begin : begin + size]
        page: Json = {"members": [as_member(self._service.people[one]) for one in listed]}
        if begin + size < len(chat.members):
            page["continuationToken"] = str(begin + size)
        return web.json_response(page)

    async def _upload(self, request: web.Request) -> web.Response:
        data = await request.read()
        if "Authorization" in request.headers:
            return web.Response(status=401)
        if request.headers.get("Content-Range") != f"bytes 0-{len(data) - 1}/{len(data)}":
            return web.Response(status=400)
        self._service.files[request.match_info["name"]] = data
        self._service.changed()
        return web.json_response({"id": "driveItem", "size": len(data)}, status=201)

    def _chat(self, request: web.Request) -> Conversation:
        """Where the bot may speak. Raises Refused."""
        chat = self._service.conversations.get(request.match_info["chat"].partition(";")[0])
        if chat is None:
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        if chat.is_blocked:
            raise Refused(403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")
        if not chat.has_bot:
            raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        return chat

    def _post(self, request: web.Request, chat: Conversation) -> Post:
        """One of the bot's own messages there. Raises Refused."""
        wanted, is_targeted = request.match_info["id"], _is_targeted(request)
        for found in self._service.posts:
            is_there = (found.id, found.conversation_id, found.author, found.deleted) == (wanted, chat.id, "", False)
            if is_there and is_targeted == (found.only_for is not None):
                return found
        raise Refused(404, "ActivityNotFoundInConversation", "Activity not found in the conversation.")

    def _only_reader(self, request: web.Request, body: Json, chat: Conversation) -> str | None:
        """Of a targeted message. Raises Refused."""
        recipient = body.get("recipient") or {}
        if not _is_targeted(request):
            if recipient.get("isTargeted"):
                raise Refused(400, "BadArgument", "isTargeted without isTargetedActivity")
            return None
        if chat.kind == "personal" or not recipient.get("isTargeted") or not self._service.has_targeted:
            raise Refused(400, "BadArgument", "Targeted messages are for one person of a channel or group chat.")
        person = self._service.person(str(recipient.get("id")))
        if person is None or person.user_id not in chat.members or not str(recipient["id"]).startswith("29:"):
            raise Refused(403, "RecipientNotInConversationRoster", "The recipient is not part of the conversation.")
        return person.user_id

    def _check_message(self, body: Any, chat: Conversation) -> None:
        """Raises Refused for a message that the service doesn't take."""
        if not isinstance(body, dict) or body.get("type") != "message":
            raise Refused(400, "BadSyntax", "not a message")
        if len(json.dumps(body, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) > LARGEST_MESSAGE:
            raise Refused(413, "MessageSizeTooBig", "Message size too large.")
        if unknown := sorted(body.keys() - CONTENT_OF_MESSAGE):
            raise Refused(400, "BadSyntax", f"unknown field {unknown[0]!r}")
        attachments = body.get("attachments") or []
        if bool(body.get("text")) == bool(attachments):
            raise Refused(400, "BadSyntax", "text or a card, and not both: Teams would make two messages of it")
        for one in attachments:
            self._check_attachment(one, chat)
        if any(one["contentType"] == CARD for one in attachments) and not str(body.get("summary") or "").strip():
            raise Refused(400, "BadSyntax", "a card without a summary: its notification would say nothing")

    def _check_attachment(self, one: Any, chat: Conversation) -> None:
        match one:
            case {"contentType": str(kind), "content": dict(content)} if kind == CARD:
                self._service.checked(content)
            case {"contentType": str(kind), "name": str(name), "content": {"sizeInBytes": int()}} if kind == CONSENT:
                if chat.kind != "personal" or not name:
                    raise Refused(400, "BadSyntax", "files are offered in a person's own chat alone")
            case {"contentType": str(kind), "name": str(), "contentUrl": str(), "content": {"uniqueId": str()}} if (
                kind == FILE
            ):
                pass
            case _:
                raise Refused(400, "BadSyntax", "unknown attachment")


def _is_targeted(request: web.Request) -> bool:
    return request.query.get("isTargetedActivity") == "true"


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _error(refused: Refused, retry_after: int | None = None) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = {"error": {"code": refused.code, "message": refused.message}}
    return web.json_response(body, status=refused.status, headers=headers)


def _login_error(status: int, error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=status)


@asynccontextmanager
async def serve(service: TeamsService, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serves it until the block ends. Yields its address, for example http://127.0.0.1:41234."""
    runner = web.AppRunner(Server(service).application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        service.address = f"http://{host}:{runner.addresses[0][1]}"
        yield service.address
    finally:
        await runner.cleanup()
