"""Checks signatures: that each is as its entries in the audit trail say, and that no record of a locked period was
written while its lock stood (rule 9)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, func, select

from storage import audit, signed_records
from storage.audit import ABOUT_BREAKS, ABOUT_RECORDS, ABOUT_SIGNATURES, DIGEST, Action
from storage.pairs import instant_of
from storage.signatures import Signature, to_audit_fields
from storage.tables import audit_entries, paid_breaks, pairs, signatures
from storage.verify_records import SKEW_ALLOWED, beginnings

Difference = tuple[str, str, str]
"""The workspace, the signature, and what is wrong with it."""

_NAMED = ("workspace_id", "subject", "sequence", "at", "actor", "via", "action", "facts", "private")
_WITHDRAWAL = frozenset({"withdrawn_at", "withdrawn_by", "reason"})
_PARTS = {Action.SIGN_PERIOD: "person", Action.APPROVE_PERIOD: "manager"}


def differences(connection: Connection, passed: Callable[[], None]) -> Iterator[Difference]:
    """Every signature that isn't as its entries say: it is given once, and withdrawn once."""
    begins = beginnings(connection)
    its_signature = and_(
        signatures.c.workspace_id == audit_entries.c.workspace_id, signatures.c.signature_id == audit_entries.c.subject
    )
    query = (
        select(*(audit_entries.c[name] for name in _NAMED), signatures)
        .select_from(audit_entries.outerjoin(signatures, its_signature))
        .where(*audit.in_every_chain(ABOUT_SIGNATURES))
        .order_by(*audit.IN_EVERY_CHAIN)
    )
    found = connection.execution_options(yield_per=1000).execute(query)
    for (workspace_id, signature_id), rows in groupby(found, key=lambda row: (row[0], row[1])):
        steps = []
        for row in rows:
            passed()
            steps.append(_Step.read(row))
        is_now = Signature(*row[len(_NAMED) :]) if row[len(_NAMED)] is not None else None
        for what in _faults(steps, is_now, begins.get(workspace_id), (workspace_id, signature_id)):
            yield workspace_id, signature_id, what
    told = select(audit_entries.c.workspace_id, audit_entries.c.subject).where(*audit.in_every_chain(ABOUT_SIGNATURES))
    untold = select(signatures.c.workspace_id, signatures.c.signature_id).except_(told)
    for workspace_id, signature_id in connection.execution_options(yield_per=1000).execute(untold):
        yield workspace_id, signature_id, "isn't in the audit trail: it was added outside the bot"


@dataclass(frozen=True, slots=True)
class _Step:
    """An entry about a signature. `told` is what it says of it, None where it can't be read."""

    sequence: int
    at: datetime
    actor: str
    via: str
    action: str
    told: dict[str, Any] | None
    is_erased: bool

    @classmethod
    def read(cls, row: Sequence[Any]) -> _Step:
        _, _, sequence, at, actor, via, action, facts, private = row[: len(_NAMED)]
        try:
            told = json.loads(facts)
            is_erased = told.pop(DIGEST, None) is not None and private is None
            told |= json.loads(private or "{}")
            for name in ("at", "withdrawn_at"):
                told[name] = told[name] and instant_of(told[name])
            return cls(sequence, at, actor, via, action, told, is_erased)
        except (ValueError, TypeError, AttributeError, KeyError):
            return cls(sequence, at, actor, via, action, None, False)

    def is_when(self, at: datetime | None) -> bool:
        """Whether that is when the entry was written."""
        return at is not None and abs(self.at - at) <= SKEW_ALLOWED

    def __str__(self) -> str:
        return f"entry {self.sequence} ({self.action})"


def _faults(
    steps: Sequence[_Step], is_now: Signature | None, begins: datetime | None, key: tuple[str, str]
) -> Iterator[str]:
    last: _Step | None = None
    for step in steps:
        if step.told is None:
            yield f"{step} can't be read"
            return
        if (step.told.get("workspace_id"), step.told.get("signature_id")) != key:
            yield f"{step} tells of another signature"
        if last is None and step.action == Action.WITHDRAW_SIGNATURE:
            if begins is None or step.told["at"] > begins + SKEW_ALLOWED:
                yield f"{step} can't be its first"
        elif (step.action == Action.WITHDRAW_SIGNATURE) == (last is None):
            yield f"{step} can't follow {last}"
        yield from _unlike(step, step.told, last)
        last = step
    if is_now is None:
        yield "is in the audit trail, but gone: it was removed outside the bot"
    elif last is not None and last.told is not None:
        fields, said = json.loads(audit.canonical(to_audit_fields(is_now))), json.loads(audit.canonical(last.told))
        differing = [name for name in sorted(fields) if said.get(name) != fields[name]]
        if differing:
            yield f"isn't what the audit trail says (in {', '.join(differing)})"


