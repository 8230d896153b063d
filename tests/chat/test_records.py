"""The records, their history, who is in, and help, on the plain door."""

from __future__ import annotations

import pytest

from bot.errors import Forbidden, NotACommand
from tests.chat.conftest import ADA, ANA, BEN, KEI, PlainDoor, buttons, labels, shown
from tests.conftest import Clock

RECORD = "@U0ANA · Mon 23 Nov 2026, 09:02 to 17:30 (Berlin)"


async def work(door: PlainDoor, clock: Clock, user_id: str, comment: str = "") -> None:
    await door.type(user_id, f"clockin {comment}".strip())
    clock.advance(hours=8, minutes=28)
    await door.type(user_id, "clockout")


async def test_an_admin_deletes_a_record_and_brings_it_back(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "good morning")

    listed = await door.type(ADA, "events today")
    assert shown(listed) == ["Records, Mon 23 Nov 2026", f"{RECORD} · 8 h 28 min", "“good morning”"]
    confirm = buttons(listed)[0].confirm
    assert confirm is not None
    assert confirm.question == "Delete the record of U0Ana: Mon 23 Nov 2026, 09:02 to 17:30 (Berlin), 8 h 28 min?"

    deleted = await door.press(ADA, listed, "Delete")
    assert shown(deleted) == ["Records, Mon 23 Nov 2026", RECORD, "Deleted by @U0ADA at 17:30 (Berlin)."]
    assert labels(deleted) == ["Undo"]
    assert shown(await door.press(ADA, await door.type(ADA, "events"), "Undo"))[1].startswith(RECORD)


async def test_an_employee_sees_no_delete_button_and_may_press_none(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA)
    listed_by_admin = await door.type(ADA, "events")

    assert labels(await door.type(ANA, "events")) == []
    with pytest.raises(Forbidden):
        await door.press(ANA, listed_by_admin, "Delete")


async def test_a_long_list_is_turned_page_by_page(door: PlainDoor, clock: Clock) -> None:
    for _ in range(12):
        await door.type(ANA, "clockin")
        clock.advance(minutes=5)
        await door.type(ANA, "clockout")
        clock.advance(minutes=5)

    first = await door.type(ANA, "events")
    second = await door.press(ANA, first, "Older")

    assert (len(shown(first)), labels(first)) == (11, ["Older"])
    assert (len(shown(second)), labels(second)) == (3, ["Newer"])


async def test_no_forged_place_in_a_list_breaks_it(door: PlainDoor) -> None:
    for offset in ("-5", "999999999999"):
        packed = f'{{"first": "2026-11-23", "last": "2026-11-23", "as_of": "2026-11-23T08:00:00Z", "offset": {offset}}}'
        assert shown(await door.press_forged(ANA, "events.turn_page", packed))[1] == "No records in this range."


async def test_history_tells_who_did_what(door: PlainDoor, clock: Clock) -> None:
    await door.type(ADA, f"clockin <@{ANA}>")
    clock.advance(hours=1)
    await door.type(ANA, "clockout")

    assert shown(await door.type(ANA, "history")) == [
        "History, Mon 23 Nov 2026",
        "Mon 23 Nov 2026, 09:02 (Berlin) · @U0ADA clocked in (in Slack)",
        "Mon 23 Nov 2026, since 09:02 (Berlin)",
        "Mon 23 Nov 2026, 10:02 (Berlin) · @U0ANA clocked out (in Slack)",
        "Mon 23 Nov 2026, 09:02 to 10:02 (Berlin)",
    ]
    with pytest.raises(Forbidden):
        await door.type(BEN, f"history <@{ANA}>")


async def test_who_is_in_is_told_in_each_ones_own_zone(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    await door.type(KEI, "clockin")

    assert shown(await door.type(ADA, "who")) == [
        "2 people are in.",
        "No office · 2",
        "@U0ANA since 09:02 (Berlin)",
        "@U0KEI since 17:02 (Tokyo)",
    ]
    assert shown(await door.type(BEN, "who"))[0] == "Nobody is in."
    with pytest.raises(NotACommand):
        await door.type(ADA, "who tomorrow")


async def test_help_has_every_word(door: PlainDoor) -> None:
    told = "\n".join(shown(await door.type(ANA, "help")))
    for word in ("/clockin", "/clockout", "report", "events", "who", "mine", "history", "add", "team", "settings"):
        assert word in told
