"""Reports, on the plain door."""

from __future__ import annotations

import pytest

from bot.chat import exporting, report
from bot.chat.routing import Action
from bot.chat.views import Chart, Message, Outcome, Table
from bot.errors import Forbidden, NotUnderstood
from storage.errors import UnknownOffice
from tests.builders import workplace
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, labels, shown, work
from tests.conftest import Clock

ACTIONS = [report.turn, report.show_report, report.share, exporting.csv, exporting.excel]
DAY = '"days": {"first": "2026-11-23", "last": "2026-11-23"}'


def row(report: Outcome) -> str:
    """The last one of its table."""
    return shown(report)[-1]


def bars(message: Outcome) -> dict[str, float]:
    assert isinstance(message, Message)
    (chart,) = [piece for piece in message.pieces if isinstance(piece, Chart)]
    return dict(chart.bars)


async def test_a_report_says_in_words_what_its_table_holds(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(door, clock, ANA, "2026-11-23T11:45", "2026-11-23T16:00")

    assert shown(await door.type(ANA, "report")) == [
        "Mon 23 Nov",
        "7 h 15 min in all · U0Ana · days as in Berlin",
        "Day · First in · Last out · Worked · Breaks · Entered later",
        "Mon 23 Nov · 09:00 · 17:00 · 7 h 15 min · 45 min · 0",
    ]


async def test_a_day_that_has_not_ended_counts_the_breaks_so_far(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(door, clock, ANA, "2026-11-23T11:45", "2026-11-23T16:00")
    clock.set("2026-11-23T17:00")
    await door.type(ANA, "clockin")

    assert row(await door.type(ANA, "report")) == "Mon 23 Nov · 09:00 · still in · 7 h 15 min · 1 h 45 min · 0"


async def test_a_report_on_one_person_at_one_office_tells_no_breaks(team: PlainDoor, clock: Clock) -> None:
    for hour, where in (("08", "in hq"), ("10", ""), ("12", "in hq")):
        clock.set(f"2026-11-23T{hour}:00")
        await team.type(ANA, f"clockin {where}".strip())
        clock.advance(hours=2)
        await team.type(ANA, "clockout")

    assert shown(await team.type(ANA, "report today in hq"))[1:] == [
        "4 h in all · U0Ana at Berlin Mitte · days as in Berlin",
        "Day · First in · Last out · Worked · Entered later",
        "Mon 23 Nov · 09:00 · 15:00 · 4 h · 0",
    ]


async def test_a_day_that_began_in_one_zone_and_ended_in_another_names_both(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, KEI, "2026-11-23T07:00", "2026-11-23T08:00")
    clock.set("2026-11-23T12:00")
    await team.type(KEI, "clockin in hq")
    clock.set("2026-11-23T16:00")
    await team.type(KEI, "clockout")

    report = await team.type(KEI, "report 2026-11-23")

    assert row(report) == "Mon 23 Nov · 16:00 (Tokyo) · 17:00 (Berlin) · 5 h · 0 min · 0"


async def test_a_day_of_25_hours_says_so_where_its_hours_are_shown(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-10-24T22:00", "2026-10-25T05:00")  # 00:00 to 06:00 by the clock on the wall

    assert shown(await door.type(ANA, "report 2026-10"))[1:] == [
        "7 h in all · U0Ana · days as in Berlin",
        "Sun 25 Oct had 25 hours in Berlin: the clocks went back.",
        "Day · First in · Last out · Worked · Breaks · Entered later",
        "Sun 25 Oct · 00:00 · 06:00 · 7 h · 0 min · 0",
    ]


async def test_a_clock_change_on_a_day_off_is_nobodys_business(door: PlainDoor, clock: Clock) -> None:
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

    assert shown(out) == [f"Out at 06:00 after 9 h. Sat 24 Oct: 9 h in all. {note}"]
    assert shown(await door.type(ANA, "status")) == ["You are out.", "Today: 0 min. This week: 9 h.", note]
    assert note in shown(await door.type(ANA, "report 2026-10-24"))
    assert note in str(shown(await door.type(ANA, "events 2026-10-24")))
    assert "clocks" not in str(shown(await door.type(ANA, "report 2026-10-25")))


async def test_a_clock_out_that_was_forgotten_is_unresolved_in_every_list(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=3)
    await team.type(BEN, "clockin")
    clock.advance(hours=22)

    told = shown(await team.type(MARCO, "report yesterday"))

    assert "Unresolved: @U0ANA since Mon 23 Nov, 09:02: the clock-out is missing." in told
    assert "Still in, and not in the total yet: @U0BEN since Mon 23 Nov, 12:02." in told
    assert row(await team.type(ANA, "report yesterday")).startswith("Mon 23 Nov · 09:02 · unresolved · ")
    listed = "\n".join(shown(await team.type(MARCO, "events yesterday")))
    assert "Mon 23 Nov, since 09:02 · unresolved: the clock-out is missing" in listed
    assert "Mon 23 Nov, since 12:02 · still in" in listed


async def test_a_report_of_one_office_counts_its_records_alone(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    await team.type(ANA, "clockin in hq")
    clock.advance(hours=2)
    await team.type(ANA, "clockout")

    told = shown(await team.type(ANA, "report today in hq"))

    assert told[1] == "2 h in all · U0Ana at Berlin Mitte · days as in Berlin"


async def test_a_report_on_somebody_out_of_reach_is_refused(door: PlainDoor) -> None:
    with pytest.raises(Forbidden):
        await door.type(ANA, f"report today <@{BEN}>")


async def test_a_range_without_records_says_so(door: PlainDoor) -> None:
    assert "No records in this range." in shown(await door.type(ANA, "report 2020-01"))
    assert "No records in this range." in shown(await door.type(ANA, "events 2020-01"))


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
        "Person · Worked · Days · Breaks · Records · Entered later · Unresolved",
        "U0Ana · 7 h 30 min · 1 · 1 h · 2 · 0 · 0",
        "U0Ben · 4 h · 1 · 0 min · 2 · 1 · 1",
        "U0Marco · 0 min · 0 · 0 min · 0 · 0 · 0",
    ]
    assert bars(told) == {"U0Ana": 7.5, "U0Ben": 4.0}


async def test_open_clock_ins_are_told_before_the_table(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await door.type(BEN, "clockin")

    told = shown(await door.type(ADA, "report"))

    assert told[1] == "3 h in all · 2 people · days as in Berlin"
    assert told[2] == "Still in, and not in the total yet: @U0BEN since Mon 23 Nov, 12:00."
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
    assert shown(before)[:2] == ["Thu 1 – Sat 31 Oct", "3 h in all · U0Ana · days as in Berlin"]
    after = await door.press(ANA, before, "Next")
    assert shown(after)[:2] == ["Sun 1 – Mon 30 Nov", "0 min in all · U0Ana · days as in Berlin"]


async def test_a_shared_report_names_its_sharer_and_has_no_buttons(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")

    told = await door.press(ANA, await door.type(ANA, "report"), "Share in channel")

    assert shown(told) == ["Shared in this channel."]
    (posted,) = door.chat.posted
    assert shown(posted)[:2] == ["@U0ANA shared this report.", "Mon 23 Nov"]
    assert labels(posted) == []


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
