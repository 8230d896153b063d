"""The practice workspace as its people use it. It refuses every message and form that Slack would refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest
import yaml

from bot.practice.model import Delivery, Message, View
from bot.runtime.services import Services
from bot.slack.render import escape
from bot.slack.sentences import ONE_MOMENT
from bot.workspaces import workspace_settings
from storage.database import open_database
from tests.builders import ADMIN, NobodyElse
from tests.conftest import ROOT, Clock, RunningBot

MOST_WORDS = 2500
"""Characters of a text that may leave something out, for Slack takes 3,000 of them."""
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())


class People:
    """Types, presses and fills in forms for people of the practice workspace, and hands back what they then see."""

    def __init__(self, bot: RunningBot) -> None:
        self.bot = bot
        self.workspace = bot.workspace
        self.workspace.scopes = ",".join(MANIFEST["oauth_config"]["scopes"]["bot"])

    async def type(self, user_id: str, line: str) -> Message:
        """`/clockin in berlin`, as typed; the private answer."""
        command, _, text = line.partition(" ")
        delivery = await self.workspace.command(user_id, command, text)
        assert delivery.status == 200
        (message,) = delivery.messages
        return self.checked(message)

    async def type_at_once(self, user_id: str, line: str, *, times: int) -> list[Message]:
        """The same line many times at once; the answers, some of which follow the acknowledgement where it is busy."""
        command, _, text = line.partition(" ")
        seen = len(self.workspace.messages)
        deliveries = await asyncio.gather(*(self.workspace.command(user_id, command, text) for _ in range(times)))
        assert {delivery.status for delivery in deliveries} == {200}

        def answers() -> list[Message]:
            new = [message for message in self.workspace.messages[seen:] if message.visible_to == user_id]
            found = [message for message in new if message.text != ONE_MOMENT()]
            return found if len(found) >= times else []

        return await self.workspace.until(answers)

    async def open_form(self, user_id: str, word: str = "add") -> View:
        delivery = await self.workspace.command(user_id, "/attendance", word)
        assert (delivery.status, delivery.body) == (200, "")
        view = self.workspace.open_view(user_id)
        assert view is not None
        return view

    async def submit(self, user_id: str, view: View, **filled: Any) -> Delivery:
        delivery = await self.workspace.submit(user_id, view, self.workspace.fill(view, filled))
        assert (delivery.status, delivery.failure) == (200, None)
        return delivery

    async def finish(self, user_id: str, view: View, **filled: Any) -> Message:
        """Sends a form that then closes. Returns the direct message that says what was done."""
        direct = self.workspace.direct(user_id)
        before = len(self.workspace.visible_to(user_id, direct))
        delivery = await self.submit(user_id, view, **filled)
        assert (delivery.body, view.errors) == ("", {})
        assert self.workspace.open_view(user_id) is None
        await self.workspace.until(lambda: len(self.workspace.visible_to(user_id, direct)) > before)
        return self.checked(self.workspace.visible_to(user_id, direct)[-1])

    async def press(self, user_id: str, message: Message, label: str, *, row: int = 0) -> Message:
        """Presses the button of that label (the `row`th one), and waits for what follows: the message, replaced, or an
        answer beside it."""
        action = [action for action in buttons(message) if action["text"]["text"] == label][row]
        press = self.workspace.press(user_id, message, action["action_id"], action["value"])
        return await self._answer(user_id, message, press)

    async def press_forged(self, user_id: str, message: Message, action_id: str, value: str) -> Message:
        """The same with a button that nobody was shown, or not this person."""
        return await self._answer(user_id, message, self.workspace.press_forged(user_id, message, action_id, value))

    async def _answer(self, user_id: str, message: Message, press: Awaitable[Delivery]) -> Message:
        before, edited = len(self.answers(user_id, message)), message.edited
        delivery = await press
        assert (delivery.status, delivery.body) == (200, "")
        await self.workspace.until(lambda: message.edited > edited or len(self.answers(user_id, message)) > before)
        return self.checked(message if message.edited > edited else self.answers(user_id, message)[-1])

    def answers(self, user_id: str, message: Message) -> list[Message]:
        """What only this person is shown where that message stands: what the bot tells others meanwhile, and what it
        posts for all, is no answer."""
        direct = self.workspace.direct(user_id)
        seen = self.workspace.visible_to(user_id, message.channel_id)
        return [found for found in seen if found.visible_to == user_id or found.channel_id == direct]

    async def press_for_form(self, user_id: str, message: Message, label: str) -> View:
        """Presses the button of that label, which opens a form."""
        (action,) = [action for action in buttons(message) if action["text"]["text"] == label]
        delivery = await self.workspace.press(user_id, message, action["action_id"], action["value"])
        assert (delivery.status, delivery.body) == (200, "")
        view = self.workspace.open_view(user_id)
        assert view is not None
        return view

    async def open_home(self, user_id: str) -> View:
        """Looks at the bot's Home tab."""
        delivery = await self.workspace.open_home(user_id)
        assert delivery is not None
        assert delivery.status == 200
        return self.workspace.homes[user_id]

    async def press_home(self, user_id: str, label: str, *, shown: View | None = None, follows: bool = True) -> View:
        """Presses the button of that label on the Home tab, as it stands or as it was `shown` before, and waits until
        the tab is drawn again."""
        before = self.workspace.homes[user_id].hash
        home = shown or self.workspace.homes[user_id]
        (action,) = [button for button in view_buttons(home) if button["text"]["text"] == label]
        delivery = await self.workspace.press(user_id, home, action["action_id"], action["value"])
        assert (delivery.status, delivery.body) == (200, "")
        if follows:
            await self.workspace.until(lambda: self.workspace.homes[user_id].hash != before)
        return self.workspace.homes[user_id]

    async def direct_message(self, user_id: str, saying: str = "") -> Message:
        """The newest message from the bot that only this person sees and that says this, once there is one."""

        def arrived() -> list[Message]:
            found = self.workspace.visible_to(user_id, self.workspace.direct(user_id))
            return [message for message in found if saying in message.text]

        return (await self.workspace.until(arrived))[-1]

    @staticmethod
    def checked(message: Message) -> Message:
        assert message.text.strip(), "every message with blocks says the same in its text"
        if len(message.text) < MOST_WORDS:
            unheard = [words for words in seen(message) if words not in message.text]
            assert not unheard, f"seen, and not in the text: {unheard}"
        return message


