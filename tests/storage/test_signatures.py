"""Rule 9: what a manager approved stays as it is, also for direct writes. `verify` finds what got past it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest

from bot.attendance import erasure, recording
from bot.attendance.batches import add_all
from bot.attendance.breaks import back, end_day, start_break
from bot.attendance.recording import NewRecord
from bot.attendance.signatures import approve, sign, withdraw
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.signature_periods import SignaturePeriod
from bot.errors import NotResolved, NotSignedYet, PeriodNotOver
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.workspaces import workspace_settings
from storage import audit
from storage import signatures as stored
from storage.audit import Action
from storage.database import Transaction, open_database
from storage.errors import AlreadySigned, AlreadyWithdrawn, Refusal
from storage.ids import new_id
from storage.pairs import Pair
from storage.period_locks import PeriodLocked
from storage.signatures import Signature
from storage.verify import verify
from tests.builders import ADMIN, caller, raw_pair_on, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, Refused, but_for_the_rules, raw_connection

ANA, BEN = "U0ANA", "U0BEN"
ME = caller(ANA)
FIRST, LAST = date(2026, 11, 16), date(2026, 11, 22)
"""The week before the clock's."""
OTHER_ADMIN = replace(ADMIN, user_id="U0OTHER")
SECRET = "Thursday's meeting is missing"


@pytest.fixture
async def services(services: Services) -> Services:
    await workplace(services.database, {"U0OTHER": "UTC"})
    kinds = parse_break_kinds("break unpaid, coffee paid 15")
    await workspace_settings.change(services, ADMIN, signature_period=SignaturePeriod("week"), break_kinds=kinds)
    return services


async def found(services: Services) -> list[str]:
    faults = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    return [f"{fault.rule}: {fault.what}" for fault in faults if fault.rule != "clock"]


async def worked(services: Services, day: str = "2026-11-17") -> Pair:
    new = NewRecord(ANA, utc(f"{day}T08:00"), utc(f"{day}T16:00"), in_comment="early", out_comment="late")
    return (await recording.record(services, ME, new)).pair


async def closed(services: Services) -> Signature:
    await sign(services, ME, FIRST, LAST)
    return await approve(services, ADMIN, ANA, FIRST, LAST)


async def test_a_signature_holds_the_figures_as_they_were(services: Services) -> None:
    await worked(services)
    signature = await sign(services, ME, FIRST, LAST)
    assert signature.figures == '{"breaks":0,"days":[["2026-11-17",480,0,1]],"paid_breaks":0,"worked":480}'
    assert await found(services) == []


async def test_an_approved_week_takes_no_change(services: Services) -> None:
    pair, gone = await worked(services), await worked(services, "2026-11-18")
    await recording.delete(services, ADMIN, gone.clock_in.id)
    approved = await closed(services)
    new = NewRecord(ANA, utc("2026-11-19T08:00"), utc("2026-11-19T09:00"))
    for change in (
        recording.record(services, ME, new),
        recording.clock_in(services, ME, ANA, at=utc("2026-11-20T08:00")),
        recording.delete(services, ADMIN, pair.clock_in.id),
        recording.restore(services, ADMIN, gone.clock_in.id),
    ):
        with pytest.raises(PeriodLocked) as refused:
            await change
        locked = refused.value
        assert (locked.user_id, locked.first, locked.last, locked.by) == (ANA, FIRST, LAST, ADMIN.user_id)
        assert (locked.at, locked.signature_id) == (approved.at, approved.signature_id)
    added = await add_all(services, ME, [new, NewRecord(ANA, utc("2026-11-23T07:00"), utc("2026-11-23T08:00"))])
    assert [type(row) for row in added.rows] == [PeriodLocked, Pair]
    assert await found(services) == []


async def test_the_weeks_around_and_other_people_are_not_locked(services: Services) -> None:
    await closed(services)
    await worked(services, "2026-11-15")
    await recording.clock_in(services, ME, ANA)
    bens = NewRecord(BEN, utc("2026-11-17T08:00"), utc("2026-11-17T09:00"))
    await recording.record(services, caller(BEN), bens)
    assert await found(services) == []


