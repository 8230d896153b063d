"""`/attendance history`: nothing that was ever written is out of its person's sight."""

from __future__ import annotations

import pytest

from bot.errors import Forbidden
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, shown
from tests.conftest import Clock


async def test_a_person_reads_who_wrote_deleted_and_restored_their_record(team: PlainDoor, clock: Clock) -> None:
    await team.type(MARCO, f"clockin <@{ANA}>")
    clock.set("2026-11-23T16:30")
    await team.type(ANA, "clockout")
    await team.press(ADA, await team.press(ADA, await team.type(ADA, "events today"), "Delete"), "Undo")

    assert shown(await team.type(ANA, "history")) == [
        "History, Mon 23 Nov",
        "Mon 23 Nov, 09:02 · @U0MARCO clocked in (in Slack)",
        "Mon 23 Nov, since 09:02",
        "Mon 23 Nov, 17:30 · @U0ANA clocked out (in Slack)",
        "Mon 23 Nov, 09:02 to 17:30",
        "Mon 23 Nov, 17:30 · @U0ADA deleted the record (in Slack)",
        "Mon 23 Nov, 09:02 to 17:30",
        "Mon 23 Nov, 17:30 · @U0ADA restored the record (in Slack)",
        "Mon 23 Nov, 09:02 to 17:30",
    ]


async def test_days_without_records_say_so(door: PlainDoor) -> None:
    assert shown(await door.type(ANA, "history yesterday"))[1:] == ["Nothing was written for these days."]


async def test_somebody_elses_history_is_for_those_who_see_their_records(door: PlainDoor) -> None:
    with pytest.raises(Forbidden):
        await door.type(ANA, f"history <@{BEN}>")


async def test_a_long_history_keeps_its_end_and_says_so(door: PlainDoor, clock: Clock) -> None:
    for _ in range(30):
        await door.type(ANA, "clockin")
        clock.advance(minutes=5)
        await door.type(ANA, "clockout")
        clock.advance(minutes=5)

    told = shown(await door.type(ANA, "history"))

    assert told[1] == "Earlier changes are left out here: name fewer days."
    assert told[-2].startswith("Mon 23 Nov, 13:57")
