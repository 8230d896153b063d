"""Lengths that people see fit the times beside them, and add up to the totals, wherever both are shown."""

from __future__ import annotations

import asyncio
import io
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.calendar.ranges import DateRange
from bot.chat.routing import Ask
from bot.chat.views import Chart, Message, Table
from bot.chat.weekly_summary import summary as weekly_summary_notice
from bot.chat.weekly_summary import summary_text
from bot.cli import terminal_report
from bot.cli.tables import Names
from bot.documents import paper, personal_file
from bot.notifications import weekly_summary
from bot.people import teams_and_offices
from bot.permissions import Caller, Via
from bot.reports import periods
from bot.reports.periods import GroupBy
from bot.wording import Reader
from storage.database import open_database
from tests.builders import ADMIN, utc, workplace
from tests.chat.conftest import ANA, BEN, KEI, MARCO, PlainDoor, meet, shown
from tests.conftest import WORKSPACE, Clock

WEEK = DateRange(date(2026, 11, 23), date(2026, 11, 29))
LENGTH = re.compile(r"(?:(\d+)[\xa0 ]h)?[\xa0 ]?(?:(\d+)[\xa0 ]min)?")
SPAN = re.compile(r"(\d\d):(\d\d) – (\d\d):(\d\d)")
MINUTE = timedelta(minutes=1)

SHIFTS = st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 40_000)), min_size=1, max_size=8)
"""Of one person, in seconds: a gap, and the record after it."""


def minutes(text: str) -> int:
    """`8 h 28 min`, `45 min so far`"""
    found = LENGTH.match(text.strip())
    assert found, text
    assert found[0], text
    return 60 * int(found[1] or 0) + int(found[2] or 0)


