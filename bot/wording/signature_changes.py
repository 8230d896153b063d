"""Signatures in the change history."""

from __future__ import annotations

from markupsafe import Markup

from bot import wording
from bot.attendance.signature_history import SignatureChange
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence


def done(change: SignatureChange) -> Markup:
    """`@Marco approved @Ana's records`"""
    said = _own(change) if change.actor == change.signature.user_id else _by_others(change)
    return sentence(said, who=mention(change.actor), whom=mention(change.signature.user_id))


def _own(change: SignatureChange) -> str:
    if change.is_of_person:
        return _("{who} took their signature back") if change.withdraws else _("{who} signed their records")
    if change.withdraws:
        return _("{who} reopened their own records")
    return _("{who} approved their own records as the only admin")


def _by_others(change: SignatureChange) -> str:
    if change.is_of_person:
        return _("{who} took {whom}'s signature back")
    return _("{who} reopened {whom}'s records") if change.withdraws else _("{who} approved {whom}'s records")


def as_verb(change: SignatureChange) -> str:
    """The same, to follow a name."""
    if change.is_of_person:
        return _("took the signature back") if change.withdraws else _("signed")
    return _("reopened") if change.withdraws else _("approved")


def period(change: SignatureChange, reader: Reader) -> str:
    """`Mon 16 – Sun 22 Nov, 38 h 20 min`, as it was signed."""
    one = change.signature
    days = wording.days(one.first_day, one.last_day, reader)
    return f"{days}, {wording.duration(change.figures.worked)}"
