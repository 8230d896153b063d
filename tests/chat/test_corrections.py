"""People ask for changes to their own records, and managers answer: one card, updated in place for everyone."""

from __future__ import annotations

import pytest

from bot.attendance import correction_notices, correction_queries, erasure
from bot.chat.views import Message, Text
from bot.people import teams_and_offices
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, fields_of, form_in, labels, meet, shown, work
from tests.chat.mailbox import Mailbox, read
from tests.conftest import Clock

REASON = "I forgot to clock out"
CHANGE = "Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10)"


@pytest.fixture
async def mail(team: PlainDoor, clock: Clock) -> Mailbox:
    """Ana worked from 09:00 to 17:00, and it is the evening of that day."""
    await work(team, clock, ANA, "2026-11-24T08:00", "2026-11-24T16:00")
    clock.set("2026-11-24T17:30")
    return Mailbox(team)


async def ask(mail: Mailbox, **filled: object) -> Message:
    """Ana asks for another end of today's record."""
    door = mail.door
    form = form_in(await door.press(ANA, await door.type(ANA, "events today"), "Ask for a change"))
    return await door.send(ANA, form, **({"end": "18:10", "reason": REASON} | filled))


async def records_of(door: PlainDoor, user_id: str = ANA) -> list[str]:
    return read(await door.type(user_id, "events today"))[1:]


async def test_asking_sends_one_card_to_the_person_and_the_manager(mail: Mailbox) -> None:
    form = form_in(await mail.door.press(ANA, await mail.door.type(ANA, "events today"), "Ask for a change"))
    assert form.title == "Ask for a change"
    assert fields_of(form) == {
        "date": "2026-11-24",
        "start": "09:00",
        "end": "17:00",
        "office": None,
        "note": None,
        "reason": None,
        "remove": [],
    }

    sent = await mail.door.send(ANA, form, end="18:10", reason=REASON)

    assert read(sent) == [f"✅ Sent to your managers. {CHANGE}. I'll tell you when they answer."]
    asked = [CHANGE, f'Reason: "{REASON}"']
    assert await mail.of(ANA) == [["You asked for a change", *asked, "It waits for a manager or an admin."]]
    assert labels(await mail.last(ANA)) == ["Withdraw"]
    assert await mail.of(MARCO) == [["@U0ANA asked for a change", *asked, "It waits for your answer."]]
    assert labels(await mail.last(MARCO)) == ["Approve", "Decline…"]
    assert await records_of(mail.door) == ["09:00 – 17:00 · 8 h"]
    assert await mail.of(BEN) == []


async def test_approving_changes_the_record_and_every_card(mail: Mailbox) -> None:
    await ask(mail)

    approved = await mail.press(MARCO, "Approve")

    done = [CHANGE, f'Reason: "{REASON}"']
    assert read(approved) == ["@U0ANA asked for a change", *done, "✅ You approved it (18:30)."]
    assert labels(approved) == []
    assert await mail.of(ANA) == [
        ["You asked for a change", *done, "✅ @U0MARCO approved it (18:30)."],
        ["✅ @U0MARCO approved your change.", CHANGE],
    ]
    assert (await records_of(mail.door))[0].startswith("09:00 – 18:10 · 9 h 10 min")


async def test_declining_needs_a_reason_and_the_person_reads_it(mail: Mailbox) -> None:
    await ask(mail)
    form = form_in(await mail.press(MARCO, "Decline…"))
    assert await mail.door.refused(MARCO, form, why="  ") == ("why", "The reason is empty. Enter a few words.")

    said = await mail.door.send(MARCO, form, why="You left at five")

    assert read(said) == [f"✅ Declined. {CHANGE}. @U0ANA gets your reason."]
    assert (await mail.of(MARCO))[0][-1] == 'You declined it (18:30): "You left at five"'
    assert await mail.of(ANA) == [
        [
            "You asked for a change",
            CHANGE,
            f'Reason: "{REASON}"',
            '@U0MARCO declined it (18:30): "You left at five"',
        ],
        ["@U0MARCO declined what you asked for.", CHANGE, '"You left at five"'],
    ]
    assert await records_of(mail.door) == ["09:00 – 17:00 · 8 h"]


