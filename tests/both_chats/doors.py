"""What people do and see in a chat, the same for Slack and Microsoft Teams.

`@ben` in a line names the person. Whom a person writes to about themselves alone, they write in the bot's own chat;
what names somebody, or is to be shared, they write in a channel.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bot.notifications import reminders
from bot.people.teams_and_offices import set_team
from bot.permissions import Caller, Role, Via
from bot.practice.model import GENERAL, Message, View
from bot.practice.msteams.cards import Shown
from bot.practice.msteams.model import Post
from bot.practice.msteams.service import GENERAL as TEAMS_GENERAL
from bot.practice.msteams.service import TeamsService
from bot.practice.workspace import Workspace
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.database import open_database
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People as InSlack
from tests.slack.conftest import labels as labels_in_slack

ANA, BEN, MARCO, ADA, NORA = "ana", "ben", "marco", "ada", "nora"
"""Marco manages Ana and Ben, and Ada is an admin. Nora is in nobody's team."""
EVERYONE = (ANA, BEN, MARCO, ADA, NORA)


@dataclass(frozen=True)
class Seen:
    """A message as somebody sees it: its words without formatting, and what can be pressed."""

    words: str
    labels: list[str]
    message: Any


class Door(Protocol):
    """A chat in which the bot runs."""

    workspace_id: str
    address: str
    """Where the bot answers programs."""

    def id_of(self, name: str) -> str:
        """The chat's id of a person."""

    async def type(self, who: str, line: str, *, in_channel: bool = False) -> Seen:
        """Types a command, and returns the private answer."""

    async def press(self, who: str, on: Seen, label: str, row: int = 0) -> Seen:
        """Presses the `row`th button of that label, and says yes if it asks. Returns the message in its place, or the
        answer to it."""

    async def open_form(self, who: str, word: str) -> Any:
        """Types a word that opens a form."""

    async def press_for_form(self, who: str, on: Seen, label: str) -> Any:
        """Presses a button that opens a form."""

    def fields(self, form: Any) -> list[str]:
        """The labels of its fields."""

    async def refused(self, who: str, form: Any, **entries: str) -> str:
        """Sends a form that stays open, and returns what is wrong with it."""

    async def send(self, who: str, form: Any, **entries: str) -> Seen:
        """Sends a form that then closes, and returns the message that says what was done."""

    async def hears(self, who: str, saying: str) -> Seen:
        """Waits for a message of the bot's own in the person's chat that says this."""

    async def posted(self, who: str, saying: str) -> Seen:
        """Waits for a message for everybody in the channel that says this."""

    def again(self, who: str, on: Seen) -> Seen:
        """The message as it is now."""


