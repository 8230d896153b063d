"""Requests and signatures: in a period that was approved, people ask for what they forgot, and the approval goes with
it. While a request waits, nobody signs its period."""

from __future__ import annotations

from datetime import date

import pytest

from bot.attendance import correction_queries, corrections, signatures
from bot.attendance.change_notifications import Kind
from bot.calendar.signature_periods import SignaturePeriod
from bot.chat.views import Outcome
from bot.people.admins import appoint
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from tests.builders import ADMIN, claim_due
from tests.chat.conftest import ADA, ANA, MARCO, PlainDoor, fields_of, form_in, labels, work
from tests.chat.mailbox import Mailbox, read
from tests.conftest import WORKSPACE, Clock

WEEK = "Mon 16 – Sun 22 Nov"


@pytest.fixture
async def mail(team: PlainDoor, clock: Clock) -> Mailbox:
    """Ana worked on Tuesday of last week, and Marco has approved that week."""
    await workspace_settings.change(team.services, ADMIN, signature_period=SignaturePeriod("week"))
    await work(team, clock, ANA, "2026-11-17T08:00", "2026-11-17T16:00")
    clock.set("2026-11-24T08:00")
    await team.press(ANA, await team.type(ANA, "sign"), "It's right")
    await team.press(MARCO, await team.type(MARCO, f"sign <@{ANA}>"), "Approve")
    return Mailbox(team)


async def test_a_forgotten_record_is_asked_for_in_the_form(mail: Mailbox) -> None:
    door = mail.door
    form = form_in(await door.typed(ANA, "add 2026-11-18 09:00-17:00"))
    assert "reason" in fields_of(form)

    sent = await door.send(ANA, form, reason="I forgot that day")

    assert read(sent) == [
        "✅ Sent to your managers. Wed 18 Nov, 09:00 – 17:00, 8 h. I'll tell you when they answer.",
    ]
    await mail.press(MARCO, "Approve")
    assert len(read(await door.type(ANA, "events 2026-11-18"))) > 1


async def test_a_day_chosen_in_the_form_asks_for_the_reason_then(mail: Mailbox) -> None:
    form = form_in(await mail.door.typed(ANA, "add today 07:00-08:00"))
    assert "reason" not in fields_of(form)

    again = await mail.door.sent(ANA, form, date="2026-11-18")

    assert "reason" in fields_of(form_in(again))


async def test_who_may_answer_for_the_person_is_shown_who_can_reopen_the_period(mail: Mailbox) -> None:
    form = form_in(await mail.door.typed(MARCO, f"add <@{ANA}> 2026-11-18 09:00-17:00"))
    assert "reason" not in fields_of(form)

    said = (await mail.door.refused(MARCO, form))[1]

    assert said.startswith(f"You approved @U0ANA's records of {WEEK}, so they can't change.")


@pytest.mark.parametrize("who", [MARCO, ADA])
@pytest.mark.parametrize("pressed", ["Change…", "Delete"])
async def test_who_may_reopen_the_period_is_led_there_before_filling_in_a_form(
    mail: Mailbox, who: str, pressed: str
) -> None:
    door = mail.door
    listed: Outcome = await door.type(who, f"events 2026-11-17 <@{ANA}>")
    if pressed == "Delete":
        listed = await door.press(who, listed, "Delete")

    refused = await door.refusing(who, door.press(who, listed, pressed))

    by = "You" if who == MARCO else "@U0MARCO"
    typed = "sign 2026-11-16 @U0ANA"
    locked = f"⚠️ {by} approved @U0ANA's records of {WEEK}, so they can't change."
    assert read(refused) == [f"{locked} Type /attendance {typed} to reopen the period."]
    assert "Reopen…" in labels(await door.attendance(who, typed.replace("@U0ANA", f"<@{ANA}>")))
    assert "Reopen…" in labels(await door.press(who, refused, "Show the period"))


@pytest.mark.parametrize("is_sole", [True, False])
async def test_an_admin_asks_for_a_change_to_their_own_approved_record(
    mail: Mailbox, clock: Clock, is_sole: bool
) -> None:
    door = mail.door
    if not is_sole:
        await appoint(door.services, ADMIN, "U0ADMIN")
    await work(door, clock, ADA, "2026-11-25T08:00", "2026-11-25T16:00")
    clock.set("2026-11-30T08:00")
    await door.press(ADA, await door.type(ADA, "sign"), "It's right")
    await signatures.approve(door.services, ADMIN, ADA, date(2026, 11, 23), date(2026, 11, 29))

    form = form_in(await door.press(ADA, await door.type(ADA, "fix 2026-11-25"), "Change…"))
    sent = await door.send(ADA, form, end="17:30", reason="I left later")

    assert form.title == "Ask for a change"
    assert read(sent)[0].startswith("✅ Sent to")
    (asked,) = (await correction_queries.requests(door.services, ADMIN)).to_answer
    await corrections.answer(door.services, ADMIN, asked.correction.correction_id, "yes")
    assert "09:00 – 17:30" in "\n".join(read(await door.type(ADA, "events 2026-11-25")))


