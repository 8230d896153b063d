"""`/attendance history`: what was written, changed, deleted and restored, by whom and when."""

from __future__ import annotations

from markupsafe import Markup

from bot import wording
from bot.attendance import history as core
from bot.attendance.history import Action, Change
from bot.calendar.ranges import parse_range
from bot.calendar.typed import one_person_in
from bot.chat.routing import Ask, Feature
from bot.chat.views import Heading, Message, Note, Piece, Text
from bot.reports import worked_time
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence

MOST_CHANGES = 45  # what a person reads at once; chats take about as many paragraphs in a message

history = Feature("history")


@history.word("history")
async def show(ask: Ask) -> Message:
    """`/attendance history [@person] [DATE]`; a range of days does as well."""
    around = await worked_time.caller_context(ask.services, ask.caller)
    user_id, words = one_person_in(ask.words, "/attendance history")
    days = parse_range(words, around.today)
    changes = await core.person_history(ask.services, ask.caller, user_id or ask.caller.user_id, days)
    pieces: list[Piece] = [Heading(_("History, {days}").format(days=wording.days(days.first, days.last, ask.reader)))]
    if len(changes) > MOST_CHANGES:
        pieces.append(Note(sentence(_("Earlier changes are left out here: name fewer days."))))
    pieces += [Text(_sentence(change, ask.reader)) for change in changes[-MOST_CHANGES:]]
    if not changes:
        pieces.append(Text(sentence(_("Nothing was written for these days."))))
    return Message(pieces, keep_end=True)


def _sentence(change: Change, reader: Reader) -> Markup:
    """Who did what, when and through what; and the record as it stood then."""
    zone = change.pair.clock_in.zone
    return sentence(
        _("<b>{day}, {time}{zone}</b> · {who} {did} ({through})\n{record}"),
        day=wording.day(change.at.astimezone(wording.zone_of(zone)).date(), reader),
        time=wording.clock(change.at, zone),
        zone=wording.zone_note(zone, reader),
        who=mention(change.actor),
        did=_did(change),
        through=_through(change.via),
        record=wording.day_and_span(change.pair, reader),
    )


def _did(change: Change) -> str:
    undone = {
        (Action.DELETE, "clock-in"): _("undid the clock-in"),
        (Action.DELETE, "clock-out"): _("undid the clock-out"),
        (Action.CLOCK_IN, "clock-out"): _("opened the record again"),
    }
    if change.undone:
        return undone[change.action, change.undone]
    return {
        Action.CLOCK_IN: _("clocked in"),
        Action.CLOCK_OUT: _("clocked out"),
        Action.CREATE: _("added the record"),
        Action.DELETE: _("deleted the record"),
        Action.RESTORE: _("restored the record"),
    }[change.action]


def _through(via: str) -> str:
    through = {
        "slack": _("in Slack"),
        "form": _("with the form"),
        "api": _("over the API"),
        "cli": _("on the command line"),
        "system": _("by itself"),
    }
    return through.get(via, via)
