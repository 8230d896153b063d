"""Sentences about clocking in and out that several features show."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from bot import wording
from bot.attendance.recording import ClockedOut
from bot.attendance.undo import Undone
from bot.calendar.worktime import is_forgotten, zone_named
from bot.reports.status import Status
from bot.wording import Reader, formats
from bot.wording.breaks import break_undone
from bot.wording.catalogue import _
from bot.wording.markup import mention, on_one_line, sentence
from storage.pairs import Pair, PairEvent

LONGEST_COMMENT_SHOWN = 200  # characters: a long comment should not hide what happened


def quoted(half: PairEvent) -> Markup:
    """` "good morning"`, or an empty text."""
    return Markup(" ") + quoted_words(half.comment) if half.comment else Markup()


def quoted_words(words: str, longest: int = LONGEST_COMMENT_SHOWN) -> Markup:
    """`"good morning"`, on one line, and cut if it's long."""
    shown = on_one_line(words)
    if len(shown) > longest:
        shown = shown[: longest - 1] + "…"
    return Markup('"{}"').format(shown)


def state(status: Status, reader: Reader) -> Markup:
    """`You've been clocked in since 09:02`, `You've been on a break since 12:31`, as a heading."""
    pair, you, who = status.open_pair, reader.is_you(status.user_id), mention(status.user_id)
    if on := status.on_break:
        said = _("You've been on a break {since}") if you else _("{who} has been on a break {since}")
        return sentence(said, who=who, since=wording.since_moment(on.at, zone_named(on.zone), reader))
    if pair is None and not status.has_begun:
        return sentence(_("You haven't clocked in today") if you else _("{who} hasn't clocked in today"), who=who)
    if pair is None:
        return sentence(_("You're clocked out") if you else _("{who} is clocked out"), who=who)
    if is_forgotten(pair.clock_in.at, reader.now):
        said = _("You didn't clock out on {day}") if you else _("{who} didn't clock out on {day}")
        return sentence(said, who=who, day=_day_of(pair, reader))
    said = _("You've been clocked in {since}") if you else _("{who} has been clocked in {since}")
    return sentence(said, who=who, since=wording.since(pair.clock_in, reader))


def totals(status: Status, reader: Reader) -> Markup:
    """`Today: 17 min so far · This week: 32 min`, with the running shift and any clock changes."""
    if status.runs_today:
        said = _("Today: {today} so far · This week: {week}")
    elif status.so_far:
        said = _("This shift: {shift} so far · This week: {week}")
    else:
        said = _("Today: {today} · This week: {week}")
    worked = sentence(
        said,
        today=wording.duration(status.today),
        shift=wording.duration(status.today),
        week=wording.duration(status.week),
    )
    changes = [wording.clock_change(change, reader) for change in status.clock_changes]
    return Markup("\n").join([worked, *changes])


def clocked_in(pair: Pair, office: str | None, reader: Reader) -> Markup:
    """`✅ Clocked in at 09:02. Office: Berlin Mitte. "good morning"`"""
    half, you = pair.clock_in, reader.is_you(pair.user_id)
    if _is_today(half, reader):
        said = _("✅ <b>Clocked in at {time}.</b>") if you else _("✅ <b>Clocked {who} in at {time}.</b>")
    elif you:
        said = _("✅ <b>Clocked in on {day} at {time}.</b>")
    else:
        said = _("✅ <b>Clocked {who} in on {day} at {time}.</b>")
    text = _done(said, pair, half, reader)
    if office:
        text = sentence(_("{done} Office: {office}."), done=text, office=office)
    return text + quoted(half)


