"""What came of a correction, in the words of the person who gets the message."""

from __future__ import annotations

from markupsafe import Markup

from bot.calendar.typed import LONGEST_COMMENT
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import quoted_words
from bot.wording.corrections import meanwhile, wanted
from bot.wording.markup import mention, sentence
from storage.corrections import Correction
from storage.pairs import Pair


def told(one: Correction, now: Pair | None, reader: Reader) -> list[Markup]:
    """`✅ @Marco approved your change.`, what it was about, and what was said with it. `now`: the record as it is."""
    by, who = mention(one.done_by or one.user_id), mention(one.user_id)
    lines = [sentence(_first(one, own=reader.is_you(one.user_id)), by=by, who=who), wanted(one, reader)]
    if said := one.refusal if one.outcome == "refused" else one.account:
        lines.append(quoted_words(said, LONGEST_COMMENT))
    return [*lines, *meanwhile(one, now, reader, has_changed=False)]


def _first(one: Correction, *, own: bool) -> str:
    if one.outcome is None:
        return _("<b>{who} objects to this.</b> You can apply it without agreement, or withdraw it.")
    if one.is_overtaken:
        return _("<b>This wasn't applied:</b> the record changed after it was asked.")
    if one.is_asked_by_person:
        return _of_a_request(one)
    return _of_a_proposal(one, own=own)


def _of_a_request(one: Correction) -> str:
    """To the person who asked."""
    if one.outcome == "refused":
        return _("<b>{by} declined what you asked for.</b>")
    if one.outcome == "withdrawn":
        return _("{by} withdrew what you asked for.")
    return {
        "add": _("✅ <b>{by} approved your record.</b>"),
        "change": _("✅ <b>{by} approved your change.</b>"),
        "remove": _("✅ <b>{by} removed your record, as you asked.</b>"),
    }[one.kind]


def _of_a_proposal(one: Correction, *, own: bool) -> str:
    """To the person concerned, or to the manager who proposed it."""
    if one.outcome == "applied":
        return _("✅ <b>{who} agreed.</b> It's done.")
    if one.outcome == "applied-without-agreement":
        if not own:
            return _("<b>{by} applied this without {who}'s agreement.</b>")
        if one.is_objected:
            return _("<b>{by} applied this without your agreement.</b> Your words stay beside it.")
        return _("<b>{by} applied this without your agreement.</b> You hadn't answered.")
    if own:
        return _("{by} withdrew this. Your record stays as it is.")
    return _("{by} withdrew what you proposed to {who}.")
