"""The practice service of Teams, as its people use it. The bot's calls are in `connector`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from bot.practice.delivery import post
from bot.practice.failure_modes import WELL
from bot.practice.model import Delivery, Fault
from bot.practice.msteams import cards
from bot.practice.msteams.activities import Activities
from bot.practice.msteams.board import Board
from bot.practice.msteams.limits import Limits
from bot.practice.msteams.model import CONSENT, Conversation, Dialog, Json, Post
from bot.practice.msteams.people import APP_ID, PEOPLE, TENANT_ID, Person
from bot.practice.msteams.signing import Signer

GENERAL = "19:general@thread.tacv2"
LUNCH = "19:lunch@thread.v2"
PATIENCE_SECONDS = 15.0
EXTENSION_PATIENCE_SECONDS = 5.0


class Call(NamedTuple):
    """One call of the bot, without its token. `kind`: send, update, delete, create, members, upload,
    token, metadata, keys."""

    kind: str
    conversation_id: str
    body: Any


class TeamsService(Board):
    """One tenant with its people, a team's channel, a group chat, and one bot at `bot_url`.

    `bot_url` is the full address on which the bot listens and may be set late. `address` is where this service itself
    can be reached; `server.serve` sets it. The app is installed for everybody, in the channel and in the group chat.
    `limits` are Microsoft's, None for none; `latency` is how many seconds each call of the bot takes. `faults` are by
    the kind of a call. With `has_targeted` off, it refuses messages for one person in a channel, as tenants outside
    Microsoft's preview do.
    """

    def __init__(
        self,
        *,
        bot_url: str = "",
        app_id: str = APP_ID,
        app_secret: str = "practice-app-secret",
        tenant_id: str = TENANT_ID,
        people: Iterable[Person] = PEOPLE,
    ) -> None:
        super().__init__(people)
        self.bot_url, self.address = bot_url, ""
        self.app_id, self.app_secret, self.tenant_id = app_id, app_secret, tenant_id
        self.files: dict[str, bytes] = {}
        self.tokens: dict[str, float] = {}
        self.signer = Signer()
        self.faults: dict[str, Fault] = {}
        self.mood = WELL
        self.limits: Limits | None = None
        self.latency = 0.0
        self.has_targeted = True
        self.calls: list[Call] = []
        self.sent: list[Json] = []
        self._activities = Activities(self)
        everybody = list(self.people)
        chats = [Conversation(self.personal(one), "personal", [one]) for one in everybody]
        chats.append(Conversation(GENERAL, "channel", everybody, "General"))
        chats.append(Conversation(LUNCH, "groupChat", everybody[:3], "Lunch"))
        self.conversations = {chat.id: chat for chat in chats}

    @property
    def service_url(self) -> str:
        """Where the bot calls the connector."""
        return f"{self.address}/connector/"

    @property
    def login_url(self) -> str:
        """TEAMS_LOGIN_URL for the bot."""
        return f"{self.address}/login"

    @property
    def openid_url(self) -> str:
        """TEAMS_OPENID_URL for the bot."""
        return f"{self.address}/v1/.well-known/openidconfiguration"

    def count(self, kind: str) -> int:
        """How many calls of that kind the bot made."""
        return sum(call.kind == kind for call in self.calls)

    # What people do.

    async def type(self, user_id: str, text: str, conversation_id: str = "") -> Delivery:
        """Types in the person's own chat with the bot. Elsewhere the bot hears only what names it."""
        return await self._say(user_id, conversation_id or self.personal(user_id), text)

    async def mention(self, user_id: str, conversation_id: str, text: str) -> Delivery:
        """Types in a channel or group, with the bot's name in front. People in the text are `<@their id>`."""
        return await self._say(user_id, conversation_id, text, names_bot=True)

    async def slash(self, user_id: str, conversation_id: str, text: str) -> Delivery:
        """Chooses a command of the `/` menu in a channel or group: nobody else sees it."""
        return await self._say(user_id, conversation_id, text, is_targeted=True)

    async def press(
        self, user_id: str, on: Post, label: str, *, row: int = 0, filled: dict[str, str] | None = None
    ) -> Delivery | None:
        """Presses the visible button of that label (the `row`th one). None if it only shows or hides something, or
        leads elsewhere. LookupError if there is none."""
        shown = self.shown(user_id, on)
        found = [button for button in shown.buttons if button["title"] == label]
        if row >= len(found):
            raise LookupError(f"nothing to press as {label!r}; shown: {shown.labels}")
        action = found[row]
        match action["type"]:
            case "Action.Execute":
                return await self.execute(user_id, on, action, shown.filled(filled or {}))
            case "Action.Submit":
                return await self._submit_card(user_id, on, action, shown.filled(filled or {}))
            case "Action.ToggleVisibility":
                on.toggled[user_id] = shown.after(action)
                self.changed()
        return None

    async def execute(
        self, user_id: str, on: Post, action: Json, filled: dict[str, str] | None = None, *, trigger: str = "manual"
    ) -> Delivery:
        """Presses a button, which may be one that nobody was shown."""
        delivery = await self.send(self._activities.execute(user_id, on, action, filled or {}, trigger))
        self.follow_press(delivery, user_id, on)
        return delivery

    async def refresh(self, user_id: str, on: Post) -> Delivery | None:
        """Opens the chat, whose card a client then refreshes. None if it doesn't refresh for this person."""
        refresh = (on.card(user_id) or {}).get("refresh")
        if not refresh or self.people[user_id].teams_id not in refresh.get("userIds", [self.people[user_id].teams_id]):
            return None
        return await self.execute(user_id, on, refresh["action"], trigger="automatic")

    async def open_dialog(self, user_id: str, on: Post, label: str, *, row: int = 0) -> Dialog:
        """Presses a button that opens a dialog. LookupError if it didn't."""
        delivery = await self.press(user_id, on, label, row=row)
        return self._opened(user_id, delivery)

    async def open_extension(self, user_id: str, command_id: str) -> Dialog:
        """Chooses an action of the message extension, as `/add` is. LookupError if it opened none."""
        activity = self._activities.extension(user_id, "composeExtension/fetchTask", command_id, None)
        delivery = await self.send(activity, patience=EXTENSION_PATIENCE_SECONDS)
        self.follow_dialog(delivery, user_id, command_id)
        return self._opened(user_id, delivery)

    async def submit_dialog(self, dialog: Dialog, label: str = "", **filled: str) -> Delivery:
        """Sends a dialog by the button of that label, or its only one. Raises NotFilledIn for what the client checks.

        It stays open if the bot answers with a form.
        """
        shown = cards.Shown(dialog.card, {})
        (action,) = [one for one in shown.buttons if one["type"] == "Action.Submit" and label in ("", one["title"])]
        data = {**action.get("data", {}), **shown.filled(filled)}
        if dialog.command_id:
            name, patience = "composeExtension/submitAction", EXTENSION_PATIENCE_SECONDS
            activity = self._activities.extension(dialog.user_id, name, dialog.command_id, data)
        else:
            activity, patience = self._activities.task(dialog.user_id, "task/submit", data), PATIENCE_SECONDS
        delivery = await self.send(activity, patience=patience)
        self.follow_dialog(delivery, dialog.user_id, dialog.command_id, sent=dialog)
        return delivery

    async def consent(self, user_id: str, on: Post, *, accept: bool = True) -> Delivery:
        """Takes a file that the bot offers, or doesn't."""
        offered = on.attachment(CONSENT)
        if offered is None:
            raise LookupError("no file is offered")
        name = next(one["name"] for one in on.body["attachments"] if one["contentType"] == CONSENT)
        return await self.send(self._activities.file_consent(user_id, on, offered, name, accept=accept))

    async def install(self, user_id: str, action: str = "add") -> Delivery:
        """Installs the app for a person (`add`), removes it (`remove`), or takes a new version (`add-upgrade`)."""
        chat = self.conversations[self.personal(user_id)]
        chat.has_bot = action not in ("remove", "remove-upgrade")
        return await self.send(self._activities.installation(user_id, chat, action))

    async def meet(self, user_id: str, conversation_id: str, action: str = "add") -> Delivery:
        """The same in a team or group chat."""
        chat = self.conversations[conversation_id]
        chat.has_bot = action not in ("remove", "remove-upgrade")
        return await self.send(self._activities.installation(user_id, chat, action))

    async def join(self, user_id: str, conversation_id: str) -> Delivery:
        """Comes into a team or group chat."""
        chat = self.conversations[conversation_id]
        chat.members.append(user_id)
        return await self.send(self._activities.members(user_id, chat, added=True))

    async def leave(self, user_id: str, conversation_id: str) -> Delivery:
        """Leaves it."""
        chat = self.conversations[conversation_id]
        chat.members.remove(user_id)
        return await self.send(self._activities.members(user_id, chat, added=False))

    # What goes to the bot.

    async def send(
        self, activity: Json, *, patience: float = PATIENCE_SECONDS, token: str | None = None, **forged: Any
    ) -> Delivery:
        """Delivers an activity, again if it was sent before. `token` or `forged` (see Signer.token) make it one that
        doesn't come from Microsoft."""
        self.sent.append(activity)
        if token is None:
            token = self.signer.token(self.app_id, forged.pop("serviceurl", self.service_url), **forged)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await post(self.bot_url, json.dumps(activity).encode(), headers, patience)

    def activity(self, kind: str, user_id: str, conversation_id: str = "", **fields: Any) -> Json:
        """An activity that nobody did, for `send`."""
        chat = self.conversations[conversation_id or self.personal(user_id)]
        return self._activities.of(kind, user_id, chat, **fields)

    async def _say(
        self, user_id: str, conversation_id: str, text: str, *, names_bot: bool = False, is_targeted: bool = False
    ) -> Delivery:
        chat = self.conversations[conversation_id]
        activity = self._activities.message(user_id, chat, text, names_bot=names_bot, is_targeted=is_targeted)
        only_for = user_id if is_targeted else None
        self.posts.append(Post(activity["id"], chat.id, {"text": text}, author=user_id, only_for=only_for))
        self.changed()
        return await self.send(activity)

    async def _submit_card(self, user_id: str, on: Post, action: Json, filled: dict[str, str]) -> Delivery:
        data = action.get("data") or {}
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            delivery = await self.send(self._activities.task(user_id, "task/fetch", {**data, **filled}, on))
            self.follow_dialog(delivery, user_id, "")
            return delivery
        return await self.send(self._activities.submitted(user_id, on, {**data, **filled}))

    def _opened(self, user_id: str, delivery: Delivery | None) -> Dialog:
        if user_id not in self.dialogs:
            raise LookupError(f"no dialog: {delivery}")
        return self.dialogs[user_id]
