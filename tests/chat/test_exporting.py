"""**Export CSV** and **Export Excel**: the whole report as a file."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from bot.chat import exporting
from bot.people.teams_and_offices import set_team
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, shown, work
from tests.conftest import Clock


async def exported(door: PlainDoor, user_id: str, typed: str, label: str) -> tuple[str, bytes]:
    """Presses the button under the report; the name and the content of the file that is sent."""
    (told,) = shown(await door.press(user_id, await door.type(user_id, typed), label))
    assert told.startswith("✅ Sent to you in a direct message: ")
    (file,) = door.chat.sent.items()
    return file


async def test_a_manager_gets_the_teams_records_as_csv(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(team, clock, ADA, "2026-11-23T12:00", "2026-11-23T13:00")

    name, content = await exported(team, MARCO, "report today", "Export CSV")

    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    assert content.startswith(b"\xef\xbb\xbf"), "Excel would show Ã¼ for ü"
    assert name == "attendance 2026-11-23 to 2026-11-23.csv"
    assert header[3:7] == ["Clock-in (Europe/Berlin)", "Clock-out (Europe/Berlin)", "Hours", "Seconds"]
    assert [row[1:7] for row in rows] == [
        ["U0Ana", ANA, "2026-11-23 09:00:00", "2026-11-23 12:00:00", "3.0000", "10800"]
    ]


async def test_a_workbook_has_typed_figures_equal_to_the_reports(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T08:00")
    await team.type(ANA, "clockin =HYPERLINK(1)")
    clock.set("2026-11-23T11:15")
    await team.type(ANA, "clockout")

    _, content = await exported(team, MARCO, "report today", "Export Excel")

    book = load_workbook(io.BytesIO(content))
    records = book["Records"]
    assert records.freeze_panes == "A2"
    assert records["D2"].value == datetime.fromisoformat("2026-11-23T09:00")
    assert records["F2"].value == timedelta(hours=3, minutes=15)
    assert (records["K2"].value, records["K2"].data_type) == ("=HYPERLINK(1)", "s")
    assert records["F3"].value == "=SUM(F2:F2)"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Time zone"] == "Europe/Berlin"


async def test_the_workbook_of_several_named_people_has_a_sheet_each(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    await work(team, clock, BEN, "2026-11-23T12:00", "2026-11-23T13:00")

    _, content = await exported(team, MARCO, f"report today <@{ANA}> <@{BEN}>", "Export Excel")

    assert load_workbook(io.BytesIO(content)).sheetnames == ["About", "U0Ana", "U0Ben"]


async def test_a_long_export_tells_that_it_is_under_way(
    door: PlainDoor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "TELL_FROM", 2)
    for day in (19, 20):
        await work(door, clock, ANA, f"2026-11-{day}T08:00", f"2026-11-{day}T11:00")

    told = await door.press(ANA, await door.type(ANA, "report 2026-11"), "Export CSV")

    assert door.chat.told == ["Working on it: 2 records. I'll send you the file in a direct message."]
    assert shown(told) == ["✅ Sent to you in a direct message: 2 records."]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("report last week csv", "attendance 2026-11-16 to 2026-11-22.csv"),
        ("report csv last week", "attendance 2026-11-16 to 2026-11-22.csv"),
        ("report Support last week as excel", "attendance 2026-11-16 to 2026-11-22.xlsx"),
        (f"report yesterday <@{ANA}> in hq as a csv file", "attendance 2026-11-22 to 2026-11-22.csv"),
        ("report team last week xlsx", "attendance 2026-11-16 to 2026-11-22.xlsx"),
        ("report csv", "attendance 2026-11-23 to 2026-11-23.csv"),
    ],
)
async def test_a_report_typed_with_a_kind_of_file_is_that_file(team: PlainDoor, typed: str, name: str) -> None:
    assert shown(await team.type(MARCO, typed)) == ["✅ Sent to you in a direct message: 0 records."]
    assert list(team.chat.sent) == [name]


async def test_a_misspelled_range_keeps_the_kind_of_file(team: PlainDoor) -> None:
    message = await team.refusing(MARCO, team.type(MARCO, "report last weak csv"))
    assert shown(message) == ['⚠️ I don\'t know "last weak". Did you mean "last week"?']
    await team.press(MARCO, message, "Show last week")
    assert list(team.chat.sent) == ["attendance 2026-11-16 to 2026-11-22.csv"]


async def test_a_team_called_like_a_kind_of_file_is_that_team(team: PlainDoor) -> None:
    await set_team(team.services, ADMIN, "Excel", [MARCO], [BEN])
    assert shown(await team.type(MARCO, "report Excel last week"))[1] == "No records · Excel · U0Ben"
    assert team.chat.sent == {}
