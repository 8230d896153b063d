"""Checks the whole ledger, whatever wrote it: the rules of records, breaks and signatures, and the audit chain.

Reads as a stream, so that memory stays flat however long the ledger is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from storage import (
    audit,
    monthly_sums,
    schema_objects,
    seals,
    verify_breaks,
    verify_changes,
    verify_corrections,
    verify_records,
    verify_remarks,
    verify_rights,
    verify_signatures,
)
from storage.audit import FIRST_PREVIOUS_HASH, Action, Entry
from storage.pair_queries import stream_all
from storage.pairs import Pair
from storage.tables import audit_entries, audit_heads, audit_starts, pairs, people

LONGEST_PAIR = timedelta(hours=24)
SKEW_ALLOWED = timedelta(minutes=1)


CLOCK = "clock"
WHY_BACK = "a clock was set back in between, or someone dated the entry back"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: `rule` as in "rule 2" or "audit chain", `where` an event's id or an entry's number."""

    workspace_id: str
    rule: str
    where: str
    what: str

    @property
    def is_warning(self) -> bool:
        """Whether it may have happened honestly, so that somebody has to look."""
        return self.rule == CLOCK


Passed = Callable[[], None]
"""Called for each row that was looked at."""


def verify(connection: Connection, passed: Passed = lambda: None) -> Iterator[Fault]:
    """Every fault there is. Without any but warnings, all rules hold and the chain is unbroken."""
    checks = {
        "file": _file(connection),
        "rules": _rules(connection),
        "pairs": _pairs(connection, passed),
        "people": _strangers(connection),
        "changed records": _changed(connection),
        "breaks": _breaks(connection),
        "ids": _ids_used_twice(connection),
        "monthly sums": _sums(connection),
        "chain": _chain(connection, passed),
        "head": _heads(connection),
        "records beside the audit": _records_against_audit(connection, passed),
        "breaks beside the audit": _breaks_against_audit(connection, passed),
        "remarks beside the audit": _remarks_against_audit(connection, passed),
        "signatures beside the audit": _signatures_against_audit(connection, passed),
        "locked periods": _locks(connection),
        "corrections beside the audit": _corrections_against_audit(connection, passed),
        "corrections beside the records": _corrections_in_records(connection),
        "rights beside the audit": _rights_against_audit(connection),
        "seals beside the audit": _seals_against_audit(connection),
    }
    for name, check in checks.items():
        try:
            yield from check
        except (DBAPIError, ValueError, OverflowError, TypeError) as error:
            if connection.dialect.name != "sqlite" and isinstance(error, DBAPIError):
                raise  # the server is away: not a fault of the ledger
            # A damaged file. The rest of it is still checked.
            yield Fault("-", "file", name, f"can't be read: {getattr(error, 'orig', error)}")


def rows_to_pass(connection: Connection) -> int:
    """How often `passed` will be called, near enough to show how far the check has come."""
    try:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (pairs, audit_entries)
        ]
    except DBAPIError:
        if connection.dialect.name != "sqlite":
            raise
        return 0  # a damaged file: the check itself says where
    return counts[0] + 2 * counts[1]


