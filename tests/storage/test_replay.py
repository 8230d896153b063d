"""`verify` replays each record: entries of what can't have happened are found, although their hashes are right.

The record is always as its newest entry says, so only its life gives it away.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.attendance.undo import undo
from bot.permissions import Caller, Role
from bot.runtime.services import Services
from storage import audit
from storage.audit import Action, Entry, Via
from storage.pairs import to_audit_fields
from storage.verify import verify
from tests.builders import ADMIN, caller, raw_pair, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import ENTRY, Raw, but_for_the_rules, microseconds

ANA, BEN = "U0ANA", "U0BEN"
NOW = utc("2026-11-23T08:02")
LATER = utc("2026-11-23T17:00")
Facts = dict[str, Any]


async def found(services: Services) -> list[str]:
    faults = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    return [f"{fault.where}: {fault.what}" for fault in faults]


def forge(
    raw: Raw,
    action: Action,
    facts: Facts,
    *,
    subject: str = "",
    actor: str = BEN,
    via: Via = Via.SLACK,
    at: datetime = NOW,
) -> None:
    """Appends an entry with the right hash."""
    sequence, previous = raw.execute("SELECT sequence, hash FROM audit_heads").fetchone()
    about, text = subject or facts["in_id"], audit.canonical(facts)
    entry = Entry(WORKSPACE, sequence + 1, at, actor, via.value, action.value, about, text, previous, "")
    hash_ = audit.digest(entry)
    values = [WORKSPACE, sequence + 1, raw.value("entry_at", microseconds(at)), actor, via.value, action.value]
    values += [about, text, previous, hash_]
    raw.execute(f"INSERT INTO audit_entries ({ENTRY}) VALUES ({', '.join('?' * len(values))})", values)
    raw.execute("UPDATE audit_heads SET sequence = ?, hash = ?", [sequence + 1, hash_])


def follow(raw: Raw, facts: Facts) -> None:
    """The row of the record, as the facts have it."""
    columns = {
        name: value for name, value in facts.items() if name in raw_pair() or name.startswith(("out_", "deleted_"))
    }
    values = [as_kept(raw, name, value) for name, value in columns.items()]
    raw.execute("DELETE FROM pairs WHERE in_id = ?", [facts["in_id"]])
    raw.execute(f"INSERT INTO pairs ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values)


def as_kept(raw: Raw, name: str, value: object) -> object:
    is_instant = isinstance(value, str) and (name.endswith("_at"))
    return raw.value(name, microseconds(datetime.fromisoformat(str(value)))) if is_instant else value


@pytest.fixture
async def ledger(services: Services, clock: Clock, raw: Raw) -> dict[str, Facts]:
    """A record of Ben's of each kind, by what it is, as the audit tells it."""
    made = {}
    clock.now = NOW - timedelta(days=4)
    ben = Caller(WORKSPACE, BEN, Via.SLACK, Role.EMPLOYEE)
    for name, day in (("closed", "2026-11-17"), ("deleted", "2026-11-18")):
        new = NewRecord(BEN, utc(f"{day}T08:00"), utc(f"{day}T16:00"))
        made[name] = (await recording.record(services, ben, new)).pair
    made["deleted"] = (await recording.delete(services, ADMIN, made["deleted"].clock_in.id)).pair
    clock.now = NOW
    made["open"] = (await recording.clock_in(services, ben, BEN)).pair
    assert await found(services) == []
    raw.let_anything_through()
    return {name: json.loads(audit.canonical(to_audit_fields(pair))) for name, pair in made.items()}


def out(**other: object) -> Facts:
    """A clock-out of Ben's, as of now."""
    half = {"id": "out", "at": NOW, "recorded_at": NOW, "by": BEN, "via": "slack", "zone": "UTC"} | other
    return {f"out_{name}": value.isoformat() if isinstance(value, datetime) else value for name, value in half.items()}


