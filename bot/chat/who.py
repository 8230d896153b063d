"""`/attendance who`: who is in or on a break, since when and where; who is expected and isn't in; and missing
clock-outs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from markupsafe import Markup

from bot import wording
from bot.calendar.typed import mention as person
from bot.calendar.typed import office_in, people_in
from bot.calendar.words import words_of
from bot.calendar.worktime import zone_named
from bot.chat.clock_buttons import ClockIn
from bot.chat.did_you_mean import label_of, line_button
from bot.chat.leaving import left_at_beside
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Heading, Message, Note, Outcome, Piece, Text
from bot.chat.who_questions import about_changes, about_earlier_days, is_about_everybody, one_name
from bot.chat.whom import named, team_refusal
from bot.errors import NotACommand, NotAnOffice, NotATeam
from bot.reports import presence, worked_time
from bot.reports.absence import Missing, Some
from bot.reports.presence import MOST_OFFICES, AtOffice, Presence, WhoIsIn
from bot.reports.readable import ReadableTeam, readable
from bot.wording import Reader, formats
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import length, mention, sentence

T = TypeVar("T")

A_WEEK = timedelta(days=7)
MOST_MISSING_CLOCK_OUTS = 10  # each is a row with its button, and chats allow about 50 rows
LONGEST_PARAGRAPH = 3000  # UTF-16 units of markup

who = Feature("who")


@who.word("who")
async def show(ask: Ask) -> Outcome:
    """`/attendance who [TEAM] [in OFFICE]`; `who @person` is that person's status, `who changed …` a change history."""
    if (changes := about_changes(ask.words)) is not None:
        return await ask.type("history", changes)
    if days := about_earlier_days(ask.words, ask.reader.today):
        said = sentence(_("I only know who is in now. For another day, see its report:"))
        button = line_button(label_of("report"), f"report {days}", ask.typed_at, directly=not ask.opens_forms)
        return Message([Text(said), Buttons([button])])
    user_ids, words = people_in(ask.words)
    if user_ids and (not words or is_about_everybody(words) or words.lower() in ("is", "are")):
        return await ask.type("status", " ".join(map(person, user_ids)))
    around = await worked_time.caller_context(ask.services, ask.caller)
    try:
        office, words = office_in("" if is_about_everybody(ask.words) else ask.words, around.offices)
        team = await _team(ask, words) if words else None
    except (NotACommand, NotAnOffice, NotATeam):
        name = one_name(ask.words)
        if not await named(ask, name, around.today, teams=False):
            raise
        return await ask.type("status", name)
    found = await presence.who_is_in(
        ask.services, ask.caller, team.members if team else None, office.office_id if office else None
    )
    where = [name for name in (team and team.name, office and office.name) if name]
    pieces = who_is_in(found, ask.reader, where)
    if found.only_self:
        pieces.append(Note(sentence(_("You only see yourself here. Managers see their teams, admins see everyone."))))
    return Message(pieces)


async def _team(ask: Ask, words: str) -> ReadableTeam:
    """The team of that name, in any spelling of upper and lower case. Raises HiddenTeam, NotATeam or NotACommand."""
    wanted = [word.form for word in words_of(words)]
    known = await readable(ask.services, ask.caller)
    for team in known.teams:
        if wanted == [word.form for word in words_of(team.name)]:
            return team
    raise team_refusal(words, known) or NotACommand(f"who {words}", ["who"])


def who_is_in(found: WhoIsIn, reader: Reader, where: Sequence[str] = ()) -> list[Piece]:
    """How many are in and on a break; a paragraph for each office and for people who aren't in; a row for each missing
    clock-out."""
    paragraphs = [_office(name or _("No office"), there, reader) for name, there in found.by_office.items()]
    if len(paragraphs) > MOST_OFFICES:
        paragraphs = [*paragraphs[:MOST_OFFICES], _and_more(len(paragraphs) - MOST_OFFICES)]
    absent = {
        _("<b>Not in yet</b> · {count}"): found.not_in_yet,
        _("<b>Left already</b> · {count}"): found.left,
    }
    for title, missing in absent.items():
        if missing.count:
            paragraphs.append(_paragraph(sentence(title, count=missing.count), missing, _missing, reader))
    count = ngettext("{count} person is in", "{count} people are in", found.working).format(count=found.working)
    on_break = [_on_a_break(found.on_break)] if found.on_break else []
    heading = " · ".join([count if found.working else _("Nobody is in"), *on_break, *where])
    return [Heading(heading), *map(Text, paragraphs), *_missing_clock_outs(found.unresolved, reader)]


