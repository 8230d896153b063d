"""`/attendance mine`: one's own file, whole, as PDF and CSV."""

from __future__ import annotations

import csv
import io

import pytest
from pypdf import PdfReader

from bot.practice.model import Fault
from bot.practice.people import Member
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_reporting import work
from tests.slack.test_walk import ADA, ANA, BEN


async def own_file(people: People, user_id: str, typed: str = "/attendance mine") -> tuple[str, list[list[str]]]:
    """The PDF's text, and the CSV's rows, as they arrive in the direct message."""
    told = await people.type(user_id, typed)
    assert "is in your direct messages, as PDF and CSV." in told.text
    (arrived,) = [m for m in people.workspace.visible_to(user_id, people.workspace.direct(user_id)) if m.files]
    pdf, rows = (people.workspace.files[file] for file in arrived.files)
    assert (pdf.name[-4:], rows.name[-4:]) == (".pdf", ".csv")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    return text, list(csv.reader(io.StringIO(rows.content.decode(), newline="")))


async def test_it_holds_hours_by_day_and_every_change_with_its_author(people: People, clock: Clock) -> None:
    await work(people, clock, ANA, "2026-11-20T08:00", "2026-11-20T16:30")
    clock.set("2026-11-23T08:00")
    await people.type(ANA, "/clockin =1+1")
    clock.set("2026-11-23T10:00")
    await people.type(ANA, "/clockout")
    await people.press(ADA, await people.type(ADA, "/attendance events today @ana"), "Delete")

    text, rows = await own_file(people, ANA)

    assert "Working time of Ana Silva" in text
    assert "Thu 1 Jan to Mon 23 Nov 2026 · U0ANA · times as in Berlin" in text
    assert "8 h 30 min in all" in text
    assert "Fri 20 Nov 2026" in text
    assert "deleted" in text
    assert "U0ADA" in text
    records = [row for row in rows if row and row[0] == "2026-11-20"]
    assert [row[3:7] for row in records] == [["2026-11-20 09:00:00", "2026-11-20 17:30:00", "8.5000", "30600"]]
    changes = [row[1:4] for row in rows[rows.index([]) + 2 :]]
    assert changes == [
        ["U0ANA", "clocked in", "slack"],
        ["U0ANA", "clocked out", "slack"],
        ["U0ANA", "clocked in", "slack"],
        ["U0ANA", "clocked out", "slack"],
        ["U0ADA", "deleted", "slack"],
    ]


async def test_a_past_year_is_had_by_its_number(people: People, clock: Clock) -> None:
    await work(people, clock, ANA, "2025-12-31T08:00", "2025-12-31T12:00")
    await work(people, clock, ANA, "2026-11-20T08:00", "2026-11-20T16:30")

    text, rows = await own_file(people, ANA, "/attendance mine 2025")

    assert "Wed 1 Jan to Wed 31 Dec 2025" in text
    assert "4 h in all" in text
    assert "2025-12-31" in [row[0] for row in rows if row]
    assert "2026-11-20" not in str(rows)


async def test_it_is_ones_own_alone(people: People, clock: Clock) -> None:
    await work(people, clock, BEN, "2026-11-20T08:00", "2026-11-20T16:30")

    text, rows = await own_file(people, ADA)

    assert "BEN" not in text
    assert "BEN" not in str(rows)


@pytest.mark.parametrize(
    "name", ["Zoë Łukasz Ångström", "Ελένη Παπαδοπούλου", "Дмитрий Шостакович", "田中 圭 🕗", "\u202eevil"]
)
async def test_any_name_can_be_printed(people: People, bot: RunningBot, name: str) -> None:
    bot.workspace.members["U0NEW"] = Member("U0NEW", "new", name, "Asia/Tokyo")

    text, _ = await own_file(people, "U0NEW", "/attendance mine 2026-11")

    known = "�" if name.startswith(("田", "\u202e")) else name.split()[0]
    assert known in text


@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
async def test_a_file_that_slack_does_not_take_gets_a_sentence(people: People, bot: RunningBot, method: str) -> None:
    bot.workspace.faults[method] = Fault(status=500)

    assert (await people.type(ANA, "/attendance mine")).text.startswith("Slack did not take the file just now.")


async def test_a_range_that_is_none_is_told(people: People) -> None:
    assert "last week" in (await people.type(ANA, "/attendance mine someday")).text
