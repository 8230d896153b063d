"""Who is in, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.presence import Missing, Presence, WhoIsIn
from bot.wording import Reader, clock, since, since_day, zone_label

NOBODY = "Nobody is in."
YOURSELF_ALONE = "You see yourself here: managers see their teams, admins everyone."


def heading(who: WhoIsIn) -> str:
    """`3 people are in.`"""
    if not who.count:
        return NOBODY
    return "1 person is in." if who.count == 1 else f"{who.count} people are in."


def office(name: str, people: Sequence[Presence], reader: Reader) -> str:
    """`*Berlin Mitte* · 2`; those at no office stand under a dash of their own."""
    return f"*{reader.escape(name) if name else 'No office'}* · {len(people)}"


def present(one: Presence, reader: Reader) -> str:
    """`@Ana since 09:02 (Berlin) · Support`"""
    teams = "".join(f" · {reader.escape(team)}" for team in one.teams)
    return f"{reader.who(one.pair.user_id)} {since(one.pair.clock_in, reader)}{teams}"


def missing_heading(count: int) -> str:
    """Above those who are expected."""
    return f"*Expected, and not in* · {count}"


def missing(one: Missing, reader: Reader) -> str:
    """`@Ben, expected at 09:00 (Berlin)`, or since when they have left."""
    zone = zone_label(str(one.expected_at.tzinfo))
    if one.left_at is not None:
        return f"{reader.who(one.user_id)}, left at {clock(one.left_at, str(one.expected_at.tzinfo))} ({zone})"
    return f"{reader.who(one.user_id)}, expected at {one.expected_at:%H:%M} ({zone})"


def unresolved_heading(count: int) -> str:
    """Above clock-ins that nobody ended."""
    return f"*Unresolved: the clock-out is missing* · {count}"


def unresolved(one: Presence, reader: Reader) -> str:
    """`@Ana since Mon 23 Nov 2026, 09:02 (Berlin)`"""
    return f"{reader.who(one.pair.user_id)} {since_day(one.pair)}"


def and_more(count: int) -> str:
    """Where a list is too long for Slack."""
    return f"and {count} more"
