"""Where both sides agree to changes: what managers change waits for the person, and later entries for a manager."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, time

import pytest
from openpyxl import load_workbook

from bot.attendance import recording
from bot.attendance.add_break import add_break
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import TimeOfDay, zone_named
from bot.chat.views import Message
from bot.documents import exports
from bot.documents.exports import Format
from bot.notifications import waiting_corrections
from bot.permissions import Caller
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from storage import pairs
from storage.audit import Via
from storage.pairs import Pair
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, MARCO, PlainDoor, fields_of, form_in, labels, work
from tests.chat.mailbox import Mailbox, read
from tests.conftest import WORKSPACE, Clock

AS_MARCO = Caller(WORKSPACE, MARCO, Via.SLACK)
BERLIN = zone_named("Europe/Berlin")
TODAY = DateRange(date(2026, 11, 24), date(2026, 11, 24))
CHANGE = "Tue 24 Nov, 09:00 – 17:00 → 09:00 – 16:00 (−1:00)"


@pytest.fixture
async def mail(team: PlainDoor, clock: Clock) -> Mailbox:
    """Ana worked from 09:00 to 17:00, and it is the evening of that day."""
    await workspace_settings.change(team.services, ADMIN, corrections=CorrectionWay.BOTH)
    await work(team, clock, ANA, "2026-11-24T08:00", "2026-11-24T16:00")
    clock.set("2026-11-24T17:30")
    return Mailbox(team)


async def propose(mail: Mailbox) -> Message:
    """Marco wants Ana's record to end an hour earlier."""
    door = mail.door
    form = form_in(await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Change…"))
    return await door.send(MARCO, form, end="16:00", reason="You left at four")


async def test_what_a_manager_changes_waits_for_the_person(mail: Mailbox) -> None:
    sent = await propose(mail)

    assert read(sent) == [f"✅ Sent to @U0ANA. {CHANGE}. I'll tell you when they answer."]
    assert await mail.of(ANA) == [
        ["@U0MARCO proposed a change to your record", CHANGE, 'Reason: "You left at four"', "It waits for your answer."]
    ]
    assert labels(await mail.last(ANA)) == ["I agree", "I object…"]
    assert (await mail.of(MARCO))[0][0] == "You proposed a change to @U0ANA's record"
    assert labels(await mail.last(MARCO)) == ["Withdraw"]


async def test_after_the_person_agrees_it_is_done(mail: Mailbox) -> None:
    await propose(mail)

    agreed = await mail.press(ANA, "I agree")

    assert read(agreed)[-1] == "✅ You agreed (18:30)."
    assert (await mail.of(MARCO))[0][-1] == "✅ @U0ANA agreed (18:30)."
    assert (await mail.of(MARCO))[1] == ["✅ @U0ANA agreed. It's done.", CHANGE]
    assert (await mail.door.type(ANA, "events today")).pieces


async def test_an_objection_keeps_the_persons_words_beside_the_record(mail: Mailbox) -> None:
    await propose(mail)
    form = form_in(await mail.press(ANA, "I object…"))
    assert await mail.door.refused(ANA, form, why=" ") == ("why", "The reason is empty. Enter a few words.")

    said = await mail.door.send(ANA, form, why="I left at five")

    assert read(said) == [f"✅ I've told @U0MARCO that you object. {CHANGE}."]
    assert (await mail.of(ANA))[0][-2:] == ['You objected: "I left at five"', "It waits for @U0MARCO."]
    assert (await mail.of(MARCO))[-1] == [
        "@U0ANA objects to this. You can apply it without agreement, or withdraw it.",
        CHANGE,
        '"I left at five"',
    ]
    assert labels(await mail.last(MARCO)) == ["Apply without agreement", "Withdraw"]

    applied = await mail.press(MARCO, "Apply without agreement")

    assert "You applied it without agreement (18:30)." in read(applied)
    assert (await mail.of(ANA))[0][-2:] == [
        'You objected: "I left at five"',
        "@U0MARCO applied it without agreement (18:30).",
    ]
    assert (await mail.of(ANA))[-1] == [
        "@U0MARCO applied this without your agreement. Your words stay beside it.",
        CHANGE,
        '"I left at five"',
    ]


async def test_a_manager_drops_it_after_an_objection(mail: Mailbox) -> None:
    await propose(mail)
    await mail.door.send(ANA, form_in(await mail.press(ANA, "I object…")), why="I left at five")

    await mail.press(MARCO, "Withdraw")

    assert (await mail.of(ANA))[-1][0] == "@U0MARCO withdrew this. Your record stays as it is."


async def test_without_an_answer_it_is_applied_after_seven_days(mail: Mailbox, clock: Clock) -> None:
    await propose(mail)
    await mail.fetch()
    listed = await mail.door.type(MARCO, "requests")
    assert labels(listed) == ["Withdraw"]

    clock.advance(days=7)
    listed = await mail.door.type(MARCO, "requests")
    assert labels(listed) == ["Apply without agreement", "Withdraw"]
    await mail.door.press(MARCO, listed, "Apply without agreement")

    assert (await mail.of(ANA))[-1][0] == "@U0MARCO applied this without your agreement. You hadn't answered."


async def test_managers_hear_when_they_can_apply_it(mail: Mailbox, clock: Clock) -> None:
    await propose(mail)
    await mail.fetch()
    services = mail.door.services

    clock.set("2026-12-01T08:30")  # almost seven days after
    await waiting_corrections.remind(services, WORKSPACE)
    assert len(await mail.of(MARCO)) == 1
    clock.set("2026-12-02T08:30")
    await waiting_corrections.remind(services, WORKSPACE)
    await waiting_corrections.remind(services, WORKSPACE)

    first, reminder = await mail.of(MARCO)
    can = "@U0ANA hasn't answered in seven days. You can apply it without agreement, or withdraw it."
    assert (reminder[0], first[-1], reminder[-1]) == ("You can apply this now:", can, can)
    assert labels(await mail.last(MARCO)) == ["Apply without agreement", "Withdraw"]
    await mail.press(MARCO, "Apply without agreement")
    assert (await mail.of(ANA))[-1][0] == "@U0MARCO applied this without your agreement. You hadn't answered."


async def test_another_employer_sees_what_waits_and_can_take_it_back(mail: Mailbox) -> None:
    await propose(mail)

    listed = await mail.door.type(ADA, "requests")

    assert read(listed)[:2] == ["Waiting for others", "@U0MARCO proposed a change to @U0ANA's record"]
    assert labels(listed) == ["Withdraw"]


async def test_ones_own_later_entry_asks_for_a_reason_and_waits(mail: Mailbox) -> None:
    door = mail.door
    form = await door.open(ANA, "add")
    assert "reason" in fields_of(form)

    sent = await door.send(ANA, form, date="2026-11-23", start="09:00", end="17:00", reason="I had no phone")

    assert read(sent) == ["✅ Sent to your managers. Mon 23 Nov, 09:00 – 17:00, 8 h. I'll tell you when they answer."]
    assert (await mail.of(MARCO))[0][:2] == ["@U0ANA asked to add a record", "Mon 23 Nov, 09:00 – 17:00, 8 h"]
    assert read(await door.type(ANA, "events yesterday"))[1] == "No records."
    await mail.press(MARCO, "Approve")
    assert read(await door.type(ANA, "events yesterday"))[1].startswith("09:00 – 17:00 · 8 h")
    assert (await mail.of(ANA))[-1][0] == "✅ @U0MARCO approved your record."


async def test_a_manager_who_adds_for_somebody_is_asked_for_the_reason(mail: Mailbox) -> None:
    form = await mail.door.open(MARCO, "add")
    asked = form_in(await mail.door.sent(MARCO, form, person=ANA, date="2026-11-23", start="09:00", end="17:00"))
    assert "reason" in fields_of(asked)
    assert await mail.door.refused(MARCO, asked, reason="  ") == (
        "reason",
        "The reason is empty. Enter a few words.",
    )

    sent = await mail.door.send(MARCO, asked, reason="Ana told me")

    assert read(sent)[0].startswith("✅ Sent to @U0ANA. Mon 23 Nov, 09:00 – 17:00, 8 h.")
    assert (await mail.of(ANA))[0][0] == "@U0MARCO proposed a record for you"


async def test_a_manager_proposes_to_remove_a_record(mail: Mailbox) -> None:
    door = mail.door
    asked = await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Delete")
    offered = await door.press(MARCO, asked, "Delete")
    assert read(offered) == ["@U0ANA has to agree to that first."]

    form = form_in(await door.press(MARCO, offered, "Ask to remove it…"))
    sent = await door.send(MARCO, form, reason="It's there twice")

    assert read(sent)[0].startswith("✅ Sent to @U0ANA.")
    assert (await mail.of(ANA))[0][0] == "@U0MARCO proposed to remove your record"


async def test_an_admin_may_apply_too(mail: Mailbox) -> None:
    await propose(mail)
    await mail.door.send(ANA, form_in(await mail.press(ANA, "I object…")), why="I left at five")

    listed = await mail.door.type(ADA, "requests")

    assert labels(listed) == ["Apply without agreement", "Withdraw"]


async def test_lists_reports_and_exports_say_that_somebody_did_not_agree(mail: Mailbox) -> None:
    door = mail.door
    await propose(mail)
    await door.send(ANA, form_in(await mail.press(ANA, "I object…")), why="I left at five")
    await mail.press(MARCO, "Apply without agreement")

    alone = "changed by @U0MARCO without @U0ANA's agreement (18:30)"
    words = '"You left at four" · @U0ANA: "I left at five"'
    for who, whom in ((ANA, ""), (MARCO, f" <@{ANA}>")):
        listed = "\n".join(read(await door.type(who, f"events today{whom}")))
        assert alone in listed
        assert words in listed
        assert f"Tue 24 Nov, 09:00 – 16:00: {alone} {words}" in read(await door.type(who, f"report today{whom}"))
    assert f"@U0ANA, Tue 24 Nov, 09:00 – 16:00: {alone} {words}" in read(await door.type(MARCO, "report today"))
    for form in ("csv", "json"):
        out = io.StringIO()
        await exports.write(door.services, ADMIN, TODAY, BERLIN, out, Format(form))
        written = out.getvalue()
        rows = json.loads(written) if form == "json" else csv.DictReader(io.StringIO(written))
        said = [(row["Changed by"], row["Agreement"], row["What the person says"]) for row in rows]
        assert said == [(MARCO, "without agreement", "I left at five")]
    book = io.BytesIO()
    await exports.write(door.services, ADMIN, TODAY, BERLIN, book, Format.XLSX)
    cells = [*load_workbook(book)["Records"].iter_rows(values_only=True)]
    assert cells[1][cells[0].index("Agreement") :] == ("without agreement", "I left at five")


async def test_a_break_that_is_added_later_keeps_the_mark_on_both_parts_of_the_record(mail: Mailbox) -> None:
    door = mail.door
    await propose(mail)
    await door.send(ANA, form_in(await mail.press(ANA, "I object…")), why="I left at five")
    await mail.press(MARCO, "Apply without agreement")
    await workspace_settings.change(door.services, ADMIN, corrections=CorrectionWay.DIRECT)
    for start, end in ((11, 12), (13, 14)):
        span = TimeOfDay(time(start)), TimeOfDay(time(end))
        await add_break(door.services, ADMIN, ANA, TODAY.first, *span, parse_break_kinds("break unpaid").kinds[0])

    alone = "changed by @U0MARCO without @U0ANA's agreement (18:30)"
    words = '"You left at four" · @U0ANA: "I left at five"'
    assert "\n".join(read(await door.type(ANA, "events today"))).count(alone) == 3
    told = [line for line in read(await door.type(ANA, "report today")) if alone in line]
    assert told == [
        f"Tue 24 Nov, {hours}: {alone} {words}" for hours in ("09:00 – 11:00", "12:00 – 13:00", "14:00 – 16:00")
    ]
    out = io.StringIO()
    await exports.write(door.services, ADMIN, TODAY, BERLIN, out)
    assert [row["Agreement"] for row in csv.DictReader(io.StringIO(out.getvalue()))] == ["without agreement"] * 3


async def test_reports_show_a_record_that_was_removed_without_agreement(mail: Mailbox) -> None:
    door = mail.door
    asked = await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Delete")
    offered = await door.press(MARCO, asked, "Delete")
    await door.send(MARCO, form_in(await door.press(MARCO, offered, "Ask to remove it…")), reason="You were away")
    await door.send(ANA, form_in(await mail.press(ANA, "I object…")), why="I was there")
    await mail.press(MARCO, "Apply without agreement")

    said = (
        'Tue 24 Nov, 09:00 – 17:00 · Deleted by @U0MARCO at 18:30 "You were away" · without agreement · '
        '@U0ANA: "I was there"'
    )
    assert said in read(await door.type(ANA, "report today"))
    assert said in read(await door.type(MARCO, f"report today <@{ANA}>"))
    assert f"@U0ANA, {said}" in read(await door.type(MARCO, "report today"))
    listed = await door.type(MARCO, f"events today <@{ANA}>")
    assert read(listed)[1:] == [said.removeprefix("Tue 24 Nov, ")]


async def removed(mail: Mailbox, reason: str) -> None:
    """Marco asks to remove Ana's record, and she agrees."""
    door = mail.door
    asked = await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Delete")
    offered = await door.press(MARCO, asked, "Delete")
    await door.send(MARCO, form_in(await door.press(MARCO, offered, "Ask to remove it…")), reason=reason)
    await mail.press(ANA, "I agree")


async def restored(mail: Mailbox, of: Pair) -> None:
    """As managers may where nobody has to agree."""
    await workspace_settings.change(mail.door.services, ADMIN, corrections=CorrectionWay.DIRECT)
    await recording.restore(mail.door.services, AS_MARCO, of.clock_in.id)


async def record_of_ana(mail: Mailbox) -> Pair:
    found = await mail.door.services.database.read(lambda tx: pairs.latest(tx.connection, WORKSPACE, ANA))
    assert found is not None
    return found


async def test_nobody_agreed_to_a_deletion_after_the_record_was_restored(mail: Mailbox, clock: Clock) -> None:
    record = await record_of_ana(mail)
    await removed(mail, "You were away")
    clock.advance(minutes=1)
    await restored(mail, record)
    clock.advance(minutes=1)

    await recording.delete(mail.door.services, AS_MARCO, record.clock_in.id)

    listed = await mail.door.type(MARCO, f"events today <@{ANA}>")
    assert read(listed)[1:] == ["09:00 – 17:00 · Deleted by @U0MARCO at 18:32"]
    assert "You were away" not in "\n".join(read(await mail.door.type(ANA, "report today")))


async def test_of_two_removals_of_a_record_the_last_one_counts(mail: Mailbox, clock: Clock) -> None:
    record = await record_of_ana(mail)
    for minutes, reason in enumerate(("first", "second", "third")):
        clock.set(f"2026-11-24T17:{30 + minutes}")
        if minutes:
            await restored(mail, record)
        await workspace_settings.change(mail.door.services, ADMIN, corrections=CorrectionWay.BOTH)
        await removed(mail, reason)

    for answer in ("events today", "report today"):
        said = "\n".join(read(await mail.door.type(ANA, answer)))
        assert 'Deleted by @U0MARCO at 18:32 "third"' in said
        assert "first" not in said
        assert "second" not in said


async def test_a_shared_report_has_the_hours_alone(mail: Mailbox) -> None:
    door = mail.door
    asked = await door.press(MARCO, await door.type(MARCO, f"events today <@{ANA}>"), "Delete")
    offered = await door.press(MARCO, asked, "Delete")
    await door.send(MARCO, form_in(await door.press(MARCO, offered, "Ask to remove it…")), reason="You were away")
    await door.send(ANA, form_in(await mail.press(ANA, "I object…")), why="I was there")
    await mail.press(MARCO, "Apply without agreement")
    form = await door.open(MARCO, "add")
    form = form_in(await door.sent(MARCO, form, person=ANA, date="2026-11-24", start="09:00", end="12:00"))
    await door.send(MARCO, form, reason="You had a fever")
    await mail.press(ANA, "I agree")

    for who, line in ((ANA, "report today"), (MARCO, f"report today <@{ANA}>"), (MARCO, "report today")):
        report = await door.type(who, line)
        assert "You were away" in "\n".join(read(report))
        await door.press(who, report, "Share in channel")

    assert len(door.chat.posted) == 3
    for posted in door.chat.posted:
        told = "\n".join(read(posted))
        assert "3 h" in told
        for private in ("You were away", "I was there", "You had a fever", "greement", "Deleted by"):
            assert private not in told


async def test_what_both_sides_agreed_to_is_told_from_what_one_did_alone(mail: Mailbox) -> None:
    door = mail.door
    form = await door.open(ANA, "add")
    await door.send(ANA, form, date="2026-11-23", start="09:00", end="17:00", reason="I had no phone")
    await mail.press(MARCO, "Approve")

    listed = "\n".join(read(await door.type(ANA, "events yesterday")))

    assert "added with both sides' agreement (18:30)" in listed
    assert '"I had no phone"' in listed
    out = io.StringIO()
    await exports.write(door.services, ADMIN, DateRange(date(2026, 11, 23), date(2026, 11, 23)), BERLIN, out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["Agreement"], row["What the person says"]) == ("agreed", "")


async def test_long_words_are_shown_whole_on_the_card_and_in_the_list(mail: Mailbox) -> None:
    words = "Because " + "the train was late and " * 86
    assert 1950 < len(words) <= 2000
    await propose(mail)
    form = form_in(await mail.press(ANA, "I object…"))

    await mail.door.send(ANA, form, why=words)

    said = f'"{words.strip()}"'
    assert f"You objected: {said}" in (await mail.of(ANA))[0]
    assert said in (await mail.of(MARCO))[-1]
    assert f"@U0ANA objected: {said}" in read(await mail.door.type(MARCO, "requests"))


async def test_the_news_of_an_objection_loses_its_buttons_once_it_is_settled(mail: Mailbox) -> None:
    await propose(mail)
    await mail.door.send(ANA, form_in(await mail.press(ANA, "I object…")), why="I left at five")
    assert labels(await mail.last(MARCO)) == ["Apply without agreement", "Withdraw"]

    await mail.door.press(ADA, await mail.door.type(ADA, "requests"), "Withdraw")

    await mail.fetch()
    assert all(labels(message) == [] for message in mail.messages[MARCO].values())


async def test_the_end_of_an_open_record_waits_for_nobody(mail: Mailbox, clock: Clock) -> None:
    door = mail.door
    clock.set("2026-11-25T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-25T17:00")
    form = form_in(await door.press(ANA, await door.type(ANA, "fix"), "Change…"))

    ended = await door.send(ANA, form, end="17:00", reason="I forgot")

    assert read(ended)[0].startswith("✅ Clocked out at 17:00.")
    assert '"I forgot"' in read(ended)[0]
    assert MARCO not in mail.messages or await mail.of(MARCO) == []


async def test_an_objection_to_a_record_that_changed_meanwhile_closes_the_request(mail: Mailbox) -> None:
    await propose(mail)
    form = form_in(await mail.press(ANA, "I object…"))
    await workspace_settings.change(mail.door.services, ADMIN, corrections=CorrectionWay.DIRECT)
    changing = form_in(await mail.door.press(MARCO, await mail.door.type(MARCO, f"events today <@{ANA}>"), "Change…"))
    await mail.door.send(MARCO, changing, end="16:30", reason="The alarm says so")

    said = await mail.door.send(ANA, form, why="I left at five")

    assert read(said) == [
        "The record changed after this was asked, so the request is closed. Ask for what's still wrong."
    ]