def _office(name: str, there: AtOffice, reader: Reader) -> Markup:
    """`Berlin Mitte · 5 · 2 on a break`, and a line for each."""
    counts = [str(there.working)] if there.working else []
    if there.on_break:
        counts.append(_on_a_break(there.on_break))
    title = Markup("<b>{}</b> · {}").format(name, " · ".join(counts))
    return _paragraph(title, Some(there.working + there.on_break, there.first), _present, reader)


def _on_a_break(count: int) -> str:
    return ngettext("{count} on a break", "{count} on a break", count).format(count=count)


def _missing_clock_outs(missing: Some[Presence], reader: Reader) -> list[Piece]:
    """`@Kei didn't clock out on Sunday (in since 08:02, Tokyo).` **Set clock-out time**"""
    first = missing.first[:MOST_MISSING_CLOCK_OUTS]
    rows: list[Piece] = [Text(_missing_clock_out(one, reader), _set_time(one)) for one in first]
    return [*rows, Text(_and_more(missing.count - len(first)))] if missing.count > len(first) else rows


def _paragraph(title: Markup, items: Some[T], say: Callable[[T, Reader], Markup], reader: Reader) -> Markup:
    """A title and a line for each, as many as fit into a paragraph, and how many more there are."""
    lines = [title]
    room = LONGEST_PARAGRAPH - length(title) - 20
    for item in items.first:
        line = say(item, reader)
        if (room := room - length(line) - 1) < 0:
            break
        lines.append(line)
    if (more := items.count - len(lines) + 1) > 0:
        lines.append(_and_more(more))
    return Markup("\n").join(lines)


def _present(one: Presence, reader: Reader) -> Markup:
    """`@Ana since 09:02 (Berlin) · Support`, `@Ben on a break since 12:31`"""
    on, who = one.on_break, mention(one.pair.user_id)
    if on:
        since = wording.since_moment(on.at, zone_named(on.zone), reader)
        said = sentence(_("{who} on a break {since}"), who=who, since=since)
    else:
        said = Markup("{} {}").format(who, wording.since(one.pair.clock_in, reader))
    return said + Markup().join(Markup(" · {}").format(team) for team in one.teams)


def _missing(one: Missing, reader: Reader) -> Markup:
    """`@Ben, expected at 09:00`, or when they left. The zone is named if it isn't the reader's."""
    at = one.left_at or one.expected_at
    assert at is not None
    said, zone = _("{who}, at {time}") if one.left_at else _("{who}, expected at {time}"), str(at.tzinfo)
    return sentence(said, who=mention(one.user_id), time=wording.clock(at, zone) + wording.zone_note(zone, reader))


def _missing_clock_out(one: Presence, reader: Reader) -> Markup:
    """`@Kei didn't clock out on Sunday (in since 08:02, Tokyo).`"""
    came, you = one.pair.clock_in, reader.is_you(one.pair.user_id)
    day = wording.clock_in_day(one.pair)
    said = (
        _("You didn't clock out on {day} (in since {time}).")
        if you
        else _("{who} didn't clock out on {day} (in since {time}).")
    )
    return sentence(
        said,
        who=mention(one.pair.user_id),
        day=formats.weekday(day) if reader.today - day < A_WEEK else wording.day(day, reader),
        time=wording.in_brackets(wording.clock_with_zone(came, reader)),
    )


def _set_time(one: Presence) -> Button:
    """People who see somebody here may also clock them out. The press checks again."""
    return left_at_beside.button(_("Set clock-out time"), ClockIn(one.pair.user_id, one.pair.clock_in.id))


def _and_more(count: int) -> Markup:
    return sentence(_("and {count} more"), count=count)
