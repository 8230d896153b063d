"""The language that somebody reads, and whether everything that they read is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from babel.dates import format_date

from bot.attendance.change_notifications import Kind
from bot.chat.features import router
from bot.chat.form_faults import FormFaults
from bot.chat.plain import as_lines
from bot.chat.refused import refused
from bot.chat.sending import DELIVERIES
from bot.chat.views import Form, Message, Outcome
from bot.notifications.channel_posts import Posted
from bot.permissions import Via
from bot.wording.catalogue import begin_reading
from bot.wording.refusals import refusal
from bot.workspaces import workspace_settings
from storage import audit, people
from storage.database import Transaction
from storage.errors import Refusal
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, buttons, fields_of, labels, shown
from tests.chat.test_notices import notice, waiting
from tests.conftest import WORKSPACE, Clock
from tests.pseudo_language import PSEUDO, texts_of, texts_of_file

OTHERS = ["Deutsch", "Español", "Français", "Italiano", "日本語", "Nederlands", "Português (Brasil)"]
"""The languages beside English, by their own names."""
WORDS = re.compile(r"[A-Za-z]{2,}")
DAYS = [date(2026, month, day) for month in range(1, 13) for day in range(1, 8)]
NOT_ENGLISH = {
    *(
        word
        for day in DAYS
        for pattern in ("E", "EEEE", "MMM", "MMMM")
        for word in WORDS.findall(format_date(day, pattern, locale="de"))
    ),
    *("Ana", "Ben", "Marco", "Ada", "Berlin", "Mitte", "Support", "Deutsch", "English"),
    *("hq", "break", "lunch", "last", "week"),
}
"""Days in German, names, kinds of breaks, and what can be typed, which a button names."""
ELSEWHERE = {"language.speak"}
"""What changes the language."""
NOT_WORDS = re.compile(
    r'<code>.*?</code>|<(?:at|in) id="[^"]*">|</?\w+>|"[^"]*"|U0|\(ArbZG[^)]*\)|\{count\}|…[0-9a-f]{6}'
    f"|{'|'.join(map(re.escape, OTHERS))}"
)

IN_FILES = re.compile(r"[TU]0\w+|Europe/Berlin|Slack|[0-9a-f]{64}|good morning")
"""What isn't translated in files: ids, zones, the chat's name, the audit's head, and what people typed."""


def english_in(text: str) -> list[str]:
    """The words that are in no catalogue."""
    return [word for word in WORDS.findall(NOT_WORDS.sub(" ", unescape(text))) if word not in NOT_ENGLISH]


@dataclass
class Walk:
    """Types lines, and presses every button and sends every form that appears, once each."""

    door: PlainDoor
    english: dict[str, str] = field(default_factory=dict)
    """What isn't in the language, by where it was seen."""
    seen: set[tuple[str, str]] = field(default_factory=set)

    async def types(self, user_id: str, lines: Sequence[str], *, deep: int = 1) -> None:
        for line in lines:
            await self.follow(user_id, line, self.door.commanded(user_id, line), deep)

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
                if (name, packed) not in self.seen and name not in ELSEWHERE:
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
        for name, content in chat.sent.items():
            self.read(f"{where}: {name}", [IN_FILES.sub(" ", text) for text in texts_of_file(name, content)])
        chat.sent.clear()

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


async def test_people_read_the_language_that_they_choose(door: PlainDoor) -> None:
    assert shown(await door.type(ANA, "language")) == ["I speak English with you."]
    for name in ("German", "deutsch", "de", "  DEUTSCH "):
        await door.type(ANA, "language English")
        assert shown(await door.type(ANA, f"language {name}")) == ["✅ Ab jetzt spreche ich Deutsch mit dir."]
    assert shown(await door.type(ANA, "clockin")) == ["✅ Um 09:02 eingestempelt."]
    assert shown(await door.type(BEN, "clockin")) == ["✅ Clocked in at 09:02."]
    assert shown(await door.type(ANA, "language español")) == ["✅ A partir de ahora hablo español contigo."]


async def test_a_language_is_a_button_and_so_is_the_chats_own(door: PlainDoor) -> None:
    asked = await door.type(ANA, "language")
    assert labels(asked) == [*OTHERS, "As in my chat"]
    chosen = await door.press(ANA, asked, "Deutsch")
    assert labels(chosen) == ["English", *OTHERS[1:], "Wie in meinem Chat"]
    assert shown(await door.press(ANA, chosen, "Wie in meinem Chat")) == ["✅ From now on, I speak English with you."]


async def test_a_language_that_it_does_not_speak_offers_those_that_it_does(door: PlainDoor) -> None:
    unknown = await door.type(ANA, "language Klingon")
    assert shown(unknown) == ['⚠️ I don\'t speak "Klingon" yet.']
    assert labels(unknown) == [*OTHERS, "As in my chat"]
    assert labels(await door.type(ANA, "language germn")) == ["Deutsch", "As in my chat"]


async def test_ones_own_choice_comes_before_the_chats_and_that_before_the_workspaces(door: PlainDoor) -> None:
    await workspace_settings.change(door.services, ADMIN, language="de")
    assert shown(await door.type(ANA, "language")) == ["Ich spreche Deutsch mit dir."]
    await says(door, ANA, "es-ES")
    assert shown(await door.type(ANA, "language")) == ["Hablo español contigo."]
    await door.type(ANA, "language English")
    assert shown(await door.type(ANA, "language")) == ["I speak English with you."]
    await says(door, ANA, "zz-ZZ")
    assert shown(await door.type(ANA, "language auto")) == ["✅ Ab jetzt spreche ich Deutsch mit dir."]


