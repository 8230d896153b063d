"""`/attendance help`: what the person can type, with examples and buttons. Managers and admins see theirs too."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from bot.chat.add_record import press_add
from bot.chat.did_you_mean import label_of, line_button
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Heading, Message, Note, Piece, Text
from bot.permissions import Role
from bot.reports import worked_time
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence

help_text = Feature("help")


@dataclass(frozen=True, slots=True)
class Section:
    """What is typed and what it does, for those roles."""

    title: str
    examples: list[tuple[str, str]]
    roles: tuple[Role, ...] = (Role.EMPLOYEE, Role.MANAGER, Role.ADMIN)


@help_text.word("help")
async def show(ask: Ask) -> Message:
    """`/attendance help`"""
    role = (await worked_time.caller_context(ask.services, ask.caller)).role
    pieces: list[Piece] = [Heading(_("What you can type"))]
    for section in sections(ask.reader):
        if role in section.roles:
            lines = [Markup("{}  {}").format(code(typed), meaning) for typed, meaning in section.examples]
            pieces.append(Text(Markup("\n").join([Markup("<b>{}</b>").format(section.title), *lines])))
    ranges = _(
        "Days you can name: today, yesterday, last friday, this week, last 7 days, last month, october, 2026-10-01, "
        "1 Oct to 15 Oct."
    )
    return Message([*pieces, Note(sentence(ranges)), Buttons(_buttons(ask, role))])


def on_clocking(ask: Ask) -> Message:
    """What can be typed to clock in and out, with the button for the rest."""
    section = _for_everyone(ask.reader)[0]
    lines = [Markup("{}  {}").format(code(typed), meaning) for typed, meaning in section.examples]
    button = line_button(label_of("help"), "help", ask.reader.now)
    return Message([Text(Markup("\n").join([Markup("<b>{}</b>").format(section.title), *lines])), Buttons([button])])


def _buttons(ask: Ask, role: Role) -> list[Button]:
    """The commands that take no other words."""
    now = ask.reader.now
    words = ["status", "report", "events"]
    if role is not Role.EMPLOYEE:
        words.append("who")
    buttons = [line_button(label_of(word), word, now) for word in words]
    buttons.append(press_add.button(_("Add a record")))
    if role is Role.ADMIN:
        buttons.append(line_button(label_of("settings"), "settings", now))
    return buttons


def sections(reader: Reader) -> list[Section]:
    """In the order in which people need them."""
    return [*_for_everyone(reader), _for_managers(reader), _for_admins(reader)]


def _for_everyone(reader: Reader) -> list[Section]:
    say = reader.command
    return [
        Section(
            _("Clock in and out"),
            [
                (say("clockin"), _("now")),
                (say("clockin at 8:30"), _("earlier today")),
                (say("clockin in Berlin good morning"), _("at an office, with a comment")),
                (say("clockout"), _("now")),
                (say("clockout at 17:30 dentist"), _("earlier, with a comment")),
                (say("break"), _("start a break")),
                (say("break lunch 30"), _("lunch, and I ask after 30 minutes whether you're back")),
                (say("break 12:30-13:00"), _("a break that is over")),
                (say("back"), _("come back from a break")),
                (say("post"), _("buttons for everybody in this channel, to be pinned")),
            ],
        ),
        Section(
            _("See your hours"),
            [
                (say(""), _("your status, today and this week")),
                (say("report last week"), _("your hours, day by day")),
                (say("events yesterday"), _("your records")),
                (say("who"), _("who is in now")),
                (say("history yesterday"), _("who changed what, and when")),
                (say("mine 2026"), _("your own file, as PDF and CSV")),
                (say("sign last month"), _("say that your records are right")),
            ],
        ),
        Section(
            _("Fix mistakes"),
            [
                (say("undo"), _("take back what you just entered")),
                (say("add yesterday 9-17:30"), _("add a record, night shifts too")),
                (say("fix yesterday"), _("change a record, or ask for it")),
                (say("requests"), _("what waits for an answer, yours or others'")),
            ],
        ),
        Section(_("Reminders"), [(say("reminders off"), _("turn them off; on turns them on again"))]),
        Section(_("Language"), [(say("language"), _("the language that I speak with you"))]),
        *([_without_slash()] if reader.slashes else []),
    ]


def _without_slash() -> Section:
    return Section(
        _("In a direct message to me, or in a channel after my name"),
        [
            ("hi", _("your status, with its button")),
            ("in", _("clock in now")),
            ("out", _("clock out now")),
            ("lunch", _("start that break; brb 10 starts one of ten minutes")),
            ("back", _("come back from it")),
            ("in at 8:30 because the train was late", _("earlier today, with the reason")),
            ("report last week", _("all the other commands, without the slash")),
        ],
    )


def _for_managers(reader: Reader) -> Section:
    say = reader.command
    return Section(
        _("For managers"),
        [
            (say("clockin @person at 8:30"), _("clock somebody in or out")),
            (say("break @person"), _("start or, with back, end their break")),
            (say("report 2026-10 @person in Berlin"), _("hours of some people, or of one office")),
            (say("report last week TEAM"), _("a team's hours, by its name")),
            (say("who in Berlin"), _("who is in at one office")),
            (say("events yesterday @person"), _("their records")),
            (say("history @person yesterday"), _("who changed their records")),
            (say("sign last month"), _("who has signed, and approve")),
        ],
        (Role.MANAGER, Role.ADMIN),
    )


def _for_admins(reader: Reader) -> Section:
    say = reader.command
    return Section(
        _("For admins"),
        [
            (say("team"), _("managers, members and working hours")),
            (say("office"), _("places with a time zone, a country and days off")),
            (say("person @person"), _("under 18, night work, exempt")),
            (say("settings"), _("working hours, reminders, channels, admins")),
            (say("tokens"), _("API tokens for other programs")),
        ],
        (Role.ADMIN,),
    )