def _unlike(step: _Step, told: dict[str, Any], last: _Step | None) -> Iterator[str]:
    """What an entry says otherwise than who wrote it, or changes beside what it is for."""
    who = f"{step} is by {step.actor or 'the bot'} at {step.at:%Y-%m-%d %H:%M:%S} UTC, and says otherwise"
    if step.action == Action.WITHDRAW_SIGNATURE:
        if told.get("withdrawn_by") != step.actor or not step.is_when(told["withdrawn_at"]):
            yield who
        before = last.told if last and last.told else told
        changed = [name for name in sorted(before) if name not in _WITHDRAWAL and told.get(name) != before[name]]
        if changed:
            yield f"{step} changes what such an entry can't (in {', '.join(changed)})"
        return
    is_whole = told.get("withdrawn_at") is None and told.get("part") == _PARTS.get(Action(step.action))
    if not is_whole or (told.get("by"), told.get("via")) != (step.actor, step.via) or not step.is_when(told["at"]):
        yield who


def broken_locks(connection: Connection) -> Iterator[Difference]:
    """Every approval whose records changed while it stood, or whose figures aren't those of its records."""
    begins = beginnings(connection)
    approvals = select(signatures).where(signatures.c.part == "manager").order_by(*signatures.primary_key)
    for row in connection.execution_options(yield_per=1000).execute(approvals):
        one = Signature(*row)
        key = one.workspace_id, one.signature_id
        if (sequence := _changed_under(connection, one)) is not None:
            yield *key, f"locks records that entry {sequence} changed while it stood"
        began = begins.get(one.workspace_id)
        may_be_erased = began is not None and one.first_day - timedelta(days=2) <= began.date()
        if one.withdrawn_at is not None or may_be_erased:
            continue
        found = signed_records.of_people(connection, one.workspace_id, [one.user_id], one.first_day, one.last_day)[
            one.user_id
        ]
        if found.digest != one.digest:
            yield *key, "locks records that aren't those that were signed"
        elif found.figures.as_text() != one.figures:
            yield *key, "has figures that aren't those of its records"


def _changed_under(connection: Connection, one: Signature) -> int | None:
    """The first entry about its records from while it stood, if there is any."""
    given, withdrawn = (
        connection.execute(
            select(func.min(audit_entries.c.sequence)).where(
                audit_entries.c.workspace_id == one.workspace_id,
                audit_entries.c.subject == one.signature_id,
                audit_entries.c.action == action,
            )
        ).scalar()
        for action in (Action.APPROVE_PERIOD, Action.WITHDRAW_SIGNATURE)
    )
    here = (
        pairs.c.workspace_id == one.workspace_id,
        pairs.c.user_id == one.user_id,
        pairs.c.work_date.between(one.first_day, one.last_day),
    )
    records = connection.scalars(select(pairs.c.in_id).where(*here)).all()
    its_breaks = (paid_breaks.c.workspace_id == one.workspace_id, paid_breaks.c.in_id.in_(records))
    breaks = connection.scalars(select(paid_breaks.c.break_id).where(*its_breaks)).all()
    if given is None or not records:
        return None
    for subjects, actions in ((records, ABOUT_RECORDS), (breaks, ABOUT_BREAKS)):
        about = select(func.min(audit_entries.c.sequence)).where(
            audit_entries.c.workspace_id == one.workspace_id,
            audit_entries.c.subject.in_(subjects),
            audit_entries.c.action.in_(actions),
            audit_entries.c.sequence > given,
            *([] if withdrawn is None else [audit_entries.c.sequence < withdrawn]),
        )
        if (sequence := connection.execute(about).scalar()) is not None:
            return int(sequence)
    return None
