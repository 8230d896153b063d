"""`/attendance sign`: people sign their period, managers see who has and approve; the question at its end."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from pypdf import PdfReader

from bot.attendance import signatures
from bot.attendance.signatures import APPROVED, REOPENED
from bot.calendar.signature_periods import SignaturePeriod
from bot.chat.views import Message, Outcome
from bot.notifications import period_ends
from bot.notifications.period_ends import Kind
from bot.people import admins, teams_and_offices
from bot.workspaces import workspace_settings
from storage.verify import verify
from tests.builders import ADMIN, caller, claim_due
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, fields_of, form_in, labels, work
from tests.chat.conftest import shown as as_shown
from tests.conftest import WORKSPACE, Clock

FIRST, LAST = date(2026, 11, 16), date(2026, 11, 22)


def shown(outcome: Outcome) -> list[str]:
    """With ordinary spaces before units."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in as_shown(outcome)]


async def test_a_person_signs_last_week(week: PlainDoor) -> None:
    seen = await week.type(ANA, "sign")
    assert shown(seen) == [
        "Your records · Last week · Mon 16 – Sun 22 Nov",
        "17 h · breaks 0 min",
        "Is this right?",
        "Tue 17 Nov: 09:00 – 17:30 · 8 h 30 min",
        "Wed 18 Nov: 09:00 – 17:30 · 8 h 30 min",
    ]
    assert labels(seen) == ["It's right", "Fix…", "Previous", "Next", "Statement (PDF)", "Statement (CSV)"]
    signed = await week.press(ANA, seen, "It's right")
    assert shown(signed)[2] == "✅ You signed it (09:02)."
    assert "Take back" in labels(signed)
    again = await week.refusal(ANA, week.press(ANA, seen, "It's right"))
    assert again.startswith("⚠️ You've already signed this period.")
    taken = await week.press(ANA, signed, "Take back")
    assert shown(taken)[2] == "Is this right?"


async def test_only_the_records_that_were_shown_are_signed_and_approved(week: PlainDoor) -> None:
    first = await week.type(ANA, "sign")
    added = form_in(await week.typed(ANA, "add 2026-11-19 09:00-17:00"))
    await week.send(ANA, added)
    refused = await week.refusing(ANA, week.press(ANA, first, "It's right"))
    assert shown(refused) == ["⚠️ Your records changed after this was shown. Look at them again."]
    now = await week.press(ANA, refused, "Show the period")
    assert shown(now)[1] == "25 h · breaks 0 min"
    await week.press(ANA, now, "It's right")

    lists = await week.type(MARCO, "sign")
    added = form_in(await week.typed(ANA, "add 2026-11-20 09:00-12:00"))
    await week.send(ANA, added)
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    refused = await week.refusing(MARCO, week.press(MARCO, lists, "Approve"))
    assert shown(refused) == ["⚠️ @U0ANA's records changed after this was shown. Look at them again."]
    await week.press(MARCO, await week.press(MARCO, refused, "Show the period"), "Approve")
    assert shown(await week.type(ANA, "sign"))[3] == "🔒 @U0MARCO approved it (09:02)."


async def test_fix_leads_to_the_records_of_the_period(week: PlainDoor) -> None:
    records = await week.press(ANA, await week.type(ANA, "sign last week"), "Fix…")
    assert "Tue 17 Nov" in " ".join(shown(records))


async def test_fix_leads_a_manager_to_their_own_records(week: PlainDoor, clock: Clock) -> None:
    await work(week, clock, MARCO, "2026-11-19T08:00", "2026-11-19T16:00")
    clock.set("2026-11-23T08:02")
    records = shown(await week.press(MARCO, await week.type(MARCO, "sign last week"), "Fix…"))
    assert records[0].startswith("Your records")
    assert "@U0ANA" not in " ".join(records)