async def test_a_month_is_locked_from_its_first_to_its_31st_day(services: Services) -> None:
    await workspace_settings.change(services, ADMIN, signature_period=SignaturePeriod("month"))
    await sign(services, ME, date(2026, 10, 1), date(2026, 10, 31))
    await approve(services, ADMIN, ANA, date(2026, 10, 1), date(2026, 10, 31))
    for day in ("2026-10-01", "2026-10-31"):
        with pytest.raises(PeriodLocked):
            await worked(services, day)
    await worked(services, "2026-09-30")
    await worked(services, "2026-11-01")


async def test_a_withdrawn_approval_opens_the_week_again(services: Services) -> None:
    await worked(services)
    approved = await closed(services)
    await withdraw(services, ADMIN, approved.signature_id, SECRET)
    await worked(services, "2026-11-18")
    with pytest.raises(AlreadyWithdrawn):
        await withdraw(services, ADMIN, approved.signature_id, "again")
    with pytest.raises(NotSignedYet):  # Ana's signature is about other records
        await approve(services, ADMIN, ANA, FIRST, LAST)
    await closed(services)
    assert await found(services) == []


async def test_a_signature_stands_once_and_gives_way_when_records_changed(services: Services, raw: Raw) -> None:
    await sign(services, ME, FIRST, LAST)
    with pytest.raises(AlreadySigned):
        await sign(services, ME, FIRST, LAST)
    await worked(services)
    await sign(services, ME, FIRST, LAST)
    assert raw.count("signatures") == 2
    assert await found(services) == []


async def test_own_signatures_are_taken_back_until_the_approval(services: Services) -> None:
    signature = await sign(services, ME, FIRST, LAST)
    await withdraw(services, ME, signature.signature_id)
    signature = await sign(services, ME, FIRST, LAST)
    await approve(services, ADMIN, ANA, FIRST, LAST)
    with pytest.raises(PeriodLocked):
        await withdraw(services, ME, signature.signature_id)
    assert await found(services) == []


async def test_what_is_not_over_or_not_resolved_is_not_signed(services: Services, clock: Clock) -> None:
    with pytest.raises(PeriodNotOver):
        await sign(services, ME, date(2026, 11, 23), date(2026, 11, 29))
    clock.set("2026-11-20T08:00")
    opened = (await recording.clock_in(services, ME, ANA)).pair
    clock.set("2026-11-23T08:02")
    with pytest.raises(NotResolved):
        await sign(services, ME, FIRST, LAST)
    with pytest.raises(NotResolved):
        await approve(services, ADMIN, ANA, FIRST, LAST)
    await recording.clock_out(services, ME, ANA, at=utc("2026-11-20T16:00"))
    assert opened.work_date == date(2026, 11, 20)
    await closed(services)


async def test_a_break_over_midnight_holds_up_the_signature(services: Services, clock: Clock) -> None:
    """Or coming back from it, on the work date of the evening, would be refused."""
    clock.set("2026-11-22T20:00")
    await recording.clock_in(services, ME, ANA)
    clock.set("2026-11-22T22:30")
    await start_break(services, ME, ANA)
    clock.set("2026-11-23T00:30")
    with pytest.raises(NotResolved):
        await sign(services, ME, FIRST, LAST)
    await back(services, ME, ANA)
    clock.set("2026-11-23T02:00")
    await recording.clock_out(services, ME, ANA)
    await sign(services, ME, FIRST, LAST)


async def test_who_does_not_sign_holds_up_the_approval_for_a_week(services: Services, clock: Clock) -> None:
    clock.set("2026-11-29T12:00")
    with pytest.raises(NotSignedYet) as refused:
        await approve(services, ADMIN, ANA, FIRST, LAST)
    assert refused.value.since == date(2026, 11, 30)
    clock.set("2026-11-30T12:00")
    await approve(services, ADMIN, ANA, FIRST, LAST)
    await sign(services, ME, FIRST, LAST)  # later than the approval: the figures are the same
    assert await found(services) == []