def _file(connection: Connection) -> Iterator[Fault]:
    """SQLite's own check of its file and indexes; PostgreSQL has data checksums for that."""
    if connection.dialect.name == "sqlite":
        for (found,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if found != "ok":
                yield Fault("-", "file", "integrity check", str(found))


def _rules(connection: Connection) -> Iterator[Fault]:
    for difference in schema_objects.differences(connection):
        yield Fault("-", "database", "rules", difference)


def _pairs(connection: Connection, passed: Passed) -> Iterator[Fault]:
    """Rules 1 to 6, with the pairs ordered by person and start: only the one that ends last can overlap the next."""
    last: Pair | None = None
    for pair in stream_all(connection):
        passed()
        yield from _single(pair)
        if pair.deleted_at is not None:
            continue
        same_person = last and (last.workspace_id, last.user_id) == (pair.workspace_id, pair.user_id)
        if last is None or not same_person:
            last = pair
            continue
        if last.clock_out is None and pair.clock_out is None:
            yield _fault(pair, "rule 1", f"is open while another record of the same person is, {last.clock_in.id}")
        elif last.clock_out is None or last.clock_out.at > pair.clock_in.at:
            yield _fault(pair, "rule 2", f"overlaps another record of the same person, {last.clock_in.id}")
        if last.clock_out is not None and (pair.clock_out is None or pair.clock_out.at > last.clock_out.at):
            last = pair


def _single(pair: Pair) -> Iterator[Fault]:
    if pair.clock_out is not None:
        if pair.clock_out.at <= pair.clock_in.at:
            yield _fault(pair, "rule 3", "ends before it begins")
        elif pair.clock_out.at - pair.clock_in.at > LONGEST_PAIR:
            yield _fault(pair, "rule 3", "is longer than 24 hours")
        if None in (pair.clock_out.recorded_at, pair.clock_out.by, pair.clock_out.via, pair.clock_out.zone):
            yield _fault(pair, "rule 4", "has an incomplete clock-out")
    for half in (pair.clock_in, pair.clock_out):
        if half is not None and half.recorded_at is not None and half.at > half.recorded_at + SKEW_ALLOWED:
            yield _fault(pair, "rule 5", f"was in the future when it was entered ({half.id})")
    if abs(pair.work_date - pair.clock_in.at.date()) > timedelta(days=1):
        yield _fault(pair, "rule 6", f"counts for {pair.work_date}, more than a day from its clock-in")


def _strangers(connection: Connection) -> Iterator[Fault]:
    met = select(people.c.user_id).where(
        people.c.workspace_id == pairs.c.workspace_id, people.c.user_id == pairs.c.user_id
    )
    query = select(pairs.c.workspace_id, pairs.c.in_id, pairs.c.user_id).where(~met.exists())
    for workspace_id, in_id, user_id in _streamed(connection, query):
        yield Fault(workspace_id, "rule 4", in_id, f"belongs to {user_id}, who isn't known in this workspace")


def _ids_used_twice(connection: Connection) -> Iterator[Fault]:
    halves = select(pairs.c.workspace_id, pairs.c.in_id.label("id")).union_all(
        select(pairs.c.workspace_id, pairs.c.out_id).where(pairs.c.out_id.is_not(None))
    )
    ids = halves.subquery()
    query = select(ids.c.workspace_id, ids.c.id).group_by(ids.c.workspace_id, ids.c.id).having(func.count() > 1)
    for workspace_id, event_id in _streamed(connection, query):
        yield Fault(workspace_id, "rule 4", event_id, "shares its id with another event")


def _sums(connection: Connection) -> Iterator[Fault]:
    for workspace_id, user_id, month in monthly_sums.differences(connection):
        what = "isn't what the records of that month add up to. Reports of months would show it"
        yield Fault(workspace_id, "monthly sums", f"{user_id} {month:%Y-%m}", what)


def _chain(connection: Connection, passed: Passed) -> Iterator[Fault]:
    starts = {row.workspace_id: row for row in connection.execute(select(audit_starts))}
    workspace_id, sequence, previous_hash = None, 0, FIRST_PREVIOUS_HASH
    dated_at: datetime | None = None
    erasures = Erasures("", None)
    for entry in audit.entries(connection):
        passed()
        if entry.workspace_id != workspace_id:
            yield from erasures.left_open()
            workspace_id, sequence, previous_hash, dated_at = entry.workspace_id, 0, FIRST_PREVIOUS_HASH, None
            start = starts.pop(entry.workspace_id, None)
            erasures = Erasures(workspace_id, start)
            if start:
                sequence, previous_hash = start.sequence, start.hash
        if entry.sequence != sequence + 1:
            yield _broken(entry, f"follows entry {sequence}: entries are missing in between")
        elif entry.previous_hash != previous_hash:
            holds, was = entry.previous_hash[:16], previous_hash[:16]
            yield _broken(entry, f"holds {holds}… as the hash of the entry before it, which has {was}…")
        if dated_at and entry.at < dated_at - SKEW_ALLOWED:
            what = f"is dated {_moment(entry.at)}, and one before it {_moment(dated_at)}: {WHY_BACK}"
            yield Fault(entry.workspace_id, CLOCK, f"entry {entry.sequence}", what)
            dated_at = None
        if (digest := audit.digest(entry)) != entry.hash:
            yield _broken(entry, f"was changed: it carries the hash {entry.hash[:16]}…, its fields give {digest[:16]}…")
        for what in erasures.check(entry):
            yield _broken(entry, what)
        sequence, previous_hash, dated_at = entry.sequence, entry.hash, max(entry.at, dated_at or entry.at)
    yield from erasures.left_open()
    for start in starts.values():
        yield Fault(start.workspace_id, "audit chain", "start", "has no entry left after some were erased")


class Erasures:
    """What was erased from one workspace's chain, and whether it was done in the open: by an entry that says so."""

    def __init__(self, workspace_id: str, start: Any) -> None:
        self._workspace_id = workspace_id
        self._begins = f"{start.sequence}:{start.hash}:" if start else None
        self._erased: dict[str, int] = {}

    def check(self, entry: Entry) -> Iterator[str]:
        """What is wrong with the entry's private facts."""
        expected = entry.digest_of_private
        if (entry.private is None) != (entry.salt is None) or (expected is None and entry.private is not None):
            yield "has private facts that weren't entered with it"
        elif entry.private is not None and audit.salted(entry.salt, entry.private) != expected:
            yield "was changed: its private facts aren't the ones that were entered"
        elif expected is not None and entry.private is None:
            self._erased[str(json.loads(entry.facts).get("user_id"))] = entry.sequence
        match entry.action:
            case Action.ERASE:
                self._erased.pop(entry.subject, None)
            case Action.ERASE_OLD if entry.subject == self._begins:
                self._begins = None

    def left_open(self) -> Iterator[Fault]:
        """What no entry accounts for."""
        if self._begins is not None:
            yield Fault(self._workspace_id, "audit chain", "start", "has lost entries, and no entry says why")
        for user_id, sequence in self._erased.items():
            what = f"has lost its private facts, and no later entry says that those of {user_id} were erased"
            yield Fault(self._workspace_id, "audit chain", f"entry {sequence}", what)


def _heads(connection: Connection) -> Iterator[Fault]:
    """The head that is kept beside each chain is its last entry: else the tail was cut off."""
    newest = (
        select(audit_entries.c.workspace_id, func.max(audit_entries.c.sequence).label("sequence"))
        .group_by(audit_entries.c.workspace_id)
        .subquery()
    )
    last = {
        row.workspace_id: (row.sequence, row.hash)
        for row in connection.execute(
            select(audit_entries.c.workspace_id, audit_entries.c.sequence, audit_entries.c.hash).join(
                newest,
                (newest.c.workspace_id == audit_entries.c.workspace_id)
                & (newest.c.sequence == audit_entries.c.sequence),
            )
        )
    }
    kept = {row.workspace_id: (row.sequence, row.hash) for row in connection.execute(select(audit_heads))}
    for workspace_id in sorted(last.keys() | kept.keys()):
        found, expected = last.get(workspace_id, (0, FIRST_PREVIOUS_HASH)), kept.get(workspace_id)
        if found != expected:
            reached = f"entry {expected[0]} ({expected[1][:16]}…)" if expected else "nowhere"
            what = f"ends at entry {found[0]} ({found[1][:16]}…), but was written up to {reached}"
            yield Fault(workspace_id, "audit chain", "head", what)


def _records_against_audit(connection: Connection, passed: Passed) -> Iterator[Fault]:
    for workspace_id, in_id, difference in verify_records.differences(connection, passed):
        yield Fault(workspace_id, "rule 8", in_id, difference)


def _changed(connection: Connection) -> Iterator[Fault]:
    for workspace_id, in_id, what in verify_changes.one_sided(connection):
        yield Fault(workspace_id, "rule 7", in_id, what)


def _breaks(connection: Connection) -> Iterator[Fault]:
    for workspace_id, break_id, what in verify_breaks.misplaced(connection):
        yield Fault(workspace_id, "breaks", break_id, what)


def _breaks_against_audit(connection: Connection, passed: Passed) -> Iterator[Fault]:
    for workspace_id, break_id, difference in verify_breaks.differences(connection, passed):
        yield Fault(workspace_id, "rule 8", break_id, difference)


def _remarks_against_audit(connection: Connection, passed: Passed) -> Iterator[Fault]:
    for workspace_id, remark_id, difference in verify_remarks.differences(connection, passed):
        yield Fault(workspace_id, "rule 8", remark_id, difference)


def _signatures_against_audit(connection: Connection, passed: Passed) -> Iterator[Fault]:
    for workspace_id, signature_id, difference in verify_signatures.differences(connection, passed):
        yield Fault(workspace_id, "rule 8", signature_id, difference)


def _locks(connection: Connection) -> Iterator[Fault]:
    for workspace_id, signature_id, what in verify_signatures.broken_locks(connection):
        yield Fault(workspace_id, "rule 9", signature_id, what)


def _corrections_against_audit(connection: Connection, passed: Passed) -> Iterator[Fault]:
    for workspace_id, correction_id, difference in verify_corrections.differences(connection, passed):
        yield Fault(workspace_id, "rule 8", correction_id, difference)


def _corrections_in_records(connection: Connection) -> Iterator[Fault]:
    for workspace_id, correction_id, what in verify_corrections.not_in_records(connection):
        yield Fault(workspace_id, "corrections", correction_id, what)


def _rights_against_audit(connection: Connection) -> Iterator[Fault]:
    for workspace_id, what, difference in verify_rights.differences(connection):
        yield Fault(workspace_id, "rule 8", what, difference)


def _seals_against_audit(connection: Connection) -> Iterator[Fault]:
    for workspace_id, what, difference in seals.differences(connection):
        yield Fault(workspace_id, "rule 8", what, difference)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _streamed(connection: Connection, query: Any) -> Iterator[Any]:
    yield from connection.execution_options(yield_per=1000).execute(query)


def _fault(pair: Pair, rule: str, what: str) -> Fault:
    return Fault(pair.workspace_id, rule, pair.clock_in.id, what)


def _broken(entry: Entry, what: str) -> Fault:
    return Fault(entry.workspace_id, "audit chain", f"entry {entry.sequence}", what)
