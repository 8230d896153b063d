"""`/attendance help`: all of it, with examples."""

from __future__ import annotations

from markupsafe import Markup

from bot.chat.routing import Ask, Feature
from bot.chat.views import Heading, Message, Note, Piece, Text
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence

help_text = Feature("help")


@help_text.word("help")
async def show(ask: Ask) -> Message:
    """The same for everybody."""
    pieces: list[Piece] = [Heading(_("Attendance, in a few words"))]
    for title, examples in sections():
        lines = [Markup("{}  {}").format(code(typed), meaning) for typed, meaning in examples]
        pieces.append(Text(Markup("\n").join([Markup("<b>{}</b>").format(title), *lines])))
    ranges = _(
        "Ranges: today, yesterday, this week, last week, this month, last month, 2026-10, 2026-10-01, "
        "2026-10-01 to 2026-10-31, monday, october."
    )
    return Message([*pieces, Note(sentence(ranges))])


def sections() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each section with what is typed and what it means."""
    return [
        (
            _("Clock in and out"),
            [
                ("/clockin", _("now")),
                ("/clockin at 8:30", _("earlier today")),
                ("/clockin in Berlin good morning", _("at an office, with a comment")),
                ("/clockout", _("now")),
                ("/clockout at 17:30 dentist", _("at the first 17:30 after the clock-in")),
                ("/clockin @person", _("for somebody else: managers for their teams, admins for everyone")),
            ],
        ),
        (
            _("Look"),
            [
                ("/attendance", _("your state, today and this week")),
                ("/attendance report last week", _("hours per person, or per day for one person")),
                ("/attendance report 2026-10 @person in Berlin", _("for some people, or one office")),
                ("/attendance events yesterday", _("the records behind it")),
                ("/attendance who", _("who is in now, and who should be and is not")),
                ("/attendance mine 2026", _("your own file, as PDF and CSV")),
                ("/attendance history yesterday", _("what was written, deleted and restored, by whom and when")),
            ],
        ),
        (
            _("In a direct message to me"),
            [
                ("in", _("and out: the same without a slash")),
                ("in at 8:30 because the train was late", _("earlier today, with the reason")),
                ("report last week", _("and status, events, history, help")),
            ],
        ),
        (
            _("Put right"),
            [
                ("/attendance add", _("a form for a whole record, night shifts too")),
                ("/attendance reminders off", _("no reminders for you, and on again")),
            ],
        ),
        (
            _("For admins"),
            [
                ("/attendance team", _("who manages whom, and a team's working hours")),
                ("/attendance office", _("places with a time zone")),
                ("/attendance settings", _("working hours, reminders, channels, admins")),
                ("/attendance tokens", _("API tokens for other programs: new ones, and an end to old ones")),
            ],
        ),
    ]
