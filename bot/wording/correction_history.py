"""What happened to a correction, in words."""

from __future__ import annotations

from markupsafe import Markup

from bot.attendance.history import Action, Corrected
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.clocking import LONGEST_COMMENT_SHOWN, quoted_words
from bot.wording.markup import sentence
from storage.corrections import Correction


def as_verb(step: Corrected) -> str:
    """To follow a name: `asked to change`."""
    if step.action is Action.ASK_CORRECTION:
        return {"add": _("asked to add"), "change": _("asked to change"), "remove": _("asked to delete")}[
            step.correction.kind
        ]
    if step.correction.is_overtaken:
        return _("closed the request, because the record had changed")
    return {
        Action.OBJECT_CORRECTION: _("didn't agree"),
        Action.REFUSE_CORRECTION: _("declined the request"),
        Action.WITHDRAW_CORRECTION: _("took the request back"),
        Action.APPLY_CORRECTION: _("agreed"),
    }[step.action]


def what(one: Correction, reader: Reader) -> str:
    """`Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10)`, or the record to add or to delete."""
    if one.before and one.after:
        return records.change(one.before, one.after, reader)
    pair = one.after or one.before
    return records.entry(pair, reader) if pair else ""


def words(step: Corrected) -> str | None:
    """What was said beside that step. None if nothing was, or if it was erased."""
    one = step.correction
    return {
        Action.ASK_CORRECTION: one.reason,
        Action.OBJECT_CORRECTION: one.account,
        Action.REFUSE_CORRECTION: one.refusal,
    }.get(step.action)


def agreement(one: Correction, asked_by: str, person: str, longest: int = LONGEST_COMMENT_SHOWN) -> Markup:
    """Who agreed to what was applied, by these names, and what the person said beside it."""
    if one.outcome == "applied-without-agreement":
        said = _("Asked by {asked_by}, without {person}'s agreement")
        if one.account:
            said = _("Asked by {asked_by}, without {person}'s agreement: {account}")
    elif one.is_own_answer:
        said = _("Asked and agreed by {asked_by}, the only admin")
    else:
        said = _("Asked by {asked_by}, agreed by both")
        if one.account:
            said = _("Asked by {asked_by}, agreed by both. {person}: {account}")
    return sentence(said, asked_by=asked_by, person=person, account=quoted_words(one.account or "", longest))