class SlackDoor:
    """The practice workspace."""

    workspace_id = WORKSPACE

    def __init__(self, bot: RunningBot) -> None:
        self.address = bot.address
        self.people = InSlack(bot)
        self._workspace: Workspace = bot.workspace
        self._entered: dict[str, dict[str, str]] = {}
        """What stays in a form that was refused, by the form."""

    def id_of(self, name: str) -> str:
        return f"U0{name.upper()}"

    async def type(self, who: str, line: str, *, in_channel: bool = False) -> Seen:
        slash = "/" if line.startswith(("clockin", "clockout")) else "/attendance "
        return self._seen(await self.people.type(self.id_of(who), slash + line))

    async def press(self, who: str, on: Seen, label: str, row: int = 0) -> Seen:
        return self._seen(await self.people.press(self.id_of(who), on.message, label, row=row))

    async def open_form(self, who: str, word: str) -> View:
        return await self.people.open_form(self.id_of(who), word)

    async def press_for_form(self, who: str, on: Seen, label: str) -> View:
        return await self.people.press_for_form(self.id_of(who), on.message, label)

    def fields(self, form: View) -> list[str]:
        return [block["label"]["text"] for block in form.blocks if block["type"] == "input"]

    async def refused(self, who: str, form: View, **entries: str) -> str:
        self._entered[form.id] = entries
        await self.people.submit(self.id_of(who), form, **entries)
        return " ".join(form.errors.values())

    async def send(self, who: str, form: View, **entries: str) -> Seen:
        user_id = self.id_of(who)
        before = [*self._workspace.visible_to(user_id, self._workspace.direct(user_id))]
        edited = {id(message): message.edited for message in self._workspace.messages}
        await self.people.submit(user_id, form, **self._entered.get(form.id, {}) | entries)
        assert form.errors == {}

        def changed() -> list[Message]:
            now = self._workspace.visible_to(user_id, self._workspace.direct(user_id))
            again = [one for one in self._workspace.messages if one.edited > edited.get(id(one), one.edited)]
            return [*again, *now[len(before) :]]

        return self._seen((await self._workspace.until(changed))[-1])

    async def hears(self, who: str, saying: str) -> Seen:
        return self._seen(await self.people.direct_message(self.id_of(who), saying))

    async def posted(self, who: str, saying: str) -> Seen:
        def found() -> list[Message]:
            seen = self._workspace.visible_to(self.id_of(who), GENERAL)
            return [message for message in seen if saying in message.shown and message.visible_to is None]

        return self._seen((await self._workspace.until(found))[-1])

    def again(self, who: str, on: Seen) -> Seen:
        return self._seen(on.message)

    def _seen(self, message: Message) -> Seen:
        named = re.sub(r"<@(\w+)>", lambda one: self._workspace.members[one[1]].real_name, message.text)
        words = re.sub(r"[*~`]", "", named).replace("&amp;", "&")
        return Seen(words, labels_in_slack(message), message)


@dataclass(frozen=True)
class InDialog:
    """What somebody's dialog shows, one form after another."""

    teams: TeamsService
    user_id: str

    @property
    def is_open(self) -> bool:
        return self.user_id in self.teams.dialogs

    @property
    def card(self) -> dict[str, Any]:
        return self.teams.dialogs[self.user_id].card

    @property
    def words(self) -> str:
        return Shown(self.card, {}).text

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        return Shown(self.card, {}).inputs

    @property
    def errors(self) -> list[str]:
        """What is wrong with the form, below its fields."""
        runs = [run for part in self.card["body"] if part["type"] == "RichTextBlock" for run in part["inlines"]]
        return [run["text"] for run in runs if run.get("color") == "Attention"]

    async def submit(self, **filled: str) -> None:
        """Sends it, with these fields filled in and the others as they are."""
        delivery = await self.teams.submit_dialog(self.teams.dialogs[self.user_id], **filled)
        assert (delivery.status, delivery.failure) == (200, None)