async def test_after_a_no_the_person_can_ask_again(mail: Mailbox) -> None:
    await ask(mail)
    await mail.door.send(MARCO, form_in(await mail.press(MARCO, "Decline…")), why="You left at five")

    form = form_in(await mail.press(ANA, "Ask again"))
    await mail.door.send(ANA, form, end="17:30", reason="At half past, ask Ben")

    assert (await mail.of(MARCO))[-1][1] == "Tue 24 Nov, 09:00 – 17:00 → 09:00 – 17:30 (+0:30)"


async def test_who_asked_can_withdraw_and_the_card_says_so(mail: Mailbox) -> None:
    await ask(mail)

    withdrawn = await mail.press(ANA, "Withdraw")

    assert read(withdrawn)[-1] == "You withdrew it (18:30)."
    assert (await mail.of(MARCO))[0][-1] == "@U0ANA withdrew it (18:30)."
    assert labels(await mail.last(MARCO)) == []


async def test_a_card_that_was_answered_meanwhile_says_by_whom(mail: Mailbox) -> None:
    await ask(mail)
    before = await mail.last(MARCO)
    await mail.press(MARCO, "Approve")

    door = mail.door
    waiting = 'Type "/attendance requests" to see what\'s waiting.'
    said = await door.refusal(MARCO, door.press(MARCO, before, "Approve"))
    assert said == f"⚠️ You've already agreed to this. {waiting}"
    for label in ("Approve", "Decline…"):
        said = await door.refusal(ADA, door.press(ADA, before, label))
        assert said == f"⚠️ @U0MARCO has already agreed to this. {waiting}"


async def test_nobody_approves_their_own_request(mail: Mailbox) -> None:
    await ask(mail)
    theirs = await mail.last(MARCO)

    said = await mail.door.refusal(ANA, mail.door.press(ANA, theirs, "Approve"))

    assert said == "⚠️ You can't answer a request about your own records. Ask another manager or an admin."


async def test_others_see_no_card_and_answer_none(mail: Mailbox) -> None:
    await ask(mail)

    said = await mail.door.refusal(BEN, mail.door.press(BEN, await mail.last(MARCO), "Approve"))

    assert said.startswith("⚠️ You can't")


async def test_a_manager_who_lost_the_team_can_not_answer(mail: Mailbox) -> None:
    await ask(mail)
    card = await mail.last(MARCO)
    await teams_and_offices.set_team(mail.door.services, ADMIN, "Support", [BEN], [ANA])

    said = await mail.door.refusal(MARCO, mail.door.press(MARCO, card, "Approve"))

    assert said.startswith("⚠️ You can't")


