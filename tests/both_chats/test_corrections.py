"""Requests for changes, in each chat: one card for everybody, updated in place."""

from __future__ import annotations

import pytest

from bot.workspaces.correction_ways import CorrectionWay
from tests.both_chats.doors import ANA, MARCO, Door, Office, Seen
from tests.conftest import Clock

CHANGE = "Mon 23 Nov, 09:02 – 17:02 → 09:02 – 18:10 (+1:08)"


@pytest.fixture
async def worked(door: Door, clock: Clock) -> Door:
    """Ana worked until 17:02, and now it is half past six."""
    await door.type(ANA, "clockin")
    clock.advance(hours=8)
    await door.type(ANA, "clockout")
    clock.set("2026-11-23T17:30")
    return door


async def ask(door: Door) -> Seen:
    """Ana asks for another end, and Marco gets the card."""
    fixing = await door.type(ANA, "fix")
    assert fixing.labels == ["Change…", "Add a record"]
    form = await door.press_for_form(ANA, fixing, "Change…")
    assert {"Date", "Start", "End", "Reason"} <= set(door.fields(form))
    await door.send(ANA, form, end="18:10", reason="I forgot to clock out")
    sent = await door.hears(ANA, "Sent to your managers.")
    assert CHANGE in sent.words
    return await door.hears(MARCO, "asked for a change")


async def test_a_request_is_approved_on_its_card(worked: Door) -> None:
    card = await ask(worked)
    assert CHANGE in card.words
    assert card.labels == ["Approve", "Decline…"]
    own = await worked.hears(ANA, "You asked for a change")
    assert own.labels == ["Withdraw"]

    approved = await worked.press(MARCO, card, "Approve")

    assert "You approved it" in approved.words
    assert approved.message is card.message
    assert approved.labels == []
    told = await worked.hears(ANA, "approved your change")
    assert CHANGE in told.words
    updated = await worked.hears(ANA, "approved it")
    assert updated.message is own.message
    assert updated.labels == []
    assert "09:02 – 18:10" in (await worked.type(ANA, "events")).words


async def test_a_request_is_declined_with_a_reason(worked: Door) -> None:
    card = await ask(worked)
    form = await worked.press_for_form(MARCO, card, "Decline…")
    assert "Enter a few words" in await worked.refused(MARCO, form, why=" ")

    await worked.send(MARCO, form, why="You left at five")

    await worked.hears(MARCO, "gets your reason")
    told = await worked.hears(ANA, "declined what you asked for")
    assert '"You left at five"' in told.words
    shown = await worked.hears(MARCO, "You declined it")
    assert shown.message is card.message
    assert (await worked.type(MARCO, "requests")).words.startswith("Nothing waits for your answer")


async def test_what_a_manager_changes_waits_for_the_person_where_both_agree(
    office: Office, worked: Door, clock: Clock
) -> None:
    await office.change_settings(corrections=CorrectionWay.BOTH)
    fixing = await worked.type(MARCO, "fix @ana")
    form = await worked.press_for_form(MARCO, fixing, "Change…")
    await worked.send(MARCO, form, end="16:00", reason="You left at four")
    card = await worked.hears(ANA, "proposed a change to your record")
    assert card.labels == ["I agree", "I object…"]

    objecting = await worked.press_for_form(ANA, card, "I object…")
    await worked.send(ANA, objecting, why="I left at five")

    objected = await worked.hears(MARCO, "objects to this")
    assert objected.labels == ["Apply without agreement", "Withdraw"]
    applied = await worked.press(MARCO, objected, "Apply without agreement")
    assert "You applied it without agreement" in applied.words
    told = await worked.hears(ANA, "without your agreement")
    assert '"I left at five"' in told.words
    assert '"I left at five"' in (await worked.hears(ANA, "applied it without agreement")).words