async def test_paid_breaks_and_the_end_of_a_day_are_locked_too(services: Services, clock: Clock) -> None:
    clock.set("2026-11-22T09:00")
    await recording.clock_in(services, ME, ANA)
    coffee = await start_break(services, ME, ANA, kind="coffee")
    clock.advance(minutes=10)
    await back(services, ME, ANA)
    clock.advance(hours=1)
    lunch = await start_break(services, ME, ANA)
    clock.set("2026-11-23T08:02")
    await closed(services)
    with pytest.raises(PeriodLocked):
        await end_day(services, ME, ANA, expected_id=lunch.on.id)

    def write(tx: Transaction, what: str) -> None:
        from storage import paid_breaks

        (one,) = paid_breaks.of_records(tx.connection, WORKSPACE, [coffee.on.pair.clock_in.id]).popitem()[1]
        if what == "remove":
            paid_breaks.remove(tx.connection, one, by=ANA, at=tx.now)
        else:
            start = replace(one.start, at=one.start.at + timedelta(minutes=30))
            end = replace(one.end or one.start, at=one.start.at + timedelta(minutes=40))
            paid_breaks.start(tx.connection, replace(one, break_id=new_id(), start=start, end=end))

    for what in ("remove", "add"):
        with pytest.raises(PeriodLocked):
            await services.database.write(partial(write, what=what))
    assert await found(services) == []


async def test_two_managers_who_approve_at_once_sign_once(services: Services) -> None:
    await sign(services, ME, FIRST, LAST)
    callers = [ADMIN, OTHER_ADMIN] * 10
    results = await asyncio.gather(
        *(approve(services, who, ANA, FIRST, LAST) for who in callers), return_exceptions=True
    )
    (won,) = [one for one in results if isinstance(one, Signature)]
    lost = [one for one in results if isinstance(one, AlreadySigned)]
    assert len(lost) == len(results) - 1
    assert {one.signature.signature_id for one in lost} == {won.signature_id}  # each learns who was first
    assert await found(services) == []


async def test_an_addition_in_the_moment_of_the_lock_is_before_it_or_refused(services: Services) -> None:
    """Over many weeks: where the record came first, the approval saw it or was refused."""
    outcomes: Counter[str] = Counter()
    for week in range(12):
        first = FIRST - timedelta(days=7 * week)
        last, day = first + timedelta(days=6), f"{first + timedelta(days=1)}"
        await sign(services, ME, first, last)
        results = await asyncio.gather(
            *(approve(services, ADMIN, ANA, first, last), worked(services, day)), return_exceptions=True
        )
        for result in results:
            assert not isinstance(result, Exception) or isinstance(result, Refusal), result
        outcomes[" ".join(type(result).__name__ for result in results)] += 1
    # Of long ago, a period is approved as it is, without the person.
    assert outcomes.keys() <= {"Signature PeriodLocked", "NotSignedYet Pair", "Signature Pair"}
    assert await found(services) == []


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_a_record_that_waits_for_a_signature_sees_it(services: Services, database_url: str) -> None:
    """Behind the code's back: each of the two transactions began before the other ended."""
    await worked(services)
    signing = await sign(services, ME, FIRST, LAST)
    with raw_connection(database_url) as one, raw_connection(database_url) as other:
        one.execute("BEGIN")
        one.execute(
            "INSERT INTO signatures SELECT workspace_id, 'lock', user_id, first_day, last_day, 'manager', 'U0BEN', at,"
            " via, digest, figures FROM signatures WHERE signature_id = ?",
            [signing.signature_id],
        )
        refused: list[Exception] = []

        def write() -> None:
            try:
                other.insert(raw_pair_on(date(2026, 11, 19)))
            except psycopg.Error as error:
                refused.append(error)

        waiting = threading.Thread(target=write)
        waiting.start()
        with raw_connection(database_url) as looking:
            until = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            while not looking.execute(until).fetchone()[0]:
                pass
        one.execute("COMMIT")
        waiting.join()
    assert ["the period is locked" in str(error) for error in refused] == [True]


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_two_replicas_approve_and_add_at_once(services: Services, database_url: str, clock: Clock) -> None:
    other = await open_database(database_url, clock=clock)
    replica = replace(services, database=other)
    try:
        for week in range(8):
            first = FIRST - timedelta(days=7 * week)
            last = first + timedelta(days=6)
            await sign(services, ME, first, last)
            results = await asyncio.gather(
                approve(services, ADMIN, ANA, first, last),
                approve(replica, OTHER_ADMIN, ANA, first, last),
                worked(replica, f"{first}"),
                return_exceptions=True,
            )
            for result in results:
                assert not isinstance(result, Exception) or isinstance(result, Refusal), result
            assert sum(isinstance(result, Signature) for result in results) <= 1
    finally:
        await other.close()
    assert await found(services) == []


