"""Sentences about clocking in and out that several features show."""

from __future__ import annotations

from markupsafe import Markup

from bot import wording
from bot.calendar.worktime import is_forgotten
from bot.reports.worked_time import Status
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence
from storage.pairs import Pair, PairEvent

LONGEST_COMMENT_SHOWN = 200  # characters: what was typed should not bury what happened


def quoted(half: PairEvent) -> Markup:
    """` “good morning”`, or nothing."""
    if not half.comment:
        return Markup()
    shown = half.comment
    if len(shown) > LONGEST_COMMENT_SHOWN:
        shown = shown[: LONGEST_COMMENT_SHOWN - 1] + "…"
    return Markup(" “{}”").format(shown)


def state(status: Status, reader: Reader) -> Markup:
    """Whole records add up; the time since an open clock-in is told beside them."""
    pair = status.open_pair
    if pair and is_forgotten(pair.clock_in.at, reader.now):
        now = sentence(
            _("{unresolved} When did you leave on {weekday}? Type {command}."),
            unresolved=wording.unresolved(f"you, {wording.since_day(pair, reader)}"),
            weekday=f"{wording.clock_in_day(pair):%A}",
            command=code("/clockout at 17:30"),
        )
    elif pair:
        now = sentence(
            _("You are in {since}: {length} so far."),
            since=wording.since(pair.clock_in, reader),
            length=wording.duration(status.so_far),
        )
    else:
        now = sentence(_("You are out."))
    totals = (
        _("Today: {today} in finished records. This week: {week}.") if pair else _("Today: {today}. This week: {week}.")
    )
    worked = totals.format(today=wording.duration(status.today), week=wording.duration(status.week))
    return Markup("\n").join([now, worked, *(wording.clock_change(change, reader) for change in status.clock_changes)])


def when_did_you_leave(pair: Pair, reader: Reader) -> Markup:
    """`When did you leave on Monday?`, with since when the record is open."""
    if reader.is_you(pair.user_id):
        question = _("When did you leave on {weekday}? In {since}{missing}.")
    else:
        question = _("When did {who} leave on {weekday}? In {since}{missing}.")
    is_missing = is_forgotten(pair.clock_in.at, reader.now)
    return sentence(
        question,
        who=mention(pair.user_id),
        weekday=f"{wording.clock_in_day(pair):%A}",
        since=wording.since_day(pair, reader),
        missing=_(", and the clock-out is missing") if is_missing else "",
    )
