"""The activities that Teams sends, in its own format."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from bot.practice.msteams.model import Conversation, Json, Post
from bot.practice.msteams.people import Person

if TYPE_CHECKING:
    from bot.practice.msteams.service import TeamsService

BOT_NAME = "Attendance"
_MENTION = re.compile(r"<@([^>]+)>")


class Activities:
    """Makes them for one service."""

    def __init__(self, service: TeamsService) -> None:
        self._service = service

    def of(self, kind: str, user_id: str, chat: Conversation, **fields: Any) -> Json:
        """What all of them have."""
        service, person, now = self._service, self._service.people[user_id], self._service.time.now()
        made: Json = {
            "type": kind,
            "id": service.next_id(),
            "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "localTimezone": person.tz,
            "locale": person.locale,
            "serviceUrl": service.service_url,
            "channelId": "msteams",
            "from": {"id": person.teams_id, "name": person.name, "aadObjectId": person.user_id},
            "conversation": {"conversationType": chat.kind, "tenantId": service.tenant_id, "id": chat.id},
            "recipient": {"id": f"28:{service.app_id}", "name": BOT_NAME},
            "entities": [_client_info(person)],
            "channelData": {"tenant": {"id": service.tenant_id}},
        }
        if chat.kind != "personal":
            made["conversation"]["isGroup"] = True
        if chat.kind == "channel":
            made["channelData"] |= {"team": {"id": chat.id}, "channel": {"id": chat.id, "name": chat.name}}
        return made | fields

    def message(
        self, user_id: str, chat: Conversation, text: str, *, names_bot: bool = False, is_targeted: bool = False
    ) -> Json:
        """What somebody typed. Names come as text, and their ids beside it."""
        mentioned: list[Json] = []

        def named(teams_id: str, name: str) -> str:
            at = f"<at>{escape(name, quote=False)}</at>"
            mentioned.append({"type": "mention", "text": at, "mentioned": {"id": teams_id, "name": name}})
            return at

        def one(match: re.Match[str]) -> str:
            person = self._service.people[match[1]]
            return named(person.teams_id, person.name)

        front = f"{named(f'28:{self._service.app_id}', BOT_NAME)}&nbsp;" if names_bot else ""
        made = self.of("message", user_id, chat, text=front + _MENTION.sub(one, text), textFormat="plain")
        made["entities"] += mentioned
        if chat.kind == "channel" and not is_targeted:
            made["conversation"]["id"] = f"{chat.id};messageid={made['id']}"
        if is_targeted:
            made["recipient"]["isTargeted"] = True
        return made

    def execute(self, user_id: str, on: Post, action: Json, filled: dict[str, str], trigger: str) -> Json:
        """A press of an Action.Execute, or a refresh."""
        pressed = {
            "type": "Action.Execute",
            "id": action.get("id"),
            "title": action.get("title"),
            "verb": action.get("verb"),
        }
        if filled or "data" in action:
            pressed["data"] = {**(action.get("data") or {}), **filled}
        value = {"action": pressed, "trigger": trigger, "state": None}
        return self._invoke(user_id, "adaptiveCard/action", value, on)

    def submitted(self, user_id: str, on: Post, data: Json) -> Json:
        """A press of an Action.Submit, which comes as a message without text."""
        return self.of("message", user_id, self._chat(on), value=data, replyToId=on.id)

    def task(self, user_id: str, name: str, data: Json, on: Post | None = None) -> Json:
        """A dialog that is opened (`task/fetch`) or sent (`task/submit`)."""
        return self._invoke(user_id, name, {"data": data, "context": {"theme": "default"}}, on)

    def extension(self, user_id: str, name: str, command_id: str, data: Json | None) -> Json:
        """An action of the message extension."""
        value = {"commandId": command_id, "commandContext": "compose", "context": {"theme": "default"}}
        return self._invoke(user_id, name, value if data is None else value | {"data": data}, None)

    def file_consent(self, user_id: str, on: Post, offered: Json, name: str, *, accept: bool) -> Json:
        """What somebody says to a file that was offered."""
        value: Json = {"type": "fileUpload", "action": "accept" if accept else "decline"}
        value["context"] = offered.get("acceptContext" if accept else "declineContext")
        if accept:
            value["uploadInfo"] = {
                "uploadUrl": f"{self._service.address}/upload/{name}",
                "contentUrl": f"https://practice-my.sharepoint.example/personal/{user_id}/{name}",
                "name": name,
                "uniqueId": "1150D938-8870-4044-9F2C-5BBDEBA70C9D",
                "fileType": name.rpartition(".")[2],
            }
        return self._invoke(user_id, "fileConsent/invoke", value, on)

    def installation(self, user_id: str, chat: Conversation, action: str) -> Json:
        """The app was installed somewhere, removed, or updated."""
        return self.of("installationUpdate", user_id, chat, action=action)

    def members(self, user_id: str, chat: Conversation, *, added: bool) -> Json:
        """Somebody came into a team or chat, or left it."""
        person = self._service.people[user_id]
        made = self.of("conversationUpdate", user_id, chat)
        made["membersAdded" if added else "membersRemoved"] = [{"id": person.teams_id, "aadObjectId": person.user_id}]
        made["channelData"]["eventType"] = "teamMemberAdded" if added else "teamMemberRemoved"
        return made

    def _invoke(self, user_id: str, name: str, value: Json, on: Post | None) -> Json:
        chat = self._chat(on) if on else self._service.conversations[self._service.personal(user_id)]
        fields = {"name": name, "value": value} | ({"replyToId": on.id} if on else {})
        return self.of("invoke", user_id, chat, **fields)

    def _chat(self, on: Post) -> Conversation:
        return self._service.conversations[on.conversation_id]


def _client_info(person: Person) -> Json:
    language, _, country = person.locale.partition("-")
    return {
        "type": "clientInfo",
        "locale": f"{language}-{country}",
        "country": country,
        "platform": "Windows",
        "timezone": person.tz,
    }
