"""`/attendance who`: who is in now, since when and where; and who should be and is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from markupsafe import Markup

from bot import wording
from bot.chat.routing import Ask, Feature
from bot.chat.views import Heading, Message, Note, Piece, Text
from bot.reports import presence
from bot.reports.presence import Missing, Presence, WhoIsIn
from bot.wording import Reader
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import length, mention, sentence

T = TypeVar("T")

MOST_OFFICES = 40
LONGEST_PARAGRAPH = 3000  # UTF-16 units of markup

who = Feature("who")


@who.word("who", alone=True)
async def show(ask: Ask) -> Message:
    """`/attendance who`"""
    found = await presence.who_is_in(ask.services, ask.caller)
    pieces = who_is_in(found, ask.reader)
    if found.only_self:
        pieces.append(Note(sentence(_("You see yourself here: managers see their teams, admins everyone."))))
    return Message(pieces)


def who_is_in(found: WhoIsIn, reader: Reader) -> list[Piece]:
    """How many are in; a paragraph for each office, for those who are missing, and for missing clock-outs."""
    count = ngettext("{count} person is in.", "{count} people are in.", found.count).format(count=found.count)
    paragraphs = [
        _paragraph(Markup("<b>{}</b> · {}").format(name or _("No office"), len(people)), people, _present, reader)
        for name, people in found.by_office.items()
    ]
    if len(paragraphs) > MOST_OFFICES:
        paragraphs = [*paragraphs[:MOST_OFFICES], _and_more(len(paragraphs) - MOST_OFFICES)]
    if found.missing:
        title = sentence(_("<b>Expected, and not in</b> · {count}"), count=len(found.missing))
        paragraphs.append(_paragraph(title, found.missing, _missing, reader))
    if found.unresolved:
        title = sentence(_("<b>Unresolved: the clock-out is missing</b> · {count}"), count=len(found.unresolved))
        paragraphs.append(_paragraph(title, found.unresolved, _unresolved, reader))
    return [Heading(count if found.count else _("Nobody is in.")), *map(Text, paragraphs)]


def _paragraph(title: Markup, items: Sequence[T], say: Callable[[T, Reader], Markup], reader: Reader) -> Markup:
    """A title and a line for each, as many as a paragraph takes, and how many more there are."""
    lines = [title]
    room = LONGEST_PARAGRAPH - length(title) - 20
    for place, item in enumerate(items):
        line = say(item, reader)
        if (room := room - length(line) - 1) < 0:
            lines.append(_and_more(len(items) - place))
            break
        lines.append(line)
    return Markup("\n").join(lines)


def _present(one: Presence, reader: Reader) -> Markup:
    """`@Ana since 09:02 (Berlin) · Support`"""
    since = wording.since(one.pair.clock_in, reader)
    teams = Markup().join(Markup(" · {}").format(team) for team in one.teams)
    return Markup("{} {}").format(mention(one.pair.user_id), since) + teams


def _missing(one: Missing, reader: Reader) -> Markup:
    """`@Ben, expected at 09:00 (Berlin)`, or since when they have left."""
    zone = str(one.expected_at.tzinfo)
    if one.left_at is not None:
        said, time = _("{who}, left at {time}"), wording.clock(one.left_at, zone)
    else:
        said, time = _("{who}, expected at {time}"), f"{one.expected_at:%H:%M}"
    return sentence(said, who=mention(one.user_id), time=time + wording.zone_note(zone, reader))


def _unresolved(one: Presence, reader: Reader) -> Markup:
    """`@Ana since Mon 23 Nov 2026, 09:02 (Berlin)`"""
    return Markup("{} {}").format(mention(one.pair.user_id), wording.since_day(one.pair, reader))


def _and_more(count: int) -> Markup:
    return sentence(_("and {count} more"), count=count)
