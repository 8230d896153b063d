"""Sentences for what the rules of records don't allow."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import errors
from bot.attendance.undo import may_undo
from bot.calendar.typed import LONGEST_COMMENT
from bot.calendar.worktime import zone_named
from bot.wording import (
    Reader,
    clock,
    clock_in_day,
    clock_with_zone,
    day,
    day_and_span,
    duration,
    formats,
    in_brackets,
    moment,
    since,
    since_moment,
    span,
    time_of_day,
    zone_label,
)
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import code, mention, sentence
from bot.wording.refusal_parts import Sentences, says
from storage import errors as ledger
from storage.pairs import Pair


def _already_clocked_in(refused: ledger.AlreadyClockedIn, reader: Reader) -> Markup:
    pair = refused.open_pair
    if reader.is_you(pair.user_id):
        said = _("You're already clocked in ({since}).")
    elif reader.in_chat:
        said = _("{who} is already clocked in ({since}).")
    else:
        said = _("{who} is already clocked in ({since}). Clock them out first.")
    return sentence(said, who=mention(pair.user_id), since=_since(pair, reader))


def _not_clocked_in(refused: ledger.NotClockedIn, reader: Reader) -> Markup:
    you, who = reader.is_you(refused.user_id), mention(refused.user_id)
    last = refused.last
    if last and not last.clock_out:
        said = _("That record has ended, and you're clocked in again ({since}).")
        if not you:
            said = _("That record has ended, and {who} is clocked in again ({since}).")
        return sentence(said, who=who, since=_since(last, reader))
    if not last or not last.clock_out:
        said = _("You're not clocked in.") if you else _("{who} isn't clocked in. Clock them in first.")
        return sentence(said, who=who)
    zone = zone_named(last.clock_out.zone)
    time = moment(last.clock_out.at, zone, reader)
    if you and last.out_break:
        return sentence(_("You're not clocked in. Your last break began at {time}. Were you back?"), time=time)
    if you and reader.in_chat and may_undo_clock_out(refused, reader):
        said = _("You're not clocked in. Your last clock-out: {time}. If that's wrong, undo it and type it again.")
        return sentence(said, time=time)
    if you:
        return sentence(_("You're not clocked in. Your last clock-out: {time}."), time=time)
    said = _("{who} isn't clocked in (last clock-out: {time}). Check their records.")
    return sentence(said, who=who, time=in_brackets(time))


def may_undo_clock_out(refused: ledger.NotClockedIn, reader: Reader) -> bool:
    """Whether the reader clocked them out a short time ago, and nobody changed the record since. A record that was
    added whole has no such clock-out."""
    if refused.last is None or refused.last.clock_out is None or refused.is_change:
        return False
    came, out = refused.last.clock_in, refused.last.clock_out
    return out.recorded_at != came.recorded_at and may_undo(reader.user_id, out, reader.now)


def _since(pair: Pair, reader: Reader) -> str:
    return in_brackets(since(pair.clock_in, reader))


def _overlap(refused: ledger.Overlap, reader: Reader) -> Markup:
    other = refused.other
    if refused.last:
        return _overlaps_more(other, refused.last, reader)
    you, is_today = reader.is_you(other.user_id), reader.in_chat and other.work_date == reader.today
    if not other.clock_out:
        said = _("You've been clocked in {since}. Choose times before that, or clock out first.")
        if not you:
            said = _("{who} has been clocked in {since}. Choose times before that, or clock them out first.")
    elif you and is_today and not other.worked:
        said = _("You already have a record at {span}. Change the times, or ask your manager to fix that record.")
    elif you and is_today:
        said = _("You already have a record from {span}. Change the times, or ask your manager to fix that record.")
    elif you:
        said = _("You already have a record on {record}. Change the times, or ask your manager to fix that record.")
    else:
        said = _("{who} already has a record on {record}. Change the times, or fix that record first.")
    return sentence(
        said,
        who=mention(other.user_id),
        since=since(other.clock_in, reader),
        span=span(other, reader),
        record=day_and_span(other, reader),
    )


def _overlaps_more(first: Pair, last: Pair, reader: Reader) -> Markup:
    """Two records are in the way, or those two and more between them."""
    you = reader.is_you(first.user_id)
    if you and reader.in_chat and first.work_date == last.work_date == reader.today:
        said = _(
            "You already have records then: {first}, and {last}. Change the times, or ask your manager to fix them."
        )
        return sentence(said, first=span(first, reader), last=span(last, reader))
    said = _("You already have records on {first} and {last}. Change the times, or ask your manager to fix them.")
    if not you:
        said = _("{who} already has records on {first} and {last}. Change the times, or fix those records first.")
    days = day_and_span(first, reader), day_and_span(last, reader)
    return sentence(said, who=mention(first.user_id), first=days[0], last=days[1])


def _already_deleted(refused: ledger.AlreadyDeleted, reader: Reader) -> Markup:
    pair = refused.pair
    zone = zone_named(pair.clock_in.zone)
    said = _("{by} already deleted this record at {time}. Open the list again to see it.")
    if pair.replaced_by:
        said = _("{by} changed this record at {time}. Open the list again to see what it is now.")
    return sentence(
        said,
        by=mention(pair.deleted_by or ""),
        time=moment(pair.deleted_at or reader.now, zone, reader),
    )


def _already_undone(refused: errors.AlreadyUndone, reader: Reader) -> Markup:
    pair = refused.pair
    said = _("You've already undone this change.")
    if not reader.is_you(pair.deleted_by or ""):
        said = _("{by} already undid this change at {time}.")
    time = moment(pair.deleted_at or reader.now, zone_named(pair.clock_in.zone), reader)
    return sentence(said, by=mention(pair.deleted_by or ""), time=time)


def _break_in_the_way(refused: ledger.BreakInTheWay, reader: Reader) -> Markup:
    other, zone = refused.other, zone_named(refused.pair.clock_in.zone)
    start = moment(other.start.at, zone, reader)
    if other.end is None:
        return sentence(
            _("There's a break since {start} in this record. Change the time, or end that break first."), start=start
        )
    said = _("This record already has a break from {start} to {end}. Change the times.")
    return sentence(said, start=start, end=clock(other.end.at, zone))


def _in_future(refused: errors.InFuture, reader: Reader) -> Markup:
    time, now = moment(refused.at, refused.zone, reader), clock(refused.now, refused.zone)
    return sentence(_("{time} hasn't happened yet. It's {now}."), time=time, now=now)


def _day_ahead(refused: errors.DayAhead, reader: Reader) -> Markup:
    return sentence(
        _("You can't enter hours for {day} yet. Clock in when you get there."), day=day(refused.day, reader)
    )


def _out_not_after_in(refused: errors.OutNotAfterIn, reader: Reader) -> Markup:
    end, start = (moment(at, refused.zone, reader) for at in (refused.out_at, refused.in_at))
    said = _("{end} isn't later than the start ({start}). Choose a later end.")
    if reader.in_chat and refused.user_id and refused.is_of_an_earlier_day:
        said = _("{who} has been clocked in {since}. To change an earlier record, look at that day.")
        if reader.is_you(refused.user_id):
            said = _("You've been clocked in {since}. To change an earlier record, look at that day.")
        came = since_moment(refused.in_at, refused.zone, reader)
        return sentence(said, who=mention(refused.user_id), since=came)
    if reader.in_chat and refused.user_id:
        said = _("{end} is before they clocked in ({start}). Choose a later time.")
        if reader.is_you(refused.user_id):
            said = _("{end} is before you clocked in ({start}). Choose a later time, or clock out now.")
    return sentence(said, end=end, start=in_brackets(start))


def _in_the_afternoon(refused: errors.InTheAfternoon, reader: Reader) -> Markup:
    said = _("Did you mean {likely}? Type {morning} for the morning.")
    return sentence(said, likely=time_of_day(refused.likely), morning=time_of_day(refused.morning))


def _too_long(refused: errors.TooLong, reader: Reader) -> Markup:
    said = _("That would be {length}, and a record lasts 24 hours at most. Check the start and the end.")
    return sentence(said, length=duration(refused.out_at - refused.in_at))


def _too_old(refused: errors.TooOld, reader: Reader) -> Markup:
    if refused.years is None:
        return sentence(_("Records can't be of a day before 1970. Choose a later day."))
    said = ngettext(
        "Records are only kept for a year. Choose a later day.",
        "Records are only kept for {years} years. Choose a later day.",
        refused.years,
    )
    return sentence(said, years=refused.years)


def _forgotten(refused: errors.ForgottenClockOut, reader: Reader) -> Markup:
    pair = refused.pair
    who, example = mention(pair.user_id), code(reader.command("clockout at 17:30"))
    said = _("{who} didn't clock out on {day} (in since {time}). When did they leave? Type it like {example}.")
    if reader.is_you(pair.user_id):
        said = _("You didn't clock out on {day} (in since {time}). When did you leave? Type it like {example}.")
    elif reader.in_chat:
        # not as code: a mention in it isn't drawn
        example = Markup("{} {} at 17:30").format(reader.command("clockout"), who)
    time = in_brackets(clock_with_zone(pair.clock_in, reader))
    return sentence(said, day=day(clock_in_day(pair), reader), time=time, who=who, example=example)


def _no_such_time(refused: errors.NoSuchTime, reader: Reader) -> Markup:
    said = _("{time} didn't exist in {zone} on {day}, because the clocks went forward. Choose another time.")
    return sentence(said, time=time_of_day(refused.time), day=day(refused.day, reader), zone=zone_label(refused.zone))


def _not_that_offset(refused: errors.NotThatOffset, reader: Reader) -> Markup:
    meant = [code(f"{refused.time:%H:%M}{_offset(at, refused.zone)}") for at in refused.instants]
    return sentence(
        _("That offset wasn't in use in {zone} on {day}. Use {meant}."),
        zone=zone_label(refused.zone),
        day=day(refused.day, reader),
        meant=sentence(_(" or ")).join(meant),
    )


def _repeated_time(refused: errors.RepeatedTime, reader: Reader) -> Markup:
    first, second = (f"{at.astimezone(refused.zone):%H:%M}{_offset(at, refused.zone)}" for at in refused.instants)
    return sentence(
        _("{time} came twice in {zone} on {day}. Use {first} for the first or {second} for the second."),
        time=time_of_day(refused.time),
        day=day(refused.day, reader),
        zone=zone_label(refused.zone),
        first=code(first),
        second=code(second),
    )


def _invalid_text(refused: errors.InvalidText, reader: Reader) -> Markup:
    said = _("The comment holds control characters, so leave them out.")
    if refused.length:
        said = _("The comment has {length} characters, so shorten it to {longest}.")
    elif refused.on_paid_break:
        said = _("The comment can't be kept, because a paid break has none.")
    longest = formats.number(LONGEST_COMMENT)
    return sentence(said, length=formats.number(refused.length), longest=longest)


def _work_date_too_far(refused: errors.WorkDateTooFar, reader: Reader) -> Markup:
    said = _("{day} is more than a day away from the clock-in at {time} UTC. Choose a closer date.")
    return sentence(said, day=day(refused.work_date, reader), time=f"{refused.in_at:%Y-%m-%d %H:%M}")


def _batch_refused(refused: errors.BatchRefused, reader: Reader) -> Markup:
    wrong = sum(row is not None for row in refused.rows)
    said = _("{wrong} of {count} records have a mistake, so none was added. Fix those and send all of them again.")
    return sentence(said, wrong=formats.number(wrong), count=formats.number(len(refused.rows)))


def _not_during_the_day(refused: errors.NotDuringTheDay, reader: Reader) -> Markup:
    if refused.hours is None:
        said = _("There's no finished record on {day} any more. Check that day's records.")
        return sentence(said, day=day(refused.day, reader))
    first, last, zone = refused.hours
    said = _("A break is between two times of work. Choose times after {first} and before {last}.")
    return sentence(said, first=clock(first, zone), last=clock(last, zone))


def _nothing_to_cut(refused: errors.NothingToCut, reader: Reader) -> Markup:
    said = _("There's no record from {start} to {end}: that time is a break already. Choose other times.")
    if refused.is_paid:
        said = _("A paid break is within one record, and {start} to {end} isn't. Choose other times.")
    return sentence(said, start=clock(refused.start, refused.zone), end=clock(refused.end, refused.zone))


def _longer_than_paid(refused: errors.LongerThanPaid, reader: Reader) -> Markup:
    said = _("{kind} is paid for {length} at most. Choose a shorter break, and add the rest as an unpaid one.")
    return sentence(said, kind=refused.kind, length=duration(timedelta(minutes=refused.minutes)))


def _too_late_for_break(refused: errors.TooLateForBreak, reader: Reader) -> Markup:
    said = _(
        "You can only add a break within ten minutes of clocking out. Ask your manager or an admin to add this one: "
        "{start} to {end}."
    )
    return sentence(said, start=clock(refused.start, refused.zone), end=clock(refused.end, refused.zone))


def _outcome_unknown(refused: ledger.OutcomeUnknown, reader: Reader) -> Markup:
    said = _("The database went away while this was being saved. Check whether it was saved before you try again.")
    return sentence(said)


def _offset(at: datetime, zone: ZoneInfo) -> str:
    text = f"{at.astimezone(zone):%z}"
    return f"{text[:3]}:{text[3:5]}"


SENTENCES: Sentences = {
    ledger.AlreadyClockedIn: _already_clocked_in,
    ledger.NotClockedIn: _not_clocked_in,
    ledger.Overlap: _overlap,
    ledger.AlreadyDeleted: _already_deleted,
    errors.AlreadyUndone: _already_undone,
    ledger.WasChanged: lambda refused, reader: sentence(
        _("{who} changed this record. Use Undo on the change to get it back."),
        who=mention(refused.pair.deleted_by or ""),
    ),
    ledger.ChangeUndone: says(
        lambda: _("This change was undone, and the record is as it was before. Change the record again instead.")
    ),
    errors.NothingToChange: says(lambda: _("That's what the record says already. Change at least one thing.")),
    errors.NotAChange: says(lambda: _("There's no earlier version of this record to go back to. Change it instead.")),
    errors.WentOn: says(
        lambda: _("A clock-out or break was entered in this record after the change. Change the record again instead.")
    ),
    ledger.NotDeleted: says(lambda: _("This record isn't deleted. Open the list again to see it.")),
    ledger.BreakInTheWay: _break_in_the_way,
    ledger.BreakIsOver: says(lambda: _("This break has ended already. Open the list again to see it.")),
    ledger.NotInsideRecord: lambda refused, reader: sentence(
        _("A paid break has to be within its record, {record}. Change the times of the break."),
        record=day_and_span(refused.pair, reader),
    ),
    ledger.UnknownEvent: says(lambda: _("This record no longer exists. Open the list again.")),
    errors.InFuture: _in_future,
    errors.DayAhead: _day_ahead,
    errors.OutNotAfterIn: _out_not_after_in,
    errors.InTheAfternoon: _in_the_afternoon,
    errors.TooLong: _too_long,
    errors.TooOld: _too_old,
    errors.ForgottenClockOut: _forgotten,
    errors.TooLateToUndo: says(
        lambda: _("You can only undo within ten minutes. Ask your manager or an admin to correct it.")
    ),
    errors.NothingToUndo: says(
        lambda: _(
            "You entered nothing in the last ten minutes that you can undo. You can ask for a change of an older "
            "record."
        )
    ),
    errors.EnteredBySomebodyElse: lambda refused, reader: sentence(
        _("You can't undo this, because {who} entered part of it. Ask them to correct it."), who=mention(refused.by)
    ),
    errors.NotDuringTheDay: _not_during_the_day,
    errors.NothingToCut: _nothing_to_cut,
    errors.LongerThanPaid: _longer_than_paid,
    errors.TooLateForBreak: _too_late_for_break,
    errors.NoReason: says(lambda: _("The reason is empty. Enter a few words.")),
    errors.WorkDateTooFar: _work_date_too_far,
    errors.NoSuchTime: _no_such_time,
    errors.NotThatOffset: _not_that_offset,
    errors.RepeatedTime: _repeated_time,
    errors.SameStartAndEnd: says(lambda: _("The start and the end are the same. Change one of them.")),
    errors.InvalidText: _invalid_text,
    errors.NoSuchWorkDate: lambda refused, reader: sentence(
        _("{day} is a day that no record can be of. Choose another day."), day=day(refused.day, reader)
    ),
    errors.InvalidRecord: says(lambda: "{why}.", "why"),
    errors.BatchRefused: _batch_refused,
    ledger.OutcomeUnknown: _outcome_unknown,
    errors.Stopped: says(
        lambda: _("I was restarted while I was working on this. Check whether it was done before you try again.")
    ),
    ledger.Unavailable: says(lambda: _("The database can't be reached right now. Please try again in a minute.")),
}
