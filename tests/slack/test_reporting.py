"""Reports in Slack: tables, charts, and reports that are too long for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

import pytest

from bot.calendar.ranges import DateRange
from bot.chat import views
from bot.chat.report_view import report_message
from bot.chat.views import Chart, Table
from bot.chat.weekly_summary import summary_text
from bot.notifications.weekly_summary import WeeklySummary
from bot.practice.block_kit import find_fault
from bot.practice.model import Fault
from bot.reports.worked_time import PersonRow, Report
from bot.slack import render
from bot.wording import Reader
from storage.pairs import Pair, PairEvent
from storage.totals import PersonTotal
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People, labels
from tests.slack.test_walk import ADA, ANA, MARCO, set_the_scene


async def work(people: People, clock: Clock, user_id: str, start: str, end: str) -> None:
    """Clocks in and out at those instants (UTC)."""
    clock.set(start)
    await people.type(user_id, "/clockin")
    clock.set(end)
    await people.type(user_id, "/clockout")


async def test_a_report_has_a_table_and_a_chart_and_is_leafed_through_in_place(people: People, clock: Clock) -> None:
    await work(people, clock, ANA, "2026-10-05T08:00", "2026-10-05T11:00")
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T15:30")

    report = await people.type(ANA, "/attendance report this month")

    drawn = {block["type"]: block for block in report.blocks}
    assert [[cell["text"] for cell in row] for row in drawn["data_table"]["rows"]] == [
        ["Day", "First in", "Last out", "Worked"],
        ["Mon 23 Nov", "09:00", "16:30", "7 h 30 min"],
    ]
    assert [point["value"] for point in drawn["data_visualization"]["chart"]["series"][0]["data"]] == [0, 0, 0, 0, 7.5]
    assert report.text.startswith("*This month · November*\n*7 h 30 min* · Ana Silva")
    assert labels(report) == ["Previous", "Export CSV", "Export Excel", "Share in channel"]
    before = await people.press(ANA, report, "Previous")
    assert before is report
    assert before.text.startswith("*Last month · October*\n*3 h* · Ana Silva")


def test_a_report_of_more_people_than_a_table_takes_counts_them_all(clock: Clock) -> None:
    hour, zero = timedelta(hours=1), timedelta()
    days = DateRange(date(2026, 11, 23), date(2026, 11, 23))
    everybody = [
        PersonRow(f"U0MANY{number:03}", f"Person {number:03} with quite a long name <!channel>", hour, 1, 1, zero, 0)
        for number in range(120)
    ]
    report = Report(days, None, everybody, None, 120 * hour, [], [], [], ["Europe/Berlin"], clock.now)

    drawn = render.answer(report_message(report, Reader("", clock.now))).payload

    assert find_fault(drawn["blocks"], "message", "/blocks") is None
    left_out = "20 more rows are left out here, but counted in the total and in the exports."
    assert left_out in str(drawn["blocks"])
    heard = drawn["text"].splitlines()
    assert heard[1] == "*120 h* · 120 people"
    assert heard[2] == left_out, "a screen reader hears it, however many rows there are"
    assert heard[-1].endswith("more rows are left out in these words, but counted in the total.")
    assert "<!channel>" not in drawn["text"]


def drawn_by_slack(piece: views.Piece) -> dict[str, Any]:
    _, block = render.answer(views.Message([views.Heading("Hours"), piece])).payload["blocks"]
    return cast(dict[str, Any], block)


def test_names_that_are_alike_at_their_beginning_stay_apart_in_a_chart() -> None:
    bars = [(f"Maximiliane von und zu {n}", views.Number(float(n), f"{n} h")) for n in (1, 2, 3)]

    drawn = drawn_by_slack(Chart("Hours", "Hours", "Hours", bars))

    assert [point["label"] for point in drawn["chart"]["series"][0]["data"]] == [
        "Maximiliane von und…",
        "Maximiliane von … 2",
        "Maximiliane von … 3",
    ]


def test_the_figures_of_a_chart_are_below_its_bars_as_in_the_table_where_they_fit() -> None:
    def names(bars: list[tuple[str, views.Number]]) -> list[str]:
        drawn = drawn_by_slack(Chart("Hours by day", "Hours", "Hours (7.5 = 7 h 30 min)", bars))["chart"]
        assert drawn["axis_config"]["y_label"] == "Hours (7.5 = 7 h 30 min)"
        return [point["label"] for point in drawn["series"][0]["data"]]

    figure = views.Number(7.9, "7 h 54 min")
    assert names([("Mon 23", figure), ("Tue 24", figure)]) == ["Mon 23 · 7 h 54 min", "Tue 24 · 7 h 54 min"]
    assert names([("Mon 23", figure), ("Wednesday 25", figure)]) == ["Mon 23", "Wednesday 25"]
    assert names([(str(day), figure) for day in range(8)]) == [str(day) for day in range(8)]


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
        Pair(WORKSPACE, who, date(2026, 11, 20), PairEvent(who, clock.now, clock.now, who, "slack", zone))
        for who in many
    ]
    week = DateRange(date(2026, 11, 16), date(2026, 11, 22))

    drawn = drawn_by_slack(views.Text(summary_text(WeeklySummary(week, worked, opened), Reader("", clock.now))))

    assert drawn["text"]["text"].endswith(" and 50 more.")


async def test_a_report_is_shared_only_on_purpose_and_holds_what_the_sharer_may_see(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    report = await people.type(MARCO, "/attendance report")
    assert not [m for m in bot.workspace.messages if m.visible_to is None]

    told = await people.press(MARCO, report, "Share in channel")

    (shared,) = [m for m in bot.workspace.messages if m.visible_to is None and m.channel_id == report.channel_id]
    assert shared.text.startswith("<@U0MARCO> shared this report.\n*Today · Mon 23 Nov*")
    assert "Ana Silva" in shared.shown
    assert labels(shared) == []
    assert told.text == "✅ *Shared in this channel.*"


async def test_sharing_where_the_bot_is_not_says_how_to_let_it_in(people: People, bot: RunningBot) -> None:
    report = await people.type(ADA, "/attendance report")
    bot.workspace.faults["chat.postMessage"] = Fault(error="not_in_channel", times=1)

    told = await people.press(ADA, report, "Share in channel")

    assert "`/invite @Attendance`" in told.text
