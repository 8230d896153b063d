"""Sentences for corrections that can't be asked for or answered, and for what needs one."""

from __future__ import annotations

from markupsafe import Markup

from bot import errors, wording
from bot.wording import Reader, day, days
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence
from bot.wording.refusal_parts import Sentences, way_to_ask
from storage import errors as ledger
from storage.corrections import Correction


def _needs_correction(refused: errors.NeedsCorrection, reader: Reader) -> Markup:
    if refused.kind == "break":
        said = _("{who} has to agree to this, and I can't ask about a break alone. Change the record instead.")
        if refused.part == "employer":
            said = _("A manager has to agree to this, and I can't ask about a break alone. Change the record instead.")
    elif refused.part == "employer":
        said = _("A manager has to agree to this. Ask for it with {command}.")
    else:
        said = _("{who} has to agree to this. Ask for it with {command}.")
    return sentence(said, who=mention(refused.user_id), command=way_to_ask(reader))


def _consent_needed(refused: errors.ConsentNeeded, reader: Reader) -> Markup:
    one = refused.correction
    said = _("A manager has to agree to this, and I've asked. Try again only if they decline.")
    if one.waits_for == "person":
        said = _("{who} has to agree to this, and I've asked them. Try again only if they don't agree.")
    return sentence(said, who=mention(one.user_id))


def _unknown(refused: ledger.UnknownCorrection, reader: Reader) -> Markup:
    said = _("This request isn't there any more. Type {command} to see what's waiting.")
    return sentence(said, command=_requests(reader))


def _already_answered(refused: ledger.AlreadyAnswered, reader: Reader) -> Markup:
    return sentence(
        _what_came_of_it(refused.correction, reader),
        by=mention(refused.correction.done_by or refused.correction.asked_by),
        who=mention(refused.correction.user_id),
        command=_requests(reader),
    )


def _what_came_of_it(one: Correction, reader: Reader) -> str:
    by_you = reader.is_you(one.done_by or "")
    if one.outcome is None:
        if reader.is_you(one.user_id):
            return _(
                "You've already said that you don't agree. {by} decides now. Type {command} to see what's waiting."
            )
        return _("{who} has already said that they don't agree. Type {command} to see what's waiting.")
    if one.is_overtaken:
        return _("The record changed after this was asked, so the request is closed. Ask for what's still wrong.")
    if one.outcome == "withdrawn":
        if by_you:
            return _("You've already taken this request back. Type {command} to see what's waiting.")
        return _("{by} has already taken this request back. Type {command} to see what's waiting.")
    if one.outcome == "refused":
        if by_you:
            return _("You've already declined this. Type {command} to see what's waiting.")
        return _("{by} has already declined this. Type {command} to see what's waiting.")
    if one.outcome == "applied":
        if by_you:
            return _("You've already agreed to this. Type {command} to see what's waiting.")
        return _("{by} has already agreed to this. Type {command} to see what's waiting.")
    if by_you:
        return _("You've already applied this without {who}'s agreement. Type {command} to see what's waiting.")
    return _("{by} has already applied this without agreement. Type {command} to see what's waiting.")


def _own(refused: errors.OwnCorrection, reader: Reader) -> Markup:
    return sentence(_("You can't answer a request about your own records. Ask another manager or an admin."))


def _not_a_correction(refused: errors.NotACorrection, reader: Reader) -> Markup:
    said = _("This clock-in is still open, so nobody has to agree to when it ends. Clock out with {command}.")
    way = reader.command("out") if reader.in_chat else "POST /attendance-events/clock-out"
    return sentence(said, command=code(way))


def _words_not_kept(refused: errors.WordsNotKept, reader: Reader) -> Markup:
    return sentence(_("I keep only what the person says, and why an employer declines. Try again without the words."))


def _not_your_word(refused: errors.NotYourWord, reader: Reader) -> Markup:
    said = _("Only {who} can say that. Ask them to, in the chat or with a token that they made.")
    return sentence(said, who=mention(refused.user_id))


def _too_early(refused: errors.ConsentTooEarly, reader: Reader) -> Markup:
    one = refused.correction
    said = _("{who} hasn't answered yet. Ask them, or apply it without them from {day}, {time} on.")
    since, zone = one.applicable_since, wording.zone_of(reader.zone or "UTC")
    time = wording.clock(since, zone) + wording.zone_note(zone, reader)
    return sentence(said, who=mention(one.user_id), day=day(since.astimezone(zone).date(), reader), time=time)


def _already_asked(refused: ledger.AlreadyAsked, reader: Reader) -> Markup:
    one = refused.correction
    said = _("You've already asked for a correction of this record. Type {command} to see it or take it back.")
    if not reader.is_you(one.asked_by):
        said = _("{by} has already asked for a correction of this record. Type {command} to answer it first.")
    return sentence(said, by=mention(one.asked_by), command=_requests(reader))


def _waiting(refused: ledger.CorrectionWaiting, reader: Reader) -> Markup:
    one = refused.correction
    if one is None:
        said = _("A correction of this period is waiting for an answer. Type {command} to see it.")
        return sentence(said, command=_requests(reader))
    said = _("A correction for {day} is waiting for an answer. Type {command} to see it, then sign.")
    return sentence(said, day=days(one.first_day, one.last_day, reader), command=_requests(reader))


def _requests(reader: Reader) -> Markup:
    return code(reader.command("requests") if reader.in_chat else "GET /corrections")


SENTENCES: Sentences = {
    errors.NeedsCorrection: _needs_correction,
    errors.ConsentNeeded: _consent_needed,
    errors.OwnCorrection: _own,
    errors.NotYourWord: _not_your_word,
    errors.NotACorrection: _not_a_correction,
    errors.WordsNotKept: _words_not_kept,
    errors.ConsentTooEarly: _too_early,
    ledger.UnknownCorrection: _unknown,
    ledger.AlreadyAnswered: _already_answered,
    ledger.AlreadyAsked: _already_asked,
    ledger.CorrectionWaiting: _waiting,
}
