"""Corrections, as programs see them."""

from __future__ import annotations

from bot.api import answers
from bot.api.events import moment
from storage.corrections import Correction
from storage.pairs import Pair


def correction_body(one: Correction) -> answers.Correction:
    """The correction, with the record as it was and as it should be."""
    return {
        "id": one.correction_id,
        "kind": one.kind,
        "userId": one.user_id,
        "eventId": one.target_in_id,
        "reason": one.reason,
        "before": _facts(one.before),
        "after": _facts(one.after),
        "askedByUserId": one.asked_by,
        "personAnswer": one.person_answer,
        "employerAnswer": one.employer_answer,
        "personText": one.account,
        "employerText": one.refusal,
        "outcome": one.outcome,
        "resultEventId": one.result_in_id,
        "momentCreated": moment(one.asked_at),
    }


def agreement(one: Correction) -> answers.Agreement:
    """What each side said, beside a change."""
    assert one.outcome in ("applied", "applied-without-agreement")
    return {
        "id": one.correction_id,
        "askedByUserId": one.asked_by,
        "personAnswer": one.person_answer,
        "personText": one.account,
        "employerAnswer": one.employer_answer,
        "employerUserId": one.employer_by,
        "outcome": one.outcome,
    }


def _facts(pair: Pair | None) -> answers.RecordFacts | None:
    if pair is None:
        return None
    left = pair.clock_out
    return {
        "date": pair.work_date.isoformat(),
        "clockInTimestampUtc": moment(pair.clock_in.at),
        "clockOutTimestampUtc": moment(left.at) if left else None,
        "officeId": pair.clock_in.office_id,
        "clockInComment": pair.clock_in.comment,
        "clockOutComment": left.comment if left else None,
    }
