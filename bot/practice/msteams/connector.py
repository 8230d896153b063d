"""The Bot Connector: takes what the bot says, and tells who is where."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.practice.msteams.limits import LARGEST_MESSAGE
from bot.practice.msteams.model import CARD, CONSENT, FILE, Conversation, Json, Post, Refused
from bot.practice.msteams.people import as_member
from bot.practice.msteams.service import TeamsService

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


class Connector:
    """Each call with its body. Raises Refused."""

    def __init__(self, service: TeamsService) -> None:
        self._service = service

    async def create(self, request: web.Request, body: Any) -> web.Response:
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

    async def send(self, request: web.Request, body: Any) -> web.Response:
        chat = self._chat(request)
        self._check_message(body, chat)
        only_for = self._only_reader(request, body, chat)
        return web.json_response({"id": self._service.keep(chat, body, only_for=only_for).id}, status=201)

    async def update(self, request: web.Request, body: Any) -> web.Response:
        chat = self._chat(request)
        found = self._post(request, chat)
        self._check_message(body, chat)
        found.body, found.edited = body, found.edited + 1
        found.own.clear()
        found.toggled.clear()
        self._service.changed()
        return web.json_response({"id": found.id})

    async def delete(self, request: web.Request, body: Any) -> web.Response:
        self._post(request, self._chat(request)).deleted = True
        self._service.changed()
        return web.Response()

    async def member(self, request: web.Request, body: Any) -> web.Response:
        chat, person = self._chat(request), self._service.person(request.match_info["who"])
        if person is None or person.user_id not in chat.members:
            raise Refused(404, "MemberNotFoundInConversation", "Member not found in conversation.")
        return web.json_response(as_member(person))

    async def members(self, request: web.Request, body: Any) -> web.Response:
        chat = self._chat(request)
        size = min(500, max(50, int(request.query.get("pageSize", 200))))
        begin = int(request.query.get("continuationToken", 0))
        listed = chat.members[begin : begin + size]
        page: Json = {"members": [as_member(self._service.people[one]) for one in listed]}
        if begin + size < len(chat.members):
            page["continuationToken"] = str(begin + size)
        return web.json_response(page)

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
