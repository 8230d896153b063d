"""Sentences about breaks that several features show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.calendar.worktime import zone_named
from bot.wording import Reader, clock, formats, moment, since_moment
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from storage.breaks import Break
from storage.paid_breaks import Moment, PaidBreak


def break_started(on: Break, reader: Reader) -> Markup:
    """`✅ Break started at 12:31 (lunch).`, or `✅ Break entered: 12:30 to 13:00.` of one that has ended."""
    you = reader.is_you(on.user_id)
    if on.ended_at:
        said = _("✅ <b>Break entered: {start} to {end}{kind}.</b>")
        if not you:
            said = _("✅ <b>Break of {who} entered: {start} to {end}{kind}.</b>")
    else:
        said = _("✅ <b>Break started at {start}{kind}.</b>")
        if not you:
            said = _("✅ <b>Break of {who} started at {start}{kind}.</b>")
    start = moment(on.at, zone_named(on.zone), reader)
    end = clock(on.ended_at, on.zone) if on.ended_at else ""
    return sentence(said, who=mention(on.user_id), start=start, end=end, kind=kind_note(on.kind))


def back_again(was: Break, reader: Reader) -> Markup:
    """`✅ Back at 12:54.`"""
    assert was.ended_at
    said = _("✅ <b>Back at {time}.</b>") if reader.is_you(was.user_id) else _("✅ <b>{who} is back at {time}.</b>")
    return sentence(said, who=mention(was.user_id), time=moment(was.ended_at, zone_named(was.zone), reader))


def on_a_break(on: Break, reader: Reader) -> Markup:
    """`You've been on a break since 12:31.`"""
    said = _("You've been on a break {since}.")
    if not reader.is_you(on.user_id):
        said = _("{who} has been on a break {since}.")
    return sentence(said, who=mention(on.user_id), since=since_moment(on.at, zone_named(on.zone), reader))


def break_undone(on: Break, reader: Reader, *, goes_on: bool) -> Markup:
    """`✅ Break undone.`; if it `goes_on`, because only its end was undone: since when."""
    if goes_on:
        return sentence(_("✅ <b>Undone.</b> {state}"), state=on_a_break(on, reader))
    said = _("✅ <b>Break undone.</b>") if reader.is_you(on.user_id) else _("✅ <b>Break of {who} undone.</b>")
    return sentence(said, who=mention(on.user_id))


def kind_note(kind: str) -> str:
    """` (lunch)`, but nothing for `break`, which says it already."""
    return "" if kind.casefold() == "break" else f" ({kind})"


def breaks_inside(found: Sequence[PaidBreak], zone: ZoneInfo, names: Mapping[str, str]) -> str:
    """The paid breaks of a record in a cell for people: `coffee 2026-11-23 10:00:00 to 2026-11-23 10:15:00`. What
    somebody else entered, or at another time, says so; `bot.imports.paid_break_cells` has the same for programs."""

    def told(at: Moment, user_id: str) -> str:
        time = _second(at.at, zone)
        if (at.by, at.recorded_at) == (user_id, at.at):
            return time
        said = _("{time} (entered {entered} by {name})")
        return said.format(time=time, entered=_second(at.recorded_at, zone), name=names.get(at.by, at.by))

    said = _("{kind} {start} to {end}")
    return "; ".join(
        said.format(
            kind=one.kind,
            start=told(one.start, one.user_id),
            end=told(one.end, one.user_id) if one.end else _("now"),
        )
        for one in found
    )


def _second(at: datetime, zone: ZoneInfo) -> str:
    """With the offset if the time came twice."""
    local = at.astimezone(zone).replace(microsecond=0)
    came_twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    return formats.moment(local, seconds=True) + (f" {local:%z}" if came_twice else "")
