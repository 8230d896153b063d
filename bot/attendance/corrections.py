"""Corrections: somebody asks to add, change or remove a record; the person and an employer answer; then it is applied,
refused or withdrawn.

Each step locks the person first. Of two steps at the same time one counts, and the other gets its outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.attendance import applied_corrections, signatures
from bot.attendance.applied_corrections import is_as_asked
from bot.attendance.asked_corrections import ask_to_add, ask_to_change, ask_to_remove, ask_to_restore
from bot.attendance.change_notifications import update_prompts
from bot.attendance.correction_notices import ANSWERED, CARD, REMIND, tell_of_answer
from bot.attendance.correction_views import Can, require_choice
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.recording import Pair
from bot.attendance.use_case import UseCase
from bot.calendar.typed import comment
from bot.errors import WordsNotKept
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller
from bot.webhooks import calls
from bot.webhooks.calls import CorrectionEvent
from storage import corrections, subscribers
from storage.corrections import Answer, Correction, Outcome
from storage.database import Transaction
from storage.subscribers import Audience

__all__ = [
    "ANSWERED",
    "CARD",
    "REMIND",
    "Answer",
    "Correction",
    "ask_to_add",
    "ask_to_change",
    "ask_to_remove",
    "ask_to_restore",
]


@dataclass(frozen=True, slots=True)
class Answered:
    """The correction after the answer. `now`: the record as it is now, if it was refused because that had changed
    meanwhile (None: it was deleted)."""

    correction: Correction
    now: Pair | None = None


@UseCase
def answer(tx: Transaction, caller: Caller, correction_id: str, said: Answer, words: str = "") -> Answered:
    """The person answers what an employer asked for, or an employer what the person did. Yes applies it. A person's no
    is an objection, after which an employer applies it without agreement, or withdraws it; an employer's no ends it.
    If the record changed meanwhile, it is refused.

    Raises UnknownCorrection, Forbidden, AlreadyAnswered, OwnCorrection, NotYourWord, ConsentTooEarly, InvalidText,
    WordsNotKept, and what the rules refuse, so that it still waits.
    """
    one, concerned = _lock(tx, caller, correction_id)
    wish, text = _wish(caller, one, said), comment(words.strip())
    require_choice(tx, caller, one, wish)
    if text and wish in (Can.APPROVE, Can.APPLY, Can.WITHDRAW):
        raise WordsNotKept
    if wish is Can.WITHDRAW:
        return Answered(_withdraw(tx, caller, one, concerned))
    if wish is Can.APPLY:
        return _apply(tx, caller, one, concerned, "applied-without-agreement", {})
    at = max(tx.now, one.latest_at)
    if wish in (Can.AGREE, Can.OBJECT):
        step: dict[str, Any] = {"person_answer": said, "person_at": at, "account": text}
    else:
        step = {"employer_answer": said, "employer_by": caller.user_id, "employer_at": at}
        step |= {"refusal": text} if said == "no" else {}
    if said == "yes":
        return _apply(tx, caller, one, concerned, "applied", step)
    if wish is Can.DECLINE:
        return Answered(_end(tx, caller, one, concerned, "refused", step))
    if overtaken := _overtaken(tx, caller, one, concerned):
        return overtaken
    objected = corrections.advance(tx.connection, one, **step)
    _tell(tx, caller, objected, concerned, CorrectionEvent.ANSWERED)
    record_audit_entries(tx, caller, [_entry(Action.OBJECT_CORRECTION, objected)])
    return Answered(objected)


@UseCase
def apply(tx: Transaction, caller: Caller, correction_id: str) -> Answered:
    """An employer applies what an employer asked for without the person's agreement: after an objection, or seven days.

    Raises UnknownCorrection, Forbidden, AlreadyAnswered, ConsentTooEarly, and what the rules refuse.
    """
    one, concerned = _lock(tx, caller, correction_id)
    require_choice(tx, caller, one, Can.APPLY)
    return _apply(tx, caller, one, concerned, "applied-without-agreement", {})


@UseCase
def withdraw(tx: Transaction, caller: Caller, correction_id: str) -> Correction:
    """What the person asked for, by them; what an employer asked for, by every employer of theirs.

    Raises UnknownCorrection, Forbidden or AlreadyAnswered.
    """
    one, concerned = _lock(tx, caller, correction_id)
    require_choice(tx, caller, one, Can.WITHDRAW)
    return _withdraw(tx, caller, one, concerned)


def _lock(tx: Transaction, caller: Caller, correction_id: str) -> tuple[Correction, Audience]:
    """The correction as it is, now that nobody can change it. Raises UnknownCorrection."""
    user_id = corrections.find(tx.connection, caller.workspace_id, correction_id).user_id
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    return corrections.find(tx.connection, caller.workspace_id, correction_id), concerned


def _wish(caller: Caller, one: Correction, said: Answer) -> Can:
    """What that answer means, from them."""
    if one.is_asked_by_person:
        return Can.APPROVE if said == "yes" else Can.DECLINE
    if caller.user_id == one.user_id:
        return Can.AGREE if said == "yes" else Can.OBJECT
    return Can.APPLY if said == "yes" else Can.WITHDRAW


def _apply(
    tx: Transaction, caller: Caller, one: Correction, concerned: Audience, outcome: Outcome, step: dict[str, Any]
) -> Answered:
    if overtaken := _overtaken(tx, caller, one, concerned):
        return overtaken
    now = applied_corrections.as_it_is_now(tx, one)
    entries = signatures.withdraw_for(tx, caller, one, concerned.webhooks)
    result, written = applied_corrections.write(tx, caller, one, now, concerned)
    made = {"result_in_id": result.clock_in.id if result else None}
    applied = _end(tx, caller, one, concerned, outcome, {**step, **made}, [*entries, *written])
    return Answered(applied)


def _overtaken(tx: Transaction, caller: Caller, one: Correction, concerned: Audience) -> Answered | None:
    """Refuses it where the record isn't as it was when it was asked about."""
    if one.target_in_id is None:
        return None
    now = applied_corrections.as_it_is_now(tx, one)
    if is_as_asked(one, now):
        return None
    return Answered(_end(tx, caller, one, concerned, "refused", {}), now)


