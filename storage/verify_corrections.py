"""Checks corrections: that the life of each in the audit trail is one that can have happened, and that what was applied
is in the records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, select

from storage import audit
from storage.audit import ABOUT_CORRECTIONS, CORRECTION, DIGEST, Action, Kind
from storage.corrections import APPLIED
from storage.pairs import instant_of
from storage.tables import audit_entries, corrections, pairs
from storage.verify_records import SKEW_ALLOWED, beginnings

Difference = tuple[str, str, str]
"""The workspace, the correction, and what is wrong with it."""

_NAMED = ("workspace_id", "subject", "sequence", "at", "actor", "via", "action", "facts", "private")
_COLUMNS = tuple(column.name for column in corrections.c)
_TIMES = ("asked_at", "person_at", "employer_at", "done_at")
_PERSON = frozenset({"person_answer", "person_at", "account"})
_EMPLOYER = frozenset({"employer_answer", "employer_by", "employer_at"})
_END = frozenset({"outcome", "done_at", "done_by"})
_CHANGES = {
    Action.OBJECT_CORRECTION: _PERSON,
    Action.APPLY_CORRECTION: _PERSON | _EMPLOYER | _END | {"result_in_id"},
    Action.REFUSE_CORRECTION: _EMPLOYER | _END | {"refusal"},
    Action.WITHDRAW_CORRECTION: _END,
}
"""What each step changes."""
_OUTCOMES: Mapping[str, Sequence[str]] = {
    Action.APPLY_CORRECTION: tuple(APPLIED),
    Action.REFUSE_CORRECTION: ("refused",),
    Action.WITHDRAW_CORRECTION: ("withdrawn",),
}


def differences(connection: Connection, passed: Callable[[], None]) -> Iterator[Difference]:
    """Every step that can't have happened, and every correction that isn't as its newest entry says."""
    begins = beginnings(connection)
    its_correction = and_(
        corrections.c.workspace_id == audit_entries.c.workspace_id,
        corrections.c.correction_id == audit_entries.c.subject,
    )
    query = (
        select(*(audit_entries.c[name] for name in _NAMED), corrections)
        .select_from(audit_entries.outerjoin(corrections, its_correction))
        .where(*audit.in_every_chain(ABOUT_CORRECTIONS))
        .order_by(*audit.IN_EVERY_CHAIN)
    )
    found = connection.execution_options(yield_per=1000).execute(query)
    for (workspace_id, correction_id), rows in groupby(found, key=lambda row: (row[0], row[1])):
        steps = []
        for row in rows:
            passed()
            steps.append(_Step.read(row))
        is_now = _now(row)
        for what in _faults(steps, is_now, begins.get(workspace_id), (workspace_id, correction_id)):
            yield workspace_id, correction_id, what
    told = select(audit_entries.c.workspace_id, audit_entries.c.subject).where(*audit.in_every_chain(ABOUT_CORRECTIONS))
    untold = select(corrections.c.workspace_id, corrections.c.correction_id).except_(told)
    for workspace_id, correction_id in connection.execution_options(yield_per=1000).execute(untold):
        yield workspace_id, correction_id, "isn't in the audit trail: it was added outside the bot"


def not_in_records(connection: Connection) -> Iterator[Difference]:
    """Every correction that was applied, and whose record no entry says to be written for it."""
    begins = beginnings(connection)
    applied = select(corrections).where(corrections.c.outcome.in_(APPLIED)).order_by(*corrections.primary_key)
    for row in connection.execution_options(yield_per=1000).execute(applied):
        in_id = row.result_in_id or row.target_in_id
        entries = audit.about(connection, row.workspace_id, Kind.RECORD, [in_id])
        if any(_is_for(entry, row.correction_id) for entry in entries):
            continue
        here = (pairs.c.workspace_id == row.workspace_id, pairs.c.in_id == in_id)
        is_there = connection.execute(select(pairs.c.in_id).where(*here)).first() is not None
        began = begins.get(row.workspace_id)
        if began is not None and row.done_at <= began + SKEW_ALLOWED:
            continue  # its entries went by their age
        what = "no entry about that record says so" if is_there else "that record isn't there"
        yield row.workspace_id, row.correction_id, f"is said to be applied to {in_id}, but {what}"


def _is_for(entry: audit.Entry, correction_id: str) -> bool:
    try:
        return bool(entry.told()[CORRECTION]["id"] == correction_id)
    except (ValueError, KeyError, TypeError):
        return False


@dataclass(frozen=True, slots=True)
class _Step:
    """An entry about a correction. `told` is what it says of it, None where it can't be read."""

    sequence: int
    at: datetime
    actor: str
    via: str
    action: Action
    told: dict[str, Any] | None

    @classmethod
    def read(cls, row: Sequence[Any]) -> _Step:
        _, _, sequence, at, actor, via, action, facts, private = row[: len(_NAMED)]
        told: dict[str, Any] | None
        try:
            told = json.loads(facts)
            assert told is not None
            told.pop(DIGEST, None)
            told |= json.loads(private or "{}")
            for name in _TIMES:
                told[name] = told[name] and instant_of(told[name])
        except (ValueError, TypeError, AttributeError, KeyError, AssertionError):
            told = None
        return cls(sequence, at, actor, via, Action(action), told)

    def is_when(self, at: Any, before: Mapping[str, Any] | None = None) -> bool:
        """Whether that is when the entry was written; or after a clock was set back, the time of the step before."""
        if not isinstance(at, datetime):
            return False
        return abs(self.at - at) <= SKEW_ALLOWED or (before is not None and at in [before[name] for name in _TIMES])

    def __str__(self) -> str:
        return f"entry {self.sequence} ({self.action})"


