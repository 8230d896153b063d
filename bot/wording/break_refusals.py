"""Sentences for what can't be done with breaks."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from bot import errors
from bot.calendar.break_kinds import MOST_MINUTES
from bot.calendar.worktime import zone_named
from bot.wording import Reader, duration, in_brackets, moment, since, since_moment
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from bot.wording.refusal_parts import Sentences, quoted
from storage.breaks import Break


def _on_a_break(refused: errors.OnABreak, reader: Reader) -> Markup:
    on = refused.on
    if reader.is_you(on.user_id):
        said = _("You've been on a break {since}. Did you leave then, or were you back?")
        return sentence(said, since=_since(on, reader))
    said = _("{who} is on a break ({since}). Clock them in first if they came back.")
    if reader.in_chat:
        said = _("{who} has been on a break ({since}). Did they leave then, or were they back?")
    return sentence(said, who=mention(on.user_id), since=in_brackets(_since(on, reader)))


def _already_on_a_break(refused: errors.AlreadyOnABreak, reader: Reader) -> Markup:
    on = refused.on
    said = _("You're already on a break ({since}).")
    if not reader.is_you(on.user_id):
        said = _("{who} is already on a break ({since}).")
        if not reader.in_chat:
            said = _("{who} is already on a break ({since}). End it when they return.")
    return sentence(said, who=mention(on.user_id), since=in_brackets(_since(on, reader)))


def _not_on_a_break(refused: errors.NotOnABreak, reader: Reader) -> Markup:
    you, who = reader.is_you(refused.user_id), mention(refused.user_id)
    last = refused.last
    if refused.open_pair:
        said = _("You're not on a break. You've been clocked in {since}.")
        if not you:
            said = _("{who} isn't on a break: they've been clocked in {since}. Check their records.")
        return sentence(said, who=who, since=since(refused.open_pair.clock_in, reader))
    if last is None or last.clock_out is None:
        said = _("You're not clocked in.")
        return sentence(said if you else _("{who} isn't on a break. Clock them in first."), who=who)
    time = moment(last.clock_out.at, zone_named(last.clock_out.zone), reader)
    if last.out_break:
        said = _("Your break began at {time}, too long ago to continue. Clock in instead.")
        if not you:
            said = _("The break of {who} began at {time}, too long ago to continue. Clock them in instead.")
    else:
        said = _("You're not on a break. Your last clock-out: {time}.")
        if not you:
            said = _("{who} isn't on a break. Their last clock-out: {time}. Clock them in instead.")
    return sentence(said, who=who, time=time)


def _break_too_long(refused: errors.BreakTooLong, reader: Reader) -> Markup:
    if refused.minutes < 1:
        return sentence(_("A break lasts at least a minute. Enter more minutes."))
    said = _("A break lasts {most} at most. Enter fewer minutes, or clock out.")
    return sentence(said, most=duration(timedelta(minutes=MOST_MINUTES)))


def _not_in_open_record(refused: errors.NotInOpenRecord, reader: Reader) -> Markup:
    pair, zone = refused.pair, zone_named(refused.pair.clock_in.zone)
    said = _("{time} isn't later than your clock-in ({start}). Choose a later time.")
    if not reader.is_you(pair.user_id):
        said = _("{time} isn't later than their clock-in ({start}). Choose a later time.")
    start = in_brackets(moment(pair.clock_in.at, zone, reader))
    return sentence(said, time=moment(refused.at, zone, reader), start=start)


def _back_before_break(refused: errors.BackBeforeBreak, reader: Reader) -> Markup:
    said = _("{back} isn't after the start of the break ({start}). Choose a later time.")
    start, back = (moment(at, refused.zone, reader) for at in (refused.in_at, refused.out_at))
    return sentence(said, back=back, start=in_brackets(start))


def _left_before_back(refused: errors.LeftBeforeBack, reader: Reader) -> Markup:
    said = _("{left} isn't after the end of the break ({back}). Choose a later time.")
    back, left = (moment(at, refused.zone, reader) for at in (refused.in_at, refused.out_at))
    return sentence(said, left=left, back=in_brackets(back))


def _unknown_kind(refused: errors.UnknownBreakKind, reader: Reader) -> Markup:
    kinds = ", ".join(refused.kinds)
    return sentence(
        _("There's no break called {words}. Choose from {kinds}."), words=quoted(refused.words), kinds=kinds
    )


def _since(on: Break, reader: Reader) -> str:
    return since_moment(on.at, zone_named(on.zone), reader)


SENTENCES: Sentences = {
    errors.OnABreak: _on_a_break,
    errors.AlreadyOnABreak: _already_on_a_break,
    errors.NotOnABreak: _not_on_a_break,
    errors.BreakTooLong: _break_too_long,
    errors.NotInOpenRecord: _not_in_open_record,
    errors.BackBeforeBreak: _back_before_break,
    errors.LeftBeforeBack: _left_before_back,
    errors.UnknownBreakKind: _unknown_kind,
}
