"""What the database and `verify` keep of corrections: what was asked stays, each answer is given once, and what comes
of it follows from both."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.attendance import corrections, erasure, recording
from bot.attendance.corrections import Correction, answer, withdraw
from bot.attendance.recording import NewRecord
from bot.attendance.signatures import sign
from bot.attendance.wanted_records import Wanted
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.workspaces import workspace_settings
from storage import audit, pairs
from storage import corrections as stored
from storage.audit import Action
from storage.database import Transaction
from storage.errors import UnknownCorrection
from storage.pairs import Pair
from storage.tables import corrections as table
from tests.builders import ADMIN, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.correcting import ANA, END, FIRST, HOUR, LAST, MARCO, NEW, found, staff, worked
from tests.storage.raw import Raw, Refused

SECRET = "the doctor's letter"


@pytest.fixture
async def services(services: Services) -> Services:
    return await staff(services)


async def proposed(services: Services) -> Correction:
    """Marco asks Ana for an hour more, and she objects."""
    pair = await worked(services)
    wanted = Wanted(out_at=END + HOUR, out_comment=SECRET)
    one = await corrections.ask_to_change(services, MARCO, pair.clock_in.id, wanted, SECRET)
    return (await answer(services, ANA, one.correction_id, "no", SECRET)).correction


UNASKED = (
    "correction_id = 'x'",
    "user_id = 'U0BEN'",
    "kind = 'remove', after = NULL",
    "target_in_id = 'x'",
    "before = '{{}}'",
    "after = '{{}}'",
    "before_in_comment = 'x'",
    "before_out_comment = 'x'",
    "after_in_comment = 'x'",
    "after_out_comment = 'x'",
    "first_day = '2026-11-16'",
    "last_day = '2026-11-18'",
    "reason = 'x'",
    "asked_by = 'U0ROSA', employer_by = 'U0ROSA'",
    "asked_at = {later}, employer_at = {later}",
    "asked_via = 'cli'",
    "person_answer = 'yes'",
    "person_at = {later_answer}",
    "account = 'x'",
    "employer_answer = 'no'",
    "employer_by = 'U0ROSA'",
    "employer_at = {later}",
    "workspace_id = 'T0OTHER'",
)
"""The database refuses each. It takes an outcome that no entry tells of, and what is erased."""
UNTOLD = (
    "outcome = 'withdrawn', done_at = person_at, done_by = 'U0MARCO'",
    "outcome = 'refused', done_at = person_at, done_by = 'U0MARCO'",
    "reason = NULL",
    "account = NULL",
    "before_in_comment = NULL",
    "before_out_comment = NULL",
    "after_in_comment = NULL",
    "after_out_comment = NULL",
)


async def test_every_column_of_a_correction_is_written_once_and_compared(services: Services, raw: Raw) -> None:
    await proposed(services)
    raw.another_workspace()
    later = {"later": raw.later("asked_at", -1)}
    later["later_answer"] = raw.later("person_at", 3_600_000_000)
    unasked = [change.format(**later) for change in UNASKED]
    before = raw.rows("corrections")
    for change in unasked:
        with pytest.raises(Refused):
            raw.execute(f"UPDATE corrections SET {change}")
    for removal in ("DELETE FROM", *([] if raw.is_sqlite else ["TRUNCATE"])):
        with pytest.raises(Refused, match="never removed"):
            raw.execute(f"{removal} corrections")
    for verb in raw.verbs:
        with pytest.raises(Refused):
            raw.execute(f"{verb} INTO corrections SELECT * FROM corrections")
    assert raw.rows("corrections") == before
    raw.let_anything_through()
    for change in (*unasked, *UNTOLD):
        with raw.put_back("corrections"):
            raw.execute(f"UPDATE corrections SET {change}")
            assert await found(services), change
    raw.execute("DELETE FROM corrections")
    assert await found(services) == ["rule 8: is in the audit trail, but gone: it was removed outside the bot"]


OUTCOMES = (
    "outcome = 'refused', done_at = {later}",
    "outcome = 'applied-without-agreement'",
    "outcome = NULL, done_at = NULL, done_by = NULL, result_in_id = NULL",
    "done_at = {later}",
    "done_by = 'U0ANA'",
    "result_in_id = 'x'",
    "result_in_id = NULL",
    "employer_answer = NULL, employer_by = NULL, employer_at = NULL",
    "refusal = 'x'",
)


async def test_every_column_of_an_outcome_is_written_once_and_compared(services: Services, raw: Raw) -> None:
    one = await corrections.ask_to_add(services, ANA, NEW, "forgot it")
    await answer(services, MARCO, one.correction_id, "yes")
    assert await found(services) == []
    changes = [change.format(later=raw.later("done_at", 3_600_000_000)) for change in OUTCOMES]
    for change in changes:
        with pytest.raises(Refused):
            raw.execute(f"UPDATE corrections SET {change}")
    raw.let_anything_through()
    for change in changes:
        with raw.put_back("corrections"):
            raw.execute(f"UPDATE corrections SET {change}")
            assert await found(services), change


async def test_an_outcome_needs_its_answers_and_its_record(services: Services, raw: Raw) -> None:
    pair = await worked(services)
    wanted = Wanted(out_at=END + HOUR)
    await corrections.ask_to_change(services, MARCO, pair.clock_in.id, wanted, "was longer")
    done = "done_at = asked_at, done_by = 'U0MARCO'"
    agreed = "person_answer = 'yes', person_at = asked_at"
    named = f"result_in_id = '{pair.clock_in.id}'"
    for change in (
        f"outcome = 'applied', {done}, {named}",  # without the person
        f"outcome = 'applied-without-agreement', {done}, {named}",  # too early
        agreed,  # agreed, and not applied
        f"{agreed}, outcome = 'applied', {done}",  # without its record
        f"{agreed}, outcome = 'applied', {done}, {named}",  # which doesn't replace the other
        f"{agreed}, outcome = 'refused', {done}",
        "outcome = 'withdrawn', done_by = 'U0MARCO'",
        f"outcome = 'withdrawn', done_by = 'U0MARCO', done_at = {raw.later('asked_at', -1)}",  # times never go back
        "account = 'x'",
        "refusal = 'x'",
    ):
        with pytest.raises(Refused):
            raw.execute(f"UPDATE corrections SET {change}")


FROM_MARCO = {
    "asked_by": "'U0MARCO'",
    "employer_answer": "'yes'",
    "employer_by": "'U0MARCO'",
    "employer_at": "asked_at",
}


async def test_a_correction_begins_waiting_about_a_record_that_is_there(services: Services, raw: Raw) -> None:
    pair = await worked(services)
    one = await corrections.ask_to_remove(services, ANA, pair.clock_in.id, "was at home")
    await withdraw(services, ANA, one.correction_id)
    waiting = {"outcome": "NULL", "done_at": "NULL", "done_by": "NULL"}
    for changed in (
        {},  # done already
        waiting | {"target_in_id": "'x'"},
        waiting | {"user_id": "'U0BEN'", "asked_by": "'U0BEN'"},
        waiting | {"person_answer": "NULL", "person_at": "NULL"},  # nobody has asked
        waiting | FROM_MARCO | {"person_answer": "'no'"},  # the other side has answered
        waiting | FROM_MARCO | {"person_answer": "'yes'"},
        waiting | {"employer_answer": "'no'", "employer_by": "'U0MARCO'", "employer_at": "asked_at"},
    ):
        names = [column.name for column in table.columns]
        values = ", ".join({"correction_id": "'new'", **changed}.get(name, name) for name in names)
        with pytest.raises(Refused):
            raw.execute(f"INSERT INTO corrections ({', '.join(names)}) SELECT {values} FROM corrections")
    unanswered = waiting | FROM_MARCO | {"correction_id": "'new'", "person_answer": "NULL", "person_at": "NULL"}
    values = ", ".join(unanswered.get(name, name) for name in names)
    raw.execute(f"INSERT INTO corrections ({', '.join(names)}) SELECT {values} FROM corrections")  # as it should


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("action", "change", "what"),
    [
        (Action.ASK_CORRECTION, {}, "can't follow"),
        (Action.OBJECT_CORRECTION, {}, "can't follow"),
        (Action.WITHDRAW_CORRECTION, {"outcome": "withdrawn", "done_by": "U0ROSA"}, "and says otherwise"),
        (Action.REFUSE_CORRECTION, {"outcome": "withdrawn", "done_by": "U0MARCO"}, "and says otherwise"),
        (
            Action.WITHDRAW_CORRECTION,
            {"outcome": "withdrawn", "done_by": "U0MARCO", "asked_by": "U0ROSA"},
            "changes what such an entry can't",
        ),
        (Action.APPLY_CORRECTION, {"outcome": "applied", "done_by": "U0MARCO", "result_in_id": "x"}, "isn't what"),
    ],
)
async def test_a_step_that_can_not_have_happened_is_found(
    services: Services, action: Action, change: dict[str, object], what: str
) -> None:
    objected = await proposed(services)

    def write(tx: Transaction) -> None:
        told = {**stored.to_audit_fields(objected), "done_at": tx.now, **change}
        who: dict[str, Any] = {"at": tx.now, "actor": MARCO.user_id, "via": MARCO.via}
        audit.record(tx.connection, WORKSPACE, **who, action=action, subject=objected.correction_id, facts=told)

    await services.database.write(write)
    assert any(what in fault for fault in await found(services))


async def test_an_outcome_that_no_record_tells_of_is_found(services: Services, raw: Raw) -> None:
    """By somebody who takes every rule out of the way, and writes the entry about the correction as well."""
    other = await worked(services)
    one = await corrections.ask_to_add(services, ANA, NEW, "forgot it")
    raw.let_anything_through()
    step = {"employer_answer": "yes", "employer_by": MARCO.user_id, "outcome": "applied", "done_by": MARCO.user_id}

    def write(tx: Transaction) -> None:
        times = {"employer_at": tx.now, "done_at": tx.now, "result_in_id": other.clock_in.id}
        done = stored.advance(tx.connection, one, **step, **times)
        who: dict[str, Any] = {"at": tx.now, "actor": MARCO.user_id, "via": MARCO.via}
        facts = stored.to_audit_fields(done)
        audit.record(
            tx.connection, WORKSPACE, **who, action=Action.APPLY_CORRECTION, subject=one.correction_id, facts=facts
        )

    await services.database.write(write)
    said = f"corrections: is said to be applied to {other.clock_in.id}, but no entry about that record says so"
    assert said in await found(services)


async def test_another_record_than_what_was_asked_for_is_found(services: Services, raw: Raw) -> None:
    pair = await worked(services)
    longer = Wanted(out_at=END + HOUR)
    one = await corrections.ask_to_change(services, ANA, pair.clock_in.id, longer, "was longer")
    assert one.after
    assert one.after.clock_out
    elsewhere = replace(one.after, clock_out=replace(one.after.clock_out, at=END + 2 * HOUR))
    await answer(services, MARCO, one.correction_id, "yes")
    assert await found(services) == []
    raw.let_anything_through()
    raw.execute("UPDATE corrections SET after = ?", [canonical_of(elsewhere)])
    assert any("(in correction)" in fault for fault in await found(services))


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_request_that_has_the_other_sides_answer_is_found(services: Services) -> None:
    pair = await worked(services)

    def write(tx: Transaction) -> None:
        days = pair.work_date, pair.work_date
        one = stored.Correction(
            *(WORKSPACE, "c", "U0ANA", "remove", pair.clock_in.id, pair, None, *days, "x", "U0MARCO", tx.now, "slack"),
            *("yes", tx.now, None, "yes", "U0MARCO", tx.now),
        )
        who: dict[str, Any] = {"at": tx.now, "actor": MARCO.user_id, "via": MARCO.via}
        facts = stored.to_audit_fields(one)
        audit.record(tx.connection, WORKSPACE, **who, action=Action.ASK_CORRECTION, subject="c", facts=facts)

    await services.database.write(write)
    assert any("(in person_answer)" in fault for fault in await found(services))


def canonical_of(pair: Pair) -> str:
    """As a correction keeps it."""
    told = pairs.to_audit_fields(pair)
    return audit.canonical({name: value for name, value in told.items() if name not in audit.PRIVATE})


async def test_erasing_a_person_erases_what_was_said_beside_corrections(services: Services, raw: Raw) -> None:
    await deliveries.add(services, ADMIN, "https://93.184.215.14/", may_reach=(), sealer=None)
    objected = await proposed(services)
    traces = await erasure.erase_person(services, ADMIN, "U0ANA")
    assert traces.corrections == 1
    everywhere = [raw.rows(table) for table in ("corrections", "pairs", "audit_entries", "outbox")]
    assert SECRET not in str(everywhere)
    assert SECRET not in json.dumps(str(everywhere))
    assert await found(services) == []
    done = await corrections.apply(services, MARCO, objected.correction_id)  # it still can be answered
    assert done.correction.outcome == "applied-without-agreement"
    assert await found(services) == []


@pytest.fixture
def long_ago(clock: Clock) -> None:
    clock.set("2024-11-20T08:00")


async def test_corrections_go_by_their_age_with_their_records(
    long_ago: None, services: Services, raw: Raw, clock: Clock
) -> None:
    old = NewRecord("U0ANA", utc("2024-11-19T08:00"), utc("2024-11-19T16:00"))
    one = await corrections.ask_to_add(services, ANA, old, "forgot it")
    await answer(services, MARCO, one.correction_id, "yes")
    clock.set("2026-11-23T08:02")
    await workspace_settings.change(services, ADMIN, keep_records_for_years=1)
    young = await corrections.ask_to_add(services, ANA, NEW, "forgot it")
    while await erasure.erase_old(services, WORKSPACE):
        pass
    assert raw.count("corrections") == 1
    with pytest.raises(UnknownCorrection):
        await withdraw(services, ANA, one.correction_id)
    await answer(services, MARCO, young.correction_id, "yes")
    assert await found(services) == []


async def test_signing_is_refused_by_the_database_too(services: Services, raw: Raw) -> None:
    await sign(services, ANA, FIRST, LAST)
    await corrections.ask_to_add(services, ANA, NEW, "forgot it")
    with pytest.raises(Refused, match="no waiting correction"):
        raw.execute(
            "INSERT INTO signatures SELECT workspace_id, 'lock', user_id, first_day, last_day, 'manager', 'U0BEN', at,"
            " via, digest, figures, NULL, NULL, NULL FROM signatures"
        )


async def test_a_direct_change_of_what_is_asked_about_leaves_the_request(services: Services) -> None:
    pair = await worked(services)
    one = await corrections.ask_to_remove(services, ANA, pair.clock_in.id, "was at home")
    await recording.delete(services, ADMIN, pair.clock_in.id)
    assert (await answer(services, MARCO, one.correction_id, "no")).correction.outcome == "refused"
    assert await found(services) == []
