"""**Did you mean …?**: types a corrected line for the person when they press its button."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.calendar.typed import corrected
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Message, Outcome, Text
from bot.errors import NotACommand, NotADateRange, NotAnOffice, NotATeam, NotUnderstood, UnknownBreakKind
from bot.wording.catalogue import _
from bot.wording.markup import length, sentence

STALE_AFTER = timedelta(hours=16)
LONGEST_CARRIED = 1000  # UTF-16 units of a line or comment that a button carries

did_you_mean = Feature("did_you_mean")


@dataclass(frozen=True, slots=True)
class Line:
    """A command's word and what follows it, with people as a door writes them; when it was typed (UTC), and whether in
    a direct message."""

    word: str
    words: str
    at: datetime
    directly: bool = False


def opens_form(word: str) -> bool:
    """Whether a button that types the word opens a form, in every chat. Others open one only where a message may be
    answered by a form, and otherwise offer it with a button."""
    return word.lower() in ("add", "settings")


@did_you_mean.action(opens_form=lambda line: opens_form(line.word))
async def type_it(ask: Ask, line: Line) -> Outcome:
    """Answers as if the line had been typed correctly then."""
    if ask.reader.now - line.at > STALE_AFTER:
        return Message([Text(sentence(_("That was a while ago. Type it again.")))], replaces=True)
    outcome = await ask.type(line.word, line.words, line.at, directly=line.directly)
    return replace(outcome, replaces=True) if isinstance(outcome, Message) else outcome


def line_button(label: str, line: str, at: datetime, *, directly: bool = False) -> Button:
    """A button that types the line."""
    word, _space, words = line.partition(" ")
    return type_it.button(label, Line(word, words.strip(), at, directly))


def fits_a_button(comment: str | None) -> bool:
    """Whether a button can take it along until it's pressed."""
    return not comment or length(json.dumps(comment, ensure_ascii=False)) <= LONGEST_CARRIED


def likely_buttons(error: NotUnderstood, now: datetime) -> list[Button]:
    """A button for each likely meaning."""
    if not error.line or length(error.line) > LONGEST_CARRIED:
        return []
    after = "in" if isinstance(error, NotAnOffice) else ""
    return [
        _typing_again(error, _label(error, piece), corrected(error.line, error.words, piece, after=after), now)
        for piece in error.likely
    ]


def comment_button(error: NotUnderstood, now: datetime) -> list[Button]:
    """**Clock in, with that as comment**: for words that only look like a time or an office."""
    word = error.line.partition(" ")[0].lower()
    if not error.as_comment or length(error.as_comment) > LONGEST_CARRIED:
        return []
    if word == "add":
        label = _("Add a record, with that as note")
    elif word == "break":
        label = _("Start a break, with that as comment")
    elif word in ("clockout", "out"):
        label = _("Clock out, with that as comment")
    else:
        label = _("Clock in, with that as comment")
    return [_typing_again(error, label, f"{word} {error.as_comment}", now)]


def _typing_again(error: NotUnderstood, label: str, line: str, now: datetime) -> Button:
    return line_button(label, line, error.typed_at or now, directly=error.typed_directly)


def _label(error: NotUnderstood, piece: str) -> str:
    word = error.line.partition(" ")[0].lower()
    match error:
        case NotADateRange() | NotATeam():
            return _("Show {words}").format(words=piece)
        case NotAnOffice() if word in ("clockin", "in"):
            return _("Clock in, office {office}").format(office=piece)
        case NotAnOffice() if word == "add":
            return _("Add a record, office {office}").format(office=piece)
        case NotAnOffice():
            return _("Show {words}").format(words=piece)
        case UnknownBreakKind():
            return _("Start a break: {kind}").format(kind=piece)
        case NotACommand():
            return label_of(piece.partition(" ")[0])
    return piece


def label_of(word: str) -> str:
    """The label of a button that types a command."""
    return _LABELS[word]() if word in _LABELS else _("Yes")


_LABELS: dict[str, Callable[[], str]] = {
    "": lambda: _("Show status"),
    "status": lambda: _("Show status"),
    "in": lambda: _("Clock in"),
    "out": lambda: _("Clock out"),
    "clockin": lambda: _("Clock in"),
    "clockout": lambda: _("Clock out"),
    "break": lambda: _("Start a break"),
    "back": lambda: _("Back"),
    "undo": lambda: _("Undo the last one"),
    "post": lambda: _("Post the buttons"),
    "add": lambda: _("Add a record"),
    "fix": lambda: _("Fix a record"),
    "requests": lambda: _("Show requests"),
    "report": lambda: _("Show report"),
    "events": lambda: _("Show records"),
    "who": lambda: _("Show who is in"),
    "history": lambda: _("Show history"),
    "mine": lambda: _("Send my file"),
    "team": lambda: _("Show teams"),
    "office": lambda: _("Show offices"),
    "person": lambda: _("Show working conditions"),
    "sign": lambda: _("Show the period"),
    "settings": lambda: _("Show settings"),
    "tokens": lambda: _("Show tokens"),
    "reminders": lambda: _("Show reminders"),
    "remind": lambda: _("Show reminders"),
    "language": lambda: _("Show languages"),
    "help": lambda: _("Show help"),
}
