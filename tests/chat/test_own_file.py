"""`/attendance mine`: your own file, as PDF and CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.errors import NotADateRange
from bot.people.teams_and_offices import set_office
from bot.people.tokens import Token, caller_by
from bot.runtime.services import Profile
from storage import people
from tests.builders import ADMIN, caller
from tests.chat.conftest import ADA, ANA, BEN, PlainDoor, shown, work
from tests.chat.test_records import delete
from tests.conftest import WORKSPACE, Clock


async def own_file(door: PlainDoor, user_id: str, typed: str = "mine") -> tuple[str, list[list[str]]]:
    """The PDF's text, and the CSV's rows, as they are sent to the person."""
    (told,) = shown(await door.type(user_id, typed))
    assert told.startswith("✅ Sent to you in a direct message: your file for ")
    (pdf_name, pdf), (csv_name, rows) = door.chat.sent.items()
    assert (pdf_name[-4:], csv_name[-4:]) == (".pdf", ".csv")
    assert rows.startswith(b"\xef\xbb\xbf"), "Excel would show Ã¼ for ü"
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return text, list(csv.reader(io.StringIO(rows.decode(), newline="")))


async def test_times_at_an_office_elsewhere_name_its_zone(team: PlainDoor, clock: Clock) -> None:
    await set_office(team.services, ADMIN, "ny", "New York", "America/New_York")
    clock.set("2026-11-23T14:00")
    await team.type(ANA, "clockin in ny")
    clock.set("2026-11-23T22:00")
    await team.type(ANA, "clockout")

    text = " ".join((await own_file(team, ANA))[0].split())

    assert "times in Berlin unless another place is named" in text
    assert "09:00 (New York) 17:00 (New York) 8 h" in text
    assert "09:00 to 17:00 (New York)" in text


async def test_it_has_hours_by_day_and_every_change_with_its_author(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-20T08:00", "2026-11-20T16:30")
    clock.set("2026-11-23T08:00")
    await door.type(ANA, "clockin =SUM(A:A)")
    clock.set("2026-11-23T10:00")
    await door.type(ANA, "clockout")
    await delete(door, ADA, await door.type(ADA, f"events today <@{ANA}>"))

    text, rows = await own_file(door, ANA)

    assert text.startswith("U0Ana")
    assert "Thu 1 Jan – Mon 23 Nov 2026 · U0ANA · times in Berlin unless" in text
    assert "Total: 8 h 30 min" in text
    assert "Fri 20 Nov 2026" in text
    assert "deleted" in text
    assert "U0Ada" in text
    assert "U0ADA" not in text
    records = [row for row in rows if row and row[0] == "2026-11-20"]
    assert [row[3:7] for row in records] == [["2026-11-20 09:00:00", "2026-11-20 17:30:00", "8.5000", "30600"]]
    changes = [row[1:4] for row in rows[rows.index([]) + 2 :]]
    assert changes == [
        ["U0Ana", "clocked in", "Slack"],
        ["U0Ana", "clocked out", "Slack"],
        ["U0Ana", "clocked in", "Slack"],
        ["U0Ana", "clocked out", "Slack"],
        ["U0Ada", "deleted", "Slack"],
    ]


async def test_a_past_year_is_asked_for_by_its_number(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2025-12-31T08:00", "2025-12-31T12:00")
    await work(door, clock, ANA, "2026-11-20T08:00", "2026-11-20T16:30")

    text, rows = await own_file(door, ANA, "mine 2025")

    assert "Wed 1 Jan – Wed 31 Dec 2025" in text
    assert "Total: 4 h" in text
    assert "2025-12-31" in [row[0] for row in rows if row]
    assert "2026-11-20" not in str(rows)


async def test_it_has_only_your_own_records(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, BEN, "2026-11-20T08:00", "2026-11-20T16:30")

    text, rows = await own_file(door, ADA)

    assert "BEN" not in text
    assert "BEN" not in str(rows)


@pytest.mark.parametrize(
    "name", ["Zoë Łukasz Ångström", "Ελένη Παπαδοπούλου", "Дмитрий Шостакович", "田中 圭 🕗", "\u202eevil"]
)
async def test_any_name_can_be_printed(door: PlainDoor, clock: Clock, name: str) -> None:
    profile = Profile(WORKSPACE, "U0NEW", name, "Asia/Tokyo", False, False, False, False, clock.now)
    await door.services.database.write(lambda tx: people.upsert_profile(tx.connection, profile, tx.now))

    text, _ = await own_file(door, "U0NEW", "mine 2026-11")

    known = "�evil" if name.startswith("\u202e") else name.split()[0]
    assert known in text


@pytest.mark.parametrize(
    ("comment", "there"),
    [
        ("never ends " * 135, 135),
        ("never ends\n" * 120, 120),
        ("\n" * 1900 + "never ends", 1),
        ("W" * 1980 + " never ends", 1),
        ("🌴 never ends " * 100, 100),
    ],
)
async def test_comments_longer_than_a_page_continue_on_the_next(
    door: PlainDoor, clock: Clock, comment: str, there: int
) -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    record = NewRecord(ANA, at, at.replace(hour=16), in_comment=comment, out_comment=comment)
    await recording.record(door.services, caller(ANA), record)

    text, rows = await own_file(door, ANA)

    assert " ".join(text.split()).count("never ends") == 2 * there
    assert any(comment.strip() in cell for row in rows for cell in row)


@pytest.mark.parametrize("name", ["W" * 80, "never ends " * 20, "🌴" * 80])
async def test_a_long_name_is_printed(door: PlainDoor, clock: Clock, name: str) -> None:
    profile = Profile(WORKSPACE, ANA, name, "America/Argentina/ComodRivadavia", False, False, False, False, clock.now)
    await door.services.database.write(lambda tx: people.upsert_profile(tx.connection, profile, tx.now))
    await work(door, clock, ANA, "2026-11-20T08:00", "2026-11-20T16:30")

    assert "Total: 8 h 30 min" in (await own_file(door, ANA))[0]


async def test_an_unknown_range_is_refused(door: PlainDoor) -> None:
    with pytest.raises(NotADateRange):
        await door.type(ANA, "mine someday")


async def test_a_change_over_the_api_says_with_which_token_and_who_made_it(door: PlainDoor, clock: Clock) -> None:
    for maker in (ADA, "cli:eva", None):
        token = Token(WORKSPACE, "some-token", ANA, "employee", "Payroll", clock(), None, None, None, maker)
        await recording.clock_in(door.services, caller_by(token, None), ANA)
        clock.advance(minutes=1)
        await door.type(ANA, "clockout")

    text, rows = await own_file(door, ANA)

    through = [row[3] for row in rows[rows.index([]) + 2 :] if row[3] != "Slack"]
    assert through == [
        "API, token Payroll made by U0Ada",
        "API, token Payroll made by cli:eva",
        "API, token Payroll",
    ]
    assert "made by U0Ada" in " ".join(text.split())