async def test_a_manager_sees_who_signed_and_approves_all_that_are_complete(week: PlainDoor, clock: Clock) -> None:
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    seen = await week.type(MARCO, "sign")
    assert shown(seen)[-4:] == [
        "Your people · Last week · Mon 16 – Sun 22 Nov",
        "1 of 2 signed · 0 approved",
        "@U0ANA · 17 h · ✅ signed",
        "@U0BEN · 4 h · not signed yet",
    ]
    assert labels(seen)[:2] == ["Approve", "Show"]
    done = await week.press(MARCO, seen, "Approve all 1")
    assert "1 of 2 signed · 1 approved" in shown(done)
    bens = await week.press(MARCO, done, "Show")
    assert shown(bens)[0] == "U0Ben's records · Last week · Mon 16 – Sun 22 Nov"
    refused = await week.refusal(MARCO, week.press(MARCO, bens, "Approve"))
    assert "hasn't signed this period as it is now. Ask them, or approve it without them from Mon 30 Nov on." in refused
    clock.set("2026-11-30T08:00")
    approved = await week.press(MARCO, bens, "Approve")
    assert [line for line in shown(approved) if "@U0BEN" in line or "You" in line] == [
        "Not signed by @U0BEN.",
        "🔒 You approved it (09:00).",
    ]
    assert await week.services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_after_the_approval_a_change_is_refused_and_a_reason_reopens(week: PlainDoor) -> None:
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    added = form_in(await week.typed(ANA, "add 2026-11-19 09:00-17:00"))
    await week.press(MARCO, await week.type(MARCO, "sign"), "Approve")
    asked = form_in(await week.sent(ANA, added))
    assert "reason" in fields_of(asked), "Marco decides now"
    theirs = await week.type(MARCO, f"sign last week <@{ANA}>")
    form = form_in(await week.press(MARCO, theirs, "Reopen…"))
    assert (await week.refused(MARCO, form, why="  "))[0] == "why"
    opened = await week.send(MARCO, form, why="Thursday is missing")
    assert "✅ @U0ANA signed it (09:02)." in shown(opened)
    await week.send(ANA, added)
    assert shown(await week.type(ANA, "sign"))[2].startswith("Your records changed after you signed (09:02).")


async def test_the_person_is_told_of_an_approval_and_of_its_end(week: PlainDoor) -> None:
    await signatures.sign(week.services, caller(ANA), FIRST, LAST)
    one = await signatures.approve(week.services, ADMIN, ANA, FIRST, LAST)
    await signatures.withdraw(week.services, ADMIN, one.signature_id, "Thursday <!here> is missing")
    calls = await week.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    told = [call for call in calls if call.recipient == ANA and call.kind in (APPROVED, REOPENED)]
    ask = await week._ask(ANA)
    lines = [shown(await week.router.notice(ask, call.kind, call.facts)) for call in told]
    assert [line[0] for line in lines] == [
        "✅ @U0ADMIN approved your records of Mon 16 – Sun 22 Nov: 17 h. They're closed now and can't change.",
        "@U0ADMIN reopened your records of Mon 16 – Sun 22 Nov. Sign them again when they're right.",
    ]
    assert lines[1][1] == 'Reason: "Thursday <!here> is missing"'


async def test_approve_all_approves_only_the_records_that_were_shown(week: PlainDoor, clock: Clock) -> None:
    await teams_and_offices.set_team(week.services, ADMIN, "Night", [MARCO], [KEI])
    now, clock.now = clock.now, clock.now.replace(day=19)
    await work(week, clock, KEI, "2026-11-19T08:00", "2026-11-19T12:00")
    clock.now = now
    for user_id in (ANA, BEN):
        await week.press(user_id, await week.type(user_id, "sign"), "It's right")
    seen = await week.type(MARCO, "sign")
    added = form_in(await week.typed(BEN, "add 2026-11-19 09:00-17:00"))
    await week.send(BEN, added)
    for user_id in (BEN, KEI):
        await week.press(user_id, await week.type(user_id, "sign"), "It's right")

    done = await week.press(MARCO, seen, "Approve all 2")

    assert shown(done)[1:] == [
        "3 of 3 signed · 1 approved",
        "@U0BEN · 12 h · ✅ signed",
        "@U0KEI · 4 h · ✅ signed",
        "@U0ANA · 17 h · 🔒 approved",
        "Not approved yet, because they signed after this list was shown: @U0BEN, @U0KEI.",
    ]
    assert "3 of 3 signed · 3 approved" in shown(await week.press(MARCO, done, "Approve all 2"))