def seen(message: Message) -> list[str]:
    """The paragraphs, headings and small print of a message, in Slack's markup."""
    found = [escape(block["text"]["text"]) for block in message.blocks if block["type"] == "header"]
    sections = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    notes = [one["text"] for block in message.blocks if block["type"] == "context" for one in block["elements"]]
    return found + sections + notes


async def delete_first(people: People, user_id: str) -> Message:
    """Deletes the newest of today's records: **Delete** in its row, and below the question."""
    listed = await people.type(user_id, "/attendance events")
    return await people.press(user_id, await people.press(user_id, listed, "Delete"), "Delete")


def buttons(message: Message) -> list[dict[str, Any]]:
    """Every button of a message, and every option of its menus, in the order shown."""
    found = []
    for block in message.blocks:
        cells = [cell["element"] for row in block.get("rows", []) for cell in row if cell["type"] == "action_cell"]
        for element in filter(None, [*cells, *block.get("elements", []), block.get("accessory")]):
            if element["type"] in ("button", "icon_button"):
                found.append(element)
            elif element["type"] == "overflow":
                found += [{**option, "action_id": element["action_id"]} for option in element["options"]]
    return found


def view_buttons(view: View) -> list[dict[str, Any]]:
    """Every button of a form or Home tab, in the order shown."""
    elements = [element for block in view.blocks for element in block.get("elements", [])]
    return [element for element in elements if element["type"] == "button"]


def view_labels(view: View) -> list[str]:
    return [button["text"]["text"] for button in view_buttons(view)]


def labels(message: Message) -> list[str]:
    return [button["text"]["text"] for button in buttons(message)]


async def change_settings(bot: RunningBot, clock: Clock, **changes: Any) -> None:
    """As an admin does; the workspace has been met before."""
    database = await open_database(bot.settings.database_url, clock=clock)
    try:
        await workspace_settings.change(Services(database, NobodyElse()), ADMIN, **changes)
    finally:
        await database.close()


@pytest.fixture
def people(bot: RunningBot) -> Iterator[People]:
    yield People(bot)
    for message in bot.workspace.messages:
        if not message.files:  # which stand for themselves
            People.checked(message)
