"""The posts of the log channel."""

from __future__ import annotations

from bot.attendance import Half, Pair
from bot.wording import Reader, clock, clock_with_zone, day_and_span, duration, worked_through_clock_change, zone_label

DELETE_TITLE = "Delete this record?"


def clocked_in(pair: Pair, place: str | None, reader: Reader) -> str:
    """`@Ana clocked in at 09:02 (Berlin), office Berlin Mitte.`"""
    who = reader.who(pair.user_id)
    return (
        f"{who} clocked in at {clock_with_zone(pair.clock_in)}{_at(place, reader)}{_by(pair, pair.clock_in, reader)}."
    )


def clocked_out(pair: Pair, place: str | None, reader: Reader) -> str:
    """`@Ana clocked out at 17:30 (Berlin) after 8 h 28 min.`"""
    assert pair.clock_out is not None
    assert pair.worked is not None
    out = f"{reader.who(pair.user_id)} clocked out at {clock_with_zone(pair.clock_out)} after {duration(pair.worked)}"
    return f"{out}{_at(place, reader)}{_by(pair, pair.clock_out, reader)}.{worked_through_clock_change(pair)}"


def recorded(pair: Pair, reader: Reader) -> str:
    """A whole record that was added by hand."""
    assert pair.worked is not None
    by = _by(pair, pair.clock_in, reader)
    return f"A record of {reader.who(pair.user_id)} was added{by}: {day_and_span(pair)}, {duration(pair.worked)}."


def deleted(text: str, pair: Pair, reader: Reader) -> str:
    """The post struck out, and who did it."""
    at = clock(pair.deleted_at or reader.now, pair.clock_in.zone)
    struck = "\n".join(f"~{line}~" for line in text.replace("~", "-").splitlines())
    return f"{struck}\nDeleted by {reader.who(pair.deleted_by or '')} at {at} ({zone_label(pair.clock_in.zone)})."


def _at(place: str | None, reader: Reader) -> str:
    return f", office {reader.escape(place)}" if place else ""


def _by(pair: Pair, half: Half, reader: Reader) -> str:
    return f", written by {reader.who(half.by)}" if half.by != pair.user_id else ""
