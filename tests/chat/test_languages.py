"""The language that somebody reads, and whether everything that they read is in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat.features import router
from bot.chat.form_faults import FormFaults
from bot.chat.refused import refused
from bot.chat.views import Form, Message, Outcome
from bot.wording.catalogue import begin_reading
from bot.wording.refusals import refusal
from storage.errors import Refusal
from tests.chat.conftest import ADA, ANA, MARCO, PlainDoor, buttons, fields_of
from tests.chat.test_notices import notice, waiting
from tests.conftest import Clock
from tests.pseudo_language import PSEUDO, texts_of

NAMES = {"Ana", "Ben", "Marco", "Ada", "Berlin", "Mitte", "Support", "hq", "Coffee", "Deutsch", "English", "Español"}
"""Data: names, and what people typed."""
WORDS = re.compile(r"[A-Za-z]{2,}")
NOT_WORDS = re.compile(
    r'<code>.*?</code>|<(at|in) id="[^"]*">|</?\w+>|"[^"]*"|U0[A-Z]+|\(ArbZG[^)]*\)|Mo\b|Di\b|Mi\b|Do\b|Fr\b'
)
GERMAN_DAYS = {
    "Mo",
    "Di",
    "Mi",
    "Do",
    "Fr",
    "Sa",
    "So",
    "Nov",
    "Okt",
    "Dez",
    "November",
    "Oktober",
    "Montag",
    "Sonntag",
}


def english_in(text: str) -> list[str]:
    """The words that are in no catalogue."""
    return [word for word in WORDS.findall(NOT_WORDS.sub(" ", text)) if word not in NAMES | GERMAN_DAYS]


@dataclass
class Walk:
    """Types lines, and presses every button and sends every form that appears, once each."""

    door: PlainDoor
    english: dict[str, str] = field(default_factory=dict)
    """What isn't in the language, by where it was seen."""
    seen: set[tuple[str, str]] = field(default_factory=set)

    async def types(self, user_id: str, lines: Sequence[str], *, deep: int = 2) -> None:
        for line in lines:
            for speak in (self.door.commanded, self.door.say):
                await self.follow(user_id, line, speak(user_id, line), deep)

    async def follow(self, user_id: str, where: str, doing: Any, deep: int) -> None:
        try:
            outcome = await doing
        except FormFaults as faults:
            reader = (await self.door._ask(user_id)).reader
            for one in faults.refusals.values():
                self.read(where, [str(refusal(one, reader))])
            return
        except Refusal as error:
            outcome = refused(error, (await self.door._ask(user_id)).reader)
        self.look(where, outcome)
        if deep and isinstance(outcome, Message):
            for button in buttons(outcome):
                name, packed = button.action.name, button.action.pack(button.carries)
                if (name, packed) not in self.seen:
                    self.seen.add((name, packed))
                    pressing = self.door.press_forged(user_id, name, packed)
                    await self.follow(user_id, f"{where} > {name}", pressing, deep - 1)
        if deep and isinstance(outcome, Form) and (outcome.action.name, where) not in self.seen:
            self.seen.add((outcome.action.name, where))
            name, packed = outcome.action.name, outcome.action.pack(outcome.carries)
            sending = self.door.send_forged(user_id, name, packed, fields_of(outcome))
            await self.follow(user_id, f"{where} > {name}", sending, deep - 1)

    def look(self, where: str, outcome: Outcome) -> None:
        chat = self.door.chat
        texts = [text for one in (outcome, *chat.posted, *chat.directed) for text in texts_of(one)]
        self.read(where, [*texts, *chat.told])

    def read(self, where: str, texts: Sequence[str]) -> None:
        for text in texts:
            if english_in(text):
                self.english.setdefault(text, where)


EVERYBODY = (
    *("", "status", "help", "who", "report", "report last week", "report this month", "report last year", "events"),
    *("events yesterday", "history", "history yesterday", "mine", "sign", "sign last week", "reminders", "remind"),
    *("reminders on", "language", "language klingon", "undo", "post", "add", "add yesterday 9-17:30", "fix", "repot"),
    *("report lst week", "clockin at 8:3x", "clockin tomorrow at 8", "in at 23", "clockout", "back", "break"),
    *("break 12:00-12:30", "break lunch 30", "break dinner", "back", "clockin", "clockin", "break", "clockout", "undo"),
    *("clockin in Nowhere", "clockin for Ben", "thanks", "hello", "i forgot to clock in", "who was in yesterday"),
    *("clockin at 8 good morning", "clockout at 7", "clockout 12-12:30 lunch", "report Q9", "report support"),
    *("report <@U0BEN>", "events <@U0BEN>", "clockin <@U0BEN>", "clockin <@U0BEN> at 8", "clockout <@U0BEN>"),
    *("break <@U0BEN>", "back <@U0BEN>", "add <@U0BEN> yesterday 9-17", "history <@U0BEN>", "settings", "team"),
    *("office", "tokens", "person", "person <@U0BEN>", "settings now", "team x", "office hq"),
)


async def test_nothing_that_people_read_bypasses_the_catalogue(team: PlainDoor, clock: Clock) -> None:
    team.language = PSEUDO
    walk = Walk(team)
    await walk.types(ANA, ["clockin at 8:00 good morning", "break 9-9:05", "status"])
    clock.advance(hours=9)
    for user_id in (ANA, MARCO, ADA):
        await walk.types(user_id, EVERYBODY)
        walk.look("home", await team.home(user_id))
        clock.advance(hours=3)
    clock.advance(days=2)
    for user_id in (ANA, MARCO, ADA):
        await walk.types(user_id, EVERYBODY)
        walk.look("home", await team.home(user_id))
    begin_reading(PSEUDO)
    for message in await waiting(team.services):
        if message.kind in router().notices and (drawn := await notice(team.services, message)) is not None:
            walk.look(message.kind, drawn)
    assert walk.english == {}