async def test_a_refusal_leads_to_asking(mail: Mailbox) -> None:
    door = mail.door
    reopening = form_in(await door.press(MARCO, await door.type(MARCO, f"sign <@{ANA}>"), "Reopen…"))
    await door.send(MARCO, reopening, why="Wednesday is missing")
    added = await door.send(ANA, form_in(await door.typed(ANA, "add 2026-11-18 09:00-17:00")))
    await door.press(ANA, await door.type(ANA, "sign"), "It's right")
    await door.press(MARCO, await door.type(MARCO, f"sign <@{ANA}>"), "Approve")

    refused = await door.refusing(ANA, door.press(ANA, added, "Undo"))

    said = f"⚠️ @U0MARCO approved your records of {WEEK}, so they can't change."
    assert read(refused) == [f'{said} Ask for a change with "/attendance fix".']

    fix = await door.press(ANA, refused, "Ask for a change")

    assert labels(fix)[-2:] == ["Change…", "Add a record"]


async def test_while_a_request_waits_nobody_is_offered_to_sign(team: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(team.services, ADMIN, signature_period=SignaturePeriod("week"))
    await work(team, clock, ANA, "2026-11-17T08:00", "2026-11-17T16:00")
    clock.set("2026-11-24T08:00")
    await team.press(ANA, await team.type(ANA, "sign"), "It's right")
    form = form_in(await team.press(ANA, await team.type(ANA, "fix 2026-11-17"), "Change…"))
    await team.send(ANA, form, end="18:00", reason="It was six")

    theirs = await team.type(MARCO, "sign")

    assert read(theirs)[-2:] == [
        "@U0ANA · 8 h · a request waits for an answer",
        "@U0BEN · 0 min · not signed yet",
    ]
    assert "Approve all 1" not in labels(theirs)
    one = await team.type(MARCO, f"sign <@{ANA}>")
    assert "A request for Tue 17 Nov waits for an answer. Approve after that." in read(one)
    assert "Approve" not in labels(one)
    own = await team.type(ANA, "sign")
    assert "A request for Tue 17 Nov waits for an answer. Sign after that." in read(own)
    assert labels(await team.press(MARCO, one, "Show requests")) == ["Approve", "Decline…"]


async def test_each_step_redraws_the_tabs_that_count_it(mail: Mailbox) -> None:
    door = mail.door
    form = form_in(await door.typed(ANA, "add 2026-11-18 09:00-17:00"))
    await door.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    await door.send(ANA, form, reason="I forgot that day")

    due = await door.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    assert {one.recipient for one in due if one.kind == Kind.HOME} == {ANA, MARCO}

    listed = await door.type(MARCO, "requests")
    await door.send(MARCO, form_in(await door.press(MARCO, listed, "Decline…")), why="You were off")

    due = await door.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    assert {one.recipient for one in due if one.kind == Kind.HOME} == {ANA, MARCO}


async def test_who_approved_hears_that_a_request_reopened_the_period(mail: Mailbox) -> None:
    door = mail.door
    form = form_in(await door.typed(ANA, "add 2026-11-18 09:00-17:00"))
    await door.send(ANA, form, reason="I forgot that day")
    listed = await door.type(ADA, "requests")

    await door.press(ADA, listed, "Approve")

    said = f"A correction reopened @U0ANA's records of {WEEK}, which you had approved. Approve them again later."
    assert [said, 'Reason: "I forgot that day"'] in await mail.of(MARCO)
    own = f"@U0ADA reopened your records of {WEEK}. Sign them again when they're right."
    assert own in [lines[0] for lines in await mail.of(ANA)]
    card = next(lines for lines in await mail.of(MARCO) if lines[0] == "@U0ANA asked to add a record")
    assert card[-1] == f"This reopened {WEEK}. Sign and approve it again."


async def test_after_the_persons_agreement_who_approved_hears_it(mail: Mailbox) -> None:
    door = mail.door
    await workspace_settings.change(door.services, ADMIN, corrections=CorrectionWay.BOTH)
    form = form_in(await door.press(ADA, await door.type(ADA, f"fix 2026-11-17 <@{ANA}>"), "Change…"))
    await door.send(ADA, form, end="16:00", reason="You left at four")

    await mail.press(ANA, "I agree")

    assert any(lines[0].startswith("A correction reopened @U0ANA's records") for lines in await mail.of(MARCO))
    assert not any("reopened your records" in lines[0] for lines in await mail.of(ANA)), "she did it"
