"""Who changed a record, when and why."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot import wording
from bot.wording import Reader, records
from bot.wording.catalogue import _, pgettext
from bot.wording.clocking import quoted_words
from bot.wording.correction_history import agreement
from bot.wording.markup import mention, sentence
from storage.corrections import Correction
from storage.pairs import Pair
from storage.record_changes import RecordChange


def changed_by(change: RecordChange, pair: Pair, reader: Reader) -> Markup:
    """`changed by @Marco (18:30)`, `changed by @Marco without @Ana's agreement (18:30)`"""
    zone = wording.zone_of(reader.zone or pair.clock_in.zone)
    when = wording.in_brackets(wording.moment(change.at, zone, reader))
    said = _("changed by {who} ({when})")
    if change.is_alone and change.is_addition:
        said = _("added by {who} without {person}'s agreement ({when})")
    elif change.is_alone:
        said = _("changed by {who} without {person}'s agreement ({when})")
    elif change.is_addition:
        said = _("added with both sides' agreement ({when})")
    return sentence(said, who=mention(change.by), person=mention(pair.user_id), when=when)


def what_was_said(change: RecordChange, pair: Pair) -> Markup:
    """` "You left at four" · @Ana: "I left at five"`: the reason, and the person's words beside it."""
    words = [quoted_words(change.reason)] if change.reason else []
    if change.correction:
        words += _account(change.correction)
    return Markup(" ") + Markup(" · ").join(words) if words else Markup()


def changed_records(
    found: Sequence[tuple[Pair, RecordChange]], most: int, reader: Reader, *, whose: bool = False
) -> list[Markup]:
    """`Tue 24 Nov, 09:00 – 18:10: changed by @Marco (18:30) "The train was late"`, a line each; with `whose`, after the
    person."""
    lines = [
        sentence(
            "{record}: {change}",
            record=_record(pair, reader, whose=whose),
            change=changed_by(change, pair, reader) + what_was_said(change, pair),
        )
        for pair, change in found[:most]
    ]
    if (more := len(found) - most) > 0:
        lines.append(sentence(_("and {count} more changed records"), count=more))
    return lines


def removed_records(
    found: Sequence[tuple[Pair, Correction]], most: int, reader: Reader, *, whose: bool = False
) -> list[Markup]:
    """The record crossed out, who deleted it and why, and who agreed: a line each."""
    lines = [_removed(pair, one, reader, whose=whose) for pair, one in found[:most]]
    if (more := len(found) - most) > 0:
        lines.append(sentence(_("and {count} more"), count=more))
    return lines


def removed_by(pair: Pair, one: Correction | None, reader: Reader) -> Markup:
    """`Deleted by @Marco at 18:30 "You were away" · without agreement · @Ana: "I was there"`, or only who deleted it if
    no correction did."""
    said = _deleted_by(pair, reader)
    if one is None:
        return said
    if one.reason:
        said += Markup(" ") + quoted_words(one.reason)
    return Markup(" · ").join([said, _agreed(one), *_account(one)])


def _agreed(one: Correction) -> Markup:
    if one.outcome == "applied-without-agreement":
        return sentence(_("without agreement"))
    if one.is_own_answer:  # which nobody else agreed to
        return agreement(one, mention(one.asked_by), mention(one.user_id))
    return sentence(pgettext("correction", "agreed"))


def _account(one: Correction) -> list[Markup]:
    """What the person said beside it."""
    if not one.account:
        return []
    return [sentence(_("{person}: {words}"), person=mention(one.user_id), words=quoted_words(one.account))]


def _removed(pair: Pair, one: Correction, reader: Reader, *, whose: bool) -> Markup:
    record = _record(pair, reader, whose=whose)
    return Markup("<s>{}</s> · {}").format(record, removed_by(pair, one, reader))


def _deleted_by(pair: Pair, reader: Reader) -> Markup:
    """Who deleted it and when, in the reader's zone."""
    assert pair.deleted_at is not None
    zone = wording.zone_of(reader.zone or pair.clock_in.zone)
    return sentence(
        _("Deleted by {by} at {time}"),
        by=mention(pair.deleted_by or ""),
        time=wording.moment(pair.deleted_at, zone, reader) + wording.zone_note(zone, reader),
    )


def _record(pair: Pair, reader: Reader, *, whose: bool) -> Markup:
    record = Markup.escape(f"{wording.day(pair.work_date, reader)}, {records.hours(pair, reader)}")
    return Markup("{}, {}").format(mention(pair.user_id), record) if whose else record
