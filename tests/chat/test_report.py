"""Reports and their exports, on the plain door."""

from __future__ import annotations

import pytest

from bot.chat import exporting, report
from bot.chat.routing import Action
from bot.chat.views import Chart, Message, Outcome, Table
from bot.errors import Forbidden, NotUnderstood
from storage.errors import UnknownOffice
from tests.builders import workplace
from tests.chat.conftest import ADA, ANA, BEN, PlainDoor, labels, shown
from tests.conftest import Clock

ACTIONS = [report.turn, report.show_report, report.share, exporting.csv, exporting.excel]
DAY = '"days": {"first": "2026-11-23", "last": "2026-11-23"}'


async def work(door: PlainDoor, clock: Clock, user_id: str, start: str, end: str) -> None:
    """Clocks in and out at those instants (UTC)."""
    clock.set(start)
    await door.type(user_id, "clockin")
    clock.set(end)
    await door.type(user_id, "clockout")


def bars(message: Outcome) -> dict[str, float]:
    assert isinstance(message, Message)
    (chart,) = [piece for piece in message.pieces if isinstance(piece, Chart)]
    return dict(chart.bars)


async def test_a_report_says_in_words_what_its_table_holds(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(door, clock, ANA, "2026-11-23T11:45", "2026-11-23T16:00")

    assert shown(await door.type(ANA, "report")) == [
        "Mon 23 Nov 2026",
        "7 h 15 min in all · U0Ana · days as in Berlin",
        "Day · First in · Last out · Worked · Breaks · Entered later",
        "Mon 23 Nov 2026 · 09:00 · 17:00 · 7 h 15 min · 45 min · 0",
    ]


async def test_open_clock_ins_are_told_before_the_table(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await door.type(BEN, "clockin")

    told = shown(await door.type(ADA, "report"))

    assert told[1] == "3 h in all · 2 people · days as in Berlin"
    assert told[2] == "Still in, and not in the total yet: @U0BEN since Mon 23 Nov 2026, 12:00 (Berlin)."
    assert told[3].startswith("Person · Worked · Days · Breaks · Records · Entered later · Unresolved")


async def test_the_chart_of_one_person_goes_by_day_and_over_long_ranges_by_week(door: PlainDoor, clock: Clock) -> None:
    for day in range(2, 28):
        await work(door, clock, ANA, f"2026-11-{day:02}T08:00", f"2026-11-{day:02}T09:00")

    week = bars(await door.type(ANA, "report 2026-11-02 to 2026-11-05"))
    month = bars(await door.type(ANA, "report 2026-11"))

    assert week == {"Mon 2 Nov": 1.0, "Tue 3 Nov": 1.0, "Wed 4 Nov": 1.0, "Thu 5 Nov": 1.0}
    assert month == {
        "Week of 2 Nov 26": 7.0,
        "Week of 9 Nov 26": 7.0,
        "Week of 16 Nov 26": 7.0,
        "Week of 23 Nov 26": 5.0,
    }


async def test_previous_and_next_take_the_place_of_the_report(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-10-05T08:00", "2026-10-05T11:00")
    clock.set("2026-11-23T08:00")
    month = await door.type(ANA, "report this month")
    assert labels(month) == ["Previous", "Next", "Export CSV", "Export Excel", "Share in channel"]

    before = await door.press(ANA, month, "Previous")

    assert isinstance(before, Message)
    assert before.replaces
    assert shown(before)[:2] == ["Thu 1 Oct to Sat 31 Oct 2026", "3 h in all · U0Ana · days as in Berlin"]


async def test_a_shared_report_names_its_sharer_and_has_no_buttons(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")

    told = await door.press(ANA, await door.type(ANA, "report"), "Share in channel")

    assert shown(told) == ["Shared in this channel."]
    (posted,) = door.chat.posted
    assert shown(posted)[:2] == ["@U0ANA shared this report.", "Mon 23 Nov 2026"]
    assert labels(posted) == []


async def test_an_export_is_sent_as_a_file(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    made = await door.type(ANA, "report")

    told = [shown(await door.press(ANA, made, label)) for label in ("Export CSV", "Export Excel")]

    assert told == [["It is in your direct messages: 1 record."]] * 2
    assert list(door.chat.sent) == [f"attendance 2026-11-23 to 2026-11-23.{form}" for form in ("csv", "xlsx")]


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
        with pytest.raises(NotUnderstood):
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
    assert any(line.startswith("Too many people are named for the buttons.") for line in shown(made))
    (table,) = [piece for piece in made.pieces if isinstance(piece, Table)]
    assert len(table.rows) == 100
