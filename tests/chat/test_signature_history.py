"""Signatures under periods in the change history, and in one's own file."""

from __future__ import annotations

from tests.chat.conftest import ANA, MARCO, PlainDoor, form_in
from tests.chat.conftest import shown as as_shown
from tests.chat.test_own_file import own_file
from tests.conftest import Clock


async def signed_approved_and_reopened(week: PlainDoor, clock: Clock) -> None:
    """Ana signs, Marco approves and opens the period again, Ana adds a record and signs again."""
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    clock.set("2026-11-23T09:00")
    await week.press(MARCO, await week.type(MARCO, "sign"), "Approve")
    theirs = await week.type(MARCO, f"sign last week <@{ANA}>")
    await week.send(MARCO, form_in(await week.press(MARCO, theirs, "Reopen…")), why="Thursday <!here> is missing")
    clock.set("2026-11-23T10:00")
    await week.send(ANA, form_in(await week.typed(ANA, "add 2026-11-19 09:00-17:00")))
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")


async def test_the_history_of_a_period_has_its_signatures(week: PlainDoor, clock: Clock) -> None:
    await signed_approved_and_reopened(week, clock)
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in as_shown(await week.type(ANA, "history 2026-11-17"))]
    assert lines[-9:] == [
        "Mon 23 Nov, 09:02 · @U0ANA signed their records",
        "Mon 16 – Sun 22 Nov, 17 h",
        "Mon 23 Nov, 10:00 · @U0MARCO approved @U0ANA's records",
        "Mon 16 – Sun 22 Nov, 17 h",
        "Mon 23 Nov, 10:00 · @U0MARCO reopened @U0ANA's records",
        "Mon 16 – Sun 22 Nov, 17 h",
        '"Thursday <!here> is missing"',
        "Mon 23 Nov, 11:00 · @U0ANA signed their records",
        "Mon 16 – Sun 22 Nov, 25 h",
    ]
    assert "signed" not in str(as_shown(await week.type(ANA, "history 2026-11-15")))


async def test_one_who_takes_the_signature_back_reads_so(week: PlainDoor) -> None:
    signed = await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    await week.press(ANA, signed, "Take back")
    assert "09:02 · @U0ANA took their signature back" in str(as_shown(await week.type(ANA, "history last week")))


async def test_ones_own_file_has_them(week: PlainDoor, clock: Clock) -> None:
    await signed_approved_and_reopened(week, clock)
    text, rows = await own_file(week, ANA, "mine last week")
    told = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row[1:]] for row in rows]
    assert [row for row in told if row and row[1] in ("signed", "approved", "reopened", "took the signature back")] == [
        ["U0Ana", "signed", "Slack", "Mon 16 – Sun 22 Nov 2026, 17 h", ""],
        ["U0Marco", "approved", "Slack", "Mon 16 – Sun 22 Nov 2026, 17 h", ""],
        ["U0Marco", "reopened", "Slack", "Mon 16 – Sun 22 Nov 2026, 17 h", "Thursday <!here> is missing"],
        ["U0Ana", "signed", "Slack", "Mon 16 – Sun 22 Nov 2026, 25 h", ""],
    ]
    assert "reopened" in text
