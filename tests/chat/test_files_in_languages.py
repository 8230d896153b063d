"""Workbooks and PDFs speak the language of who gets them; names and comments are in any script."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date, datetime
from typing import Any

import pypdfium2
import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from bot.calendar.ranges import DateRange
from bot.chat.exporting import file_name
from bot.wording.catalogue import reading_in
from bot.wording.languages import language_for, offered
from bot.workspaces import workspace_settings
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, MARCO, PlainDoor, rename, work
from tests.chat.test_languages import says
from tests.conftest import Clock

FORBIDDEN_IN_NAMES = set('"*:<>?/\\|')
"""In names of files, on Windows and in OneDrive."""


async def sent(door: PlainDoor, user_id: str, line: str, label: str = "") -> dict[str, bytes]:
    """The files that come after the line, and the button of that label if there is one, by name."""
    door.chat.sent.clear()
    answer = await door.type(user_id, line)
    if label:
        await door.press(user_id, answer, label)
    return dict(door.chat.sent)


def first(files: dict[str, bytes], kind: str) -> tuple[str, bytes]:
    """The file whose name ends so."""
    ((name, content),) = [one for one in files.items() if one[0].endswith(kind)]
    return name, content


def rows_of(book: Workbook, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(values_only=True))


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


async def test_a_germans_workbook_is_in_german_and_dates_are_as_in_germany(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-20T08:00", "2026-11-20T11:00")
    clock.set("2026-11-23T08:00")
    await team.type(ANA, "clockin")
    await team.type(MARCO, "language de")

    name, content = first(await sent(team, MARCO, "report this month", "Als Excel exportieren"), ".xlsx")

    assert name == "Arbeitszeit 2026-11-01 bis 2026-11-30.xlsx"
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Übersicht", "Einträge"]
    header, friday, monday, total = rows_of(book, "Einträge")
    assert header[:8] == (
        *("Datum", "Person", "Nutzer-ID", "Eingestempelt (Europe/Berlin)", "Ausgestempelt (Europe/Berlin)"),
        *("Gearbeitet", "Sekunden", "Stand"),
    )
    assert friday[0] == datetime.fromisoformat("2026-11-20")
    assert (friday[7], monday[7], total[3]) == ("", "noch da", "Summe")
    records = book["Einträge"]
    assert [records[cell].number_format for cell in ("A2", "D2", "F2")] == [
        'dd"."mm"."yyyy',
        'dd"."mm"."yyyy hh:mm:ss',
        "[h]:mm:ss",
    ]
    about = {row[0]: row[1] for row in rows_of(book, "Übersicht")}
    assert (about["Zeitzone"], about["Standort"], about["Einträge"]) == ("Europe/Berlin", "alle", 2)
    assert about["Exportiert von"] == "U0Marco"


async def test_an_american_reads_their_own_order_of_month_and_day(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-20T08:00", "2026-11-20T11:00")
    await says(team, MARCO, "en-US")
    _, content = first(await sent(team, MARCO, "report this month", "Export Excel"), ".xlsx")
    book = load_workbook(io.BytesIO(content))
    assert book["Records"]["D2"].number_format == 'mm"/"dd"/"yyyy hh:mm:ss AM/PM'


async def test_what_programs_read_stays_in_english(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-20T08:00")
    await team.type(ANA, "clockin")
    clock.set("2026-11-23T08:00")
    await team.type(MARCO, "language de")

    _, content = first(await sent(team, MARCO, "report this month", "Als CSV exportieren"), ".csv")

    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert header[:5] == ["Date", "Person", "User id", "Clock-in (Europe/Berlin)", "Clock-out (Europe/Berlin)"]
    assert row[7] == "unresolved"


async def test_a_workspace_can_have_the_headings_of_csv_files_in_peoples_language(
    team: PlainDoor, clock: Clock
) -> None:
    await workspace_settings.change(team.services, ADMIN, translated_csv=True)
    clock.set("2026-11-20T08:00")
    await team.type(MARCO, "clockin")
    clock.set("2026-11-23T08:00")
    await team.type(MARCO, "language de")

    _, content = first(await sent(team, MARCO, "report this month", "Als CSV exportieren"), ".csv")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert header[:4] == ["Datum", "Person", "Nutzer-ID", "Eingestempelt (Europe/Berlin)"]
    assert row[7] == "unresolved", "what is in a cell is for programs still"

    _, content = first(await sent(team, MARCO, "mine"), ".csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[rows.index([]) + 1] == ["Wann (Europe/Berlin)", "Wer", "Was", "Wie", "Eintrag", "Kommentar"]
    assert rows[rows.index([]) + 2][2] == "clocked in"


async def test_ones_own_file_is_in_ones_own_language(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-20T08:00", "2026-11-20T16:30")
    clock.set("2026-11-23T08:00")
    await team.type(ANA, "language de")

    files = await sent(team, ANA, "mine")

    assert list(files) == [f"Arbeitszeit 2026-01-01 bis 2026-11-23.{kind}" for kind in ("pdf", "csv")]
    pdf = first(files, ".pdf")[1]
    text = text_of(pdf)
    assert "Summe: 8 h 30 min" in text
    assert "Änderungsverlauf" in text
    assert "20.11.2026, 09:00:00 U0Ana eingestempelt Slack" in text
    assert "01.01.2026 bis 23.11.2026 · erstellt 23.11.2026, 08:00 UTC · Seite 1" in text
    assert str(PdfReader(io.BytesIO(pdf)).root_object["/Lang"]) == "de"


async def test_a_statement_is_in_the_language_of_who_asks_for_it(week: PlainDoor) -> None:
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    await week.type(ANA, "language es")
    name, pdf = first(await sent(week, ANA, "sign", "Registro de jornada (PDF)"), ".pdf")
    assert name == "registro de jornada 2026-11-16 a 2026-11-22.pdf"
    assert "16 nov 2026 a 22 nov 2026 · creado 23 nov 2026, 8:02 UTC · página 1" in text_of(pdf)


def test_the_names_of_files_are_such_as_every_system_takes() -> None:
    days = DateRange(date(2026, 11, 1), date(2026, 11, 30))
    for code in offered():
        with reading_in(language_for(code)):
            assert not FORBIDDEN_IN_NAMES & set(file_name(days, "csv")), code


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("محمد بن سلمان", "تأخر القطار"),
        ("שרה כהן", "הרכבת איחרה"),
        ("王小明", "火车晚点了"),
        ("山田 太郎", "電車が遅れました"),
    ],
)
async def test_names_and_comments_of_any_script_come_through_every_file(
    team: PlainDoor, clock: Clock, name: str, comment: str
) -> None:
    await rename(team, ANA, name)
    clock.set("2026-11-23T08:00")
    await team.type(ANA, f'clockin "{comment}"')
    clock.set("2026-11-23T11:00")
    await team.type(ANA, "clockout")

    book = load_workbook(io.BytesIO(first(await sent(team, ADA, "report today", "Export Excel"), ".xlsx")[1]))
    assert (book["Records"]["B2"].value, book["Records"]["K2"].value) == (name, comment)
    content = first(await sent(team, ADA, "report today", "Export CSV"), ".csv")[1].decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert (row["Person"], row["Clock-in comment"]) == (name, comment)
    page = pypdfium2.PdfDocument(first(await sent(team, ANA, "mine"), ".pdf")[1])[0]
    drawn = page.get_textpage().get_text_range()
    assert "\N{REPLACEMENT CHARACTER}" not in drawn
    assert _base(name + comment) <= _base(drawn)


def _base(text: str) -> set[str]:
    """The letters as they are stored, however they are drawn."""
    return {char for char in unicodedata.normalize("NFKC", text) if char.isalpha()}
