"""The practice workspace: what people do in it, and the bot's immediate answers.

The bot's own calls, to the Web API and to response_urls, are in `webapi` and `responses`.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Awaitable, Iterable, Mapping
from datetime import datetime
from time import time as unix_time
from urllib.parse import urlencode

from bot.practice import forms, payloads
from bot.practice.app_manifest import COMMANDS, EVENTS, SCOPES, SHORTCUTS, exported
from bot.practice.blocks import elements, options
from bot.practice.command_text import escaped
from bot.practice.delivery import post, signed
from bot.practice.exchanges import TO_BOT, Exchanges, answer_of, request_of
from bot.practice.failure_modes import MOODS, WELL
from bot.practice.forms import Values
from bot.practice.limits import Limits
from bot.practice.messages import Board
from bot.practice.model import GENERAL, Call, Delivery, Fault, Json, Message, Refused, Usergroup, View
from bot.practice.people import BOT, PEOPLE, SLACKBOT_ID, Member, as_slack
from bot.practice.sockets import Sockets
from bot.practice.trigger_ids import ResponseUrls, Triggers
from bot.practice.views import checked, replace

CALLS_KEPT = 5000


class Workspace(Board):
    """One Slack team with its people, their channels, and one bot at `bot_url`.

    `bot_url` is the full address on which the bot listens and may be set late. `address` is where this workspace itself
    can be reached; `server.serve` sets it. `patience` is how many seconds the bot has to answer, `scopes`
    what it may do, and `subscribed` which events it asked for. `neighbours` are other workspaces of the same Slack,
    known by their tokens. Those of the same `organisation_id` can install the bot together: with `whole_organisation`
    they share one token. A bot that is installed by consent comes back to `redirect_url` with one of the `codes`.
    While it `is_starting`, people see no page yet. `limits` are Slack's, None for none, and `latency` is how many
    seconds each call of the bot takes. `languages` can be chosen on the page: the name of each by its locale.
    """

    def __init__(
        self,
        *,
        bot_url: str,
        team_id: str = "T0PRACTICE",
        signing_secret: str = "practice-signing-secret",
        bot_token: str = "xoxb-practice",
        app_token: str = "xapp-practice",
        members: Iterable[Member] = PEOPLE,
    ) -> None:
        super().__init__(members)
        self.bot_url, self.team_id = bot_url, team_id
        self.signing_secret, self.bot_token, self.app_token = signing_secret, bot_token, app_token
        self.configuration_token, self.manifest = "xoxe.xoxp-practice", exported()
        self.address, self.patience, self.is_starting = "", 3.0, False
        self.scopes, self.subscribed = SCOPES, EVENTS
        self.languages: Mapping[str, str] = {}
        self.commands = [dict(command) for command in COMMANDS]
        self.shortcuts = [dict(shortcut) for shortcut in SHORTCUTS]
        self.client_id, self.client_secret, self.redirect_url = "practice-client", "practice-client-secret", ""
        self.refresh_token, self.rotates_tokens, self.whole_organisation = "", False, False
        self.organisation_id = ""
        self.codes: dict[str, str] = {}
        self.neighbours: list[Workspace] = []
        bakery = Usergroup("S0BAKERY", "bakery", "Bakery", ["U0ANA", "U0BEN"])
        sales = Usergroup("S0SALES", "sales", "Sales", ["U0NORA", "U0KEI"])
        self.usergroups = {group.id: group for group in (bakery, sales)}
        self.faults: dict[str, Fault] = {}
        self.limits: Limits | None = None
        self.latency = 0.0
        self.calls: list[Call] = []
        self.mood = WELL
        self.exchanges = Exchanges(self.time.seconds, self.changed)
        self.triggers, self.response_urls = Triggers(self.time.seconds), ResponseUrls(self.time.seconds)
        self.sockets = Sockets(self.changed)
        self._event_ids = itertools.count(1)

    def remember(self, call: Call) -> None:
        """Keeps it among the newest `calls`."""
        self.calls.append(call)
        if len(self.calls) > 2 * CALLS_KEPT:
            del self.calls[:CALLS_KEPT]

    def set_mood(self, name: str) -> None:
        """How it behaves from now on (see `failure_modes`). LookupError for an unknown mode."""
        if name not in MOODS:
            raise LookupError(name)
        self.mood = name
        self.changed()

    async def command(self, user_id: str, command: str, text: str = "", channel_id: str = GENERAL) -> Delivery:
        """Types a slash command. The answer on the acknowledgement, or Slack's error, becomes a message."""
        member, channel = self.members[user_id], self._channel(channel_id)
        typed = {"command": command, "text": self._escaped(text, with_names=True)}
        form = payloads.command(self.team_id, member, channel, typed, self._tickets(user_id, channel_id))
        payloads.name_organisation(form, self.in_whole_organisation)
        delivery = await self._deliver_form(form, "slash_commands", form, f"command {command}")
        if delivery.failure is None:
            self._show_acknowledgement(delivery, user_id, channel_id)
        if delivery.failure:
            words = f'{command} failed with the error "{delivery.failure}"'
            self.post(channel_id, SLACKBOT_ID, words, visible_to=user_id)
        return delivery

    async def shortcut(self, user_id: str, callback_id: str) -> Delivery:
        """Chooses one of the app's shortcuts. LookupError if it has none of that id."""
        if callback_id not in [shortcut["callback_id"] for shortcut in self.shortcuts]:
            raise LookupError(callback_id)
        payload = payloads.shortcut(self.team_id, self.members[user_id], callback_id, self.triggers.issue(user_id))
        return await self._deliver_payload(payload, f"shortcut {callback_id}")

    async def press(
        self,
        user_id: str,
        on: Message | View,
        action_id: str,
        value: str | None = None,
        *,
        block_id: str | None = None,
        values: Values | None = None,
    ) -> Delivery:
        """Presses a visible button, or chooses `value` in a visible select. LookupError if there is none.

        `block_id` narrows the search. `values` is what a view's fields hold, by default its initial state.
        """
        for block, element in elements(on.blocks):
            if element["action_id"] != action_id or block_id not in (None, block["block_id"]):
                continue
            if user_id not in element.get("visible_to_user_ids", [user_id]):
                continue
            is_button = element["type"] in ("button", "icon_button")
            if not is_button or value in (None, element.get("value")):
                if (offered := options(element)) and value not in [option["value"] for option in offered]:
                    continue
                chosen = element.get("value") if is_button else value
                return await self._act(user_id, on, payloads.action_on(element, block["block_id"], chosen), values)
        shown = ", ".join(f"{element['action_id']}={element.get('value')}" for _, element in elements(on.blocks))
        raise LookupError(f"nothing to press as {action_id}={value}; shown: {shown or 'nothing'}")

    async def press_forged(self, user_id: str, on: Message | View, action_id: str, value: str) -> Delivery:
        """A press of a button that isn't shown, as anyone with the address and the signing secret could send it."""
        button = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Forged"}}
        return await self._act(user_id, on, payloads.action_on(button, "forged", value), None)

    async def submit(self, user_id: str, view: View, values: Values) -> Delivery:
        """Submits a modal with these states (see `fill`), and does what the bot answers."""
        member, trigger_id = self.members[user_id], self.triggers.issue(user_id)
        view.errors = {}
        payload = payloads.view_submission(self.team_id, member, view, values, trigger_id)
        delivery = await self._deliver_payload(payload, f"submit {view.callback_id}")
        if delivery.failure is None:
            try:
                self._follow(view, delivery.answer or {})
            except Refused as refused:
                self._fail(delivery, refused)
        self.changed()
        return delivery

    fill = staticmethod(forms.fill)

    async def close(self, user_id: str, view: View) -> Delivery | None:
        """Closes a modal without submitting it. The bot gets an event only if the modal asked for it."""
        self.views.close(view)
        self.changed()
        if not view.raw.get("notify_on_close"):
            return None
        payload = payloads.view_closed(self.team_id, self.members[user_id], view)
        return await self._deliver_payload(payload, f"close {view.callback_id}")

    async def say(self, user_id: str, text: str, channel_id: str | None = None) -> Delivery | None:
        """Posts plain text. It is delivered as an event in the direct message with the bot (the default), and in its
        channels if it names the bot."""
        channel_id = channel_id or self.direct(user_id)
        message = self.post(channel_id, user_id, self._escaped(text, with_names=False))
        if channel_id == self.direct(user_id):
            if "message.im" not in self.subscribed:
                return None
            kind = {"type": "message", "channel_type": "im"}
        elif f"<@{BOT.id}>" in message.text and self._hears_mentions(channel_id):
            kind = {"type": "app_mention"}
        else:
            return None
        event = kind | {"channel": channel_id, "user": user_id, "text": message.text}
        return await self.event(event | {"ts": message.ts, "event_ts": message.ts, "team": self.team_id})

    def _hears_mentions(self, channel_id: str) -> bool:
        may = "app_mention" in self.subscribed and "app_mentions:read" in self.scopes.split(",")
        return may and channel_id not in self.without_bot

    async def open_home(self, user_id: str) -> Delivery | None:
        """Opens the bot's Home tab. `homes` has what the bot publishes."""
        if "app_home_opened" not in self.subscribed:
            return None
        event: Json = {"type": "app_home_opened", "user": user_id, "channel": self.direct(user_id), "tab": "home"}
        if home := self.homes.get(user_id):
            event["view"] = payloads.shown_view(self.team_id, home)
        return await self.event(event | {"event_ts": self.next_ts()})

    async def set_locale(self, user_id: str, locale: str) -> Delivery | None:
        """Somebody sets their Slack to another language. The bot hears of it."""
        self.members[user_id] = member = dataclasses.replace(self.members[user_id], locale=locale)
        self.changed()
        if "user_change" not in self.subscribed:
            return None
        return await self.event({"type": "user_change", "user": as_slack(member, self.team_id)})

    async def event(
        self, event: Json, *, event_id: str | None = None, retry: int = 0, at: datetime | None = None
    ) -> Delivery:
        """Delivers an event, of now or of `at`. `retry` from 1 on, with the id of the first try, makes it Slack's
        repetition."""
        event_id = event_id or f"Ev{next(self._event_ids):08}"
        envelope = payloads.envelope(self.team_id, event, event_id, at or self.time.now())
        payloads.name_organisation(envelope, self.in_whole_organisation)
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        kind = f"event {event.get('type')}"
        if self.sockets.open:
            return await self._over_socket("events_api", envelope, kind)
        return await self._deliver(json.dumps(envelope).encode(), "application/json", headers, kind)

    async def deliver_raw(self, body: bytes, headers: dict[str, str], kind: str = "raw") -> Delivery:
        """Posts anything to the bot, for forged requests. Its answer isn't shown."""
        asked = request_of("POST", self.bot_url, headers, body.decode(errors="replace"))
        return await self._recorded(kind, asked, post(self.bot_url, body, headers, self.patience))

    def sign(self, body: bytes, timestamp: int | None = None) -> dict[str, str]:
        """The headers by which the bot recognises Slack's `body`. `timestamp` in seconds, now by default.

        By the machine's clock, even if `time` was moved, because the bot measures a request's age by its machine's
        clock too.
        """
        return signed(self.signing_secret, body, int(unix_time()) if timestamp is None else timestamp)

    def _act(self, user_id: str, on: Message | View, action: Json, values: Values | None) -> Awaitable[Delivery]:
        member = self.members[user_id]
        if isinstance(on, View):
            values = forms.state(on.blocks) if values is None else values
            trigger_id = self.triggers.issue(user_id)
            payload = payloads.view_press(self.team_id, member, on, action, values, trigger_id)
        else:
            channel, tickets = self._channel(on.channel_id), self._tickets(user_id, on.channel_id, on)
            payload = payloads.message_press(self.team_id, member, on, channel, action, tickets)
        return self._deliver_payload(payload, f"press {action['action_id']}")

    def _follow(self, view: View, answer: Json) -> None:
        """Handles the answer to a submitted modal (https://docs.slack.dev/surfaces/modals#response_actions)."""
        match answer.get("response_action"):
            case None:
                self.views.close(view)
            case "clear":
                self.views[view.user_id] = []
            case "update":
                replace(view, checked(answer.get("view"), "modal"))
            case "push":
                self.views.push(view.user_id, checked(answer.get("view"), "modal"))
            case "errors":
                inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
                errors = answer.get("errors")
                if not isinstance(errors, dict) or not errors or errors.keys() - inputs or not _are_words(errors):
                    raise Refused("invalid_errors", f"they must name input blocks of the view: {sorted(inputs)}")
                view.errors = errors
            case other:
                raise Refused("invalid_response_action", str(other))

    def _show_acknowledgement(self, delivery: Delivery, user_id: str, channel_id: str) -> None:
        answer = {"text": delivery.body} if delivery.answer is None else delivery.answer
        if answer.get("text") or answer.get("blocks"):
            try:
                delivery.messages.append(self.answer(user_id, channel_id, answer))
            except Refused as refused:
                self._fail(delivery, refused)

    def _fail(self, delivery: Delivery, refused: Refused) -> None:
        """The bot answered in time, but not with something that can be shown."""
        delivery.failure = str(refused)
        self.exchanges.fail(delivery.exchange_id, delivery.failure)

    @property
    def in_whole_organisation(self) -> str:
        """The organisation's id, if the bot is installed for all of it."""
        return self.organisation_id if self.whole_organisation else ""

    @property
    def organisation(self) -> list[Workspace]:
        """This workspace, and the others of its organisation."""
        others = [one for one in self.neighbours if one.organisation_id == self.organisation_id]
        return [self, *others] if self.organisation_id else [self]

    async def _deliver_payload(self, payload: Json, kind: str) -> Delivery:
        payloads.name_organisation(payload, self.in_whole_organisation)
        return await self._deliver_form({"payload": json.dumps(payload)}, "interactive", payload, kind)

    async def _deliver_form(self, form: dict[str, str], envelope_type: str, payload: Json, kind: str) -> Delivery:
        """Sends over one of the bot's web sockets if it has opened any, otherwise signed to its address."""
        if self.sockets.open:
            return await self._over_socket(envelope_type, payload, kind)
        return await self._deliver(urlencode(form).encode(), "application/x-www-form-urlencoded", {}, kind)

    async def _deliver(self, body: bytes, content_type: str, headers: dict[str, str], kind: str) -> Delivery:
        return await self.deliver_raw(body, {"Content-Type": content_type, **headers, **self.sign(body)}, kind)

    async def _over_socket(self, envelope_type: str, payload: Json, kind: str) -> Delivery:
        asked = request_of("SEND", "web socket", {}, json.dumps(payload))
        return await self._recorded(kind, asked, self.sockets.deliver(envelope_type, payload, self.patience))

    async def _recorded(self, kind: str, asked: Json, on_its_way: Awaitable[Delivery]) -> Delivery:
        exchange = self.exchanges.begin(TO_BOT, kind, asked)
        delivery: Delivery | None = None
        try:
            delivery = await on_its_way
        finally:
            answered = delivery is not None and delivery.status
            answer = answer_of(delivery.status, delivery.headers, delivery.body) if delivery and answered else None
            self.exchanges.end(exchange, answer, delivery.failure if delivery else "cancelled")
        delivery.exchange_id = exchange.id
        return delivery

    def _tickets(self, user_id: str, channel_id: str, original: Message | None = None) -> dict[str, str]:
        key = self.response_urls.issue(user_id, channel_id, original)
        return {"response_url": f"{self.address}/response/{key}", "trigger_id": self.triggers.issue(user_id)}

    def _channel(self, channel_id: str) -> dict[str, str]:
        return {"id": channel_id, "name": self.channels.get(channel_id, "directmessage")}

    def _escaped(self, text: str, *, with_names: bool) -> str:
        return escaped(text, self.members.values(), self.channels, with_names=with_names)


def _are_words(errors: Json) -> bool:
    return all(isinstance(error, str) for error in errors.values())