async def test_the_database_refuses_direct_writes_to_an_approved_week(services: Services, raw: Raw) -> None:
    pair, gone = await worked(services), await worked(services, "2026-11-18")
    await recording.delete(services, ADMIN, gone.clock_in.id)
    await closed(services)
    for verb in raw.verbs:
        with pytest.raises(Refused, match="the period is locked"):
            raw.insert(raw_pair_on(date(2026, 11, 19)), verb)
    for change in (
        "deleted_at = in_at, deleted_by = 'U0BEN' WHERE deleted_at IS NULL",
        "deleted_at = NULL, deleted_by = NULL WHERE deleted_at IS NOT NULL",
    ):
        with pytest.raises(Refused, match="the period is locked"):
            raw.execute(f"UPDATE pairs SET {change}")
    raw.execute("UPDATE pairs SET in_comment = NULL WHERE in_id = ?", [pair.clock_in.id])  # may be erased


CHANGES = (
    "signature_id = 'x'",
    "user_id = 'U0BEN'",
    "first_day = '2026-11-17'",
    "last_day = '2026-11-23'",
    "part = 'manager'",
    "\"by\" = 'U0BEN'",
    "at = {later}",
    "via = 'cli'",
    "digest = '" + "0" * 64 + "'",
    "figures = '{{}}'",
    "withdrawn_at = at, withdrawn_by = 'U0BEN'",
    "workspace_id = 'T0OTHER'",
)


async def test_every_column_of_a_signature_is_written_once_and_compared(services: Services, raw: Raw) -> None:
    """A withdrawal that no entry tells of is taken by the database, and found."""
    await worked(services)
    await sign(services, ME, FIRST, LAST)
    raw.another_workspace()
    changes = [change.format(later=raw.later("at", 3_600_000_000)) for change in CHANGES]
    before = raw.rows("signatures")
    for change in changes:
        if not change.startswith("withdrawn"):
            with pytest.raises(Refused):
                raw.execute(f"UPDATE signatures SET {change}")
    for removal in ("DELETE FROM", *([] if raw.is_sqlite else ["TRUNCATE"])):
        with pytest.raises(Refused, match="never removed"):
            raw.execute(f"{removal} signatures")
    for verb in raw.verbs:
        with pytest.raises(Refused):
            raw.execute(f"{verb} INTO signatures SELECT * FROM signatures")
    assert raw.rows("signatures") == before
    raw.let_anything_through()
    for change in changes:
        with raw.put_back("signatures"):
            raw.execute(f"UPDATE signatures SET {change}")
            assert await found(services), change
    raw.execute("DELETE FROM signatures")
    assert await found(services) == ["rule 8: is in the audit trail, but gone: it was removed outside the bot"]