def clocked_out(result: ClockedOut, reader: Reader) -> Markup:
    """`✅ Clocked out at 17:30. Today: 8 h 28 min.`"""
    pair, half = result.pair, result.pair.clock_out
    assert half is not None
    you, is_overnight = reader.is_you(pair.user_id), _local_day(half) != wording.clock_in_day(pair)
    if _is_today(half, reader) and not is_overnight:
        said = _("✅ <b>Clocked out at {time}.</b>") if you else _("✅ <b>Clocked {who} out at {time}.</b>")
    elif you:
        said = _("✅ <b>Clocked out on {day} at {time}.</b>")
    else:
        said = _("✅ <b>Clocked {who} out on {day} at {time}.</b>")
    return Markup("{} {}").format(_done(said, pair, half, reader), _hours(result, reader)) + quoted(half)


def _done(said: str, pair: Pair, half: PairEvent, reader: Reader) -> Markup:
    day, time = wording.day(_local_day(half), reader), wording.clock_with_zone(half, reader)
    return sentence(said, who=mention(pair.user_id), day=day, time=time)


def _hours(result: ClockedOut, reader: Reader) -> Markup:
    """`Today: 8 h 28 min.`, after the length of the shift, if there were others that day."""
    pair = result.pair
    assert pair.clock_out is not None
    assert pair.worked is not None
    if pair.work_date == reader.today:
        said = _("Today: {total}.")
    elif pair.work_date == _local_day(pair.clock_out) and not _is_today(pair.clock_out, reader):
        said = _("That day: {total}.")
    else:
        said = _("{day}: {total}.")
    total = sentence(said, day=wording.day(pair.work_date, reader), total=wording.duration(result.day_total))
    if result.day_total == pair.worked:
        return total
    return sentence(_("This shift: {length}. {total}"), length=wording.duration(pair.worked), total=total)


def _is_today(half: PairEvent, reader: Reader) -> bool:
    return _local_day(half) == reader.now.astimezone(zone_named(half.zone)).date()


def _local_day(half: PairEvent) -> date:
    return half.at.astimezone(zone_named(half.zone)).date()


def undone(done: Undone, reader: Reader) -> Markup:
    """`✅ Clock-out undone. You've been clocked in since 09:02.`"""
    you, who = reader.is_you(done.pair.user_id), mention(done.pair.user_id)
    if done.on and says_break(done):
        return break_undone(done.on, reader, goes_on=True)
    if done.reopened:
        since = wording.since(done.reopened.clock_in, reader)
        said = _("✅ <b>Clock-out undone.</b> You've been clocked in {since}.")
        if not you:
            said = _("✅ <b>Clock-out of {who} undone.</b> They've been clocked in {since}.")
        if done.pair.out_break:
            said = _("✅ <b>Break undone.</b> You've been clocked in {since}.")
            if not you:
                said = _("✅ <b>Break of {who} undone.</b> They've been clocked in {since}.")
        return sentence(said, who=who, since=since)
    if done.pair.clock_out:
        record = wording.day_and_span(done.pair, reader)
        said = _("✅ <b>Record removed:</b> {record}.") if you else _("✅ <b>Record of {who} removed:</b> {record}.")
        return sentence(said, who=who, record=record)
    return sentence(_("✅ <b>Clock-in undone.</b>") if you else _("✅ <b>Clock-in of {who} undone.</b>"), who=who)


def says_break(done: Undone) -> bool:
    """Whether the sentence says that they are on a break again, so that it needn't be said after it."""
    return done.on is not None and (done.reopened is None or done.pair.out_break is not None)


def when_did_you_leave(pair: Pair, reader: Reader) -> Markup:
    """`When did you leave on Monday? You clocked in at 09:02.`"""
    if reader.is_you(pair.user_id):
        question = _("When did you leave on {day}? You clocked in at {time}.")
    else:
        question = _("When did {who} leave on {day}? They clocked in at {time}.")
    time = wording.clock_with_zone(pair.clock_in, reader)
    return sentence(question, who=mention(pair.user_id), day=_day_of(pair, reader), time=time)


def _day_of(pair: Pair, reader: Reader) -> str:
    """`Monday`, or a date if the weekday could be in another week."""
    day = wording.clock_in_day(pair)
    is_recent = timedelta() <= reader.today - day < timedelta(days=7)
    return formats.weekday(day) if is_recent else wording.day(day, reader)
