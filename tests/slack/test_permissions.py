"""Who may do what in Slack, by every command, form and button: as a manager, whom the table allows something else of
each of the three. The other roles are tested once for all surfaces, in tests/test_permissions.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial

import pytest

from bot import wording
from bot.attendance import add_break, changing, recording
from bot.attendance import breaks as break_use_cases
from bot.attendance.recording import NewRecord, Pair
from bot.attendance.wanted_records import Wanted
from bot.calendar.break_kinds import DEFAULT, parse_break_kinds
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import TimeOfDay
from bot.chat import (
    add_record,
    ask_for_change,
    change_form,
    change_record,
    clock_buttons,
    clock_readings,
    correction_card,
    correction_forms,
    did_you_mean,
    events,
    exporting,
    findings,
    fix_day,
    language,
    leaving,
    left_or_back,
    log_channel,
    pinned_buttons,
    reminders,
    report,
    signing,
    signing_team,
    statements,
    status,
    waiting_clock_in,
)
from bot.chat.clock_buttons import ClockIn, Entry
from bot.chat.clock_readings import Reading
from bot.chat.events import Row
from bot.chat.features import router
from bot.chat.history import HistoryQuery, show_days
from bot.chat.leaving import Leaving
from bot.chat.offices import offices
from bot.chat.reading_tokens import reading_tokens
from bot.chat.record_form import Draft
from bot.chat.report_query import ReportQuery
from bot.chat.routing import Action
from bot.chat.settings import settings
from bot.chat.signing_view import PeriodQuery
from bot.chat.teams import teams
from bot.chat.tokens import tokens
from bot.chat.working_conditions import working_conditions
from bot.permissions import Caller, Operation, Role, Via
from bot.runtime.services import Services
from bot.slack import app as slack
from bot.workspaces import workspace_settings
from storage.database import open_database
from tests.builders import ADMIN, NobodyElse, utc
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene
from tests.test_permissions import MAY, OTHER, OWN, TEAM, WHO, WHOSE

NORA = "U0NORA"
FORBIDDEN = "You can't"


class Scene:
    """A bot with people of every kind, in which one of them does something to the records of another."""

    def __init__(self, bot: RunningBot, people: People, clock: Clock) -> None:
        self.bot, self.people, self.clock = bot, people, clock
        self.opened: dict[str, Pair] = {}

    @asynccontextmanager
    async def services(self) -> AsyncIterator[Services]:
        database = await open_database(self.bot.settings.database_url, clock=self.clock)
        yield Services(database, NobodyElse())
        await database.close()

    async def record(self, user_id: str, *, delete: bool = False) -> Pair:
        """A record of the person's last Friday; deleted by an admin where asked for."""
        async with self.services() as services:
            new = NewRecord(user_id, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
            pair = (await recording.record(services, ADMIN, new)).pair
            if delete:
                await recording.delete(services, ADMIN, pair.clock_in.id)
            return pair

    async def clock_in(self, user_id: str) -> Pair:
        """The person is in since two hours ago."""
        async with self.services() as services:
            pair = (await recording.clock_in(services, ADMIN, user_id)).pair
        self.clock.advance(hours=2)
        self.opened[user_id] = pair
        return pair

    def close_views(self) -> None:
        """Somebody closes whatever form is open."""
        self.bot.workspace.views.clear()

    async def press_action(self, who: str, action: Action, carries: object) -> str:
        return await self.press(who, f"{action.name}#0", action.pack(carries))

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


async def report_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    friday = DateRange(date(2026, 11, 20), date(2026, 11, 20))
    return await scene.press_action(who, action, ReportQuery(friday, [whose]))


async def day_pressed(scene: Scene, who: str, whose: str) -> str:
    return await scene.press_action(who, report.change_day, report.DayOfOne(date(2026, 11, 20), whose))


FRIDAY = Row(date(2026, 11, 20), date(2026, 11, 20), utc("2026-11-23T08:02"))


async def list_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    return await scene.press_action(who, action, replace(FRIDAY, user_id=whose))


async def person_chosen(scene: Scene, who: str, whose: str) -> str:
    friday = DateRange(date(2026, 11, 20), date(2026, 11, 20))
    return await scene.press_action(who, show_days, HistoryQuery(friday, whose))


async def name_chosen(scene: Scene, who: str, whose: str) -> str:
    return await scene.press_action(who, status.show_theirs, status.Whose(whose))


async def event_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    pair = await scene.record(whose, delete=action == events.undo)
    return await scene.press_action(who, action, replace(FRIDAY, event_id=pair.clock_in.id))


async def post_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    pair = await scene.record(whose, delete=action == log_channel.undo)
    return await scene.press_action(who, action, log_channel.Event(pair.clock_in.id))


async def question_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    pair = await scene.clock_in(whose)
    return await scene.press_action(who, action, ClockIn(whose, pair.clock_in.id))


async def likely_time_pressed(scene: Scene, who: str, whose: str) -> str:
    pair = await scene.clock_in(whose)
    return await scene.press_action(
        who, leaving.left_at_likely, Leaving(whose, pair.clock_in.id, utc("2026-11-23T09:10"))
    )


async def reading_pressed(scene: Scene, who: str, whose: str) -> str:
    return await scene.press_action(who, clock_readings.as_read, Reading(False, whose, utc("2026-11-23T08:02")))


async def filled_in_form_pressed(scene: Scene, who: str, whose: str) -> str:
    draft = Draft(date(2026, 11, 20), person=whose)
    return await scene.press_action(who, add_record.press_add_filled_in, draft)


async def entry_undone(scene: Scene, who: str, whose: str) -> str:
    async with scene.services() as services:
        entered_by = Caller(scene.bot.workspace.team_id, who, Via.SLACK, Role.ADMIN)
        pair = (await recording.clock_in(services, entered_by, whose)).pair
    return await scene.press_action(who, clock_buttons.undo, Entry(pair.clock_in.id))


async def break_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    """Somebody else's break, or one that the presser started for them an hour ago or less."""
    await scene.clock_in(whose)
    async with scene.services() as services:
        entered_by = Caller(scene.bot.workspace.team_id, who, Via.SLACK, Role.ADMIN)
        kind = "coffee" if action == clock_buttons.undo_paid else ""
        await workspace_settings.change(services, ADMIN, break_kinds=parse_break_kinds("break unpaid, coffee paid"))
        on = (await break_use_cases.start_break(services, entered_by, whose, kind=kind)).on
    scene.clock.advance(minutes=5)
    return await scene.press_action(who, action, clock_buttons.Shown(whose, on.id))


async def break_typed(scene: Scene, who: str, whose: str) -> str:
    await scene.clock_in(whose)
    return await typed(scene, who, whose, "/break @{}")


async def back_typed(scene: Scene, who: str, whose: str) -> str:
    await scene.clock_in(whose)
    async with scene.services() as services:
        await break_use_cases.start_break(services, ADMIN, whose)
    return await typed(scene, who, whose, "/back @{}")


async def was_back_sent(scene: Scene, who: str, whose: str) -> str:
    """**I was back at…**, and the form."""
    await scene.clock_in(whose)
    async with scene.services() as services:
        on = (await break_use_cases.start_break(services, ADMIN, whose)).on
    scene.clock.advance(hours=1)
    told = await scene.press_action(who, left_or_back.was_back, left_or_back.Leaving(whose, on.id))
    if told != "a form":
        return told
    view = scene.bot.workspace.open_view(who)
    assert view is not None
    zone = scene.bot.workspace.members[whose].tz
    filled = scene.bot.workspace.fill(view, {"back": wording.clock(scene.clock.now - timedelta(minutes=5), zone)})
    return str((await scene.bot.workspace.submit(who, view, filled)).answer)


async def break_form_sent(scene: Scene, who: str, whose: str) -> str:
    """The form that was opened for oneself, sent for somebody else's day."""
    await scene.record(whose)
    friday = date(2026, 11, 20)
    assert await scene.press_action(who, findings.press_add_break, findings.Day(who, friday)) == "a form"
    view = scene.bot.workspace.open_view(who)
    assert view is not None
    view.raw["private_metadata"] = findings.save_break.pack(findings.Day(whose, friday))
    filled = scene.bot.workspace.fill(view, {"start": "10:00", "end": "10:30"})
    return str((await scene.bot.workspace.submit(who, view, filled)).answer)


async def added_break_undone(scene: Scene, who: str, whose: str) -> str:
    pair = await scene.record(whose)
    async with scene.services() as services:
        entered_by = Caller(scene.bot.workspace.team_id, who, Via.SLACK, Role.ADMIN)
        times = TimeOfDay(time(10)), TimeOfDay(time(10, 30))
        added = await add_break.add_break(services, entered_by, whose, pair.work_date, *times, DEFAULT.kinds[0])
    return await scene.press_action(
        who, findings.undo_break, findings.Cut(whose, pair.work_date, added.replaced, added.break_id)
    )


async def added_undone(scene: Scene, who: str, whose: str) -> str:
    pair = await scene.record(whose, delete=False)
    return await scene.press_action(who, add_record.undo_for_them, add_record.Added(pair.clock_in.id))


async def change_pressed(scene: Scene, who: str, whose: str) -> str:
    pair = await scene.record(whose, delete=False)
    return await scene.press_action(who, change_record.press_change, change_form.Which(pair.clock_in.id))


async def change_undone(scene: Scene, who: str, whose: str) -> str:
    pair = await scene.record(whose, delete=False)
    async with scene.services() as services:
        admin = Caller(scene.bot.workspace.team_id, ADA, Via.SLACK, Role.ADMIN)
        done = await changing.change(services, admin, pair.clock_in.id, Wanted(in_comment="x"), "was missing")
    return await scene.press_action(who, change_record.undo, change_form.Which(done.pair.clock_in.id))


async def change_sent(scene: Scene, who: str, whose: str) -> str:
    """The form that was opened for a team member's record, sent for somebody else's."""
    allowed = scene.opened.get(BEN) or await scene.clock_in(BEN)
    other = await scene.record(whose, delete=False)
    assert await scene.press_action(who, change_record.press_change, change_form.Which(allowed.clock_in.id)) == "a form"
    view = scene.bot.workspace.open_view(who)
    assert view is not None
    view.raw["private_metadata"] = change_record.save.pack(change_form.Which(other.clock_in.id))
    filled = scene.bot.workspace.fill(view, {"note": "x", "reason": "was missing"})
    delivery = await scene.bot.workspace.submit(who, view, filled)
    return str(delivery.answer)


async def request_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    pair = await scene.record(whose, delete=False)
    return await scene.press_action(who, action, change_form.Which(pair.clock_in.id))


async def request_sent(scene: Scene, who: str, whose: str) -> str:
    """The form that was opened for a team member's record, sent for somebody else's."""
    allowed = scene.opened.get(BEN) or await scene.clock_in(BEN)
    other = await scene.record(whose, delete=False)
    which = change_form.Which(allowed.clock_in.id)
    assert await scene.press_action(who, ask_for_change.press_ask, which) == "a form"
    view = scene.bot.workspace.open_view(who)
    assert view is not None
    view.raw["private_metadata"] = ask_for_change.send.pack(change_form.Which(other.clock_in.id))
    filled = scene.bot.workspace.fill(view, {"note": "x", "reason": "was missing"})
    return str((await scene.bot.workspace.submit(who, view, filled)).answer)


async def days_chosen(scene: Scene, who: str, whose: str) -> str:
    friday = DateRange(date(2026, 11, 20), date(2026, 11, 20))
    return await scene.press_action(who, fix_day.show_day, fix_day.DayQuery(friday, whose))


async def left_at_sent(scene: Scene, who: str, whose: str) -> str:
    """The form that was opened for oneself, sent for somebody else's clock-in."""
    own = scene.opened.get(who) or await scene.clock_in(who)
    other = own if who == whose else await scene.clock_in(whose)
    assert await scene.press_action(who, leaving.left_at, ClockIn(who, own.clock_in.id)) == "a form"
    view = scene.bot.workspace.open_view(who)
    assert view is not None
    view.raw["private_metadata"] = leaving.save_left.pack(ClockIn(whose, other.clock_in.id))
    delivery = await scene.bot.workspace.submit(who, view, scene.bot.workspace.fill(view, {"at": "10:30"}))
    return str(delivery.answer)


async def period_pressed(scene: Scene, who: str, whose: str, action: Action) -> str:
    october = DateRange(date(2026, 10, 1), date(2026, 10, 31))
    kind = signing_team.InList if action == signing_team.approve_one else PeriodQuery
    return await scene.press_action(who, action, kind(october, whose))


DEEDS: dict[str, tuple[Operation, Deed]] = {
    "/clockin": (Operation.CLOCK, partial(typed, command="/clockin @{}")),
    "/clockout": (Operation.CLOCK, clock_out_typed),
    "/break": (Operation.CLOCK, break_typed),
    "/back": (Operation.CLOCK, back_typed),
    "/attendance report": (Operation.READ, partial(typed, command="/attendance report @{}")),
    "/attendance events": (Operation.READ, partial(typed, command="/attendance events @{}")),
    "/attendance history": (Operation.READ, partial(typed, command="/attendance history @{}")),
    "/attendance fix": (Operation.READ, partial(typed, command="/attendance fix @{}")),
    "/attendance sign": (Operation.READ, partial(typed, command="/attendance sign @{}")),
    "/attendance add": (Operation.RECORD, form_sent),
    **{
        action.name: (Operation.READ, partial(period_pressed, action=action))
        for action in (signing.turn, signing.show_period, signing_team.show_one, statements.pdf, statements.csv)
    },
    signing.approve.name: (Operation.APPROVE, partial(period_pressed, action=signing.approve)),
    signing_team.approve_one.name: (Operation.APPROVE, partial(period_pressed, action=signing_team.approve_one)),
    **{
        action.name: (Operation.CLOCK, partial(question_pressed, action=action))
        for action in (clock_buttons.press_clock_out, leaving.still_here, leaving.left_at, leaving.left_at_beside)
    },
    **{
        action.name: (Operation.READ, partial(report_pressed, action=action))
        for action in (report.turn, report.show_report, report.share, exporting.csv, exporting.excel)
    },
    events.turn_page.name: (Operation.READ, partial(list_pressed, action=events.turn_page)),
    events.ask_to_delete.name: (Operation.READ, partial(list_pressed, action=events.ask_to_delete)),
    events.show_history.name: (Operation.READ, partial(event_pressed, action=events.show_history)),
    show_days.name: (Operation.READ, person_chosen),
    status.show_theirs.name: (Operation.READ, name_chosen),
    fix_day.show_day.name: (Operation.READ, days_chosen),
    events.open_request.name: (Operation.READ, partial(event_pressed, action=events.open_request)),
    ask_for_change.press_ask.name: (Operation.READ, partial(request_pressed, action=ask_for_change.press_ask)),
    ask_for_change.press_remove.name: (Operation.READ, partial(request_pressed, action=ask_for_change.press_remove)),
    "the form to ask for a change": (Operation.ASK, request_sent),
    events.open_change.name: (Operation.CHANGE, partial(event_pressed, action=events.open_change)),
    change_record.press_change.name: (Operation.CHANGE, change_pressed),
    change_record.undo.name: (Operation.CHANGE, change_undone),
    "the form to change a record": (Operation.CHANGE, change_sent),
    events.delete.name: (Operation.DELETE, partial(event_pressed, action=events.delete)),
    events.undo.name: (Operation.DELETE, partial(event_pressed, action=events.undo)),
    report.change_day.name: (Operation.READ, day_pressed),
    log_channel.change.name: (Operation.CHANGE, partial(post_pressed, action=log_channel.change)),
    log_channel.ask_to_delete.name: (Operation.DELETE, partial(post_pressed, action=log_channel.ask_to_delete)),
    log_channel.delete_it.name: (Operation.DELETE, partial(post_pressed, action=log_channel.delete_it)),
    log_channel.delete.name: (Operation.DELETE, partial(post_pressed, action=log_channel.delete)),
    log_channel.undo.name: (Operation.DELETE, partial(post_pressed, action=log_channel.undo)),
    leaving.left_at_likely.name: (Operation.CLOCK, likely_time_pressed),
    clock_readings.as_read.name: (Operation.CLOCK, reading_pressed),
    add_record.undo_for_them.name: (Operation.DELETE, added_undone),
    clock_buttons.undo.name: (Operation.UNDO, entry_undone),
    findings.undo_break.name: (Operation.UNDO, added_break_undone),
    "the form of a break": (Operation.RECORD, break_form_sent),
    left_or_back.was_back.name: (Operation.CLOCK, was_back_sent),
    clock_buttons.press_start.name: (Operation.CLOCK, partial(question_pressed, action=clock_buttons.press_start)),
    clock_buttons.press_back.name: (Operation.CLOCK, partial(break_pressed, action=clock_buttons.press_back)),
    clock_buttons.press_done.name: (Operation.CLOCK, partial(break_pressed, action=clock_buttons.press_done)),
    clock_buttons.undo_paid.name: (Operation.UNDO, partial(break_pressed, action=clock_buttons.undo_paid)),
    add_record.press_add_filled_in.name: (Operation.RECORD, filled_in_form_pressed),
    "the form of a forgotten clock-out": (Operation.CLOCK, left_at_sent),
}
ONES_OWN_ALONE = {
    report.fix_day.name,  # types a line about the presser's own day
    "home.take",  # types a command of the table for the presser
    clock_buttons.press_clock_in.name,
    add_record.press_add.name,
    did_you_mean.type_it.name,
    waiting_clock_in.clock_in_as_typed.name,  # the presser's own line
    *pinned_buttons.pinned_buttons.actions,  # which type a line too
    *reminders.reminders.actions,
    *language.language.actions,
    findings.press_none.name,
    log_channel.keep.name,
    signing.sign.name,
    signing.fix.name,
    signing_team.approve_all.name,  # of those whom the presser may approve
}
"""What names nobody but the presser, and what types a line for them, which is checked as if they had typed it."""
LOOKS_AT_ONESELF = {"", "status", "help", "who", "mine", "reminders", "remind", "language", "post", "undo", "requests"}
"""Words of /attendance that take no person; `who` shows whom one may see (tests of presence)."""


@pytest.fixture
async def scene(bot: RunningBot, people: People, clock: Clock) -> Scene:
    await set_the_scene(bot, people, clock)  # Marco manages Support: Ana and Ben
    for user_id in (ADA, ANA, BEN, MARCO, NORA):
        await people.type(user_id, "/attendance")
    return Scene(bot, people, clock)


@pytest.mark.parametrize("deed", list(DEEDS))
async def test_a_manager_reaches_exactly_what_the_table_says(scene: Scene, deed: str) -> None:
    operation, do = DEEDS[deed]
    for whose in (OTHER, TEAM, OWN):
        told = await do(scene, WHO[Role.MANAGER], WHOSE[Role.MANAGER][whose])

        assert "Something went wrong" not in told
        assert (FORBIDDEN not in told) == (whose in MAY[operation][Role.MANAGER]), (whose, told)
        scene.close_views()


def test_no_command_form_or_button_is_left_out() -> None:
    """Each that the bot listens to is in the table, or names nobody."""
    listened = {str(action) for feature in slack.FEATURES for action in getattr(feature, "Action", ())}
    listened |= {*router().actions}
    assert listened - {str(one) for one in ONES_OWN_ALONE} - OF_ADMINS - ADD_A_BREAK - BY_SIGNATURE - BY_CORRECTION == {
        deed for deed in map(str, DEEDS) if not deed.startswith(("/", "the form"))
    }
    words = {word for word in router().words if f"/attendance {word}" not in DEEDS}
    assert words - OF_ADMINS - {"clockin", "clockout", "break", "back", "in", "out"} == LOOKS_AT_ONESELF


ADD_A_BREAK = {findings.press_add_break.name}
"""Who may is asked when the form is sent."""
BY_SIGNATURE = {signing.take_back.name, signing.press_reopen.name}
"""Name a signature, whose person is looked up: tests/test_permissions.py and tests/chat/test_signing.py."""
BY_CORRECTION = {*correction_card.corrections.actions, *correction_forms.correction_forms.actions}
"""Name a correction, whose person is looked up: tests/chat/test_corrections.py."""
OF_ADMINS = {
    name
    for feature in (teams, offices, settings, tokens, reading_tokens, working_conditions)
    for name in (*feature.words, *feature.actions)
}
"""Lists and forms for admins alone: tests/chat/test_only_admins.py."""
