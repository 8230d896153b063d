"""Reports, on the plain door."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import timedelta

import pytest

import storage.database
from bot.attendance import recording
from bot.attendance.breaks import back, start_break
from bot.attendance.recording import NewRecord
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.ranges import DateRange
from bot.chat import exporting, report
from bot.chat.report_view import report_message
from bot.chat.routing import Action
from bot.chat.views import Chart, Message, Note, Outcome, Table
from bot.errors import Forbidden, NotADateRange, OutdatedButton
from bot.people import teams_and_offices
from bot.reports import worked_time
from bot.workspaces import workspace_settings
from storage.corrections import Correction
from storage.database import LONG_READERS_OF_EACH
from storage.errors import Unavailable, UnknownOffice
from storage.pairs import Pair, PairEvent
from storage.record_changes import RecordChange
from tests.builders import ADMIN, caller, utc, workplace
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, labels, rename, shown, work
from tests.conftest import WORKSPACE, Clock

ACTIONS = [report.turn, report.show_report, report.share, exporting.csv, exporting.excel]
DAY = '"days": {"first": "2026-11-23", "last": "2026-11-23"}'


def row(report: Outcome) -> str:
    """The last one of its table."""
    return shown(report)[-1]


def bars(message: Outcome) -> dict[str, float]:
    assert isinstance(message, Message)
    (chart,) = [piece for piece in message.pieces if isinstance(piece, Chart)]
    return {name: number.value for name, number in chart.bars}


async def test_a_report_says_in_words_what_its_table_holds(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(door, clock, ANA, "2026-11-23T11:45", "2026-11-23T16:00")

    assert shown(await door.type(ANA, "report")) == [
        "Today · Mon 23 Nov",
        "7 h 15 min · U0Ana",
        "Day · First in · Last out · Worked · Breaks",
        "Mon 23 Nov · 09:00 · 17:00 · 7 h 15 min · 45 min",
    ]


async def test_paid_breaks_have_a_column_of_their_own_and_stay_in_what_was_worked(
    team: PlainDoor, clock: Clock
) -> None:
    kinds = parse_break_kinds("break unpaid, coffee paid")
    await workspace_settings.change(team.services, ADMIN, break_kinds=kinds)
    clock.set("2026-11-23T08:00")
    await team.type(ANA, "clockin")
    for at, until, kind in (("10:00", "10:12", "coffee"), ("11:00", "11:45", "break")):
        clock.set(f"2026-11-23T{at}")
        await start_break(team.services, caller(ANA), ANA, kind=kind)
        clock.set(f"2026-11-23T{until}")
        await back(team.services, caller(ANA), ANA)
    clock.set("2026-11-23T16:00")
    await team.type(ANA, "clockout")
    await work(team, clock, BEN, "2026-11-24T08:00", "2026-11-24T16:00")

    assert shown(await team.type(ANA, "report yesterday"))[-2:] == [
        "Day · First in · Last out · Worked · Breaks · Paid breaks",
        "Mon 23 Nov · 09:00 · 17:00 · 7 h 15 min · 45 min · 12 min",
    ]
    everybody = shown(await team.type(ADA, "report this week"))
    assert "Person · Worked · Days · Breaks · Paid breaks · Records" in everybody
    assert "U0Ana · 7 h 15 min · 1 · 45 min · 12 min · 2" in everybody
    assert "Paid breaks" not in "\n".join(shown(await team.type(BEN, "report today")))


async def test_a_report_of_a_year_waits_for_its_place_while_everybody_else_is_answered(
    door: PlainDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.database, "QUEUE_FOR_SECONDS_IF_LONG", 0.2)
    async with AsyncExitStack() as stack:
        for _ in range(LONG_READERS_OF_EACH):
            parts = door.services.database.stream(lambda tx: iter_once(), long=True)
            await anext(await stack.enter_async_context(aclosing(parts)))
        with pytest.raises(Unavailable):
            await door.type(ANA, "report 2026")
        assert "✅" in shown(await door.type(ANA, "clockin"))[0]
        assert await door.type(ANA, "status")
        assert await door.type(ANA, "report this month")
    assert await door.type(ANA, "report 2026")


def iter_once() -> Generator[int, None, None]:
    yield 1


async def test_a_day_that_has_not_ended_counts_the_breaks_so_far(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(door, clock, ANA, "2026-11-23T11:45", "2026-11-23T16:00")
    clock.set("2026-11-23T17:00")
    await door.type(ANA, "clockin")

    assert row(await door.type(ANA, "report")) == "Mon 23 Nov · 09:00 · still in · 7 h 15 min · 1 h 45 min"


async def test_a_report_on_one_person_at_one_office_tells_no_breaks(team: PlainDoor, clock: Clock) -> None:
    for hour, where in (("08", "in hq"), ("10", ""), ("12", "in hq")):
        clock.set(f"2026-11-23T{hour}:00")
        await team.type(ANA, f"clockin {where}".strip())
        clock.advance(hours=2)
        await team.type(ANA, "clockout")

    assert shown(await team.type(ANA, "report today in hq"))[1:] == [
        "4 h · U0Ana · Berlin Mitte",
        "Day · First in · Last out · Worked",
        "Mon 23 Nov · 09:00 · 15:00 · 4 h",
    ]


async def test_a_report_of_an_office_lists_who_was_there_with_their_breaks_there(team: PlainDoor, clock: Clock) -> None:
    for user_id, start, end, where in (
        (ANA, "08:00", "10:00", "in hq"),
        (ANA, "10:15", "11:00", "in hq"),
        (ANA, "11:00", "12:00", ""),
        (ANA, "12:30", "13:00", "in hq"),
        (BEN, "08:00", "12:00", ""),
    ):
        clock.set(f"2026-11-23T{start}")
        await team.type(user_id, f"clockin {where}".strip())
        clock.set(f"2026-11-23T{end}")
        await team.type(user_id, "clockout")

    found = shown(await team.type(MARCO, "report today Support in hq"))
    assert found[1] == "3 h 15 min · Support · 1 person · Berlin Mitte"
    assert found[-2:] == ["Person · Worked · Days · Breaks · Records", "U0Ana · 3 h 15 min · 1 · 15 min · 3"]
    assert "Mon 23 Nov · 09:00 · 14:00 · 3 h 15 min · 15 min" in shown(await team.type(ANA, "report today in hq"))
    assert "No records" in shown(await team.type(MARCO, "report today <@U0BEN> in hq"))[1]


async def test_a_day_that_began_in_one_zone_and_ended_in_another_names_both(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, KEI, "2026-11-23T07:00", "2026-11-23T08:00")
    clock.set("2026-11-23T12:00")
    await team.type(KEI, "clockin in hq")
    clock.set("2026-11-23T16:00")
    await team.type(KEI, "clockout")

    report = await team.type(KEI, "report 2026-11-23")

    assert row(report) == "Mon 23 Nov · 16:00 (Tokyo) · 17:00 (Berlin) · 5 h"


async def test_a_day_of_25_hours_says_so_where_its_hours_are_shown(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-10-24T22:00", "2026-10-25T05:00")  # 00:00 to 06:00 by the clock on the wall

    assert shown(await door.type(ANA, "report 2026-10"))[1:] == [
        "7 h · U0Ana",
        "Sun 25 Oct had 25 hours in Berlin: the clocks went back.",
        "Day · First in · Last out · Worked",
        "Sun 25 Oct · 00:00 · 06:00 · 7 h",
    ]


async def test_a_clock_change_on_a_day_off_is_not_mentioned(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-10-23T07:00", "2026-10-23T15:00")
    await work(door, clock, ANA, "2026-10-26T08:00", "2026-10-26T16:00")

    assert "clocks went" not in str(shown(await door.type(ANA, "report 2026-10")))


async def test_a_night_shift_through_a_clock_change_says_so_wherever_its_hours_are_shown(
    door: PlainDoor, clock: Clock
) -> None:
    note = "Sun 25 Oct had 25 hours in Berlin: the clocks went back."
    clock.set("2026-10-24T20:00")
    await door.type(ANA, "clockin")
    clock.set("2026-10-25T05:00")

    out = await door.type(ANA, "clockout")

    assert shown(out) == ["✅ Clocked out on Sun 25 Oct at 06:00. Sat 24 Oct: 9 h.", note]
    assert shown(await door.type(ANA, "status")) == ["You're clocked out", "Today: 0 min · This week: 9 h", note]
    assert note in shown(await door.type(ANA, "report 2026-10-24"))
    assert note in str(shown(await door.type(ANA, "events 2026-10-24")))
    assert "clocks" not in str(shown(await door.type(ANA, "report 2026-10-25")))


async def test_a_missing_clock_out_is_named_in_every_list(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=3)
    await team.type(BEN, "clockin")
    clock.advance(hours=22)

    told = shown(await team.type(MARCO, "report yesterday"))

    assert "Missing clock-out: @U0ANA since Mon 23 Nov, 09:02." in told
    assert "Still in, not in the total yet: @U0BEN since Mon 23 Nov, 12:02." in told
    assert row(await team.type(ANA, "report yesterday")).startswith("Mon 23 Nov · 09:02 · missing · ")
    listed = "\n".join(shown(await team.type(MARCO, "events yesterday")))
    assert "@U0ANA · in at 09:02 · missing clock-out" in listed
    assert "@U0BEN · 12:02 – now · 22 h" in listed


async def test_a_report_of_one_office_counts_its_records_alone(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    await team.type(ANA, "clockin in hq")
    clock.advance(hours=2)
    await team.type(ANA, "clockout")

    told = shown(await team.type(ANA, "report today in hq"))

    assert told[1] == "2 h · U0Ana · Berlin Mitte"


async def test_a_report_on_somebody_out_of_reach_is_refused(door: PlainDoor) -> None:
    with pytest.raises(Forbidden):
        await door.type(ANA, f"report today <@{BEN}>")


async def test_a_range_without_records_says_so(door: PlainDoor) -> None:
    assert shown(await door.type(ANA, "report 2020-01")) == ["January 2020", "No records · U0Ana"]
    assert "No records." in shown(await door.type(ANA, "events 2020-01"))


async def test_a_report_of_a_team_is_ready_to_pay_from(team: PlainDoor, clock: Clock) -> None:
    """Worked time, days, breaks, records entered by hand later, and clock-ins that nobody ended."""
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(team, clock, ANA, "2026-11-23T12:00", "2026-11-23T16:30")
    clock.set("2026-11-24T12:00")
    await team.type(BEN, "clockin at 9:00")
    await team.type(BEN, "clockout")
    await team.type(BEN, "clockin")
    clock.advance(hours=25)

    told = await team.type(MARCO, "report this week")

    assert shown(told)[-4:] == [
        "Person · Worked · Days · Breaks · Records · Entered later · Missing clock-out",
        "U0Ana · 7 h 30 min · 1 · 1 h · 2 · 0 · 0",
        "U0Ben · 4 h · 1 · 0 min · 2 · 1 · 1",
        "U0Marco · 0 min · 0 · 0 min · 0 · 0 · 0",
    ]
    assert bars(told) == {"U0Ana": 7.5, "U0Ben": 4.0}


async def test_open_clock_ins_are_listed_before_the_table(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await door.type(BEN, "clockin")

    told = shown(await door.type(ADA, "report"))

    assert told[1] == "3 h so far · 2 people"
    assert told[2] == "Still in, not in the total yet: @U0BEN since 12:00."
    assert told[3:] == ["Person · Worked · Days · Records", "U0Ana · 3 h · 1 · 1", "U0Ben · 0 min · 1 · 1"]


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("2 Nov to 6 Nov", ["Mon 2", "Tue 3", "Wed 4", "Thu 5", "Fri 6"]),
        ("this week", ["Mon 23", "Tue 24", "Wed 25", "Thu 26"]),
        ("2 Nov to 13 Nov", [f"{day} Nov" for day in range(2, 14)]),
        (
            "2026-10-01 to 2026-12-31",
            ["28 Sep", "5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov"],
        ),
        ("2026", ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]),
    ],
)
async def test_the_chart_of_one_person_has_days_without_work_too_up_to_today(
    door: PlainDoor, clock: Clock, words: str, labels: list[str]
) -> None:
    for day in (2, 4, 6, 11, 24):
        await work(door, clock, ANA, f"2026-11-{day:02}T08:00", f"2026-11-{day:02}T09:30")
    clock.set("2026-11-26T08:00")

    shown = bars(await door.type(ANA, f"report {words}"))

    assert list(shown) == ([f"{month} 2026" for month in labels] if words == "2026" else labels)
    assert sum(shown.values()) == {"2 Nov to 6 Nov": 4.5, "this week": 1.5, "2 Nov to 13 Nov": 6.0}.get(words, 7.5)


async def test_a_chart_needs_two_bars(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")

    for who, words in ((ANA, "today"), (ANA, "yesterday"), (MARCO, "today"), (MARCO, "yesterday")):
        report = await team.type(who, f"report {words}")
        assert not [piece for piece in report.pieces if isinstance(piece, Chart)]


async def test_the_chart_of_many_people_shows_those_who_worked_most(door: PlainDoor, clock: Clock) -> None:
    many = [f"U0MANY{number:02}" for number in range(22)]
    await workplace(door.services.database, dict.fromkeys(many, "UTC"))
    for number, user_id in enumerate(many):
        new = NewRecord(user_id, utc("2026-11-20T08:00"), utc("2026-11-20T09:00") + timedelta(minutes=number))
        await recording.record(door.services, ADMIN, new)

    report = await door.type(ADA, "report 20 Nov")

    (chart,) = [piece for piece in report.pieces if isinstance(piece, Chart)]
    assert chart.title == "Hours by person, the 20 longest"
    assert [name for name, _ in chart.bars] == [user_id.title() for user_id in reversed(many)][:20]


async def test_previous_and_next_take_the_place_of_the_report(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-10-05T08:00", "2026-10-05T11:00")
    clock.set("2026-11-23T08:00")
    month = await door.type(ANA, "report this month")
    assert labels(month) == ["Previous", "Export CSV", "Export Excel", "Share in channel"]

    before = await door.press(ANA, month, "Previous")

    assert isinstance(before, Message)
    assert before.replaces
    assert shown(before)[:2] == ["Last month · October", "3 h · U0Ana"]
    after = await door.press(ANA, before, "Next")
    assert shown(after) == ["This month · November", "No records · U0Ana"]


@pytest.mark.parametrize(("words", "next_too"), [("today", False), ("yesterday", True), ("this week", False)])
async def test_next_leads_to_no_day_to_come(door: PlainDoor, words: str, next_too: bool) -> None:
    assert ("Next" in labels(await door.type(ANA, f"report {words}"))) == next_too


async def test_a_reader_in_another_zone_sees_that_days_are_local(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    note = "Each day in the person's local time."
    assert note not in shown(await team.type(ADA, "report"))

    await work(team, clock, KEI, "2026-11-23T09:00", "2026-11-23T10:00")

    assert note in shown(await team.type(ADA, "report"))
    assert note not in shown(await team.type(KEI, "report"))


async def test_times_at_an_office_elsewhere_name_its_zone(team: PlainDoor, clock: Clock) -> None:
    await teams_and_offices.set_office(team.services, ADMIN, "ny", "New York", "America/New_York")
    clock.set("2026-11-23T14:00")
    await team.type(ANA, "clockin in ny")
    clock.set("2026-11-23T22:00")
    await team.type(ANA, "clockout")

    for reader, line, more in ((ANA, "report", ""), (MARCO, f"report <@{ANA}>", " · Change…")):
        lines = shown(await team.type(reader, line))
        assert f"Mon 23 Nov · 09:00 (New York) · 17:00 (New York) · 8 h{more}" in lines
        assert "Each day in the person's local time." not in lines
    assert "09:00 – 17:00 (New York) · 8 h · New York" in shown(await team.type(ANA, "events"))
    assert "Mon 23 Nov · 09:00 (New York) – 17:00 (New York) · 8 h" in shown(await team.home(ANA))


async def test_a_team_is_reported_by_its_name_however_it_is_typed(team: PlainDoor, clock: Clock) -> None:
    await teams_and_offices.set_team(team.services, ADMIN, "Bäckerei Süd", [MARCO], [BEN, KEI])
    for user_id in (ANA, BEN, KEI):
        await work(team, clock, user_id, "2026-11-20T08:00", "2026-11-20T10:00")
    clock.set("2026-11-23T08:00")

    for words in ("last week Bäckerei Süd", "bäckerei  süd last week", "last week ba\u0308ckerei su\u0308d"):
        report = await team.type(MARCO, f"report {words}")
        assert shown(report)[:2] == ["Last week · Mon 16 – Sun 22 Nov", "4 h · Bäckerei Süd · 2 people"]
    before = await team.press(MARCO, report, "Previous")
    assert shown(before)[1] == "No records · Bäckerei Süd · 2 people"
    await team.press(MARCO, report, "Export CSV")
    (file,) = team.chat.sent.values()
    assert file.count(b"\r\n") == 3


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("report team", "report Support"),
        ("report team yesterday", "report Support yesterday"),
        ("report yesterday of my team", "report Support yesterday"),
        ("report the team for yesterday", "report Support yesterday"),
        ("report our team's yesterday", "report Support yesterday"),
        ("report team Support yesterday", "report Support yesterday"),
    ],
)
async def test_the_word_team_is_the_readers_own_team(team: PlainDoor, clock: Clock, typed: str, same: str) -> None:
    await work(team, clock, ANA, "2026-11-22T08:00", "2026-11-22T11:00")
    await work(team, clock, MARCO, "2026-11-22T12:00", "2026-11-22T13:00")
    clock.set("2026-11-23T08:00")
    found, expected = await team.type(MARCO, typed), await team.type(MARCO, same)
    assert shown(found)[2:] == shown(expected)[2:]


async def test_an_employee_who_asks_for_the_team_reads_why_they_see_themselves_alone(team: PlainDoor) -> None:
    note = "You only see your own hours here. Managers see their teams, admins see everyone."
    assert shown(await team.type(ANA, "report team last week"))[-1] == note


async def test_a_team_that_somebody_does_not_manage_is_not_theirs_to_see(team: PlainDoor) -> None:
    await teams_and_offices.set_team(team.services, ADMIN, "Bakery", [ADA], [ANA])

    said = '⚠️ You can\'t see the team "Bakery". Managers see their own teams, admins see everyone.'
    for user_id in (ANA, MARCO):
        for line in ("report last week Bakery", "report bakery", "who bakery"):
            assert await team.refusal(user_id, team.type(user_id, line)) == said
    assert shown(await team.type(ADA, "report Bakery"))[1] == "No records · Bakery · U0Ana"


@pytest.mark.parametrize(
    ("typed", "meant", "label"),
    [
        ("report last week Suport", "report last week Support", "Show Support"),
        ("report suport", "report Support", "Show Support"),
        ("who suport", "who Support", "Show Support"),
        ("report 1/11", "report 1 Nov", "Show 1 Nov"),
        ("report 1/11", "report 11 Jan", "Show 11 Jan"),
        ("report 1/11 to 5/11", "report 1 Nov to 5 Nov", "Show 1 Nov to 5 Nov"),
        ("report 01/11/2025", "report 11 Jan 2025", "Show 11 Jan 2025"),
        ("events 23/11", "events 23 Nov", "Show 23 Nov"),
        ("report in Berln last week", "report last week in Berlin Mitte", "Show Berlin Mitte"),
    ],
)
async def test_what_is_misspelled_or_may_be_another_day_is_asked_about(
    team: PlainDoor, clock: Clock, typed: str, meant: str, label: str
) -> None:
    await work(team, clock, ANA, "2026-11-18T08:00", "2026-11-18T10:00")
    clock.set("2026-11-23T08:00")

    asked = await team.refusing(MARCO, team.type(MARCO, typed))

    assert "Did you mean" in shown(asked)[0]
    assert shown(await team.press(MARCO, asked, label)) == shown(await team.type(MARCO, meant))


async def test_an_office_stands_before_or_after_the_days(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-18T08:00")
    await team.type(ANA, "clockin in hq")
    clock.set("2026-11-18T10:00")
    await team.type(ANA, "clockout")
    clock.set("2026-11-23T08:00")

    for line in ("report in hq last week", "report last week in hq", f"report in Berlin Mitte last week <@{ANA}>"):
        assert shown(await team.type(MARCO, line))[1].startswith("2 h · ")
    assert (
        shown(await team.type(MARCO, "report in hq last week Support"))[1] == "2 h · Support · 1 person · Berlin Mitte"
    )


async def test_a_team_without_people_has_no_records_of_others(team: PlainDoor, clock: Clock) -> None:
    await teams_and_offices.set_team(team.services, ADMIN, "Bakery", [MARCO], [])
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T10:00")

    assert shown(await team.type(MARCO, "report Bakery"))[1] == "No records · Bakery · 0 people"


async def test_a_plain_name_is_enough_where_one_person_has_it(team: PlainDoor, clock: Clock) -> None:
    names = {"U0ANN": "Ana Lima", "U0LIMA": "Rita Lima", "U0MAY": "May Ito"}
    for user_id, name in names.items():
        await workplace(team.services.database, {user_id: "Europe/Berlin"})
        await rename(team, user_id, name)

    assert shown(await team.type(ADA, "report last week rita"))[1] == "No records · Rita Lima"
    assert shown(await team.type(ADA, "report RITA LIMA yesterday"))[1] == "No records · Rita Lima"
    assert shown(await team.type(ADA, "report May Ito"))[1] == "No records · May Ito"
    assert shown(await team.type(ADA, "report may"))[0] == "May"

    asked = await team.type(ADA, "report lima last week")
    assert shown(asked) == ["Which one do you mean?"]
    assert labels(asked) == ["Ana Lima", "Rita Lima"]
    answer = await team.press(ADA, asked, "Ana Lima")
    assert shown(answer) == ["Last week · Mon 16 – Sun 22 Nov", "No records · Ana Lima"]
    for user_id in (ANA, MARCO):
        with pytest.raises(NotADateRange):
            await team.type(user_id, "report last week rita")


async def test_a_shared_report_names_its_sharer_and_has_no_buttons(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")

    told = await door.press(ANA, await door.type(ANA, "report"), "Share in channel")

    assert shown(told) == ["✅ Shared in this channel."]
    (posted,) = door.chat.posted
    assert shown(posted)[:2] == ["@U0ANA shared this report.", "Today · Mon 23 Nov"]
    assert labels(posted) == []


async def test_every_chat_shows_the_notes_below_a_long_report_whole(door: PlainDoor) -> None:
    came = utc("2026-11-23T08:00")
    half = PairEvent("in", came, came, ANA, "slack", "Europe/Berlin")
    left = replace(half, id="out", at=utc("2026-11-23T16:00"))
    record, day = Pair(WORKSPACE, ANA, came.date(), half, left), came.date()
    removal = Correction(
        *(WORKSPACE, "one", ANA, "remove", "in", record, None, day, day, "x" * 200, MARCO, came, "slack"),
        account="y" * 200,
        outcome="applied-without-agreement",
    )
    change = RecordChange(MARCO, came, "slack", "z" * 200, replace(removal, kind="change"))
    report = await worked_time.worked_time(door.services, ADMIN, DateRange(day, day))
    gone = replace(record, deleted_at=came, deleted_by=MARCO)
    many = replace(report, changed=[(record, change)] * 12, removed=[(gone, removal)] * 13)

    made = report_message(many, (await door._ask(ADA)).reader)

    notes = [piece.text for piece in made.pieces if isinstance(piece, Note)]
    assert len("".join(notes)) > 8000
    assert all(len(one) <= 3000 for one in notes)
    lines = shown(made)
    assert lines.count("and 2 more changed records") == 1
    assert lines.count("and 3 more") == 1


@pytest.mark.parametrize("action", ACTIONS)
async def test_forged_buttons_are_refused(door: PlainDoor, action: Action) -> None:
    for value in (
        "x",
        "[]",
        "{}",
        '{"days": 7}',
        "[" * 1900,
        f'{{{DAY}, "office_id": 7}}',
        f'{{{DAY}, "user_ids": 7}}',
    ):
        with pytest.raises(OutdatedButton):
            await door.press_forged(ANA, action.name, value)
    with pytest.raises(UnknownOffice):
        await door.press_forged(ANA, action.name, f'{{{DAY}, "office_id": "nowhere"}}')
    with pytest.raises(Forbidden):
        await door.press_forged(ANA, action.name, f'{{{DAY}, "user_ids": ["U0BEN"]}}')
    ends_before_it_begins = '{"days": {"first": "9999-12-31", "last": "0001-01-01"}}'
    assert shown(await door.press_forged(ANA, action.name, ends_before_it_begins))


async def test_more_people_than_a_button_can_carry_still_get_their_report(door: PlainDoor) -> None:
    many = [f"U0MANY{number:03}" for number in range(200)]
    await workplace(door.services.database, dict.fromkeys(many, "UTC"))

    made = await door.type(ADA, "report " + " ".join(f"<@{user_id}>" for user_id in many))

    assert "200 people" in shown(made)[1]
    assert labels(made) == []
    assert "100 more rows are left out here, but counted in the total and in the exports." in shown(made)
    assert any(line.startswith("That's too many people for buttons.") for line in shown(made))
    (table,) = [piece for piece in made.pieces if isinstance(piece, Table)]
    assert len(table.rows) == 100
