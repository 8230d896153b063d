"""Who may do what in Slack: the table of PRODUCT.md section 4, over every command, form and button, and every role."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest

from bot import attendance
from bot.access import Operation, Role
from bot.attendance import NewRecord, Pair
from bot.services import Services
from bot.slack import app as slack
from bot.slack import clocking_blocks, commands, events, forgotten, home, log_channel, reminding, reporting
from storage.database import open_database
from tests.builders import ADMIN, NobodyElse, utc
from tests.conftest import Clock, RunningBot
from tests.core.test_access import MAY, OTHER, OWN, TEAM, WHO, WHOSE
from tests.slack.conftest import People
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene

NORA = "U0NORA"
FORBIDDEN = "You may not"


class Scene:
    """A bot with people of every kind, in which one of them does something to the records of another."""

    def __init__(self, bot: RunningBot, people: People, clock: Clock) -> None:
        self.bot, self.people, self.clock = bot, people, clock

    @asynccontextmanager
    async def services(self) -> AsyncIterator[Services]:
        database = await open_database(self.bot.settings.database_url, clock=self.clock)
        yield Services(database, NobodyElse())
        await database.close()

    async def record(self, user_id: str, *, delete: bool = False) -> Pair:
        """A record of the person's last Friday; deleted by an admin where asked for."""
        async with self.services() as services:
            new = NewRecord(user_id, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
            pair = (await attendance.record(services, ADMIN, new)).pair
            if delete:
                await attendance.delete(services, ADMIN, pair.clock_in.id)
            return pair

    async def clock_in(self, user_id: str) -> Pair:
        """The person is in since two hours ago."""
        async with self.services() as services:
            pair = (await attendance.clock_in(services, ADMIN, user_id)).pair
        self.clock.advance(hours=2)
        return pair

    async def press(self, who: str, action: str, value: str) -> str:
        """What somebody sees after a button, shown to them or not."""
        message = await self.people.type(who, "/attendance help")
        before, edited = len(self.people.answers(who, message)), message.edited
        delivery = await self.bot.workspace.press_forged(who, message, action, value)
        assert delivery.status == 200

        def answered() -> bool:
            more = len(self.people.answers(who, message)) > before or message.edited > edited
            return more or self.bot.workspace.open_view(who) is not None

        await self.bot.workspace.until(answered, 3.0 - delivery.seconds)
        if self.bot.workspace.open_view(who) is not None:
            return "a form"
        return message.text if message.edited > edited else self.people.answers(who, message)[-1].text


Deed = Callable[[Scene, str, str], Awaitable[str]]


async def typed(scene: Scene, who: str, whose: str, command: str) -> str:
    return (await scene.people.type(who, command.format(scene.bot.workspace.members[whose].name))).text


async def clock_out_typed(scene: Scene, who: str, whose: str) -> str:
    await scene.clock_in(whose)
    return await typed(scene, who, whose, "/clockout @{}")


async def form_sent(scene: Scene, who: str, whose: str) -> str:
    """Also with a person whom the form did not offer."""
    view = await scene.people.open_form(who)
    filled = scene.bot.workspace.fill(view, {"date": "2026-11-20", "start": "09:00", "end": "17:00"})
    filled["person"] = {"value": {"type": "users_select", "selected_user": whose}}
    delivery = await scene.bot.workspace.submit(who, view, filled)
    return str(delivery.answer)


async def report_pressed(scene: Scene, who: str, whose: str, action: str) -> str:
    return await scene.press(who, action, json.dumps(["2026-11-20", "2026-11-20", None, [whose]]))


async def events_leafed(scene: Scene, who: str, whose: str, action: str) -> str:
    return await scene.press(who, action, f"- 2026-11-20 2026-11-20 {whose} 1795420920000000 0")


async def event_pressed(scene: Scene, who: str, whose: str, action: str) -> str:
    pair = await scene.record(whose, delete=action == events.Action.UNDO)
    return await scene.press(who, action, f"{pair.clock_in.id} 2026-11-20 2026-11-20 - 1795420920000000 0")


async def post_pressed(scene: Scene, who: str, whose: str, action: str) -> str:
    pair = await scene.record(whose, delete=action == log_channel.Action.UNDO)
    return await scene.press(who, action, pair.clock_in.id)


async def question_pressed(scene: Scene, who: str, whose: str, action: str, more: str = "") -> str:
    pair = await scene.clock_in(whose)
    return await scene.press(who, action, f"{whose} {pair.clock_in.id}{more}")


async def left_at_sent(scene: Scene, who: str, whose: str) -> str:
    """The form that was opened for oneself, sent for somebody else's clock-in."""
    own = await scene.clock_in(who)
    other = own if who == whose else await scene.clock_in(whose)
    assert await scene.press(who, forgotten.Action.LEFT_AT, f"{who} {own.clock_in.id}") == "a form"
    view = scene.bot.workspace.open_view(who)
    assert view is not None
    view.raw["private_metadata"] = f"{whose} {other.clock_in.id}"
    delivery = await scene.bot.workspace.submit(who, view, scene.bot.workspace.fill(view, {"at": "10:30"}))
    return str(delivery.answer)


C, R = clocking_blocks.Action, reporting.Action
DEEDS: dict[str, tuple[Operation, Deed]] = {
    "/clockin": (Operation.CLOCK, partial(typed, command="/clockin @{}")),
    "/clockout": (Operation.CLOCK, clock_out_typed),
    "/attendance report": (Operation.READ, partial(typed, command="/attendance report @{}")),
    "/attendance events": (Operation.READ, partial(typed, command="/attendance events @{}")),
    "/attendance history": (Operation.READ, partial(typed, command="/attendance history @{}")),
    "/attendance add": (Operation.RECORD, form_sent),
    C.CLOCK_OUT: (Operation.CLOCK, partial(question_pressed, action=C.CLOCK_OUT)),
    **{action: (Operation.READ, partial(report_pressed, action=action)) for action in (*R, reminding.SHOW_REPORT)},
    events.Action.NEWER: (Operation.READ, partial(events_leafed, action=events.Action.NEWER)),
    events.Action.OLDER: (Operation.READ, partial(events_leafed, action=events.Action.OLDER)),
    events.Action.DELETE: (Operation.DELETE, partial(event_pressed, action=events.Action.DELETE)),
    events.Action.UNDO: (Operation.DELETE, partial(event_pressed, action=events.Action.UNDO)),
    log_channel.Action.DELETE: (Operation.DELETE, partial(post_pressed, action=log_channel.Action.DELETE)),
    log_channel.Action.UNDO: (Operation.DELETE, partial(post_pressed, action=log_channel.Action.UNDO)),
    forgotten.Action.STILL_HERE: (Operation.CLOCK, partial(question_pressed, action=forgotten.Action.STILL_HERE)),
    forgotten.Action.LEFT_AT: (Operation.CLOCK, partial(question_pressed, action=forgotten.Action.LEFT_AT)),
    "left_at_likely": (
        Operation.CLOCK,
        partial(question_pressed, action="left_at_likely_0", more=" 1795425000000000"),
    ),
    "the form of a forgotten clock-out": (Operation.CLOCK, left_at_sent),
}
ONES_OWN_ALONE = {C.CLOCK_IN, home.Action.ADD_RECORD}
"""What names nobody: whoever presses means themselves."""
LOOKS_AT_ONESELF = {"", "status", "help", "who", "mine", "reminders"}
"""Words of /attendance that take no person; `who` shows whom one may see (tests of presence)."""


@pytest.fixture
async def scene(bot: RunningBot, people: People, clock: Clock) -> Scene:
    await set_the_scene(bot, people, clock)  # Marco manages Support: Ana and Ben
    for user_id in (ADA, ANA, BEN, MARCO, NORA):
        await people.type(user_id, "/attendance")
    return Scene(bot, people, clock)


@pytest.mark.parametrize("deed", list(DEEDS))
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("whose", [OWN, TEAM, OTHER])
async def test_the_table_holds(scene: Scene, deed: str, role: Role, whose: str) -> None:
    operation, do = DEEDS[deed]

    told = await do(scene, WHO[role], WHOSE[role][whose])

    assert "Something went wrong" not in told
    assert (FORBIDDEN not in told) == (whose in MAY[operation][role]), told


def test_no_command_form_or_button_is_left_out() -> None:
    """Each that the bot listens to is in the table, or names nobody."""
    listened = {str(action) for feature in slack.FEATURES for action in getattr(feature, "Action", ())}
    listened |= {reminding.SHOW_REPORT}
    assert listened - {str(one) for one in ONES_OWN_ALONE} - OF_ADMINS == {
        deed for deed in map(str, DEEDS) if not deed.startswith(("/", "the form"))
    }
    words = {word for word in commands._WORDS if f"/attendance {word}" not in DEEDS}
    assert words - OF_ADMINS == LOOKS_AT_ONESELF


OF_ADMINS = {"choose_team", "choose_office", "choose_token", "team", "office", "settings", "tokens"}
"""Forms for admins alone, with tests of their own."""
