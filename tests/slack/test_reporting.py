"""Reports and listings: what they say in words beside their tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

import pytest

from bot import reports
from bot.chat import views
from bot.chat.views import Chart, Table
from bot.chat.weekly_summary import summary_text
from bot.practice.block_kit import find_fault
from bot.practice.model import Fault, Message
from bot.practice.people import Member
from bot.ranges import DateRange
from bot.slack import render
from bot.weekly_summary import WeeklySummary
from storage.errors import Unavailable
from storage.pairs import Half, Pair
from storage.totals import PersonTotal
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People, buttons, labels
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


def table(message: Message) -> list[list[str]]:
    """The texts of its table, header first."""
    (found,) = [block for block in message.blocks if block["type"] == "data_table"]
    return [[cell["text"] for cell in row] for row in found["rows"]]


async def work(people: People, clock: Clock, user_id: str, start: str, end: str) -> None:
    """Clocks in and out at those instants (UTC)."""
    clock.set(start)
    await people.type(user_id, "/clockin")
    clock.set(end)
    await people.type(user_id, "/clockout")


async def test_a_day_of_25_hours_says_so_where_its_hours_are_shown(people: People, clock: Clock) -> None:
    await work(people, clock, ANA, "2026-10-24T22:00", "2026-10-25T05:00")  # 00:00 to 06:00 by the clock on the wall
    told = await people.type(ANA, "/attendance report 2026-10")
    assert "*7 h* in all · Ana Silva · days as in Berlin" in told.text
    assert "Sun 25 Oct 2026 had 25 hours in Berlin: the clocks went back." in told.shown
    assert "Sun 25 Oct 2026 · 00:00 · 06:00 · 7 h · 0 min · 0" in told.text


async def test_a_clock_change_on_a_day_off_is_nobodys_business(people: People, clock: Clock) -> None:
    await work(people, clock, ANA, "2026-10-23T07:00", "2026-10-23T15:00")
    await work(people, clock, ANA, "2026-10-26T08:00", "2026-10-26T16:00")
    assert "clocks went" not in (await people.type(ANA, "/attendance report 2026-10")).text


async def test_a_night_shift_through_a_clock_change_says_so_wherever_its_hours_are_shown(
    people: People, clock: Clock
) -> None:
    note = "Sun 25 Oct 2026 had 25 hours in Berlin: the clocks went back."
    clock.set("2026-10-24T20:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-10-25T05:00")
    out = await people.type(ANA, "/clockout")
    assert out.text == f"Out at 06:00 (Berlin) after 9 h. Sat 24 Oct 2026: 9 h in all. {note}"
    assert (await people.type(ANA, "/attendance")).text == f"You are out.\nToday: 0 min. This week: 9 h.\n{note}"
    assert note in (await people.type(ANA, "/attendance report 2026-10-24")).shown
    assert note in (await people.type(ANA, "/attendance events 2026-10-24")).shown
    assert "clocks" not in (await people.type(ANA, "/attendance report 2026-10-25")).shown


async def test_open_clock_ins_are_told_in_words_and_left_out_of_the_total(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await people.type(BEN, "/clockin")
    clock.advance(hours=2)
    told = await people.type(MARCO, "/attendance report")
    assert "*3 h* in all · 3 people" in told.text
    assert "Still in, and not in the total yet: <@U0BEN> since Mon 23 Nov 2026, 12:00 (Berlin)." in told.shown


async def test_one_persons_report_has_a_row_a_day_with_breaks(people: People, clock: Clock) -> None:
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(people, clock, ANA, "2026-11-23T11:45", "2026-11-23T16:00")
    assert table(await people.type(ANA, "/attendance report")) == [
        ["Day", "First in", "Last out", "Worked", "Breaks", "Entered later"],
        ["Mon 23 Nov 2026", "09:00", "17:00", "7 h 15 min", "45 min", "0"],
    ]
    clock.set("2026-11-23T17:00")
    await people.type(ANA, "/clockin")
    assert table(await people.type(ANA, "/attendance report"))[1] == [
        *("Mon 23 Nov 2026", "09:00", "still in", "7 h 15 min", "1 h 45 min", "0")
    ]


async def test_a_report_on_one_person_at_one_office_tells_no_breaks(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    for hour, where in (("08", "in hq"), ("10", ""), ("12", "in hq")):
        clock.set(f"2026-11-23T{hour}:00")
        await people.type(ANA, f"/clockin {where}")
        clock.advance(hours=2)
        await people.type(ANA, "/clockout")
    assert table(await people.type(ANA, "/attendance report today in hq")) == [
        ["Day", "First in", "Last out", "Worked", "Entered later"],
        ["Mon 23 Nov 2026", "09:00", "15:00", "4 h", "0"],
    ]


async def test_a_day_that_began_in_one_zone_and_ended_in_another_names_both(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ADA, "2026-11-23T07:00", "2026-11-23T08:00")
    clock.set("2026-11-23T12:00")
    await people.type(ADA, "/clockin in hq")
    clock.set("2026-11-23T16:00")
    await people.type(ADA, "/clockout")
    assert table(await people.type(ADA, "/attendance report today @ada"))[1] == [
        *("Mon 23 Nov 2026", "07:00 (London)", "17:00 (Berlin)", "5 h", "4 h", "0")
    ]


async def test_a_clock_out_that_was_forgotten_is_unresolved_in_every_list(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await people.type(ANA, "/clockin")
    clock.advance(hours=3)
    await people.type(BEN, "/clockin")
    clock.advance(hours=22)
    told = await people.type(MARCO, "/attendance report yesterday")
    unresolved = "Unresolved: <@U0ANA> since Mon 23 Nov 2026, 09:02 (Berlin): the clock-out is missing."
    still_in = "Still in, and not in the total yet: <@U0BEN> since Mon 23 Nov 2026, 12:02 (Berlin)."
    assert unresolved in told.text.splitlines()
    assert still_in in told.text.splitlines()
    assert unresolved in told.shown
    assert table(await people.type(ANA, "/attendance report yesterday"))[1][1:3] == ["09:02", "unresolved"]
    listed = (await people.type(MARCO, "/attendance events yesterday")).text
    assert "*Mon 23 Nov 2026, since 09:02 (Berlin)* · unresolved: the clock-out is missing" in listed
    assert "*Mon 23 Nov 2026, since 12:02 (Berlin)* · still in" in listed


async def test_a_report_of_one_office_counts_its_records_alone(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    await people.type(ANA, "/clockin in hq")
    clock.advance(hours=2)
    await people.type(ANA, "/clockout")
    told = await people.type(ANA, "/attendance report today in hq")
    assert "*2 h* in all · Ana Silva at Berlin Mitte" in told.text


async def test_a_report_on_somebody_out_of_reach_is_refused(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    told = await people.type(ANA, "/attendance report today @ben")
    assert told.text == "You may not see the records of <@U0BEN>: managers may for their teams, admins for everyone."


async def test_a_range_without_records_says_so(people: People) -> None:
    told = await people.type(ANA, "/attendance report 2020-01")
    assert "No records in this range." in told.shown
    assert "No records in this range." in (await people.type(ANA, "/attendance events 2020-01")).shown


async def test_a_report_for_more_people_than_a_table_takes_counts_them_all(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    everybody = [f"U0MANY{number:03}" for number in range(120)]
    for number, user_id in enumerate(everybody):
        name = f"Person {number:03} with quite a long name <!channel>"
        bot.workspace.members[user_id] = Member(user_id, f"many{number}", name, "Europe/Berlin")
        await people.type(user_id, "/clockin")
    clock.advance(hours=1)
    for user_id in everybody:
        await people.type(user_id, "/clockout")
    told = await people.type(ADA, "/attendance report")
    assert "*120 h* in all · 120 people" in told.text
    left_out = "20 more rows are left out here, but counted in the total and in the exports."
    assert left_out in told.shown
    assert left_out in told.text.splitlines()[:3], "a screen reader hears it, however many rows there are"
    assert told.text.endswith("more rows are left out in these words, but counted in the total.")


async def test_a_listing_is_leafed_through_newest_first(people: People, clock: Clock) -> None:
    for day in range(1, 13):
        await work(people, clock, ANA, f"2026-11-{day:02}T08:00", f"2026-11-{day:02}T16:00")
    clock.set("2026-11-23T08:00")
    newest = await people.type(ANA, "/attendance events this month")
    assert labels(newest) == ["Older"]
    assert "Thu 12 Nov 2026" in newest.shown
    assert "Mon 2 Nov 2026" not in newest.shown
    older = await people.press(ANA, newest, "Older")
    assert older is newest
    assert "Mon 2 Nov 2026" in older.shown
    assert labels(older) == ["Newer"]
    assert "Thu 12 Nov 2026" in (await people.press(ANA, older, "Newer")).shown


async def test_a_manager_deletes_for_the_team_but_not_for_themselves(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    for user_id in (ANA, MARCO):
        await work(people, clock, user_id, "2026-11-23T08:00", "2026-11-23T09:00")
    assert labels(await people.type(MARCO, "/attendance events today @ana")) == ["Delete"]
    assert labels(await people.type(MARCO, "/attendance events today @marco")) == []


async def test_two_admins_who_delete_the_same_record_get_one_clear_answer_each(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await work(people, clock, ADA, "2026-11-23T08:00", "2026-11-23T09:00")
    first = await people.type(ADA, "/attendance events")
    second = await people.type(ADA, "/attendance events")
    assert labels(await people.press(ADA, first, "Delete")) == ["Undo"]
    assert (await people.press(ADA, second, "Delete")).text.startswith("<@U0ADA> deleted this record already, at 09:00")
    clock.set("2026-11-24T08:00")
    on_another_day = (await people.press(ADA, second, "Delete")).text
    assert on_another_day.startswith("<@U0ADA> deleted this record already, at Mon 23 Nov 2026, 09:00")


async def test_a_deletion_is_told_though_the_list_can_not_be_read_afterwards(
    people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await work(people, clock, ADA, "2026-11-23T08:00", "2026-11-23T09:00")
    listed = await people.type(ADA, "/attendance events")

    async def away(*_: object) -> None:
        raise Unavailable("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(reports, "events_page", away)
        told = await people.press(ADA, listed, "Delete")
    record = "Mon 23 Nov 2026, 08:00 to 09:00 (London)"
    assert told.text == f"The record is deleted: <@U0ADA>, {record}. The list can't be shown just now."
    clock.advance(minutes=1)
    assert "No records in this range." in (await people.type(ADA, "/attendance events")).shown

    with monkeypatch.context() as patch:
        patch.setattr(reports, "events_page", away)
        told = await people.press_forged(ADA, listed, "events.undo#0", buttons(listed)[0]["value"])
    assert told.text == f"The record is restored: <@U0ADA>, {record}. The list can't be shown just now."
    assert labels(await people.type(ADA, "/attendance events")) == ["Delete"]


async def test_what_was_deleted_stays_in_its_list_for_a_day(people: People, clock: Clock) -> None:
    await work(people, clock, ADA, "2026-11-23T08:00", "2026-11-23T09:00")
    listed = await people.type(ADA, "/attendance events")
    value = buttons(await people.press(ADA, listed, "Delete"))[0]["value"]

    async def leaf() -> list[str]:
        edited = listed.edited
        await people.workspace.press_forged(ADA, listed, "events.turn_page#0", value)
        await people.workspace.until(lambda: listed.edited > edited)
        return labels(listed)

    clock.advance(hours=24)
    assert await leaf() == ["Undo"]
    clock.advance(minutes=1)
    assert await leaf() == []
    assert "No records in this range." in listed.shown


async def test_undo_gives_way_to_what_took_the_place(bot: RunningBot, people: People, clock: Clock) -> None:
    await work(people, clock, ADA, "2026-11-23T08:00", "2026-11-23T09:00")
    listed = await people.type(ADA, "/attendance events")
    await people.press(ADA, listed, "Delete")
    view = await people.open_form(ADA)
    await people.submit(ADA, view, date="2026-11-23", start="08:30", end="08:45")
    told = await people.press(ADA, listed, "Undo")
    assert told.text.startswith("This overlaps another record: Mon 23 Nov 2026, 08:30 to 08:45 (London).")


async def test_a_report_of_a_team_is_ready_to_pay_from(bot: RunningBot, people: People, clock: Clock) -> None:
    """Worked time, days, breaks, records entered by hand later, and clock-ins that nobody ended."""
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(people, clock, ANA, "2026-11-23T12:00", "2026-11-23T16:30")
    clock.set("2026-11-24T12:00")
    await people.type(BEN, "/clockin at 9:00")
    await people.type(BEN, "/clockout")
    await people.type(BEN, "/clockin")
    clock.advance(hours=25)

    told = await people.type(MARCO, "/attendance report this week")

    assert table(told) == [
        ["Person", "Worked", "Days", "Breaks", "Records", "Entered later", "Unresolved"],
        ["Ana Silva", "7 h 30 min", "1", "1 h", "2", "0", "0"],
        ["Ben Fischer", "4 h", "1", "0 min", "2", "1", "1"],
        ["Marco Rossi", "0 min", "0", "0 min", "0", "0", "0"],
    ]
    assert bars(told) == {"Ana Silva": 7.5, "Ben Fischer": 4.0}


def bars(message: Message) -> dict[str, float]:
    (found,) = [block for block in message.blocks if block["type"] == "data_visualization"]
    (series,) = found["chart"]["series"]
    return {point["label"]: point["value"] for point in series["data"]}


def drawn_by_slack(piece: views.Piece) -> dict[str, Any]:
    _, block = render.answer(views.Message([views.Heading("Hours"), piece])).payload["blocks"]
    return cast(dict[str, Any], block)


def test_names_that_are_alike_at_their_beginning_stay_apart_in_a_chart() -> None:
    drawn = drawn_by_slack(Chart("Hours", "Hours", [(f"Maximiliane von und zu {n}", float(n)) for n in (1, 2, 3)]))

    assert [point["label"] for point in drawn["chart"]["series"][0]["data"]] == [
        "Maximiliane von und…",
        "Maximiliane von … 2",
        "Maximiliane von … 3",
    ]


@pytest.mark.parametrize(
    ("rows", "cell", "kind"), [(100, "x", "data_table"), (101, "x", "section"), (99, "🕗" * 110, "section")]
)
def test_a_table_over_the_limits_of_slack_becomes_text(rows: int, cell: str, kind: str) -> None:
    drawn = drawn_by_slack(Table("Hours", ["Person"], [[cell]] * rows))

    assert drawn["type"] == kind
    assert find_fault([drawn], "message", "/blocks") is None


def test_a_weekly_summary_with_many_unresolved_keeps_its_end(clock: Clock) -> None:
    many = [f"U0123456{number:03}" for number in range(60)]
    worked = [PersonTotal(who, timedelta(hours=38, minutes=12), 5, 10, timedelta()) for who in many]
    zone = "America/Argentina/Buenos_Aires"
    opened = [
        Pair(WORKSPACE, who, date(2026, 11, 20), Half(who, clock.now, clock.now, who, "slack", zone)) for who in many
    ]
    week = DateRange(date(2026, 11, 16), date(2026, 11, 22))

    drawn = drawn_by_slack(views.Text(summary_text(WeeklySummary(week, worked, opened))))

    assert drawn["text"]["text"].endswith(" and 50 more.")


async def test_previous_and_next_lead_to_the_ranges_of_the_same_kind(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-10-05T08:00", "2026-10-05T11:00")
    clock.set("2026-11-23T08:00")
    report = await people.type(MARCO, "/attendance report @ana in hq")
    assert labels(report) == ["Previous", "Next", "Export CSV", "Export Excel", "Share in channel"]
    month = await people.type(MARCO, "/attendance report this month @ana")

    before = await people.press(MARCO, month, "Previous")
    assert before is month
    assert before.text.startswith("*Thu 1 Oct to Sat 31 Oct 2026*\n*3 h* in all · Ana Silva")
    after = await people.press(MARCO, month, "Next")
    assert after.text.startswith("*Sun 1 Nov to Mon 30 Nov 2026*\n*0 min* in all · Ana Silva")


async def test_a_report_is_shared_only_on_purpose_and_holds_what_the_sharer_may_see(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    report = await people.type(MARCO, "/attendance report")
    assert not [m for m in bot.workspace.messages if m.visible_to is None]

    told = await people.press(MARCO, report, "Share in channel")

    (shared,) = [m for m in bot.workspace.messages if m.visible_to is None and m.channel_id == report.channel_id]
    assert shared.text.startswith("<@U0MARCO> shared this report.\n*Mon 23 Nov 2026*")
    assert "Ana Silva" in shared.shown
    assert labels(shared) == []
    assert told.text == "Shared in this channel."


async def test_sharing_where_the_bot_is_not_says_how_to_let_it_in(people: People, bot: RunningBot) -> None:
    report = await people.type(ADA, "/attendance report")
    bot.workspace.faults["chat.postMessage"] = Fault(error="not_in_channel", times=1)

    told = await people.press(ADA, report, "Share in channel")

    assert "`/invite @Attendance`" in told.text
