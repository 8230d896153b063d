"""**Export CSV** and **Export Excel**: the whole report as a file in a direct message."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from bot.chat import exporting
from bot.practice.model import Fault, File
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_reporting import work
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


async def exported(people: People, user_id: str, typed: str, label: str) -> File:
    """Presses the button under the report; the file that arrives."""
    report = await people.type(user_id, typed)
    told = await people.press(user_id, report, label)
    assert told.text.startswith("It is in your direct messages")
    (arrived,) = [m for m in people.workspace.visible_to(user_id, people.workspace.direct(user_id)) if m.files]
    return people.workspace.files[arrived.files[0]]


async def test_a_manager_gets_the_teams_records_as_csv(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(people, clock, ADA, "2026-11-23T12:00", "2026-11-23T13:00")

    file = await exported(people, MARCO, "/attendance report today", "Export CSV")

    header, *rows = csv.reader(io.StringIO(file.content.decode(), newline=""))
    assert file.name == "attendance 2026-11-23 to 2026-11-23.csv"
    assert header[3:7] == ["Clock-in (Europe/Berlin)", "Clock-out (Europe/Berlin)", "Hours", "Seconds"]
    assert [row[1:7] for row in rows] == [
        ["Ana Silva", ANA, "2026-11-23 09:00:00", "2026-11-23 12:00:00", "3.0000", "10800"]
    ]


async def test_a_workbook_has_typed_figures_equal_to_the_reports(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    clock.set("2026-11-23T08:00")
    await people.type(ANA, "/clockin =HYPERLINK(1)")
    clock.set("2026-11-23T11:15")
    await people.type(ANA, "/clockout")

    file = await exported(people, MARCO, "/attendance report today", "Export Excel")

    book = load_workbook(io.BytesIO(file.content))
    records = book["Records"]
    assert records.freeze_panes == "A2"
    assert records["D2"].value == datetime.fromisoformat("2026-11-23T09:00")
    assert records["F2"].value == timedelta(hours=3, minutes=15)
    assert (records["K2"].value, records["K2"].data_type) == ("=HYPERLINK(1)", "s")
    assert records["F3"].value == "=SUM(F2:F2)"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Times are local to"] == "Europe/Berlin"


async def test_the_workbook_of_several_named_people_has_a_sheet_each(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(people, clock, BEN, "2026-11-23T12:00", "2026-11-23T13:00")

    file = await exported(people, MARCO, "/attendance report today @ana @ben", "Export Excel")

    assert load_workbook(io.BytesIO(file.content)).sheetnames == ["About", "Ana Silva", "Ben Fischer"]


async def test_a_long_export_tells_that_it_is_under_way(
    people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "TELL_FROM", 2)
    for day in (19, 20):
        await work(people, clock, ANA, f"2026-11-{day}T08:00", f"2026-11-{day}T11:00")
    report = await people.type(ANA, "/attendance report 2026-11")

    await people.press(ANA, report, "Export CSV")
    await people.workspace.until(lambda: any("It is in your" in m.text for m in people.workspace.visible_to(ANA)))

    told = [m.text for m in people.workspace.visible_to(ANA, report.channel_id)]
    assert "Working on it: 2 records. The file comes as a direct message." in told


async def test_ones_own_file_comes_as_pdf_and_csv(people: People) -> None:
    await people.type(ANA, "/attendance mine")

    (arrived,) = [m for m in people.workspace.visible_to(ANA, people.workspace.direct(ANA)) if m.files]
    assert [people.workspace.files[file].name for file in arrived.files] == [
        "attendance 2026-01-01 to 2026-11-23.pdf",
        "attendance 2026-01-01 to 2026-11-23.csv",
    ]


@pytest.mark.parametrize("method", ["chat.postMessage", "files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("fault", [Fault(status=500), Fault(error="not_allowed")])
async def test_a_file_that_slack_does_not_take_gets_a_sentence(
    people: People, bot: RunningBot, method: str, fault: Fault
) -> None:
    report = await people.type(ANA, "/attendance report")
    bot.workspace.faults[method] = fault

    told = await people.press(ANA, report, "Export Excel")

    assert told.text == "Slack did not take the file just now. Try again in a minute."