async def test_who_asks_for_other_days_than_a_period_reads_how_long_periods_are(week: PlainDoor) -> None:
    assert shown(await week.type(ANA, "sign october"))[-1] == "Everyone signs by the week here."
    await workspace_settings.change(week.services, ADMIN, signature_period=SignaturePeriod("month"))
    assert shown(await week.type(ANA, "sign last week"))[:2] == [
        "Your records · This month · November",
        "Everyone signs by the month here.",
    ]
    assert "by the month" not in str(shown(await week.type(ANA, "sign this month")))


async def test_employees_approve_nothing_and_see_no_list(week: PlainDoor) -> None:
    seen = await week.type(BEN, "sign")
    assert "Your people" not in str(shown(seen))
    assert "Approve" not in labels(seen)
    assert (await week.refusal(BEN, week.type(BEN, f"sign <@{ANA}>"))).startswith("⚠️ You can't")


async def test_several_periods_are_asked_about(week: PlainDoor) -> None:
    asked = await week.type(ANA, "sign october")
    assert shown(asked)[0] == "Which one do you mean?"
    assert len(labels(asked)) == 5


async def test_a_running_period_is_shown_and_can_not_be_signed(week: PlainDoor) -> None:
    seen = await week.type(ANA, "sign this week")
    assert "This period isn't over yet, so nobody can sign it." in shown(seen)
    assert "It's right" not in labels(seen)


async def test_a_statement_has_records_signatures_and_the_head_of_the_audit(week: PlainDoor) -> None:
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    await week.press(MARCO, await week.type(MARCO, "sign"), "Approve")
    seen = await week.type(ANA, "sign")
    for label in ("Statement (PDF)", "Statement (CSV)"):
        assert isinstance(await week.press(ANA, seen, label), Message)
    (pdf,), (rows,) = (
        [data for name, data in week.chat.sent.items() if name.endswith(kind)] for kind in ("pdf", "csv")
    )
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "Total: 17 h on 2 days · breaks 0 min" in text
    assert "U0Marco (approval)" in text
    assert f"Audit head: {WORKSPACE}:" in text
    table = list(csv.DictReader(io.StringIO(rows.decode("utf-8-sig"), newline="")))
    assert [row["row"] for row in table] == [
        *("record", "record", "day", "day", "total", "signature", "approval", "audit head"),
    ]
    assert [row["workedMinutes"] for row in table[:-1]] == ["510", "510", "510", "510", "1020", "1020", "1020"]
    assert table[-1]["details"].startswith(f"{WORKSPACE}:")