DELETED = {"deleted_at": NOW.isoformat(), "deleted_by": BEN}
NOT_DELETED = {"deleted_at": None, "deleted_by": None}
AN_HOUR_AGO = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "action", "changes", "what"),
    [
        ("closed", Action.CLOCK_OUT, out(), "can't follow"),
        ("closed", Action.CLOCK_OUT, {"out_at": "2026-11-17T12:00:00+00:00"}, "can't follow"),
        ("closed", Action.CREATE, {}, "can't follow"),
        ("closed", Action.CLOCK_IN, {}, "can't leave it closed"),
        ("closed", Action.RESTORE, {}, "can't follow"),
        ("closed", Action.DELETE, {}, "can't leave it closed"),
        (
            "closed",
            Action.DELETE,
            {**DELETED, "out_at": "2026-11-17T12:00:00+00:00"},
            "changes what such an entry can't (in out_at)",
        ),
        ("closed", Action.DELETE, {**DELETED, "deleted_by": ANA}, "says otherwise (in deleted_by)"),
        ("closed", Action.DELETE, {**DELETED, "deleted_at": AN_HOUR_AGO.isoformat()}, "says otherwise (in deleted_at)"),
        ("deleted", Action.DELETE, DELETED, "can't follow"),
        ("deleted", Action.CLOCK_OUT, NOT_DELETED, "can't follow"),
        (
            "deleted",
            Action.RESTORE,
            {**NOT_DELETED, "in_at": "2026-11-18T10:00:00+00:00"},
            "changes what such an entry can't (in in_at)",
        ),
        ("deleted", Action.RESTORE, {}, "can't leave it deleted"),
        ("open", Action.CLOCK_IN, {"in_at": "2026-11-23T08:01:00+00:00"}, "can't follow"),
        ("open", Action.CREATE, out(at=LATER), "can't follow"),
        ("open", Action.RESTORE, {}, "can't follow"),
        ("open", Action.CLOCK_OUT, {}, "can't leave it open"),
        (
            "open",
            Action.CLOCK_OUT,
            {**out(at=LATER), "in_at": "2026-11-23T08:01:00+00:00"},
            "changes what such an entry can't (in in_at)",
        ),
        (
            "open",
            Action.CLOCK_OUT,
            {**out(at=LATER), "work_date": "2026-11-24"},
            "changes what such an entry can't (in work_date)",
        ),
        ("open", Action.CLOCK_OUT, {**out(at=LATER), "user_id": ANA}, "changes what such an entry can't (in user_id)"),
        ("open", Action.CLOCK_OUT, out(at=LATER, by=ANA), "says otherwise (in out_by)"),
        ("open", Action.CLOCK_OUT, out(at=LATER, via="form"), "says otherwise (in out_via)"),
        ("open", Action.CLOCK_OUT, out(at=LATER, recorded_at=AN_HOUR_AGO), "says otherwise (in out_recorded_at)"),
        ("open", Action.CLOCK_OUT, out(at=LATER, recorded_at=LATER), "says otherwise (in out_recorded_at)"),
    ],
)
async def test_a_step_that_can_not_have_happened_is_found(
    services: Services, raw: Raw, ledger: dict[str, Facts], name: str, action: Action, changes: Facts, what: str
) -> None:
    facts = ledger[name] | changes
    forge(raw, action, facts)
    follow(raw, facts)
    told = await found(services)
    assert any(fault.startswith(facts["in_id"]) and what in fault for fault in told), told


@pytest.mark.parametrize("action", [Action.CLOCK_OUT, Action.DELETE, Action.RESTORE])
async def test_a_record_can_not_begin_with_its_end(
    services: Services, raw: Raw, ledger: dict[str, Facts], action: Action
) -> None:
    facts = ledger["closed"] | {"in_id": "slipped-in", "work_date": "2026-11-16"} | out(at=utc("2026-11-16T16:00"))
    facts |= {"in_at": "2026-11-16T08:00:00+00:00"} | (DELETED if action is Action.DELETE else {})
    forge(raw, action, facts)
    follow(raw, facts)
    assert any(f"({action}) can't be its first" in fault for fault in await found(services))


