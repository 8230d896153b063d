"""Signatures under periods, as programs see them."""

from __future__ import annotations

from bot.api import answers
from bot.api.events import moment
from storage.signatures import Signature
from storage.signed_records import MINUTE, Figures


def signature_body(one: Signature) -> answers.Signature:
    """The signature, with its figures in minutes."""
    figures = Figures.read(one.figures)
    return {
        "id": one.signature_id,
        "userId": one.user_id,
        "startDate": str(one.first_day),
        "endDate": str(one.last_day),
        "part": one.part,
        "createByUserId": one.by,
        "momentCreated": moment(one.at),
        "workedMinutes": figures.worked // MINUTE,
        "breakMinutes": figures.breaks // MINUTE,
        "paidBreakMinutes": figures.paid_breaks // MINUTE,
        "days": [
            {
                "date": str(day.day),
                "workedMinutes": day.worked // MINUTE,
                "breakMinutes": day.breaks // MINUTE,
                "records": day.records,
            }
            for day in figures.days
        ],
        "digest": one.digest,
        "momentWithdrawn": moment(one.withdrawn_at) if one.withdrawn_at else None,
        "withdrawnByUserId": one.withdrawn_by,
        "reason": one.reason,
    }