@pytest.mark.parametrize(
    "change",
    ["withdrawn_by = 'U0BEN'", "withdrawn_at = at", "reason = 'other'", "reason = NULL", "withdrawn_at = NULL"],
)
async def test_every_column_of_a_withdrawal_is_compared(
    services: Services, raw: Raw, clock: Clock, change: str
) -> None:
    approved = await closed(services)
    clock.advance(hours=1)
    await withdraw(services, ADMIN, approved.signature_id, SECRET)
    assert await found(services) == []
    if change != "reason = NULL":
        with pytest.raises(Refused):
            raw.execute(f"UPDATE signatures SET {change} WHERE reason IS NOT NULL")
    raw.let_anything_through()
    raw.execute(f"UPDATE signatures SET {change} WHERE reason IS NOT NULL")
    assert any(fault.startswith("rule 8: isn't what the audit trail says") for fault in await found(services))


async def test_a_record_written_under_a_lock_is_found(services: Services, raw: Raw) -> None:
    pair = await worked(services)
    approved = await closed(services)
    rule = ("pairs_stay_in_locked_periods", "pairs")
    with raw.rule_off(*rule):
        await recording.delete(services, ADMIN, pair.clock_in.id)
    assert any(fault.startswith("rule 9: locks records that entry") for fault in await found(services))
    assert any("aren't those that were signed" in fault for fault in await found(services))
    with raw.rule_off(*rule):
        await recording.restore(services, ADMIN, pair.clock_in.id)  # as signed again, and changed all the same
    assert [fault.startswith("rule 9: locks records that entry") for fault in await found(services)] == [True]
    await withdraw(services, ADMIN, approved.signature_id, "found out")
    assert len(await found(services)) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("action", "change", "what"),
    [
        (Action.SIGN_PERIOD, {}, "can't follow"),
        (Action.APPROVE_PERIOD, {"part": "manager"}, "can't follow"),
        (Action.WITHDRAW_SIGNATURE, {"withdrawn_by": BEN}, "and says otherwise"),
        (Action.WITHDRAW_SIGNATURE, {"withdrawn_by": ANA, "digest": "1" * 64}, "changes what such an entry can't"),
    ],
)
async def test_a_step_of_a_signature_that_can_not_have_happened_is_found(
    services: Services, action: Action, change: dict[str, object], what: str
) -> None:
    signature = await sign(services, ME, FIRST, LAST)

    def write(tx: Transaction) -> None:
        withdrawn_at = tx.now if action is Action.WITHDRAW_SIGNATURE else None
        told = {**stored.to_audit_fields(signature), "withdrawn_at": withdrawn_at, **change}
        who: dict[str, Any] = {"at": tx.now, "actor": ANA, "via": ME.via}
        audit.record(tx.connection, WORKSPACE, **who, action=action, subject=signature.signature_id, facts=told)

    await services.database.write(write)
    assert any(what in fault for fault in await found(services))


async def test_erasing_a_person_erases_the_reasons_of_withdrawals(services: Services, raw: Raw) -> None:
    await worked(services)
    approved = await closed(services)
    await withdraw(services, ADMIN, approved.signature_id, SECRET)
    await closed_again(services)
    traces = await erasure.erase_person(services, ADMIN, ANA)
    assert (traces.reasons, traces.records) == (1, 1)
    assert SECRET not in str([raw.rows(table) for table in ("signatures", "audit_entries", "outbox")])
    assert await found(services) == []  # the digest is of no comments


async def test_erasing_takes_the_reason_out_of_webhook_calls(services: Services, raw: Raw) -> None:
    await deliveries.add(services, ADMIN, "https://93.184.215.14/", may_reach=(), sealer=None)
    await worked(services)
    approved = await closed(services)
    await withdraw(services, ADMIN, approved.signature_id, SECRET)
    await erasure.erase_person(services, ADMIN, ANA)
    waiting = raw.execute("SELECT facts FROM outbox WHERE kind = 'webhook' ORDER BY number").fetchall()
    withdrawn = json.loads(waiting[-1][0])
    assert (withdrawn["type"], withdrawn["signature"]["reason"]) == ("signature.withdrawn", None)


async def closed_again(services: Services) -> None:
    await approve(services, ADMIN, ANA, FIRST, LAST)
