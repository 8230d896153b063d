"""**Change…** beside a record: a form with what it is, one record in the place of another, and the way back."""

from __future__ import annotations

import csv
import io
from datetime import date, time

import pytest

from bot.attendance import breaks, recording
from bot.attendance.add_break import add_break
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import TimeOfDay, zone_named
from bot.chat.views import Form, Message, Outcome
from bot.documents import exports
from bot.errors import Forbidden
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import paid_breaks
from storage.pair_queries import within
from storage.pairs import Scope
from tests.builders import ADMIN, caller, claim_due
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, fields_of, form_in, labels, shown, work
from tests.conftest import WORKSPACE, Clock

REASON = "The train was late"
TODAY = DateRange(date(2026, 11, 24), date(2026, 11, 24))


@pytest.fixture
async def worked(team: PlainDoor, clock: Clock) -> PlainDoor:
    """Ana worked from 09:00 to 17:00."""
    await work(team, clock, ANA, "2026-11-24T08:00:31", "2026-11-24T16:00:05")
    clock.set("2026-11-24T17:30")
    return team


def read(outcome: Outcome) -> list[str]:
    """The lines, with plain spaces."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in shown(outcome)]


async def opened(door: PlainDoor, who: str = MARCO) -> Form:
    return form_in(await door.press(who, await door.type(who, f"events today <@{ANA}>"), "Change…"))


async def change(door: PlainDoor, **filled: str) -> Outcome:
    return await door.sent(MARCO, await opened(door), **({"reason": REASON} | filled))


async def records_of(door: PlainDoor, who: str = MARCO) -> list[str]:
    return read(await door.type(who, f"events today <@{ANA}>"))[1:]


async def told(door: PlainDoor, user_id: str) -> list[str]:
    """What the bot writes to the person on its own."""
    due = await door.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    found = []
    for message in due:
        if message.recipient == user_id and message.kind in door.router.notices:
            said = await door.router.notice(await door._ask(user_id), message.kind, message.facts or {})
            found += shown(said)
    return found


async def test_a_manager_changes_the_end_and_the_person_reads_what_and_why(worked: PlainDoor) -> None:
    form = await opened(worked)
    assert fields_of(form) == {
        "date": "2026-11-24",
        "start": "09:00",
        "end": "17:00",
        "office": None,
        "note": None,
        "reason": None,
    }

    done = await worked.send(MARCO, form, end="18:10", reason=REASON)

    record = "Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10)"
    assert shown(done) == [f"✅ Record changed. @U0ANA · {record}", f'"{REASON}"']
    assert labels(done) == ["Undo"]
    assert await records_of(worked) == [
        "09:00 – 18:10 · 9 h 10 min · entered later · changed by @U0MARCO (18:30)",
        f'"{REASON}"',
    ]
    assert (await told(worked, ANA))[-2:] == [f"@U0MARCO changed your record: {record}.", f'"{REASON}"']


async def test_a_report_about_one_person_says_who_changed_a_record_and_leads_to_the_days(worked: PlainDoor) -> None:
    await worked.send(MARCO, await opened(worked), end="18:10", reason=REASON)
    seen = await worked.type(MARCO, f"report today <@{ANA}>")
    assert f'Tue 24 Nov, 09:00 – 18:10: changed by @U0MARCO (18:30) "{REASON}"' in read(seen)
    day = await worked.press(MARCO, seen, "Change…")
    assert read(day)[1].startswith("09:00 – 18:10")
    assert "Change…" not in labels(await worked.type(ANA, "report today"))
    await worked.press(MARCO, seen, "Share in channel")
    assert "Change…" not in labels(worked.chat.posted[-1])


async def test_undo_brings_the_former_record_back(worked: PlainDoor) -> None:
    before = await records_of(worked)
    done = await change(worked, end="18:10")

    undone = await worked.press(MARCO, done, "Undo")

    assert read(undone) == ["✅ Change undone. @U0ANA · Tue 24 Nov, 09:00 – 17:00, 8 h"]
    assert before[0] in await records_of(worked)
    assert isinstance(undone, Message)
    assert undone.replaces, "so nobody presses it again"
    assert await worked.refusal(MARCO, worked.press(MARCO, done, "Undo")) == "⚠️ You've already undone this change."
    said = await worked.refusal(ADA, worked.press(ADA, done, "Undo"))
    assert said == "⚠️ @U0MARCO already undid this change at 18:30."


async def test_seconds_stay_where_no_time_was_changed(worked: PlainDoor) -> None:
    await change(worked, note="at the customer's")

    (pair,) = await pairs_of(worked.services)
    assert (pair.clock_in.at.second, pair.clock_out and pair.clock_out.at.second) == (31, 5)
    assert (pair.clock_in.comment, pair.clock_in.by) == ("at the customer's", MARCO)
    assert pair.clock_out
    assert (pair.clock_out.by, pair.clock_out.recorded_at) == (ANA, pair.clock_out.at)


async def pairs_of(services: Services) -> list[recording.Pair]:
    scope = Scope(WORKSPACE, date(2026, 11, 1), date(2026, 11, 30))
    return await services.database.read(lambda tx: list(within(tx.connection, scope)))


async def test_history_tells_of_the_change_in_one_line_with_its_reason(worked: PlainDoor) -> None:
    done = await change(worked, end="18:10")
    lines = read(await worked.type(MARCO, f"history <@{ANA}> today"))
    assert lines[-3:] == [
        "18:30 · @U0MARCO changed @U0ANA's record",
        "Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10)",
        f'"{REASON}"',
    ]
    assert [line for line in lines if "deleted" in line] == []

    await worked.press(MARCO, done, "Undo")
    lines = read(await worked.type(MARCO, f"history <@{ANA}> today"))
    assert lines[-2:] == ["18:30 · @U0MARCO took the change back", "Tue 24 Nov, 09:00 – 17:00, 8 h"]


async def test_a_reason_is_needed_at_its_field(worked: PlainDoor) -> None:
    form = await opened(worked)
    at, said = await worked.refused(MARCO, form, end="18:10", reason="  ")
    assert (at, said) == ("reason", "The reason is empty. Enter a few words.")


async def test_a_form_that_changes_nothing_says_so(worked: PlainDoor) -> None:
    at, said = await worked.refused(MARCO, await opened(worked), reason=REASON)
    assert (at, said) == ("start", "That's what the record says already. Change at least one thing.")


@pytest.mark.parametrize(
    ("filled", "at", "said"),
    [
        ({"end": "19:00"}, "end", "19:00 hasn't happened yet. It's 18:30."),
        ({"date": "2026-11-25"}, "date", "Wed 25 Nov, 09:00 hasn't happened yet. It's 18:30."),
        ({"start": "07:30"}, "start", "@U0ANA already has a record on Tue 24 Nov, 07:00 to 08:00. Change the times"),
    ],
)
async def test_a_time_that_can_not_be_is_refused_at_its_field(
    worked: PlainDoor, filled: dict[str, str], at: str, said: str
) -> None:
    earlier = await worked.open(MARCO, "add")
    await worked.send(MARCO, earlier, person=ANA, date="2026-11-24", start="07:00", end="08:00")
    form = form_in(await worked.press(MARCO, await worked.type(MARCO, f"events today <@{ANA}>"), "Change…"))

    where, why = await worked.refused(MARCO, form, reason=REASON, **filled)

    assert where == at
    assert why.startswith(said)


async def test_an_unusual_length_is_asked_about(worked: PlainDoor) -> None:
    asked = form_in(await worked.sent(MARCO, await opened(worked), start="00:30", reason=REASON))
    assert "sure" in fields_of(asked)
    done = await worked.send(MARCO, asked, sure=["990 min"])
    assert "00:30 – 17:00 (+8:30)" in shown(done)[0]


async def test_who_sees_a_record_that_was_changed_meanwhile_is_told_by_whom(worked: PlainDoor) -> None:
    stale, listed = await opened(worked), await worked.type(ADA, f"events today <@{ANA}>")
    await change(worked, end="18:10")

    at, said = await worked.refused(MARCO, stale, end="18:00", reason=REASON)
    assert (at, said) == (
        "start",
        "@U0MARCO changed this record at 18:30. Open the list again to see what it is now.",
    )
    assert await worked.refusal(ADA, worked.press(ADA, listed, "Change…")) == f"⚠️ {said}"


async def test_employees_change_nobodys_records_and_managers_not_their_own(worked: PlainDoor, clock: Clock) -> None:
    await work(worked, clock, MARCO, "2026-11-24T18:00", "2026-11-24T18:10")
    for who, whose in ((ANA, ANA), (MARCO, MARCO)):
        assert "Change…" not in labels(await worked.type(who, f"events today <@{whose}>"))
    (pair,) = [pair for pair in await pairs_of(worked.services) if pair.user_id == ANA]
    forged = worked.press_forged(BEN, "change_record.press_change", f'{{"event_id":"{pair.clock_in.id}"}}')
    with pytest.raises(Forbidden):
        await forged


async def test_the_start_of_somebody_who_is_in_changes_and_the_button_they_see_still_works(
    team: PlainDoor, clock: Clock
) -> None:
    clock.set("2026-11-24T08:20")
    answer = await team.type(ANA, "clockin")
    clock.advance(minutes=10)
    form = await opened(team)
    assert fields_of(form)["end"] is None

    done = await team.send(MARCO, form, start="09:00", reason=REASON)

    assert shown(done)[0] == "✅ Record changed. @U0ANA · Tue 24 Nov, in at 09:20 → in at 09:00"
    left = await team.press(ANA, answer, "Clock out")
    assert shown(left)[0].startswith("✅ Clocked out at 09:30.")


async def who_changed(door: PlainDoor) -> list[str]:
    """Who changed each record, in an export of that day."""
    out = io.StringIO()
    await exports.write(door.services, ADMIN, TODAY, zone_named("Europe/Berlin"), out)
    return [row["Changed by"] for row in csv.DictReader(io.StringIO(out.getvalue()))]


async def test_reports_and_exports_say_who_changed_a_record_that_a_break_was_added_to(worked: PlainDoor) -> None:
    await change(worked, end="18:10")
    for start, end in ((11, 12), (13, 14)):
        span = TimeOfDay(time(start)), TimeOfDay(time(end))
        await add_break(worked.services, ADMIN, ANA, TODAY.first, *span, parse_break_kinds("break unpaid").kinds[0])

    said = f'changed by @U0MARCO (18:30) "{REASON}"'
    told = [line for line in read(await worked.type(ANA, "report today")) if said in line]
    hours = ("09:00 – 11:00", "12:00 – 13:00", "14:00 – 18:10")
    assert told == [f"Tue 24 Nov, {one}: {said}" for one in hours]
    assert "\n".join(read(await worked.type(ANA, "events today"))).count("changed by @U0MARCO (18:30)") == 3
    assert await who_changed(worked) == [MARCO] * 3
    assert "changed by" not in "\n".join(read(await worked.type(ADA, "report today")))


async def test_reports_and_exports_say_who_changed_a_record_whose_clock_out_was_undone(
    team: PlainDoor, clock: Clock
) -> None:
    clock.set("2026-11-24T08:20")
    await team.type(ANA, "clockin")
    clock.advance(minutes=10)
    await change(team, start="09:00")
    clock.advance(minutes=10)
    await team.press(ANA, await team.type(ANA, "clockout"), "Undo")

    said = f'changed by @U0MARCO (09:30) "{REASON}"'
    assert said in "\n".join(read(await team.type(ANA, "report today")))
    assert await who_changed(team) == [MARCO]
    clock.advance(minutes=10)
    await team.type(ANA, "clockout")
    assert said in "\n".join(read(await team.type(ANA, "report today")))
    assert await who_changed(team) == [MARCO]


async def test_another_record_of_a_day_on_which_a_changed_one_was_deleted_says_nothing(
    worked: PlainDoor, clock: Clock
) -> None:
    await change(worked, end="18:10")
    await worked.press(
        MARCO, await worked.press(MARCO, await worked.type(MARCO, f"events today <@{ANA}>"), "Delete"), "Delete"
    )
    clock.set("2026-11-24T18:00")
    await worked.type(ANA, "clockin")

    assert "changed by" not in "\n".join(read(await worked.type(ANA, "report today")))
    assert await who_changed(worked) == [""]


async def test_a_clock_out_of_a_changed_record_can_be_undone_where_the_right_one_is_typed(
    team: PlainDoor, clock: Clock
) -> None:
    clock.set("2026-11-24T08:20")
    await team.type(ANA, "clockin")
    clock.advance(minutes=10)
    await change(team, start="09:00")
    clock.advance(minutes=10)
    await team.type(ANA, "clockout at 9:35")

    wrong = await team.refusing(ANA, team.type(ANA, "clockout at 9:38"))
    assert shown(wrong)[0].endswith("Your last clock-out: 09:35. If that's wrong, undo it and type it again.")
    assert shown(await team.press(ANA, wrong, "Undo"))[0].startswith("✅ Clock-out undone.")

    await team.type(ANA, "clockout at 9:38")
    await change(team, start="08:50")
    assert "Undo" not in labels(await team.refusing(ANA, team.type(ANA, "clockout at 9:36")))


async def test_what_somebody_says_when_they_clock_out_stays_though_the_form_was_open(
    team: PlainDoor, clock: Clock
) -> None:
    clock.set("2026-11-24T08:20")
    await team.type(ANA, "clockin")
    clock.advance(minutes=10)
    form = await opened(team)
    await team.type(ANA, "clockout dentist")
    await team.send(MARCO, form, start="09:00", reason=REASON)
    (pair,) = await pairs_of(team.services)
    assert pair.clock_out
    assert pair.clock_out.comment == "dentist"


@pytest.mark.parametrize("then", ["clockout", "break", "break coffee"])
async def test_a_change_after_which_the_record_went_on_is_not_undone(team: PlainDoor, clock: Clock, then: str) -> None:
    kinds = workspace_settings.typed("break_kinds", "lunch unpaid, coffee paid 15")
    await workspace_settings.change(team.services, ADMIN, break_kinds=kinds)
    clock.set("2026-11-24T08:20")
    await team.type(ANA, "clockin")
    clock.advance(minutes=10)
    done = await change(team, start="09:00")
    clock.advance(minutes=10)
    await team.type(ANA, then)
    before = await records_of(team)

    assert await team.refusal(MARCO, team.press(MARCO, done, "Undo")) == (
        "⚠️ A clock-out or break was entered in this record after the change. Change the record again instead."
    )
    assert await records_of(team) == before


async def test_breaks_stay_where_they_still_fit(team: PlainDoor, clock: Clock) -> None:
    kinds = workspace_settings.typed("break_kinds", "lunch unpaid, coffee paid 15")
    await workspace_settings.change(team.services, ADMIN, break_kinds=kinds)
    clock.set("2026-11-24T08:00")
    await team.type(ANA, "clockin")
    for at in ("2026-11-24T09:00", "2026-11-24T12:00"):
        clock.set(at)
        await breaks.start_break(team.services, caller(ANA), ANA, kind="coffee")
        clock.advance(minutes=10)
        await breaks.back(team.services, caller(ANA), ANA)
    clock.set("2026-11-24T16:00")
    await breaks.start_break(team.services, caller(ANA), ANA, kind="lunch")

    await change(team, end="12:00")

    (pair,) = await pairs_of(team.services)
    inside = await team.services.database.read(
        lambda tx: paid_breaks.of_records(tx.connection, WORKSPACE, [pair.clock_in.id])
    )
    assert [f"{one.start.at:%H:%M}" for one in inside[pair.clock_in.id]] == ["09:00"]
    assert pair.out_break == "lunch"


async def test_undo_takes_back_no_change_and_says_what_can_be_undone(worked: PlainDoor) -> None:
    await change(worked, end="18:10")
    said = await worked.refusal(MARCO, worked.type(MARCO, "undo"))
    assert said.startswith("⚠️ You entered nothing in the last ten minutes")
