"""A correction in words: who asked for what, the record before and after, why, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bot import wording
from bot.calendar.ranges import DateRange
from bot.calendar.typed import LONGEST_COMMENT
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.clocking import quoted_words
from bot.wording.markup import mention, sentence
from storage.corrections import Correction
from storage.pairs import Pair, PairEvent


def title(one: Correction, reader: Reader) -> Markup:
    """`@Ana asked for a change`, `You proposed a change to @Ana's record`"""
    by_you, about_you = reader.is_you(one.asked_by), reader.is_you(one.user_id)
    if one.is_asked_by_person:
        said = {
            "change": _("<b>You asked for a change</b>") if by_you else _("<b>{by} asked for a change</b>"),
            "add": _("<b>You asked to add a record</b>") if by_you else _("<b>{by} asked to add a record</b>"),
            "remove": _("<b>You asked to remove a record</b>") if by_you else _("<b>{by} asked to remove a record</b>"),
        }
    elif by_you:
        said = {
            "change": _("<b>You proposed a change to {who}'s record</b>"),
            "add": _("<b>You proposed a record for {who}</b>"),
            "remove": _("<b>You proposed to remove a record of {who}</b>"),
        }
    elif about_you:
        said = {
            "change": _("<b>{by} proposed a change to your record</b>"),
            "add": _("<b>{by} proposed a record for you</b>"),
            "remove": _("<b>{by} proposed to remove your record</b>"),
        }
    else:
        said = {
            "change": _("<b>{by} proposed a change to {who}'s record</b>"),
            "add": _("<b>{by} proposed a record for {who}</b>"),
            "remove": _("<b>{by} proposed to remove a record of {who}</b>"),
        }
    return sentence(said[one.kind], by=mention(one.asked_by), who=mention(one.user_id))


def wanted(one: Correction, reader: Reader) -> Markup:
    """`Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10)`; of a record to remove, its hours crossed out."""
    if one.before and one.after:
        return Markup.escape(records.change(one.before, one.after, reader))
    if one.after:
        return Markup.escape(records.entry(one.after, reader))
    assert one.before is not None
    return Markup("<s>{}</s>").format(records.entry(one.before, reader))


def details(one: Correction, offices: Mapping[str, str]) -> list[Markup]:
    """`Office: Berlin → Paris`, `Note: "at the customer's"`: what else is another than before, a line each."""
    before, after = one.before, one.after
    if after is None:
        return []
    lines = []
    was, now = _office(before, offices), _office(after, offices)
    if before and now != was:
        lines.append(sentence(_("Office: {before} → {after}"), before=was or _("none"), after=now or _("none")))
    elif now and before is None:
        lines.append(sentence(_("Office: {office}"), office=now))
    halves = (
        (_("Note: {note}"), before.clock_in if before else None, after.clock_in),
        (_("Note at the end: {note}"), before.clock_out if before else None, after.clock_out),
    )
    for said, old, new in halves:
        if new and _comment(new) != _comment(old):
            lines.append(sentence(said, note=quoted_words(new.comment, LONGEST_COMMENT) if new.comment else _("none")))
    return lines


def _office(pair: Pair | None, offices: Mapping[str, str]) -> str:
    office_id = pair.clock_in.office_id if pair else None
    return offices.get(office_id, office_id) if office_id else ""


def _comment(half: PairEvent | None) -> str:
    return (half.comment or "") if half else ""


def reason(one: Correction) -> list[Markup]:
    """`Reason: "I forgot to clock out"`, unless it was erased."""
    return [sentence(_("Reason: {reason}"), reason=quoted_words(one.reason, LONGEST_COMMENT))] if one.reason else []


def state(one: Correction, reader: Reader, *, your_turn: bool) -> list[Markup]:
    """How far it is: what the person said, and what came of it or who it waits for. `your_turn`: the reader may
    answer."""
    said_by_person = _persons_words(one, reader)
    if one.outcome:
        return [*said_by_person, outcome(one, reader)]
    if one.is_objected:
        said = _("You can apply it without agreement, or withdraw it.") if your_turn else _("It waits for {by}.")
        return [*said_by_person, sentence(said, by=mention(one.asked_by))]
    if one.waits_for == "employer":
        said = _("It waits for your answer.") if your_turn else _("It waits for a manager or an admin.")
    else:
        said = _("It waits for your answer.") if reader.is_you(one.user_id) else _("It waits for {who}.")
        if your_turn and not reader.is_you(one.user_id):
            said = _("{who} hasn't answered in seven days. You can apply it without agreement, or withdraw it.")
    return [sentence(said, who=mention(one.user_id))]


def _persons_words(one: Correction, reader: Reader) -> list[Markup]:
    """`@Ana objected: "I left at six"`"""
    if one.is_asked_by_person or not (one.account or one.person_answer == "no"):
        return []
    you, words = reader.is_you(one.user_id), quoted_words(one.account or "", LONGEST_COMMENT)
    if one.person_answer == "no":
        said = _("You objected: {words}") if you else _("{who} objected: {words}")
        if not one.account:
            said = _("You objected.") if you else _("{who} objected.")
    else:
        said = _("You said: {words}") if you else _("{who} said: {words}")
    return [sentence(said, who=mention(one.user_id), words=words)]


def outcome(one: Correction, reader: Reader) -> Markup:
    """`✅ @Marco approved it (14:02).`"""
    by, words = one.done_by or "", quoted_words(one.refusal or "", LONGEST_COMMENT)
    you = reader.is_you(by)
    match one.outcome:
        case "applied" if one.is_own_answer:
            said = _("✅ <b>You approved it as the only admin</b> ({when}).")
            if not you:
                said = _("✅ <b>{by} approved it as the only admin</b> ({when}).")
        case "applied" if one.is_asked_by_person:
            said = _("✅ <b>You approved it</b> ({when}).") if you else _("✅ <b>{by} approved it</b> ({when}).")
        case "applied":
            said = _("✅ <b>You agreed</b> ({when}).") if you else _("✅ <b>{by} agreed</b> ({when}).")
        case "applied-without-agreement":
            said = _("<b>You applied it without agreement</b> ({when}).")
            if not you:
                said = _("<b>{by} applied it without agreement</b> ({when}).")
        case "refused" if one.is_overtaken:
            said = _("<b>Not applied</b> ({when}): the record changed after this was asked.")
        case "refused":
            said = (
                _("<b>You declined it</b> ({when}): {words}") if you else _("<b>{by} declined it</b> ({when}): {words}")
            )
        case _:
            said = _("<b>You withdrew it</b> ({when}).") if you else _("<b>{by} withdrew it</b> ({when}).")
    return sentence(said, by=mention(by), when=_moment(one, reader), words=words)


def reopened(periods: Sequence[DateRange], reader: Reader) -> list[Markup]:
    """`This reopened Mon 16 – Sun 22 Nov. Sign and approve it again.`"""
    said = _("This reopened {period}. Sign and approve it again.")
    return [sentence(said, period=wording.days(days.first, days.last, reader)) for days in periods]


def meanwhile(one: Correction, now: Pair | None, reader: Reader, *, has_changed: bool) -> list[Markup]:
    """What the record is now, where it changed before the answer."""
    if not (has_changed or one.is_overtaken):
        return []
    if now is None or now.deleted_at is not None:
        return [sentence(_("The record is deleted now."))]
    return [sentence(_("The record has changed since: {record}."), record=records.entry(now, reader))]


def _moment(one: Correction, reader: Reader) -> str:
    assert one.done_at is not None
    return wording.in_brackets(wording.moment(one.done_at, wording.zone_of(reader.zone or "UTC"), reader))
