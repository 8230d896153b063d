"""`/attendance history`: nothing that was ever written is out of its person's sight."""

from __future__ import annotations

import pytest

from bot.errors import Forbidden
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, shown, work
from tests.chat.test_records import delete
from tests.conftest import Clock


async def test_a_person_reads_who_wrote_deleted_and_restored_their_record(team: PlainDoor, clock: Clock) -> None:
    await team.type(MARCO, f"clockin <@{ANA}>")
    clock.set("2026-11-23T16:30")
    await team.type(ANA, "clockout")
    await team.press(ADA, await delete(team, ADA, await team.type(ADA, "events today")), "Undo")

    assert shown(await team.type(ANA, "history")) == [
        "Change history · Today · Mon 23 Nov",
        "09:02 · @U0MARCO clocked in",
        "Mon 23 Nov, in at 09:02",
        "17:30 · @U0ANA clocked out",
        "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min",
        "17:30 · @U0ADA deleted the record",
        "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min",
        "17:30 · @U0ADA restored the record",
        "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min",
    ]


async def test_every_time_is_in_the_readers_zone_or_says_in_which_it_is(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, KEI, "2026-11-23T00:00", "2026-11-23T03:00")
    clock.set("2026-11-24T08:00")
    await delete(team, ADA, await team.type(ADA, f"events yesterday <@{KEI}>"))

    assert shown(await team.type(ADA, f"history yesterday <@{KEI}>"))[1:] == [
        "Mon 23 Nov, 01:00 · @U0KEI clocked in",
        "Mon 23 Nov, in at 09:00 (Tokyo)",
        "Mon 23 Nov, 04:00 · @U0KEI clocked out",
        "Mon 23 Nov, 09:00 – 12:00 (Tokyo), 3 h",
        "09:00 · @U0ADA deleted the record",
        "Mon 23 Nov, 09:00 – 12:00 (Tokyo), 3 h",
    ]
    assert shown(await team.type(KEI, "history yesterday"))[-2:] == [
        "17:00 · @U0ADA deleted the record",
        "Mon 23 Nov, 09:00 – 12:00, 3 h",
    ]


async def test_days_without_records_say_so(door: PlainDoor) -> None:
    assert shown(await door.type(ANA, "history yesterday"))[1:] == ["Nothing was entered for these days."]


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

    assert told[1] == "Earlier changes are left out here. Name fewer days to see them."
    assert told[-2].startswith("13:57")
