"""What working-time rules find stands on the Home page until it is answered, with the buttons that do."""

from __future__ import annotations

import pytest

from bot.reports import findings
from storage import settings
from storage.database import Transaction
from tests.chat.conftest import ANA, PlainDoor, form_in, labels, shown, work
from tests.conftest import WORKSPACE, Clock

NO_BREAK = "9\xa0h 20\xa0min worked, 0 of 45\xa0min break (ArbZG §4 s. 1)."
ANSWERS = ["Add a break", "I had none: why"]


@pytest.fixture
async def germany(door: PlainDoor) -> PlainDoor:
    def write(tx: Transaction) -> None:
        settings.put(tx.connection, WORKSPACE, "country", "DE")

    await door.services.database.write(write)
    return door


async def long_monday(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T07:00", "2026-11-23T16:20")


async def lines(door: PlainDoor) -> str:
    return "\n".join(shown(await door.home(ANA)))


async def test_a_missing_break_is_added_there(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)

    page = await germany.home(ANA)
    assert shown(page)[2] == NO_BREAK
    assert labels(page)[:5] == ["Clock in", "Undo", "Add a record", *ANSWERS]
    await germany.send(ANA, form_in(await germany.press(ANA, page, "Add a break")), start="12:00", end="12:45")

    page = await germany.home(ANA)
    assert "ArbZG" not in "\n".join(shown(page))
    assert not {*ANSWERS} & {*labels(page)}


async def test_a_reason_answers_it(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    form = form_in(await germany.press(ANA, await germany.home(ANA), "I had none: why"))
    await germany.send(ANA, form, why="alarm")
    assert "ArbZG" not in await lines(germany)


async def test_an_earlier_day_is_named_until_the_week_is_over(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    await work(germany, clock, ANA, "2026-11-24T00:00", "2026-11-24T02:00")

    seen = shown(await germany.home(ANA))

    rest = next(line for line in seen if "rest (ArbZG §5(1))" in line)
    assert seen.index(rest) < seen.index("Mon 23 Nov") < seen.index(NO_BREAK)
    clock.set("2026-11-30T08:00")
    assert "ArbZG" not in await lines(germany)


async def test_of_a_day_that_goes_on_nothing_is_found_yet(germany: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T07:00")
    await germany.type(ANA, "clockin")
    clock.advance(hours=8)
    assert "ArbZG" not in await lines(germany)
    await germany.press(ANA, await germany.home(ANA), "Start a break")
    assert "ArbZG" not in await lines(germany)
    await germany.press(ANA, await germany.home(ANA), "I'm done for today")
    assert "0 of 30\xa0min break" in await lines(germany)


async def test_without_a_country_nothing_is_looked_for(
    door: PlainDoor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await long_monday(door, clock)

    def none(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(findings, "findings", none)
    assert "ArbZG" not in await lines(door)
