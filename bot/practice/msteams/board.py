"""The content of the practice tenant, and who sees what."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from bot.practice.clocks import MovableClock
from bot.practice.model import Delivery
from bot.practice.msteams import cards
from bot.practice.msteams.model import CARD, Conversation, Dialog, Json, Post, Refused
from bot.practice.msteams.people import Person
from bot.practice.news import News

_FIRST_ID = 1_795_000_000_000


class Board(News):
    """People by their Entra ids, conversations by theirs, posts in the order in which they came, open dialogs by
    person. `readers` read each card too, and raise AssertionError or ValueError for a wrong one."""

    def __init__(self, people: Iterable[Person]) -> None:
        super().__init__()
        self.time = MovableClock()
        self.time.when_moved.append(self.changed)
        self.people = {person.user_id: person for person in people}
        self.conversations: dict[str, Conversation] = {}
        self.posts: list[Post] = []
        self.dialogs: dict[str, Dialog] = {}
        self.readers: list[Callable[[Json], object]] = []
        self._ids = itertools.count(_FIRST_ID)

    def person(self, who: str) -> Person | None:
        """By Teams' own id, Entra object id or user principal name."""
        return next((one for one in self.people.values() if who in (one.teams_id, one.user_id, one.upn)), None)

    def personal(self, user_id: str) -> str:
        """The id of a person's own chat with the bot."""
        return f"a:1{user_id.replace('-', '')}"

    def seen_by(self, user_id: str, conversation_id: str = "") -> list[Post]:
        """What they see in one conversation, or in all of theirs, oldest first."""
        theirs = {chat.id for chat in self.conversations.values() if user_id in chat.members}
        places = theirs & {conversation_id} if conversation_id else theirs
        return [
            found
            for found in self.posts
            if found.conversation_id in places and not found.deleted and found.only_for in (None, user_id)
        ]

    def shown(self, user_id: str, on: Post) -> cards.Shown:
        """The card of a message as this person has it. LookupError if it has none."""
        card = on.card(user_id)
        if card is None:
            raise LookupError("no card")
        return cards.Shown(card, on.toggled.get(user_id, {}))

    def words(self, user_id: str, on: Post) -> str:
        """All that they read in a message."""
        return on.text or self.shown(user_id, on).text

    def checked(self, card: Any) -> Json:
        """The card. Raises Refused for one that no client draws, or that a reader finds wrong."""
        found = cards.checked(card)
        for read in self.readers:
            try:
                read(found)
            except (AssertionError, ValueError) as error:
                raise Refused(400, "BadSyntax", f"Adaptive Card: {error}") from error
        return found

    def keep(self, chat: Conversation, body: Json, *, only_for: str | None) -> Post:
        """A message that it posts."""
        made = Post(self.next_id(), chat.id, body, only_for=only_for)
        self.posts.append(made)
        self.changed()
        return made

    def next_id(self) -> str:
        """The id of a message: milliseconds, never the same twice."""
        return str(next(self._ids))

    def follow_press(self, delivery: Delivery, user_id: str, on: Post) -> None:
        """Shows the answer to a press: another card for this person, or a line at it."""
        if delivery.failure is not None:
            return
        answer = delivery.answer or {}
        kind, value = answer.get("type"), answer.get("value")
        try:
            if answer.get("statusCode") != 200:
                raise Refused(400, "BadSyntax", f"statusCode {answer.get('statusCode')}")
            if kind == CARD:
                on.own[user_id] = self.checked(value)
                on.toggled.pop(user_id, None)
                on.edited += 1
            elif kind == "application/vnd.microsoft.activity.message" and isinstance(value, str) and value:
                on.notes.append((user_id, value))
            else:
                raise Refused(400, "BadSyntax", f"an answer of type {kind!r}")
        except Refused as refused:
            delivery.failure = str(refused)
        self.changed()

    def follow_dialog(self, delivery: Delivery, user_id: str, command_id: str, *, sent: Dialog | None = None) -> None:
        """Opens a dialog, shows another one in its place, or closes it."""
        if delivery.failure is not None:
            return
        if sent is not None:
            sent.is_open = False
            self.dialogs.pop(user_id, None)
        try:
            task = (delivery.answer or {}).get("task") or {}
            match task.get("type"):
                case "continue":
                    self.dialogs[user_id] = self._dialog(user_id, task.get("value"), command_id)
                case "message" if isinstance(task.get("value"), str) and sent is not None:
                    sent.said = task["value"]
                case None if sent is not None:
                    pass
                case other:
                    raise Refused(400, "BadSyntax", f"a task of type {other!r}")
        except Refused as refused:
            delivery.failure = str(refused)
        self.changed()

    def _dialog(self, user_id: str, value: Any, command_id: str) -> Dialog:
        """Raises Refused for one that no client opens."""
        attachment = value.get("card") if isinstance(value, dict) else None
        if not isinstance(attachment, dict) or attachment.get("contentType") != CARD or not value.get("title"):
            raise Refused(400, "BadSyntax", "a dialog without title or card")
        card = self.checked(attachment.get("content"))
        if odd := [one for one in cards.Shown(card, {}).buttons if one["type"] == "Action.Execute"]:
            raise Refused(400, "BadSyntax", f"a dialog executes nothing: {odd[0]['title']}")
        return Dialog(user_id, str(value["title"]), card, command_id)