async def test_a_record_that_changed_meanwhile_is_not_touched(mail: Mailbox) -> None:
    await ask(mail)
    door = mail.door
    changing = form_in(await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Change…"))
    await door.send(MARCO, changing, end="17:15", reason="Ana wrote me")

    answered = await mail.press(MARCO, "Approve")

    assert read(answered)[-2:] == [
        "Not applied (18:30): the record changed after this was asked.",
        "The record has changed since: Tue 24 Nov, 09:00 – 17:15, 8 h 15 min.",
    ]
    assert (await mail.of(ANA))[-1][0] == "This wasn't applied: the record changed after it was asked."


async def test_a_second_request_for_the_same_record_is_refused(mail: Mailbox) -> None:
    await ask(mail)
    form = form_in(await mail.door.press(ANA, await mail.door.type(ANA, "events today"), "Ask for a change"))

    _at, said = await mail.door.refused(ANA, form, end="18:20", reason=REASON)

    assert said.startswith("You've already asked for a correction of this record.")


async def test_a_removal_is_asked_for_in_the_same_form(mail: Mailbox) -> None:
    await ask(mail, end="17:00", remove=["remove"])

    assert (await mail.of(MARCO))[0][:2] == ["@U0ANA asked to remove a record", "Tue 24 Nov, 09:00 – 17:00, 8 h"]
    await mail.press(MARCO, "Approve")
    removed = f'09:00 – 17:00 · Deleted by @U0ANA at 18:30 "{REASON}" · agreed'
    assert await records_of(mail.door) == [removed]
    assert (await mail.of(ANA))[-1][0] == "✅ @U0MARCO removed your record, as you asked."


async def test_a_removal_needs_a_reason_too(mail: Mailbox) -> None:
    form = form_in(await mail.door.press(ANA, await mail.door.type(ANA, "events today"), "Ask for a change"))

    at, said = await mail.door.refused(ANA, form, remove=["remove"], reason="  ")

    assert (at, said) == ("reason", "The reason is empty. Enter a few words.")


async def test_office_and_notes_that_would_change_are_on_the_card(mail: Mailbox) -> None:
    await ask(mail, end="17:00", office="hq", note="at the customer's")

    assert (await mail.of(MARCO))[0][1:4] == [
        "Tue 24 Nov, 09:00 – 17:00",
        "Office: none → Berlin Mitte",
        'Note: "at the customer\'s"',
    ]


async def test_requests_lists_what_waits_for_you_and_for_others(mail: Mailbox) -> None:
    door = mail.door
    nothing = await door.type(MARCO, "requests")
    assert shown(nothing) == ["Nothing waits for your answer, and you aren't waiting for one."]
    assert labels(nothing) == ["Fix a record"]
    await ask(mail)

    assert read(await door.type(ANA, "requests"))[:2] == ["Waiting for others", "You asked for a change"]
    listed = await door.type(MARCO, "requests")
    assert read(listed)[:3] == ["Waiting for you", "@U0ANA asked for a change", CHANGE]
    assert labels(listed) == ["Approve", "Decline…"]

    after = await door.press(MARCO, listed, "Approve")
    assert isinstance(after, Message)
    assert after.replaces
    assert shown(after) == shown(nothing)
    assert (await mail.of(MARCO))[0][-1] == "✅ You approved it (18:30)."


async def test_a_list_shows_long_words_whole_and_says_how_many_requests_are_left_out(
    mail: Mailbox, clock: Clock
) -> None:
    door, words = mail.door, "I was out at the site. " * 83
    for day in range(25, 30):
        await work(door, clock, ANA, f"2026-11-{day}T08:00", f"2026-11-{day}T16:00")
    for day in range(25, 30):
        form = form_in(await door.press(ANA, await door.type(ANA, f"fix 2026-11-{day}"), "Change…"))
        await door.send(ANA, form, end="16:30", reason=words)

    listed = await door.type(MARCO, "requests")

    assert read(listed).count(f'Reason: "{words.strip()}"') == labels(listed).count("Approve") == 3
    assert read(listed)[-1] == "And 2 more. They come up when these are answered."
    assert all(len(piece.text) <= 3000 for piece in listed.pieces if isinstance(piece, Text))


async def test_declining_in_the_list_shows_the_list_again(mail: Mailbox) -> None:
    await ask(mail)
    form = form_in(await mail.door.press(MARCO, await mail.door.type(MARCO, "requests"), "Decline…"))
    assert form.answers_message

    after = await mail.door.send(MARCO, form, why="You left at five")

    assert after.replaces
    assert shown(after) == ["Nothing waits for your answer, and you aren't waiting for one."]


async def test_fix_lists_a_day_with_change_on_each(mail: Mailbox, clock: Clock) -> None:
    door = mail.door
    fixing = await door.type(ANA, "fix")
    assert read(fixing) == ["Your records · Today · Tue 24 Nov", "09:00 – 17:00 · 8 h"]
    assert labels(fixing) == ["Change…", "Add a record"]
    assert form_in(await door.press(ANA, fixing, "Change…")).title == "Ask for a change"
    adding = form_in(await door.press(ANA, await door.type(ANA, "fix yesterday"), "Add a record"))
    assert fields_of(adding)["date"] == "2026-11-23"

    theirs = await door.type(MARCO, f"fix today <@{ANA}>")
    assert read(theirs)[0] == "U0Ana's records · Today · Tue 24 Nov"
    assert form_in(await door.press(MARCO, theirs, "Change…")).title == "Change a record"
    assert read(await door.say(MARCO, "fix my clock-out of yesterday"))[1] == "No records."


async def test_a_card_is_drawn_for_nobody_who_can_not_see_it_any_more(mail: Mailbox) -> None:
    await ask(mail)
    await mail.fetch()
    await teams_and_offices.set_team(mail.door.services, ADMIN, "Support", [BEN], [ANA])

    await mail.press(ANA, "Withdraw")

    assert (await mail.of(MARCO))[0][-1] == "It waits for your answer."


async def test_fix_takes_a_person_by_name_and_other_words(mail: Mailbox, clock: Clock) -> None:
    for typed in ("fix u0ana today", "fix u0ana's record of today", "fix today u0ana."):
        for speak in (mail.door.say, mail.door.attendance):
            assert read(await speak(MARCO, typed))[0] == "U0Ana's records · Today · Tue 24 Nov", typed


async def test_home_says_how_many_requests_wait_and_shows_them(mail: Mailbox) -> None:
    assert "waits for your answer" not in "\n".join(read(await mail.door.home(MARCO)))
    await ask(mail)
    assert "waits for your answer" not in "\n".join(read(await mail.door.home(ANA)))

    home = await mail.door.home(MARCO)
    assert "1 request waits for your answer." in read(home)
    await mail.door.press(MARCO, home, "Show requests")

    assert labels(mail.door.chat.directed[-1]) == ["Approve", "Decline…"]


async def test_who_has_to_answer_is_reminded_until_it_is_answered(mail: Mailbox) -> None:
    await ask(mail)
    await mail.fetch()
    services = mail.door.services
    (one,) = await correction_queries.listed(services, ADMIN)
    await services.database.write(lambda tx: correction_notices.remind(tx, one, "remind today"))

    assert len(await mail.of(ANA)) == 1
    reminder = (await mail.of(MARCO))[-1]
    assert reminder[:2] == ["This still waits for your answer:", "@U0ANA asked for a change"]
    assert labels(await mail.last(MARCO)) == ["Approve", "Decline…"]

    await mail.press(MARCO, "Approve")

    for card in await mail.of(MARCO):
        assert card[0] == "@U0ANA asked for a change"
        assert card[-1] == "✅ You approved it (18:30)."


async def test_a_reminder_of_what_was_answered_meanwhile_is_not_sent(mail: Mailbox) -> None:
    await ask(mail)
    await mail.fetch()
    services = mail.door.services
    (one,) = await correction_queries.listed(services, ADMIN)
    await services.database.write(lambda tx: correction_notices.remind(tx, one, "remind today"))
    await mail.door.press(ANA, next(iter(mail.messages[ANA].values())), "Withdraw")

    assert len(await mail.of(MARCO)) == 1


async def test_a_deactivated_manager_can_not_answer(mail: Mailbox) -> None:
    await ask(mail)
    card = await mail.last(MARCO)
    await meet(mail.door, MARCO, gone=True)

    said = await mail.door.refusal(MARCO, mail.door.press(MARCO, card, "Approve"))

    assert said.startswith("⚠️ You can't")


async def test_what_somebody_asked_who_left_can_still_be_answered(mail: Mailbox) -> None:
    await ask(mail)
    await mail.fetch()
    await meet(mail.door, ANA, gone=True)

    assert read(await mail.press(MARCO, "Approve"))[-1] == "✅ You approved it (18:30)."
    assert len(await mail.of(ANA)) == 1, "nobody is there to be told"


async def test_a_report_of_ones_own_day_leads_to_its_records(mail: Mailbox) -> None:
    door = mail.door
    fixing = await door.press(ANA, await door.type(ANA, "report today"), "Ask for a change")
    assert read(fixing)[0] == "Your records · Today · Tue 24 Nov"
    assert "Ask for a change" not in labels(await door.type(ANA, "report this week"))
    assert "Ask for a change" not in labels(await door.type(MARCO, f"report today <@{ANA}>"))


async def test_asking_again_is_about_the_record_as_it_is_by_now(mail: Mailbox) -> None:
    await ask(mail)
    door = mail.door
    await door.send(MARCO, form_in(await mail.press(MARCO, "Decline…")), why="You left at five")
    changing = form_in(await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Change…"))
    await door.send(MARCO, changing, end="17:15", reason="Ben saw you")

    again = form_in(await mail.press(ANA, "Ask again"))

    assert fields_of(again)["end"] == "17:15"


async def test_nobody_is_led_to_ask_again_about_a_record_that_is_gone(mail: Mailbox) -> None:
    await ask(mail)
    door = mail.door
    form = form_in(await mail.press(MARCO, "Decline…"))
    asked = await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Delete")
    await door.press(MARCO, asked, "Delete")

    await door.send(MARCO, form, why="It was there twice")

    assert "Ask again" not in labels(await mail.last(ANA))


async def test_erasing_the_person_takes_the_words_off_the_cards(mail: Mailbox) -> None:
    await ask(mail)
    await mail.door.send(MARCO, form_in(await mail.press(MARCO, "Decline…")), why="You left at five")
    await mail.fetch()

    await erasure.erase_person(mail.door.services, ADMIN, ANA)

    for user_id in (ANA, MARCO):
        for lines in await mail.of(user_id):
            assert REASON not in " ".join(lines)
            assert "You left at five" not in " ".join(lines)