async def test_a_statement_of_an_approval_without_the_person_says_so(week: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-30T08:00")
    seen = await week.press(MARCO, await week.type(MARCO, f"sign 2026-11-16 <@{BEN}>"), "Approve")
    for label in ("Statement (PDF)", "Statement (CSV)"):
        await week.press(MARCO, seen, label)
    (pdf,), (rows,) = (
        [data for name, data in week.chat.sent.items() if name.endswith(kind)] for kind in ("pdf", "csv")
    )
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert "Not signed by U0Ben." in text
    table = list(csv.DictReader(io.StringIO(rows.decode("utf-8-sig"), newline="")))
    assert [row["by"] for row in table if row["row"] == "not signed"] == ["U0Ben"]


async def test_people_are_asked_to_sign_on_the_morning_after_once(week: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(week.services, ADMIN, ask_to_sign=True)
    clock.set("2026-11-23T07:30")  # 08:30 in Berlin
    await period_ends.ask_to_sign(week.services, WORKSPACE)
    assert await asked(week) == {}
    clock.set("2026-11-23T08:00")
    for _ in range(2):
        await period_ends.ask_to_sign(week.services, WORKSPACE)
    found = await asked(week)
    assert found.keys() == {ANA, BEN}, "Kei has no records"
    seen = found[ANA]
    assert shown(seen)[0] == "Your records · Last week · Mon 16 – Sun 22 Nov"
    assert labels(seen) == ["It's right", "Fix…"]
    await week.press(ANA, seen, "It's right")
    await period_ends.ask_to_sign(week.services, WORKSPACE)
    assert await asked(week) == {}


async def test_managers_are_asked_to_approve_a_day_later_once(week: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(week.services, ADMIN, ask_to_sign=True)
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    clock.set("2026-11-24T07:30")  # 08:30 in Berlin
    await period_ends.ask_to_sign(week.services, WORKSPACE)
    assert await asked(week, Kind.TO_APPROVE) == {}
    clock.set("2026-11-24T08:00")
    for _ in range(2):
        await period_ends.ask_to_sign(week.services, WORKSPACE)
    found = await asked(week, Kind.TO_APPROVE)
    assert found.keys() == {MARCO}, "he manages everyone who has records"
    assert shown(found[MARCO]) == [
        "Your people · Last week · Mon 16 – Sun 22 Nov",
        "1 of 2 signed · 0 approved",
        "@U0ANA · 17 h · ✅ signed",
        "@U0BEN · 4 h · not signed yet",
    ]
    assert labels(found[MARCO]) == ["Approve", "Show", "Approve all 1"]
    done = await week.press(MARCO, found[MARCO], "Approve all 1")
    assert "1 of 2 signed · 1 approved" in shown(done)


async def test_admins_are_asked_about_people_whom_nobody_manages(week: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(week.services, ADMIN, ask_to_sign=True)
    await admins.appoint(week.services, ADMIN, ADA)
    await work(week, clock, KEI, "2026-11-19T01:00", "2026-11-19T05:00")
    clock.set("2026-11-24T08:00")
    await period_ends.ask_to_sign(week.services, WORKSPACE)
    found = await asked(week, Kind.TO_APPROVE)
    assert found.keys() == {MARCO, ADA}
    assert shown(found[ADA])[1:] == ["0 of 1 signed · 0 approved", "@U0KEI · 4 h · not signed yet"]
    await week.press(KEI, await week.type(KEI, "sign last week"), "It's right")
    asked_again = await week.router.notice(await week._ask(ADA), Kind.TO_APPROVE, {"first": FIRST, "last": LAST})
    done = await week.press(ADA, asked_again, "Approve")
    assert shown(done)[1:] == ["1 of 1 signed · 1 approved", "@U0KEI · 4 h · 🔒 approved"]
    assert await week.router.notice(await week._ask(ADA), Kind.TO_APPROVE, {"first": FIRST, "last": LAST}) is None


async def asked(week: PlainDoor, kind: Kind = Kind.PERIOD_OVER) -> dict[str, Message]:
    calls = await week.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    found = {}
    for call in calls:
        if call.kind == kind:
            message = await week.router.notice(await week._ask(call.recipient), call.kind, call.facts)
            assert message
            found[call.recipient] = message
    return found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
        ("two weeks", date(2026, 11, 16), date(2026, 11, 29)),
        ("2 weeks from 2026-11-09", date(2026, 11, 9), date(2026, 11, 22)),
        ("two weeks from 2026-11-30", date(2026, 11, 16), date(2026, 11, 29)),
        ("Monthly", date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_periods_are_found_by_their_kind(text: str, first: date, last: date) -> None:
    kind = workspace_settings.typed("signature_period", text)
    found = kind.holding(date(2026, 11, 18))
    assert (found.first, found.last) == (first, last)
    assert workspace_settings.typed("signature_period", str(kind)) == kind
