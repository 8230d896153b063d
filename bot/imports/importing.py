"""Imports records under the ledger's rules, each with its audit entry. Safe to repeat.

Records that are there already stay as they are. They are found by their id if the source has ids, otherwise by person,
start and end. Records that were deleted here stay deleted. Webhooks are called, people get no message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import permissions
from bot.imports.import_batch import ImportBatch, Outcomes
from bot.imports.source_records import Outcome, Read, Record, Refused
from bot.people.ids import as_kept
from bot.permissions import Caller, Operation
from bot.runtime.services import Profile, Services
from storage import people
from storage.database import Transaction
from storage.errors import Refusal

__all__ = ["Outcome", "Read", "Record", "Refused"]

AT_ONCE = 1000  # records in a transaction, for which a serving bot has to wait


async def import_records(
    services: Services,
    caller: Caller,
    read: Sequence[Read],
    known_as: Mapping[str, str],
    *,
    dry_run: bool = False,
    passed: Callable[[], None] = lambda: None,
    tell: Callable[[Refused], None] = lambda refused: None,
) -> Counter[Outcome]:
    """Writes the records that fit, counts, and calls `tell` at the end for each that doesn't.

    `known_as`: user ids here by those of the source; other ids are taken as they are. A `dry_run` writes and rolls
    back. Raises Forbidden, or DirectoryUnavailable if somebody is unknown and can't be looked up.
    """
    await services.database.read(lambda tx: permissions.require_operation(tx, caller, Operation.ADMINISTER))
    counted: Counter[Outcome] = Counter()
    refused: dict[int, Refused] = {}

    def account(number: int, where: str, outcome: Outcome | Refusal) -> None:
        if isinstance(outcome, Refusal):
            refused[number] = Refused(where, outcome)
        counted[Outcome.REFUSED if isinstance(outcome, Refusal) else outcome] += 1
        passed()

    records: list[Record] = []
    numbers: dict[int, int] = {}  # of each record, by the object's identity: two may be equal
    for number, one in enumerate(read):
        if isinstance(one, Refused):
            account(number, one.where, one.why)
        else:
            records.append(replace(one, user_id=as_kept(known_as.get(one.user_id, one.user_id))))
            numbers[id(records[-1])] = number
    try:
        met = await _look_up_unknown(services, caller.workspace_id, {record.user_id for record in records})
        for portion in _portions(records, whole_people=dry_run):
            for record, outcome in await _written(services, caller, portion, known_as, met, dry_run):
                account(numbers[id(record)], record.where, outcome)
    finally:  # in the source's order, to correct it there; also if the import fails half way
        for _, one in sorted(refused.items()):
            tell(one)
    return counted


async def _look_up_unknown(services: Services, workspace_id: str, user_ids: set[str]) -> Mapping[str, Profile]:
    """People the chat platform knows and the ledger doesn't."""
    known = await services.database.read(lambda tx: people.get_many(tx.connection, workspace_id))
    found = {}
    for user_id in sorted(user_ids - known.keys()):
        if profile := await services.directory.look_up(workspace_id, user_id, services.database.clock()):
            found[user_id] = profile
    return found


def _portions(records: Sequence[Record], *, whole_people: bool) -> Iterator[list[Record]]:
    """By start, which are neighbours in the ledger's indexes. Open clock-ins come last, because they overlap everything
    later. The batches of a dry run don't see each other, so a person is never split over two (`whole_people`)."""

    def order(record: Record) -> tuple[str, bool, datetime]:
        return record.user_id if whole_people else "", record.clock_out is None, record.clock_in.at

    ordered = sorted(records, key=order)
    portion: list[Record] = []
    for record in ordered:
        is_full = len(portion) >= AT_ONCE and (not whole_people or record.user_id != portion[-1].user_id)
        if is_full:
            yield portion
            portion = []
        portion.append(record)
    if portion:
        yield portion


class _Undone(Exception):
    """Carries the outcomes of a dry run out of its transaction."""

    def __init__(self, outcomes: Outcomes) -> None:
        super().__init__("dry run")
        self.outcomes = outcomes


async def _written(
    services: Services,
    caller: Caller,
    portion: Sequence[Record],
    known_as: Mapping[str, str],
    met: Mapping[str, Profile],
    dry_run: bool,
) -> Outcomes:
    def write(tx: Transaction) -> Outcomes:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        outcomes = ImportBatch(tx, caller, portion, known_as, met).write()
        if dry_run:
            raise _Undone(outcomes)
        return outcomes

    try:
        return await services.database.write(write)
    except _Undone as undone:
        return undone.outcomes
