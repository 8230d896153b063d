"""Sentences about breaks that several features show."""

from __future__ import annotations

from markupsafe import Markup

from bot.calendar.worktime import zone_named
from bot.wording import Reader, clock, moment, since_moment
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from storage.breaks import Break


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