async def test_a_new_record_that_names_an_earlier_day_of_entry_is_found(
    services: Services, raw: Raw, ledger: dict[str, Facts]
) -> None:
    facts = ledger["closed"] | {"in_id": "slipped-in", "work_date": "2026-11-16", "in_at": "2026-11-16T08:00:00+00:00"}
    facts |= out(at=utc("2026-11-16T16:00"), recorded_at=utc("2026-11-16T16:00"))
    forge(raw, Action.CREATE, facts)
    follow(raw, facts)
    assert any("says otherwise (in in_recorded_at, out_recorded_at)" in fault for fault in await found(services))


async def test_an_entry_dated_before_the_last_one_is_found(
    services: Services, raw: Raw, ledger: dict[str, Facts]
) -> None:
    forge(raw, Action.SET_OFFICE, {"name": "x"}, subject="x", at=NOW - timedelta(days=24))
    (fault,) = await found(services)
    assert fault == (
        "entry 5: is dated 2026-10-30 08:02:00 UTC, and one before it 2026-11-23 08:02:00 UTC: "
        "a clock was set back in between, or someone dated the entry back"
    )


async def test_an_undo_opens_again_what_was_there(services: Services, raw: Raw, clock: Clock) -> None:
    ana = caller(ANA)
    await recording.clock_in(services, ana, ANA)
    clock.advance(hours=8)
    closed = (await recording.clock_out(services, ana, ANA)).pair
    assert closed.clock_out
    await undo(services, ana, closed.clock_out.id)
    assert await found(services) == []
    raw.let_anything_through()
    (text,) = raw.execute("SELECT facts FROM audit_entries WHERE sequence = 4").fetchone()
    facts = json.loads(text) | {"in_id": "again", "in_at": "2026-11-23T07:00:00+00:00"}
    raw.execute("DELETE FROM pairs WHERE out_id IS NULL")
    raw.execute("DELETE FROM audit_entries WHERE sequence = 4")
    raw.execute("UPDATE audit_heads SET sequence = 3, hash = (SELECT hash FROM audit_entries WHERE sequence = 3)")
    forge(raw, Action.CLOCK_IN, facts, actor=ANA, via=Via.API, at=clock())
    follow(raw, facts)
    sums, otherwise = await found(services)
    assert sums.endswith("add up to. Reports of months would show it")
    assert otherwise.endswith("by U0ANA at 2026-11-23 16:02:00 UTC, and says otherwise (in in_at)")


def without(name: str) -> Callable[[Facts], object]:
    return lambda facts: {key: value for key, value in facts.items() if key != name}


@pytest.mark.parametrize(
    "odd",
    [
        lambda facts: {},
        without("in_at"),
        without("user_id"),
        lambda facts: facts | {"in_id": None},
        lambda facts: facts | {"in_at": "2026-11-23T08:00:00"},
        lambda facts: facts | {"in_at": 5},
        lambda facts: facts | {"work_date": "soon"},
        lambda facts: facts | {"in_by": ["U0BEN"]},
        lambda facts: facts | {"user_id": 7},
    ],
)
async def test_an_entry_that_can_not_be_read_is_named_and_the_others_are_checked(
    services: Services, raw: Raw, ledger: dict[str, Facts], odd: Callable[[Facts], Facts]
) -> None:
    closed = ledger["closed"]
    forge(raw, Action.DELETE, odd(closed), subject=closed["in_id"])
    raw.execute("UPDATE pairs SET out_zone = 'Asia/Tokyo' WHERE in_id = ?", [ledger["deleted"]["in_id"]])
    told = await found(services)
    assert f"{closed['in_id']}: entry 5 (delete) can't be read" in told
    assert f"{ledger['deleted']['in_id']}: isn't what the audit trail says (in out_zone)" in told


def test_every_action_has_a_kind_of_subject() -> None:
    assert audit.KIND_OF.keys() == set(Action)
