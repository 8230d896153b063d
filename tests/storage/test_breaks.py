"""The database refuses what breaks the rules of breaks and remarks. `verify` finds what got past it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.attendance import erasure, recording
from bot.attendance.undo import undo
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import audit, offices, own_days, paid_breaks, pairs, remarks, working_conditions
from storage.audit import Action
from storage.database import Transaction
from storage.errors import BreakInTheWay, BreakIsOver, NotInsideRecord
from storage.ids import new_id
from storage.offices import Office
from storage.own_days import OwnDay, Part
from storage.paid_breaks import Moment, PaidBreak
from storage.pairs import Pair, Scope
from storage.remarks import Remark
from storage.verify import verify
from storage.working_conditions import WorkingConditions
from tests.builders import ADMIN, RAW_START, raw_pair, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, Refused, but_for_the_rules

ANA = "U0ANA"
ANAS = Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE)
NOVEMBER = Scope(WORKSPACE, date(2026, 11, 1), date(2026, 11, 30))
HOUR = 3_600_000_000
START = RAW_START
SECRET = "the oncologist called"


async def found(services: Services) -> list[str]:
    faults = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    return [f"{fault.where}: {fault.what}" for fault in faults]


def enter(tx: Transaction, action: Action, subject: str, facts: dict[str, Any], actor: str = ANA) -> None:
    how: dict[str, Any] = {"at": tx.now, "actor": actor, "via": Via.SLACK}
    audit.record(tx.connection, WORKSPACE, action=action, subject=subject, facts=facts, **how)


def moment(tx: Transaction, minutes: int) -> Moment:
    return Moment(tx.now + timedelta(minutes=minutes), tx.now, ANA, "slack")


async def start(services: Services, record: Pair, first: int, last: int | None = None, **other: Any) -> PaidBreak:
    """A break from so many minutes from now on, ended or not."""

    def write(tx: Transaction) -> PaidBreak:
        ended = None if last is None else moment(tx, last)
        one = PaidBreak(WORKSPACE, new_id(), ANA, record.clock_in.id, "coffee", moment(tx, first), ended)
        one = replace(one, **{name: value for name, value in other.items() if name != "replaces"})
        paid_breaks.start(tx.connection, one)
        facts = {audit.REPLACES: other["replaces"]} if "replaces" in other else {}
        enter(tx, Action.START_BREAK, one.break_id, paid_breaks.to_audit_fields(one) | facts)
        return one

    return await services.database.write(write)


async def end(services: Services, one: PaidBreak, minutes: int = 0) -> PaidBreak:
    def write(tx: Transaction) -> PaidBreak:
        ended = paid_breaks.end(tx.connection, one, moment(tx, minutes))
        enter(tx, Action.END_BREAK, one.break_id, paid_breaks.to_audit_fields(ended))
        return ended

    return await services.database.write(write)


async def remove(services: Services, one: PaidBreak) -> PaidBreak:
    def write(tx: Transaction) -> PaidBreak:
        gone = paid_breaks.remove(tx.connection, one, by=ANA, at=tx.now)
        enter(tx, Action.REMOVE_BREAK, one.break_id, paid_breaks.to_audit_fields(gone))
        return gone

    return await services.database.write(write)


async def say(services: Services, text: str | None = SECRET) -> Remark:
    def write(tx: Transaction) -> Remark:
        day = tx.now.date()
        remark = Remark(WORKSPACE, new_id(), ANA, day, "break", 0, text, ANA, tx.now, "slack")
        remarks.add(tx.connection, remark)
        enter(tx, Action.REMARK, remark.remark_id, remarks.to_audit_fields(remark))
        return remark

    return await services.database.write(write)


async def on_break(services: Services, kind: str | None = "lunch") -> Pair:
    """A record whose clock-out started a break."""
    opened = (await recording.clock_in(services, ANAS, ANA, at=services.database.clock() - timedelta(hours=4))).pair

    def write(tx: Transaction) -> Pair:
        half = replace(opened.clock_in, id=new_id(), at=tx.now, comment=SECRET)
        closed = pairs.close(tx.connection, opened, half, out_break=kind)
        enter(tx, Action.CLOCK_OUT, opened.clock_in.id, pairs.to_audit_fields(closed))
        return closed

    return await services.database.write(write)


async def end_day(services: Services, pair: Pair) -> Pair:
    def write(tx: Transaction) -> Pair:
        ended = pairs.end_day(tx.connection, pair)
        enter(tx, Action.END_DAY, pair.clock_in.id, pairs.to_audit_fields(ended))
        return ended

    return await services.database.write(write)


async def clocked_in(services: Services) -> Pair:
    """Four hours ago."""
    return (await recording.clock_in(services, ANAS, ANA, at=services.database.clock() - timedelta(hours=4))).pair


async def test_a_clock_out_starts_a_break_that_becomes_the_end_of_the_day_once(services: Services) -> None:
    closed = await on_break(services)
    stored = await services.database.read(lambda tx: pairs.by_event(tx.connection, WORKSPACE, closed.clock_in.id))
    assert (stored, stored.out_break) == (closed, "lunch")
    ended = await end_day(services, closed)
    assert ended == replace(closed, out_break=None)
    with pytest.raises(BreakIsOver):
        await end_day(services, closed)
    assert await found(services) == []


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_clock_out_that_is_undone_starts_no_break(services: Services) -> None:
    closed = await on_break(services)
    assert closed.clock_out
    undone = await undo(services, ANAS, closed.clock_out.id)
    assert undone.reopened
    assert (undone.pair.out_break, undone.reopened.out_break) == ("lunch", None)
    assert await found(services) == []


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("another kind", "out_break = 'coffee'"),
        ("a kind where the day has ended", "out_break = 'lunch' WHERE out_id = 'other-out' --"),
        ("an empty kind", "out_break = ''"),
        ("a long kind", f"out_break = '{'x' * 41}'"),
        ("a break of an open record", "out_break = 'lunch' WHERE in_id = 'open-in' --"),
        ("the end of a deleted record's day", "out_break = NULL WHERE in_id = 'gone-in' --"),
    ],
)
def test_the_break_of_a_clock_out_is_written_once(raw: Raw, why: str, change: str) -> None:
    raw.insert(raw_pair(out_break="lunch"))
    raw.insert(raw_pair(in_id="other-in", out_id="other-out", in_at=START - 9 * HOUR, out_at=START - HOUR))
    gone = {"deleted_at": START, "deleted_by": ANA, "out_break": "lunch"}
    raw.insert(raw_pair(in_id="gone-in", out_id="gone-out", **gone))
    late = {f"out_{name}": None for name in ("id", "at", "recorded_at", "by", "via", "zone")}
    raw.insert(raw_pair(**late | {"in_id": "open-in", "in_at": START + 9 * HOUR}))
    before = raw.rows("pairs")
    with pytest.raises(Refused):
        raw.execute(f"UPDATE pairs SET {change} WHERE in_id = 'raw-in'")
    assert raw.rows("pairs") == before, why
    raw.execute("UPDATE pairs SET out_break = NULL WHERE in_id = 'raw-in'")


@pytest.mark.parametrize("has_ended", [False, True])
async def test_a_paid_break_lies_inside_its_record_and_overlaps_no_other(services: Services, has_ended: bool) -> None:
    record = await clocked_in(services)
    await start(services, record, -180, -150)
    if has_ended:
        assert (await recording.clock_out(services, ANAS, ANA)).pair.clock_out
    for first, last, refusal in (
        (-241, -200, NotInsideRecord),
        (-160, -140, BreakInTheWay),
        (-200, -179, BreakInTheWay),
        (-190, None, NotInsideRecord if has_ended else BreakInTheWay),
        (-10, 1, NotInsideRecord if has_ended else None),
        (-60, None, NotInsideRecord if has_ended else BreakInTheWay),
    ):
        if refusal is None:
            await start(services, record, first, last)
            continue
        with pytest.raises(refusal):
            await start(services, record, first, last)
    await start(services, record, -150, -140)
    await start(services, record, -200, -180)
    shown = await services.database.read(lambda tx: list(paid_breaks.within(tx.connection, NOVEMBER)))
    by_record = await services.database.read(
        lambda tx: paid_breaks.of_records(tx.connection, WORKSPACE, [record.clock_in.id, "x"])
    )
    assert by_record == {record.clock_in.id: shown}
    assert len(shown) == (3 if has_ended else 4)
    assert await found(services) == []


async def test_a_record_ends_after_its_breaks(services: Services, clock: Clock, raw: Raw) -> None:
    record = await clocked_in(services)
    one = await start(services, record, -60)
    assert await services.database.read(lambda tx: paid_breaks.open_of(tx.connection, WORKSPACE, ANA)) == one
    assert await services.database.read(lambda tx: paid_breaks.open_ones(tx.connection, WORKSPACE, [ANA])) == [one]
    clock.advance(minutes=30)
    closing = "UPDATE pairs SET out_id = 'x', out_by = 'U0ANA', out_via = 'api', out_zone = 'UTC'"
    when = f"out_at = {raw.later('in_at', 4 * HOUR + HOUR // 4)}, out_recorded_at = in_at"
    with pytest.raises(Refused, match="ends after its breaks"):
        raw.execute(f"{closing}, {when}")
    ended = await end(services, one)
    with pytest.raises(Refused, match="ends after its breaks"):
        raw.execute(f"{closing}, {when}")
    with pytest.raises(BreakIsOver):
        await end(services, one)
    gone = await remove(services, ended)
    with pytest.raises(BreakIsOver):
        await remove(services, ended)
    assert await services.database.read(lambda tx: paid_breaks.find(tx.connection, WORKSPACE, one.break_id)) == gone
    again = await start(services, record, 0, None, start=one.start, replaces=one.break_id)
    await end(services, again)
    await recording.clock_out(services, ANAS, ANA)
    assert await found(services) == []


async def test_two_who_start_a_break_at_once_leave_one(services: Services) -> None:
    record = await clocked_in(services)
    results = await asyncio.gather(*(start(services, record, -1) for _ in range(2)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["BreakInTheWay", "PaidBreak"]
    assert await found(services) == []


async def test_a_break_is_not_started_while_its_record_ends(services: Services, database_url: str, raw: Raw) -> None:
    """By two connections that lock nobody: one waits for the other."""
    if raw.is_sqlite:
        return  # it has one writer
    record = await clocked_in(services)
    raw.execute("BEGIN")
    at = record.clock_in.at + timedelta(hours=1)
    raw.execute(
        "UPDATE pairs SET out_id = 'x', out_by = 'U0ANA', out_via = 'api', out_zone = 'UTC', out_at = ?,"
        " out_recorded_at = now()",
        [at],
    )
    starting = asyncio.create_task(start(services, record, -60))
    waits = "SELECT 1 FROM pg_locks WHERE NOT granted"
    while not (await asyncio.to_thread(raw.execute, waits)).fetchone():
        pass
    raw.execute("COMMIT")
    with pytest.raises(NotInsideRecord):
        await starting


CHANGES = {
    "paid_breaks": (
        "kind = 'lunch'",
        "start_by = 'U0BEN'",
        "start_at = start_recorded_at",
        "end_at = end_recorded_at",
        "end_by = 'U0BEN'",
        "end_at = NULL, end_recorded_at = NULL, end_by = NULL, end_via = NULL",
        "user_id = 'U0BEN'",
        "break_id = 'x'",
    ),
    "remarks": ("text = 'none'", "measured = 30", "rule = 'rest'", "by = 'U0BEN'", "user_id = 'U0BEN'"),
}


@pytest.mark.parametrize("table", CHANGES)
async def test_breaks_and_remarks_are_written_once_and_never_removed(services: Services, raw: Raw, table: str) -> None:
    await start(services, await clocked_in(services), -60, -30)
    await say(services)
    before = raw.rows(table)
    for change in CHANGES[table]:
        with pytest.raises(Refused):
            raw.execute(f"UPDATE {table} SET {change}")
    for removal in ("DELETE FROM", *([] if raw.is_sqlite else ["TRUNCATE"])):
        with pytest.raises(Refused, match="never removed"):
            raw.execute(f"{removal} {table}")
    for verb in raw.verbs:
        with pytest.raises(Refused):
            raw.execute(f"{verb} INTO {table} SELECT * FROM {table}")
    assert raw.rows(table) == before
    raw.let_anything_through()
    for change in CHANGES[table]:
        with raw.put_back(table):
            raw.execute(f"UPDATE {table} SET {change}")
            assert await found(services), change
    raw.execute(f"DELETE FROM {table}")
    assert ["gone: it was removed outside the bot" in fault for fault in await found(services)] == [True]


ODD: dict[str, tuple[str, str]] = {
    "out of its record": ("start_at = {earlier}", "reaches out of its record"),
    "in a record that isn't there": ("in_id = 'x'", "is in a record that isn't there"),
    "overlapping": ("end_at = NULL, end_recorded_at = NULL, end_by = NULL, end_via = NULL", "overlaps another break"),
    "to come": ("start_recorded_at = {earlier}", "was in the future when it was entered"),
    "backwards": ("end_at = {earlier}", "ends before it begins"),
}


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(("change", "what"), ODD.values(), ids=ODD.keys())
async def test_a_break_that_got_past_the_rules_is_found(services: Services, raw: Raw, change: str, what: str) -> None:
    record = await clocked_in(services)
    await start(services, record, -60, -30)
    first = await start(services, record, -120, -90)
    raw.let_anything_through()
    earlier = change.format(earlier=raw.later("start_at", -9 * HOUR))
    raw.execute(f"UPDATE paid_breaks SET {earlier} WHERE break_id = ?", [first.break_id])
    told = await found(services)
    assert any(what in fault for fault in told), told
    assert any("isn't what the audit trail says" in fault for fault in told)


def later(one: PaidBreak) -> PaidBreak:
    return replace(one, start=replace(one.start, recorded_at=one.start.recorded_at + timedelta(hours=1)))


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("action", "forge", "what"),
    [
        (Action.START_BREAK, lambda one: one, "can't follow"),
        (Action.END_BREAK, lambda one: one, "can't follow"),
        (Action.REMOVE_BREAK, lambda one: one, "can't follow"),
        (Action.REMOVE_BREAK, lambda one: replace(one, deleted_at=one.start.at, deleted_by=ANA), "says otherwise"),
        (Action.END_BREAK, later, "can't follow"),
    ],
)
async def test_a_step_of_a_break_that_can_not_have_happened_is_found(
    services: Services, raw: Raw, action: Action, forge: Callable[[PaidBreak], PaidBreak], what: str
) -> None:
    one = await start(services, await clocked_in(services), -60, -30)
    facts = paid_breaks.to_audit_fields(forge(one))
    await services.database.write(lambda tx: enter(tx, action, one.break_id, facts))
    assert any(what in fault for fault in await found(services))


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("forge", [later, lambda one: replace(one, start=replace(one.start, by="U0BEN"))])
async def test_a_break_that_names_another_time_or_person_than_its_entry_is_found(
    services: Services, forge: Callable[[PaidBreak], PaidBreak]
) -> None:
    record = await clocked_in(services)
    at = services.database.clock()
    began = forge(PaidBreak(WORKSPACE, "b", ANA, record.clock_in.id, "coffee", Moment(at, at, ANA, "slack"))).start
    await start(services, record, 0, start=began)
    assert [fault.endswith("and says otherwise") for fault in await found(services)] == [True]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(("kind", "after"), [(None, None), ("lunch", "lunch")])
async def test_a_day_that_did_not_end_at_a_break_is_found(
    services: Services, kind: str | None, after: str | None
) -> None:
    closed = await on_break(services, kind)
    facts = pairs.to_audit_fields(replace(closed, out_break=after))
    await services.database.write(lambda tx: enter(tx, Action.END_DAY, closed.clock_in.id, facts))
    assert any("(end-day) can't" in fault for fault in await found(services))


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("actor", "kind", "what"), [("U0BEN", "lunch", "undone"), (ANA, "coffee", "out_break"), (ANA, "lunch", None)]
)
async def test_an_end_of_day_that_somebody_else_undid_or_to_another_break_is_found(
    services: Services, actor: str, kind: str, what: str | None
) -> None:
    ended = await end_day(services, await on_break(services))
    came, left = (replace(half, id=new_id()) for half in ended.halves)
    again = replace(ended, clock_in=came, clock_out=left, out_break=kind)

    def undo_it(tx: Transaction) -> None:
        gone = pairs.delete(tx.connection, ended, by=actor, at=tx.now)
        pairs.add(tx.connection, again)
        undone = {audit.UNDONE: "end-day"}
        enter(tx, Action.DELETE, ended.clock_in.id, pairs.to_audit_fields(gone) | undone, actor)
        facts = pairs.to_audit_fields(again) | undone | {audit.REPLACES: ended.clock_in.id}
        enter(tx, Action.CREATE, came.id, facts, actor)

    await services.database.write(undo_it)
    faults = [fault.rpartition("otherwise ")[2] for fault in await found(services)]
    assert faults == ([f"(in {what})"] if what else [])


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_the_kind_of_a_break_is_compared_with_the_audit_trail(services: Services, raw: Raw) -> None:
    await on_break(services)
    raw.let_anything_through()
    raw.execute("UPDATE pairs SET out_break = 'coffee'")
    assert [fault.partition(": ")[2] for fault in await found(services)] == [
        "isn't what the audit trail says (in out_break)"
    ]


async def test_erasing_a_person_erases_what_they_said_in_remarks(services: Services, raw: Raw) -> None:
    await end_day(services, await on_break(services))
    remark = await say(services)
    with pytest.raises(Refused):
        raw.execute("UPDATE audit_entries SET private = NULL, salt = NULL WHERE action = 'remark'")
    assert await erasure.erase_person(services, ADMIN, ANA) == erasure.Traces(1, 0, 0, 1)
    assert SECRET not in str([raw.rows(table) for table in ("pairs", "audit_entries", "remarks")])
    (left,) = await services.database.read(lambda tx: remarks.of_days(tx.connection, NOVEMBER))
    assert left == replace(remark, text=None)
    assert await found(services) == []


async def test_erasing_a_person_keeps_breaks_and_working_conditions_which_belong_to_the_hours(
    services: Services, raw: Raw
) -> None:
    record = await clocked_in(services)
    await start(services, record, -60, -30)
    night = WorkingConditions(WORKSPACE, ANA, night_worker=True)
    await services.database.write(lambda tx: working_conditions.put(tx.connection, night))
    before = [raw.rows(table) for table in ("paid_breaks", "working_conditions")]
    await erasure.erase_person(services, ADMIN, ANA)
    assert [raw.rows(table) for table in ("paid_breaks", "working_conditions")] == before
    assert all(before)


async def test_working_conditions_of_who_left_go_with_their_last_record_and_own_days_stay(
    services: Services, raw: Raw, clock: Clock
) -> None:
    day = date(2023, 12, 24)

    def write(tx: Transaction) -> None:
        offices.put(tx.connection, Office(WORKSPACE, "hq", "Berlin", "Europe/Berlin"))
        own_days.put(tx.connection, OwnDay(WORKSPACE, "hq", day, Part.HALF, "Christmas Eve"))
        for user_id in (ANA, "U0BEN"):
            working_conditions.put(tx.connection, WorkingConditions(WORKSPACE, user_id, night_worker=True))

    clock.set("2023-06-02T12:00")
    await start(services, await clocked_in(services), -60, -30)
    await recording.clock_out(services, ANAS, ANA)
    await services.database.write(write)
    raw.execute("UPDATE people SET deactivated = ? WHERE user_id = ?", [1 if raw.is_sqlite else True, ANA])
    await workspace_settings.change(services, ADMIN, keep_records_for_years=2)
    for at, left in (("2025-05-01T12:00", [ANA, "U0BEN"]), ("2025-07-10T12:00", ["U0BEN"])):
        clock.set(at)
        while await erasure.erase_old(services, WORKSPACE):
            pass
        assert [row[1] for row in raw.rows("working_conditions")] == left
    assert [raw.count(table) for table in ("pairs", "paid_breaks", "own_days")] == [0, 0, 1]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_text_that_is_gone_without_an_erasure_is_found(services: Services, raw: Raw) -> None:
    await say(services)
    raw.execute("UPDATE remarks SET text = NULL")
    assert [fault.partition(": ")[2] for fault in await found(services)] == [
        "isn't what the audit trail says (in text)"
    ]


async def test_breaks_and_remarks_go_by_their_age_and_a_record_after_its_breaks(
    services: Services, raw: Raw, clock: Clock
) -> None:
    clock.set("2023-06-02T12:00")
    record = await clocked_in(services)
    await start(services, record, -60, -30)
    await say(services)
    await recording.clock_out(services, ANAS, ANA)
    clock.advance(days=300)
    await start(services, record, -300 * 24 * 60 - 200, -300 * 24 * 60 - 190)
    await workspace_settings.change(services, ADMIN, keep_records_for_years=2)
    clock.set("2025-06-10T12:00")
    while await erasure.erase_old(services, WORKSPACE):
        pass
    assert [raw.count(table) for table in ("pairs", "paid_breaks", "remarks")] == [1, 1, 0]
    assert await found(services) == []
    clock.set("2026-06-10T12:00")
    while await erasure.erase_old(services, WORKSPACE):
        pass
    assert [raw.count(table) for table in ("pairs", "paid_breaks", "remarks")] == [0, 0, 0]
    assert await found(services) == []


async def test_own_days_and_working_conditions_are_replaced_and_removed(services: Services) -> None:
    half = OwnDay(WORKSPACE, "hq", date(2026, 12, 24), Part.HALF, "Christmas Eve")
    whole = replace(half, part=Part.WHOLE)
    night = WorkingConditions(WORKSPACE, ANA, date(2027, 2, 1), night_worker=True)

    def write(tx: Transaction) -> list[object]:
        offices.put(tx.connection, Office(WORKSPACE, "hq", "Berlin", "Europe/Berlin", None, "DE", "BE"))
        before = [own_days.put(tx.connection, one) for one in (half, whole)]
        year = (tx.connection, WORKSPACE, date(2026, 1, 1), date(2026, 12, 31))
        there = own_days.of_workspace(*year)
        gone = [own_days.remove(tx.connection, whole) for _ in range(2)]
        nobody = [
            working_conditions.put(tx.connection, night),
            working_conditions.find(tx.connection, WORKSPACE, "U0BEN"),
        ]
        held = working_conditions.of_people(tx.connection, WORKSPACE)
        working_conditions.put(tx.connection, WorkingConditions(WORKSPACE, ANA))
        left = working_conditions.of_people(tx.connection, WORKSPACE, [ANA])
        office = offices.find(tx.connection, WORKSPACE, "hq")
        return [before, there, gone, own_days.of_workspace(*year), nobody, held, left, (office.country, office.region)]

    plain = [WorkingConditions(WORKSPACE, user_id) for user_id in (ANA, "U0BEN")]
    assert await services.database.write(write) == [
        *([None, half], [whole], [True, False], []),
        *(plain, {ANA: night}, {}, ("DE", "BE")),
    ]


@pytest.mark.parametrize(
    "columns",
    ["country = 'Germany'", "country = 'de'", "region = 'BE'", "country = 'DE', region = ''"],
)
async def test_an_office_has_a_country_by_its_code_and_a_region_of_it(
    services: Services, raw: Raw, columns: str
) -> None:
    office = Office(WORKSPACE, "hq", "Berlin", "Europe/Berlin")
    await services.database.write(lambda tx: offices.put(tx.connection, office))
    with pytest.raises(Refused):
        raw.execute(f"UPDATE offices SET {columns}")


@pytest.mark.parametrize("engine", ["sqlite"])
def test_an_entry_from_before_breaks_is_read(services: Services) -> None:
    at = utc("2026-11-23T08:00")
    half = pairs.PairEvent("in", at, at, ANA, "slack", "UTC")
    told = json.loads(audit.canonical(pairs.to_audit_fields(Pair(WORKSPACE, ANA, at.date(), half))))
    del told["out_break"]
    assert pairs.from_audit_fields(told).out_break is None
