"""The plain door: people type, press and fill in forms, and read text. No chat platform is needed for it. Whatever they
see is also drawn for Teams, and read as Microsoft's models do."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from markupsafe import Markup

from bot.attendance.idempotency import IdempotentRequest
from bot.calendar.signature_periods import SignaturePeriod
from bot.calendar.typed import mention
from bot.chat import direct_messages
from bot.chat.features import router
from bot.chat.form_faults import FormFaults
from bot.chat.home import home
from bot.chat.plain import as_lines, plain
from bot.chat.refused import refused
from bot.chat.routing import Ask
from bot.chat.views import (
    Button,
    Buttons,
    ChannelField,
    DateField,
    Field,
    Files,
    Form,
    Menu,
    Message,
    Note,
    Outcome,
    Table,
    Text,
    TextField,
    TimeField,
)
from bot.errors import UnknownGroup
from bot.people import teams_and_offices
from bot.people.readers import reading_of
from bot.people.user_groups import Group
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Profile, Services
from bot.wording import Reader
from bot.wording.catalogue import Language, begin_reading
from bot.wording.languages import language_for
from bot.wording.refusals import refusal
from bot.workspaces import workspace_settings
from storage import people
from storage.database import Database, Transaction
from storage.errors import Refusal
from tests.builders import ADMIN, workplace
from tests.conftest import WORKSPACE, Clock
from tests.msteams.drawn import looked_at

ADA, ANA, BEN, KEI, MARCO = "U0ADA", "U0ANA", "U0BEN", "U0KEI", "U0MARCO"
"""Ada is an admin. Ana and Ben are in Berlin, Kei is in Tokyo."""


@dataclass
class PlainChat:
    """Stores what is posted, told and sent, and has the user groups that a test gives it."""

    posted: list[Message] = field(default_factory=list)
    directed: list[Message] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    sent: dict[str, bytes] = field(default_factory=dict)
    listed: Sequence[Group] | None = ()
    members: dict[str, Collection[str]] = field(default_factory=dict)
    channel: str | None = None
    """The channel where people type. None: in a direct message."""

    async def direct(self, message: Message) -> None:
        self.directed.append(message)

    async def post_here(self, message: Message) -> None:
        self.posted.append(message)

    async def tell(self, text: Markup) -> None:
        self.told.append(plain(text))

    async def send(self, files: Files) -> None:
        self.sent |= {path.name: path.read_bytes() for path in files.paths}

    async def place(self) -> str | None:
        return self.channel

    async def groups(self) -> Sequence[Group] | None:
        return self.listed

    async def group_members(self, workspace_id: str, group_id: str) -> Collection[str]:
        if group_id not in self.members:
            raise UnknownGroup(group_id)
        return self.members[group_id]


@dataclass
class PlainDoor:
    """Reads `clockin at 8:30` as a chat would hand it over, with people as `<@id>`."""

    services: Services
    chat: PlainChat = field(default_factory=PlainChat)
    language: Language | None = None
    """The language that everybody reads, whatever is known of them."""

    def __post_init__(self) -> None:
        self.router = router()

    async def type(self, user_id: str, line: str) -> Message:
        return _message(await self.typed(user_id, line))

    async def typed(self, user_id: str, line: str) -> Outcome:
        word, _, words = line.partition(" ")
        return looked_at(await self.router.typed(await self._ask(user_id, words), word))

    async def attendance(self, user_id: str, words: str) -> Message:
        """Types `/attendance` and these words."""
        return _message(await self.commanded(user_id, words))

    async def commanded(self, user_id: str, words: str) -> Outcome:
        """The same where a form may be the answer."""
        return looked_at(await direct_messages.commanded(self.router, await self._ask(user_id, words)))

    async def open(self, user_id: str, word: str) -> Form:
        """Types a word that opens a form."""
        return form_in(await self.typed(user_id, word))

    async def say(self, user_id: str, words: str, message_id: str = "") -> Message:
        """In a direct message to the bot; one with an id may be delivered again."""
        ask = await self._ask(user_id, words)
        if message_id:
            once = IdempotentRequest(ask.caller, message_id, words, lambda result: "done")
            ask = replace(ask, services=once.services(ask.services))
        return _message(looked_at(await direct_messages.said(self.router, ask)))

    async def home(self, user_id: str) -> Message:
        """The Home page as they see it when they open it."""
        return _message(looked_at(await home(await self._ask(user_id), opened=True)))

    async def press(self, user_id: str, seen: Outcome, label: str, row: int = 0) -> Outcome:
        """Presses the button of that label (the `row`th one), with what it carries packed and read again."""
        button = [one for one in buttons(_message(seen)) if one.label == label][row]
        return await self.press_forged(user_id, button.action.name, button.action.pack(button.carries))

    async def press_forged(self, user_id: str, name: str, packed: str) -> Outcome:
        ask = await self._ask(user_id)
        outcome = await self.router.pressed(ask, name, packed)
        action = self.router.actions[name]
        if isinstance(outcome, Form) and not action.opens_form(action.unpack(packed)):
            there = await self.router.pressed(replace(ask, opens_forms=False), name, packed)
            assert not isinstance(there, Form), f"{name} doesn't say that it opens a form"
        return looked_at(outcome)

    async def send(self, user_id: str, form: Form, **filled: Any) -> Message:
        return _message(await self.sent(user_id, form, **filled))

    async def sent(self, user_id: str, form: Form, **filled: Any) -> Outcome:
        """Sends the form with these fields filled in, and the others as it showed them."""
        name, packed = form.action.name, form.action.pack(form.carries)
        return await self.send_forged(user_id, name, packed, _filled_in(form, filled))

    async def send_forged(self, user_id: str, name: str, packed: str, fields: Mapping[str, Any]) -> Outcome:
        return looked_at(await self.router.sent(await self._ask(user_id), name, packed, fields))

    async def faults(self, user_id: str, form: Form, **filled: Any) -> dict[str, str]:
        """Sends the form, which is refused. Returns the messages at the fields."""
        with pytest.raises((Refusal, FormFaults)) as refused:
            await self.sent(user_id, form, **filled)
        fields, error = _filled_in(form, filled), refused.value
        found = error.refusals if isinstance(error, FormFaults) else {form.action.field_of(error, fields): error}
        assert found.keys() <= fields.keys()
        reader = (await self._ask(user_id)).reader
        return {field: plain(refusal(fault, reader)) for field, fault in found.items()}

    async def refused(self, user_id: str, form: Form, **filled: Any) -> tuple[str, str]:
        """The same for a single fault: at which field, and in which words."""
        (fault,) = (await self.faults(user_id, form, **filled)).items()
        return fault

    async def refusal(self, user_id: str, doing: Awaitable[object]) -> str:
        """What the person reads when something they do is refused."""
        return "\n".join(shown(await self.refusing(user_id, doing)))

    async def refusing(self, user_id: str, doing: Awaitable[object]) -> Message:
        """The message that the person sees when something they do is refused."""
        with pytest.raises(Refusal) as error:
            await doing
        return _message(looked_at(refused(error.value, (await self._ask(user_id)).reader)))

    async def _ask(self, user_id: str, words: str = "") -> Ask:
        words = re.sub(r"<@(\w+)>", lambda person: mention(person[1]), words)
        role = Role.ADMIN if user_id == ADA else None  # looked up
        caller = Caller(WORKSPACE, user_id, Via.SLACK, role)
        zone, tags = await reading_of(self.services, WORKSPACE, user_id)
        begin_reading(self.language or language_for(*tags))
        reader = Reader(user_id, self.services.database.clock(), zone=zone)
        return Ask(self.services, caller, reader, words, self.chat)


@pytest.fixture
async def door(database: Database) -> PlainDoor:
    zones = {ADA: "Europe/Berlin", ANA: "Europe/Berlin", BEN: "Europe/Berlin", KEI: "Asia/Tokyo"}
    return PlainDoor(await workplace(database, zones))


@pytest.fixture
async def team(door: PlainDoor, clock: Clock) -> PlainDoor:
    """The same with an office in Berlin, and with Marco, who manages Ana and Ben: made long ago, for records of any day
    come after it."""
    await workplace(door.services.database, {MARCO: "Europe/Berlin"})
    now, clock.now = clock.now, clock.now - timedelta(days=400)
    await teams_and_offices.set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    await teams_and_offices.set_team(door.services, ADMIN, "Support", [MARCO], [ANA, BEN])
    clock.now = now
    return door


@pytest.fixture
async def week(team: PlainDoor, clock: Clock) -> PlainDoor:
    """Ana and Ben worked last week, and weeks are signed. Now it is Monday morning."""
    now, clock.now = clock.now, clock.now.replace(day=1)
    await workspace_settings.change(team.services, ADMIN, signature_period=SignaturePeriod("week"))
    for day in (17, 18):
        await work(team, clock, ANA, f"2026-11-{day}T08:00", f"2026-11-{day}T16:30")
    await work(team, clock, BEN, "2026-11-20T08:00", "2026-11-20T12:00")
    clock.now = now
    return team


async def work(door: PlainDoor, clock: Clock, user_id: str, start: str, end: str) -> None:
    """Clocks in and out at those instants (UTC)."""
    clock.set(start)
    await door.type(user_id, "clockin")
    clock.set(end)
    await door.type(user_id, "clockout")


def shown(outcome: Outcome) -> list[str]:
    """The lines that somebody reads."""
    return "\n".join(as_lines(_message(outcome))).splitlines()


def buttons(message: Message) -> list[Button]:
    """Those of its rows and tables, with what is in menus, and then the others."""
    beside = [part for piece in message.pieces if isinstance(piece, Text) for part in _beside(piece)]
    rows = [one for part in beside for one in (part.buttons if isinstance(part, Menu) else [part])]
    cells = [cell for piece in message.pieces if isinstance(piece, Table) for row in piece.rows for cell in row]
    rows += [cell for cell in cells if isinstance(cell, Button)]
    return [*rows, *(button for piece in message.pieces if isinstance(piece, Buttons) for button in piece.buttons)]


def _beside(row: Text) -> list[Button | Menu]:
    """What is beside a row, each action once."""
    if row.menu and isinstance(row.button, Button):
        return [row.button, row.menu.beside(row.button)]
    return [row.button] if row.button else []


def labels(outcome: Outcome) -> list[str]:
    return [button.label for button in buttons(_message(outcome))]


def _message(outcome: Outcome) -> Message:
    assert isinstance(outcome, Message)
    return replace(outcome)


def form_in(outcome: Outcome) -> Form:
    assert isinstance(outcome, Form)
    return outcome


def fields_of(form: Form) -> dict[str, Any]:
    """What the fields of a form hold when it opens, by name."""
    return {piece.name: _holds(piece) for piece in form.body if not isinstance(piece, Text | Note)}


def _holds(field: Field) -> Any:
    if isinstance(field, TextField | ChannelField):
        return field.value or None
    if isinstance(field, DateField):
        return field.value and field.value.isoformat()
    if isinstance(field, TimeField):
        return field.value and f"{field.value:%H:%M}"
    chosen = sorted(field.chosen)
    return chosen if field.many else next(iter(chosen), None)


def _filled_in(form: Form, filled: Mapping[str, Any]) -> dict[str, Any]:
    shown = fields_of(form)
    assert filled.keys() <= shown.keys()
    return {**shown, **filled}


async def meet(door: PlainDoor, user_id: str, *, guest: bool = False, bot: bool = False, gone: bool = False) -> None:
    """The chat says that this person is a guest, a bot, or deactivated."""

    def write(tx: Transaction) -> None:
        name = user_id.title()
        profile = Profile(WORKSPACE, user_id, name, "Europe/Berlin", False, guest, bot, gone, tx.now)
        people.upsert_profile(tx.connection, profile, tx.now)

    await door.services.database.write(write)


async def rename(door: PlainDoor, user_id: str, name: str) -> None:
    """The chat says that somebody is called so."""

    def write(tx: Transaction) -> None:
        profile = Profile(WORKSPACE, user_id, name, "Europe/Berlin", False, False, False, False, tx.now)
        people.upsert_profile(tx.connection, profile, tx.now)

    await door.services.database.write(write)


def notes_in(form: Form) -> list[str]:
    return [plain(piece.text) for piece in form.body if isinstance(piece, Note)]
