"""What the bot says by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.attendance import Pair
from bot.wording import Reader, days, duration, since_day
from storage.totals import PersonTotal

SHOW_REPORT = "Show the report"
MOST_NAMED = 50
MOST_UNRESOLVED_NAMED = 10  # so that all of it fits into a section of a message


def summary(first: date, last: date, found: Sequence[PersonTotal], unresolved: Sequence[Pair], reader: Reader) -> str:
    """A manager's week: hours per person, and what nobody has ended."""
    lines = [f"*Your teams' week, {days(first, last)}*"]
    for total in sorted(found, key=lambda total: total.user_id)[:MOST_NAMED]:
        on_days = f"{total.days} {'day' if total.days == 1 else 'days'}"
        lines.append(f"{reader.who(total.user_id)}: {duration(total.worked)} on {on_days}")
    if len(found) > MOST_NAMED:
        lines.append(f"and {len(found) - MOST_NAMED} more")
    whole = sum((total.worked for total in found), timedelta())
    lines.append(f"{duration(whole)} in all." if found else "No records.")
    if unresolved:
        lines.append(_unresolved(unresolved, reader))
    return "\n".join(lines)


def _unresolved(pairs: Sequence[Pair], reader: Reader) -> str:
    named = [f"{reader.who(pair.user_id)} {since_day(pair)}" for pair in pairs[:MOST_UNRESOLVED_NAMED]]
    more = f" and {len(pairs) - len(named)} more" if len(pairs) > len(named) else ""
    return f"Unresolved, the clock-out is missing: {', '.join(named)}{more}."