class TeamsDoor:
    """The practice service of Teams."""

    def __init__(self, teams: TeamsService) -> None:
        self.teams = teams
        self.workspace_id = teams.tenant_id
        self.address = ""
        self._ids = {person.handle: person.user_id for person in teams.people.values()}

    def id_of(self, name: str) -> str:
        return self._ids[name]

    async def type(self, who: str, line: str, *, in_channel: bool = False) -> Seen:
        user_id = self.id_of(who)
        words = re.sub(r"@(\w+)", lambda one: f"<@{self.id_of(one[1])}>", line)
        is_there = in_channel or words != line
        place = TEAMS_GENERAL if is_there else self.teams.personal(user_id)
        before = len(self._from_bot(user_id, place))
        typed = self.teams.mention(user_id, place, words) if is_there else self.teams.type(user_id, words)
        assert (await typed).status == 200
        only_for = user_id if is_there else None

        def answers() -> list[Post]:
            new = self._from_bot(user_id, place)[before:]
            return [post for post in new if post.only_for == only_for and not _is_news(post)]

        (answer,) = await self.teams.until(answers)
        return self._seen(user_id, answer)

    async def press(self, who: str, on: Seen, label: str, row: int = 0) -> Seen:
        user_id, message = self.id_of(who), on.message
        edited, before = message.edited, len(self._from_bot(user_id))
        delivery = await self.teams.press(user_id, message, label, row=row)
        if delivery is None:  # its question is shown
            return await self.press(who, on, self._yes(user_id, message), row=-1)
        assert (delivery.status, delivery.failure) == (200, None)
        if message.edited > edited:
            return self._seen(user_id, message)

        def answers() -> list[Post]:
            return [post for post in self._from_bot(user_id)[before:] if not _is_news(post)]

        return self._seen(user_id, (await self.teams.until(answers))[-1])

    async def open_form(self, who: str, word: str) -> InDialog:
        shown = await self.type(who, word)
        return await self.press_for_form(who, shown, shown.labels[0])

    async def press_for_form(self, who: str, on: Seen, label: str) -> InDialog:
        await self.teams.open_dialog(self.id_of(who), on.message, label)
        return InDialog(self.teams, self.id_of(who))

    def fields(self, form: InDialog) -> list[str]:
        return [one["label"] for one in form.inputs.values()]

    async def refused(self, who: str, form: InDialog, **entries: str) -> str:
        await form.submit(**entries)
        assert form.is_open
        return "\n".join(form.errors)

    async def send(self, who: str, form: InDialog, **entries: str) -> Seen:
        user_id = self.id_of(who)
        before, edited = len(self._from_bot(user_id)), {one.id: one.edited for one in self.teams.posts}
        await form.submit(**entries)
        assert not form.is_open

        def changed() -> list[Post]:
            again = [one for one in self.teams.posts if one.edited > edited.get(one.id, one.edited)]
            return [*again, *self._from_bot(user_id)[before:]]

        return self._seen(user_id, (await self.teams.until(changed))[-1])

    async def hears(self, who: str, saying: str) -> Seen:
        user_id = self.id_of(who)
        return await self._saying(user_id, saying, lambda: self._from_bot(user_id, self.teams.personal(user_id)))

    async def posted(self, who: str, saying: str) -> Seen:
        user_id = self.id_of(who)

        def for_all() -> list[Post]:
            return [post for post in self._from_bot(user_id, TEAMS_GENERAL) if post.only_for is None]

        return await self._saying(user_id, saying, for_all)

    def again(self, who: str, on: Seen) -> Seen:
        return self._seen(self.id_of(who), on.message)

    async def _saying(self, user_id: str, saying: str, posts: Callable[[], list[Post]]) -> Seen:
        def found() -> list[Post]:
            cards = [post for post in posts() if post.card(user_id)]
            return [post for post in cards if saying in self.teams.words(user_id, post)]

        return self._seen(user_id, (await self.teams.until(found))[-1])

    def _from_bot(self, user_id: str, place: str = "") -> list[Post]:
        return [post for post in self.teams.seen_by(user_id, place) if not post.author]

    def _yes(self, user_id: str, post: Post) -> str:
        """The button of the question that was just shown."""
        return self.teams.shown(user_id, post).labels[-2]

    def _seen(self, user_id: str, post: Post) -> Seen:
        return Seen(self.teams.words(user_id, post), self.teams.shown(user_id, post).labels, post)


def _is_news(post: Post) -> bool:
    """Whether the bot says it on its own, with a notification."""
    return "notification" in post.body.get("channelData", {})


@dataclass
class Office:
    """What happens to the ledger beside the chat."""

    door: Door
    database_url: str
    clock: Clock
    address: str = ""
    """Where the bot answers programs."""

    @asynccontextmanager
    async def services(self) -> AsyncIterator[Services]:
        """Of a second process."""
        database = await open_database(self.database_url, clock=self.clock)
        try:
            yield Services(database, NobodyElse())
        finally:
            await database.close()

    async def set_up(self) -> None:
        """Marco's team. Everybody was met before."""
        managers, members = [self.door.id_of(MARCO)], [self.door.id_of(name) for name in (ANA, BEN)]
        async with self.services() as services:
            await set_team(services, self.operator, "Support", managers, members)

    async def change_settings(self, **changes: Any) -> None:
        async with self.services() as services:
            await workspace_settings.change(services, self.operator, **changes)

    async def remind(self) -> None:
        """Queues what is due, like the background job."""
        async with self.services() as services:
            await reminders.queue_due_reminders(services, self.door.workspace_id)

    @property
    def operator(self) -> Caller:
        return Caller(self.door.workspace_id, "cli:test", Via.CLI, Role.ADMIN)