@settings(max_examples=12)
@given(SHIFTS, SHIFTS)
def test_rows_add_up_to_totals_wherever_both_are_shown(
    migrated_file: Path, anas: list[tuple[int, int]], bens: list[tuple[int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated_file, f"{folder}/ledger.db")
        asyncio.run(everything_adds_up(f"sqlite:///{folder}/ledger.db", anas, bens))


async def everything_adds_up(url: str, anas: list[tuple[int, int]], bens: list[tuple[int, int]]) -> None:
    clock = Clock()
    database = await open_database(url, clock=clock)
    try:
        clock.set("2026-11-29T22:30")
        services = await workplace(database, dict.fromkeys((ANA, BEN, MARCO), "Europe/Berlin"))
        await teams_and_offices.set_team(services, ADMIN, "Support", [MARCO], [ANA, BEN])
        door = PlainDoor(services)
        exact = timedelta()
        for user_id, shifts in ((ANA, anas), (BEN, bens)):
            exact += await work(door, user_id, shifts)
        of_ana, of_ben = [await day_rows(door, user_id) for user_id in (ANA, BEN)]
        await records_fit_their_times(door, sum(of_ana.values()))
        await home_and_status_agree(door, sum(of_ana.values()), of_ana)
        await papers_agree(door, sum(of_ana.values()), list(of_ana.values()))
        await team_agrees(door, {ANA: sum(of_ana.values()), BEN: sum(of_ben.values())})
        rows = await database.read(lambda tx: list(periods.worked_time(tx, ADMIN, WEEK, GroupBy.DAY, None, None)))
        assert sum((row.person.worked for row in rows), timedelta()) == exact, "programs count every second"
        await a_clock_out_agrees(door, clock)
    finally:
        await database.close()


async def work(door: PlainDoor, user_id: str, shifts: Sequence[tuple[int, int]]) -> timedelta:
    """Adds records in the order of their times, one after the other. Returns how long they are."""
    at, whole = utc("2026-11-23T05:00"), timedelta()
    for gap, length in shifts:
        start = at + timedelta(seconds=gap)
        at = start + timedelta(seconds=length)
        await recording.record(door.services, ADMIN, NewRecord(user_id, start, at))
        whole += at - start
    return whole


def table_of(message: Message) -> Table:
    (table,) = [piece for piece in message.pieces if isinstance(piece, Table)]
    return table


def column(table: Table, title: str) -> list[int]:
    """In minutes; all 0 where it's left out because there is nothing in it."""
    if title not in table.columns:
        return [0] * len(table.rows)
    return [minutes(row[table.columns.index(title)].shown) for row in table.rows]  # type: ignore[union-attr]


def charted(message: Message) -> dict[str, int]:
    return {
        name: minutes(bar.shown) for piece in message.pieces if isinstance(piece, Chart) for name, bar in piece.bars
    }


async def day_rows(door: PlainDoor, user_id: str) -> dict[str, int]:
    """The worked minutes of each day of a person's report, whose total they are."""
    report = await door.type(user_id, "report this week")
    worked = column(table_of(report), "Worked")
    assert sum(worked) == minutes(shown(report)[1])
    days = dict(zip([str(row[0]) for row in table_of(report).rows], worked, strict=True))
    if bars := charted(report):
        assert {f"{day.split()[0]} {day.split()[1]}": length for day, length in days.items() if length} == {
            name: length for name, length in bars.items() if length
        }
    return days


async def records_fit_their_times(door: PlainDoor, total: int) -> None:
    lines = [line for line in shown(await door.type(ANA, "events this week")) if SPAN.search(line)]
    lengths = [minutes(line.split(" · ")[1]) for line in lines]
    for line, length in zip(lines, lengths, strict=True):
        start_hour, start, end_hour, end = map(int, SPAN.search(line).groups())  # type: ignore[union-attr]
        assert (60 * (end_hour - start_hour) + end - start) % (24 * 60) == length, line
    assert sum(lengths) == total


async def home_and_status_agree(door: PlainDoor, total: int, days: dict[str, int]) -> None:
    home = await door.home(ANA)
    lines = [line.split(" · ") for line in shown(home) if re.match(r"\w{3} \d+ Nov · ", line)]
    assert {day: minutes(worked) for day, _times, worked, *_breaks in lines} == days
    assert sum(charted(home).values()) == total
    for message in (home, await door.type(ANA, "status")):
        (line,) = [line for line in shown(message) if "This week: " in line]
        assert minutes(line.partition("This week: ")[2]) == total


async def papers_agree(door: PlainDoor, total: int, days: list[int]) -> None:
    caller = Caller(WORKSPACE, ANA, Via.SLACK)
    own = await personal_file.gather(door.services, caller, WEEK)
    with tempfile.TemporaryDirectory() as folder:
        paper.write_pdf(personal_file.as_paper(own), Path(folder) / "own.pdf")
        text = "\n".join(page.extract_text() for page in PdfReader(f"{folder}/own.pdf").pages)
    found = re.search(r"Total: (.*)", text)
    assert found
    assert minutes(found[1]) == total
    assert sum(length // MINUTE for length in (day.worked for day in own.report.days_of_one or ())) == sum(days)
    printed = io.StringIO()
    with redirect_stdout(printed):
        terminal_report.show(own.report, Names({}))
    found = re.search(r"Total: (.*)", printed.getvalue())
    assert found
    assert minutes(found[1]) == total


async def team_agrees(door: PlainDoor, totals: dict[str, int]) -> None:
    report = await door.type(MARCO, "report this week")
    rows = dict(zip([str(row[0]) for row in table_of(report).rows], column(table_of(report), "Worked"), strict=True))
    assert {rows["U0Ana"], rows["U0Ben"]} == set(totals.values())
    assert sum(rows.values()) == sum(totals.values()) == minutes(shown(report)[1])
    found = await weekly_summary.weekly_summary(door.services, Caller(WORKSPACE, MARCO, Via.SLACK), WEEK)
    assert found is not None
    _, whole, *lines = str(summary_text(found, Reader(MARCO, door.services.database.clock()))).splitlines()
    assert minutes(whole) == sum(totals.values())
    assert sum(minutes(line.partition(": ")[2]) for line in lines) == sum(totals.values())


async def a_clock_out_agrees(door: PlainDoor, clock: Clock) -> None:
    await door.type(MARCO, "clockin")
    clock.advance(seconds=200)
    first = shown(await door.type(MARCO, "clockout"))
    clock.advance(seconds=45)
    await door.type(MARCO, "clockin")
    clock.advance(seconds=130)
    told = re.search(r"This shift: (.*?)\. Today: (.*?)\.", shown(await door.type(MARCO, "clockout"))[0])
    before = re.search(r"Today: (.*?)\.", first[0])
    assert told
    assert before
    assert minutes(told[2]) == minutes(told[1]) + minutes(before[1])


async def test_the_report_of_a_weekly_summary_is_about_the_same_people(team: PlainDoor, clock: Clock) -> None:
    await meet(team, BEN)
    for user_id, end in ((ANA, "2026-11-18T10:00"), (MARCO, "2026-11-18T16:00"), (KEI, "2026-11-18T12:00")):
        await recording.record(team.services, ADMIN, NewRecord(user_id, utc("2026-11-18T08:00"), utc(end)))
    week = DateRange(date(2026, 11, 16), date(2026, 11, 22))
    reader = Reader(MARCO, clock.now, zone="Europe/Berlin")
    ask = Ask(team.services, Caller(WORKSPACE, MARCO, Via.SLACK), reader, router=team.router)

    summary = await weekly_summary_notice(ask, week)

    assert summary is not None
    assert shown(summary)[1] == "2\xa0h in all"
    report = await team.press(MARCO, summary, "Show the report")
    assert shown(report)[1] == "2\xa0h · 2 people"
    assert "U0Marco" not in "".join(shown(report))
    assert shown(await team.type(MARCO, "report last week"))[1] == "10\xa0h · 3 people"


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ("22:00:59", "23:00:00", "1 h"),
        ("22:00:00", "22:59:59", "59 min"),
        ("22:00:59", "22:01:00", "1 min"),
        ("22:00:10", "22:00:50", "0 min"),
    ],
)
async def test_a_length_is_the_difference_of_the_times_beside_it(
    door: PlainDoor, clock: Clock, start: str, end: str, length: str
) -> None:
    clock.set(f"2026-11-22T{start}+01:00")
    await door.type(ANA, "clockin")
    clock.set(f"2026-11-22T{end}+01:00")
    assert shown(await door.type(ANA, "clockout"))[0].endswith(f"Today: {length}.")
    (line,) = [line for line in shown(await door.type(ANA, "events today")) if " – " in line]
    assert line.endswith(f" · {length}")