def _withdraw(tx: Transaction, caller: Caller, one: Correction, concerned: Audience) -> Correction:
    return _end(tx, caller, one, concerned, "withdrawn", {})


def _end(
    tx: Transaction,
    caller: Caller,
    one: Correction,
    concerned: Audience,
    outcome: Outcome,
    step: dict[str, Any],
    entries: list[AuditedChange] | None = None,
) -> Correction:
    """Writes the outcome. `entries`: what to audit before it."""
    end = {"outcome": outcome, "done_at": max(tx.now, one.latest_at), "done_by": caller.user_id}
    done = corrections.advance(tx.connection, one, **step, **end)
    event, action = _ENDS[outcome]
    _tell(tx, caller, done, concerned, event)
    record_audit_entries(tx, caller, [*(entries or []), _entry(action, done)])
    return done


def _tell(tx: Transaction, caller: Caller, one: Correction, concerned: Audience, event: CorrectionEvent) -> None:
    tell_of_answer(tx, caller, one)
    update_prompts(tx, one.workspace_id, one.correction_id)
    calls.tell_of_correction(tx, concerned.webhooks, event, one)


def _entry(action: Action, one: Correction) -> AuditedChange:
    return action, one.correction_id, corrections.to_audit_fields(one)


_ENDS: dict[Outcome, tuple[CorrectionEvent, Action]] = {
    "applied": (CorrectionEvent.APPLIED, Action.APPLY_CORRECTION),
    "applied-without-agreement": (CorrectionEvent.APPLIED, Action.APPLY_CORRECTION),
    "refused": (CorrectionEvent.REFUSED, Action.REFUSE_CORRECTION),
    "withdrawn": (CorrectionEvent.WITHDRAWN, Action.WITHDRAW_CORRECTION),
}
