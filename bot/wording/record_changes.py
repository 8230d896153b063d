"""Who changed a record, when and why."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot import wording
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.clocking import quoted_words
from bot.wording.markup import mention, sentence
from storage.pairs import Pair
from storage.record_changes import RecordChange


def changed_by(change: RecordChange, pair: Pair, reader: Reader) -> Markup:
    """`changed by @Marco (18:30)`"""
    zone = wording.zone_of(reader.zone or pair.clock_in.zone)
    when = wording.in_brackets(wording.moment(change.at, zone, reader))
    return sentence(_("changed by {who} ({when})"), who=mention(change.by), when=when)


def changed_records(found: Sequence[tuple[Pair, RecordChange]], most: int, reader: Reader) -> list[Markup]:
    """`Tue 24 Nov, 09:00 – 18:10: changed by @Marco (18:30) "The train was late"`, a line each."""
    lines = [
        sentence(
            "{record}: {change}",
            record=f"{wording.day(pair.work_date, reader)}, {records.hours(pair, reader)}",
            change=_with_reason(change, pair, reader),
        )
        for pair, change in found[:most]
    ]
    if (more := len(found) - most) > 0:
        lines.append(sentence(_("and {count} more changed records"), count=more))
    return lines


def _with_reason(change: RecordChange, pair: Pair, reader: Reader) -> Markup:
    said = changed_by(change, pair, reader)
    return Markup("{} {}").format(said, quoted_words(change.reason)) if change.reason else said