async def test_a_choice_outlives_what_the_chat_tells_and_is_audited(door: PlainDoor) -> None:
    await door.type(ANA, "language German")
    await says(door, ANA, "en-GB")
    assert shown(await door.type(ANA, "language")) == ["Ich spreche Deutsch mit dir."]
    found = await door.services.database.read(lambda tx: list(audit.entries(tx.connection)))
    (entry,) = [entry for entry in found if entry.subject == "language"]
    assert (entry.actor, entry.action) == (ANA, audit.Action.CHANGE_SETTINGS)
    assert json.loads(entry.facts)["kept"] == {f"language of {ANA}": "de"}


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-GB", "✅ Clocked in at 09:02."),
        ("en-US", "✅ Clocked in at 9:02\u202fAM."),
        ("de-AT", "✅ Um 09:02 eingestempelt."),
        ("es-ES", "✅ Entrada fichada (9:02)."),
        ("fr-CA", "✅ Arrivée pointée à 09 h 02."),
        ("it-IT", "✅ Entrata timbrata alle 09:02."),
        ("ja-JP", "✅ 出勤を打刻しました（9:02）。"),
        ("nl-BE", "✅ Ingeklokt om 09:02."),
        ("pt-BR", "✅ Entrada registrada às 09:02."),
        ("pt-PT", "✅ Entrada registrada às 09:02."),
        ("xx", "✅ Clocked in at 09:02."),
    ],
)
async def test_times_are_as_in_the_readers_region(door: PlainDoor, locale: str, said: str) -> None:
    await says(door, ANA, locale)
    assert shown(await door.type(ANA, "clockin")) == [said]


async def test_each_recipient_reads_their_own_language_and_the_log_channel_the_workspaces(team: PlainDoor) -> None:
    await workspace_settings.change(team.services, ADMIN, language="es", log_channel="C0LOG")
    await team.type(ANA, "language de")
    await says(team, MARCO, "it-IT")
    mailbox = Mailbox()
    assert shown(await team.type(MARCO, f"clockin <@{ANA}>")) == [
        "✅ Entrata di @U0ANA timbrata alle 09:02.",
        "Ho mandato un avviso.",
    ]
    for message in [one for one in await waiting(team.services) if one.kind in DELIVERIES]:
        await DELIVERIES[message.kind](team.services, mailbox, [message])
    assert mailbox.sent == {
        ANA: ["@U0MARCO hat dich um 09:02 eingestempelt."],
        "C0LOG": ["U0Ana fichó la entrada: 9:02 (Berlin) · lo anotó U0Marco"],
    }


async def test_a_pinned_post_is_in_the_workspaces_language(team: PlainDoor) -> None:
    await workspace_settings.change(team.services, ADMIN, language="es")
    await team.type(MARCO, "language de")
    done = await team.type(MARCO, "post")
    assert labels(team.chat.posted[-1]) == ["Fichar entrada", "Empezar una pausa", "Fichar salida"]
    assert shown(done)[0].startswith("✅ Gepostet.")


async def test_a_post_stays_in_the_workspaces_language_whoever_presses(team: PlainDoor) -> None:
    await workspace_settings.change(team.services, ADMIN, language="es", log_channel="C0LOG")
    await team.type(MARCO, "language de")
    await team.type(ANA, "clockin")
    mailbox = Mailbox()
    (posting,) = [one for one in await waiting(team.services) if one.kind == Kind.LOG_POST]
    await DELIVERIES[posting.kind](team.services, mailbox, [posting])
    gone = await team.press(MARCO, mailbox.last["C0LOG"], "Eliminar")
    assert shown(gone)[-1] == "Lo eliminó U0Marco (9:02 (Berlin))."
    assert labels(gone) == ["Deshacer"]
    assert shown(await team.type(MARCO, "language")) == ["Ich spreche Deutsch mit dir."]


@dataclass
class Mailbox:
    """A chat that keeps what is sent."""

    sent: dict[str, list[str]] = field(default_factory=dict)
    last: dict[str, Message] = field(default_factory=dict)
    via: Via = Via.SLACK
    slashes: bool = True

    async def send(self, recipient: str, message: Message) -> Posted:
        self.sent.setdefault(recipient, []).extend(as_lines(message))
        self.last[recipient] = message
        return Posted(recipient, "1")

    async def update(self, recipient: str, posted: Posted, message: Message) -> None:
        raise AssertionError


async def says(door: PlainDoor, user_id: str, locale: str) -> None:
    """The chat says that the person's is set to this locale."""

    def write(tx: Transaction) -> None:
        known = people.find(tx.connection, WORKSPACE, user_id)
        people.upsert_profile(tx.connection, replace(known, locale=locale, refreshed_at=tx.now), tx.now)

    await door.services.database.write(write)


@pytest.mark.parametrize("user_id", [ANA, MARCO, ADA])
async def test_nothing_that_people_read_bypasses_the_catalogue(team: PlainDoor, clock: Clock, user_id: str) -> None:
    team.language = PSEUDO
    walk = Walk(team)
    await walk.types(user_id, ["clockin at 8:00 good morning", "break 9-9:05", "status"], deep=2)
    clock.advance(hours=9)
    await walk.types(user_id, EVERYBODY)
    walk.look("home", await team.home(user_id))
    clock.advance(days=2)
    await walk.types(user_id, ["status", "report last week", "who", "clockin", "clockin at 8", "sign"])
    walk.look("home", await team.home(user_id))
    begin_reading(PSEUDO)
    for message in await waiting(team.services):
        if message.kind in router().notices and (drawn := await notice(team.services, message)) is not None:
            walk.look(message.kind, drawn)
    assert walk.english == {}
