"""Ana forgot to clock out, and her week is corrected, signed, closed, opened by a correction, and signed again; an
inspector sees all of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import aiohttp

from bot.calendar.ranges import DateRange
from bot.calendar.signature_periods import SignaturePeriod
from bot.people import reading_tokens
from bot.people.reading_tokens import NewReader
from bot.permissions import ReadingRole
from storage.verify import verify
from tests.both_chats.doors import ADA, ANA, MARCO, Door, Office, Seen
from tests.conftest import Clock

TUESDAY = "2026-11-24"


async def worked_on_tuesday(door: Door, clock: Clock) -> None:
    """From 09:00 to 18:10, but she clocked out at 17:00. Now it is the Monday after."""
    clock.set(f"{TUESDAY}T08:00")
    await door.type(ANA, "clockin")
    clock.set(f"{TUESDAY}T16:00")
    await door.type(ANA, "clockout")
    clock.set("2026-11-30T08:00")


async def ask(door: Door, on: Seen, button: str, end: str, why: str) -> None:
    form = await door.press_for_form(ANA, on, button)
    await door.send(ANA, form, end=end, reason=why)


async def sign(door: Door, who: str, line: str, button: str) -> Seen:
    return await door.press(who, await door.type(who, line), button)


async def inspected(office: Office) -> dict[str, Any]:
    """What an inspector of that week's records reads over the API."""
    door, week = office.door, DateRange(date(2026, 11, 23), date(2026, 11, 29))
    async with office.services() as services:
        reader = NewReader(ReadingRole.INSPECTOR, door.id_of(ADA), None, week, 7, "visit of the inspectorate")
        token = await reading_tokens.create(services, office.operator, reader)
    days = f"startDate={week.first}&endDate={week.last}"
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(office.address, headers=headers) as http:

        async def get(path: str) -> Any:
            async with http.get(path) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        records = await get(f"/attendance-events?{days}&userId={door.id_of(ANA)}")
        return {
            "records": records,
            "corrections": await get("/corrections?state=done"),
            "history": await get(f"/attendance-events/{records[0]['id']}/history"),
        }


async def test_a_week_is_corrected_signed_opened_and_signed_again(office: Office, door: Door, clock: Clock) -> None:
    await office.change_settings(signature_period=SignaturePeriod("week"))
    await worked_on_tuesday(door, clock)

    # Ana asks, and Marco declines with his reason.
    await ask(door, await door.type(ANA, f"fix {TUESDAY}"), "Change…", "18:10", "I forgot to clock out")
    card = await door.hears(MARCO, "asked for a change")
    assert "Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10)" in card.words
    declining = await door.press_for_form(MARCO, card, "Decline…")
    await door.send(MARCO, declining, why="Who was there with you?")
    declined = await door.hears(ANA, "declined what you asked for")
    assert '"Who was there with you?"' in declined.words

    # She asks again, and he approves.
    await ask(door, await door.hears(ANA, "declined it"), "Ask again", "18:10", "Ben was there")
    card = await door.hears(MARCO, "Ben was there")
    await door.press(MARCO, card, "Approve")
    await door.hears(ANA, "approved your change")

    # Both sign, and the week is closed.
    signed = await sign(door, ANA, "sign last week", "It's right")
    assert "9\N{NO-BREAK SPACE}h 10\N{NO-BREAK SPACE}min" in signed.words
    await sign(door, MARCO, "sign last week", "Approve")
    await door.hears(ANA, "approved your records")

    # A correction opens it again.
    await ask(door, await door.type(ANA, f"fix {TUESDAY}"), "Change…", "18:00", "It was six")
    await door.press(MARCO, await door.hears(MARCO, "It was six"), "Approve")
    await door.hears(ANA, "reopened your records")

    # Both sign again.
    await sign(door, ANA, "sign last week", "It's right")
    await sign(door, MARCO, "sign last week", "Approve")

    # The inspector sees all of it, and nothing is broken.
    seen = await inspected(office)
    assert [event["timestamp"] for event in seen["records"]] == [
        f"{TUESDAY}T08:00:00.000000",
        f"{TUESDAY}T17:00:00.000000",
    ]
    assert [(one["outcome"], one["personAnswer"], one["employerAnswer"]) for one in seen["corrections"]] == [
        ("refused", "yes", "no"),
        ("applied", "yes", "yes"),
        ("applied", "yes", "yes"),
    ]
    assert [one["reason"] for one in seen["corrections"]] == ["I forgot to clock out", "Ben was there", "It was six"]
    changed = [one for one in seen["history"] if one["action"] == "change"]
    assert [one["reason"] for one in changed][-1:] == ["It was six"]
    async with office.services() as services:
        assert await services.database.read(lambda tx: list(verify(tx.connection))) == []