def _now(row: Sequence[Any]) -> dict[str, Any] | None:
    if row[len(_NAMED)] is None:
        return None
    return dict(zip(_COLUMNS, row[len(_NAMED) :], strict=True))


def _faults(
    steps: Sequence[_Step], is_now: dict[str, Any] | None, begins: datetime | None, key: tuple[str, str]
) -> Iterator[str]:
    last: _Step | None = None
    for step in steps:
        if step.told is None:
            yield f"{step} can't be read"
            return
        if (step.told.get("workspace_id"), step.told.get("correction_id")) != key:
            yield f"{step} tells of another correction"
        if impossible := _impossible(step, step.told, last, begins):
            yield impossible
        yield from _unlike(step, step.told, last.told if last else None)
        last = step
    if is_now is None:
        yield "is in the audit trail, but gone: it was removed outside the bot"
    elif last is not None and last.told is not None:
        fields, said = json.loads(audit.canonical(is_now)), json.loads(audit.canonical(last.told))
        differing = [name for name in sorted(fields) if said.get(name) != fields[name]]
        if differing:
            yield f"isn't what the audit trail says (in {', '.join(differing)})"


def _impossible(step: _Step, told: Mapping[str, Any], last: _Step | None, begins: datetime | None) -> str | None:
    asks = step.action is Action.ASK_CORRECTION
    if last is None:
        is_older = begins is not None and told["asked_at"] <= begins + SKEW_ALLOWED
        return None if asks or is_older else f"{step} can't be its first"
    may_follow = last.action is Action.ASK_CORRECTION or (
        last.action is Action.OBJECT_CORRECTION and step.action is not Action.OBJECT_CORRECTION
    )
    return None if may_follow and not asks else f"{step} can't follow {last}"


def _unlike(step: _Step, told: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[str]:
    """What an entry says otherwise than who wrote it, or changes beside what it is for."""
    if before is not None and step.action in _CHANGES:
        changed = [name for name in sorted(before) if told.get(name) != before[name]]
        if wrong := [name for name in changed if name in _COLUMNS and name not in _CHANGES[step.action]]:
            yield f"{step} changes what such an entry can't (in {', '.join(wrong)})"
    if wrong := sorted(_misattributed(step, told, before)):
        who = f"{step.actor or 'the bot'} at {step.at:%Y-%m-%d %H:%M:%S} UTC"
        yield f"{step} is by {who}, and says otherwise (in {', '.join(wrong)})"


def _misattributed(step: _Step, told: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[str]:
    if step.action is Action.ASK_CORRECTION:
        if (told.get("asked_by"), told.get("asked_via")) != (step.actor, step.via):
            yield "asked_by"
        if not step.is_when(told["asked_at"]):
            yield "asked_at"
        other = "employer_answer" if told.get("asked_by") == told.get("user_id") else "person_answer"
        yield from (name for name in (other, "outcome", "result_in_id") if told.get(name) is not None)
        return
    if step.action is Action.OBJECT_CORRECTION:
        if told.get("person_answer") != "no" or told.get("user_id") != step.actor:
            yield "person_answer"
        if not step.is_when(told["person_at"], before):
            yield "person_at"
        return
    if told.get("outcome") not in _OUTCOMES[step.action]:
        yield "outcome"
    if told.get("done_by") != step.actor:
        yield "done_by"
    if not step.is_when(told["done_at"], before):
        yield "done_at"
    if before is None:
        return
    if before["person_answer"] is None and told.get("person_answer") and told.get("user_id") != step.actor:
        yield "person_answer"
    if before["employer_answer"] is None and told.get("employer_answer") and told.get("employer_by") != step.actor:
        yield "employer_by"
