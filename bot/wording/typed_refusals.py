"""Sentences for typed words that can't be understood. Their examples fit the place where the words were typed."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot import errors
from bot.calendar.typed import corrected, without_ids
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import code, cut, sentence
from bot.wording.refusal_parts import LONGEST_QUOTED, Sentences, quoted, says


def did_you_mean(likely: Sequence[str]) -> Markup:
    """`Did you mean `last week`?`, for one suggestion or two."""
    one, *more = [code(cut(without_ids(words), LONGEST_QUOTED)) for words in likely]
    if not more:
        return sentence(_("Did you mean {one}?"), one=one)
    return sentence(_("Did you mean {one} or {two}?"), one=one, two=more[0])


def _not_a_command(refused: errors.NotACommand, reader: Reader) -> Markup:
    if refused.likely:
        lines = [
            corrected(refused.line or refused.words, refused.words, word) for word in refused.shown or refused.likely
        ]
        return did_you_mean([f"{refused.command} {line}".strip() for line in lines])
    if not refused.command:
        examples = {"one": code("in"), "two": code("out"), "three": code("status")}
        return sentence(_("Sorry, I didn't get that. Try {one}, {two}, or {three}."), **examples)
    said = _("I don't know {words}. Type {help} to see what I can do.")
    return sentence(said, words=quoted(refused.words), help=code(reader.command("help")))


def _not_a_range(refused: errors.NotADateRange, reader: Reader) -> Markup:
    said = sentence(_("I don't know {words}."), words=quoted(refused.words))
    if refused.likely:
        return Markup("{} {}").format(said, did_you_mean(refused.likely))
    examples = sentence(_("Try {one} or {two}."), one=code("last week"), two=code("2026-10-01 to 2026-10-15"))
    return Markup("{} {}").format(said, examples)


def _not_a_day(refused: errors.NotADay, reader: Reader) -> Markup:
    said = sentence(_("I can't tell which day {words} is."), words=quoted(refused.words))
    return Markup("{} {}").format(said, did_you_mean(refused.likely))


def _ends_before_it_begins(refused: errors.EndsBeforeItBegins, reader: Reader) -> Markup:
    said = sentence(_("{words} ends before it begins."), words=quoted(refused.words))
    return Markup("{} {}").format(said, did_you_mean(refused.likely))


def _not_an_office(refused: errors.NotAnOffice, reader: Reader) -> Markup:
    if not refused.offices:
        said = _("There's no office {words} here. Ask an admin to add it.")
        return sentence(said, words=quoted(refused.words))
    said = sentence(_("There's no office {words}."), words=quoted(refused.words))
    if refused.likely:
        if len(refused.likely) > 2:
            return sentence(_("Which office is {words}?"), words=quoted(refused.words))
        return Markup("{} {}").format(said, did_you_mean(refused.likely))
    return Markup("{} {}").format(said, sentence(_("Choose from {offices}."), offices=", ".join(refused.offices)))


def _not_a_team(refused: errors.NotATeam, reader: Reader) -> Markup:
    if not refused.likely:
        said = _("There's no team {words}. Type {command} to see them all.")
        return sentence(said, words=quoted(refused.words), command=code(reader.command("team")))
    said = sentence(_("There's no team {words}."), words=quoted(refused.words))
    return Markup("{} {}").format(said, did_you_mean(refused.likely))


def _not_a_time(refused: errors.NotATime, reader: Reader) -> Markup:
    return unread_time(refused.words, refused.command)


def unread_time(words: str, command: str) -> Markup:
    """The words may be a time, and how to type one after the command; empty in a form."""
    example = "17:30" if command in ("/clockout", "out") else "8:30"
    return sentence(
        _("I couldn't read {words} as a time. Try {example}."),
        words=quoted(words),
        example=code(f"{command} at {example}" if command else example),
    )


def _not_a_note(refused: errors.NotANote, reader: Reader) -> Markup:
    said = _("I couldn't read {words}. Type one record at a time, like {example}. Put a note like that in quotes.")
    command = refused.command if refused.command.endswith("add") else reader.command("add")
    return sentence(said, words=quoted(refused.words), example=code(f"{command} yesterday 9-17:30"))


def _not_a_person(refused: errors.NotAPerson, reader: Reader) -> Markup:
    return sentence(
        _("I can't tell who {words} is. Type {example} and choose a name from the list."),
        words=quoted(refused.words),
        example=code(f"{refused.command} @".strip()),
    )


def _two_people(refused: errors.TwoPeople, reader: Reader) -> Markup:
    said = _("This works for one person at a time. Try {example}.")
    return sentence(said, example=code(f"{refused.command} @person".strip()))


SENTENCES: Sentences = {
    errors.NotACommand: _not_a_command,
    errors.EndsBeforeItBegins: _ends_before_it_begins,
    errors.NotADateRange: _not_a_range,
    errors.NotADay: _not_a_day,
    errors.NotAnOffice: _not_an_office,
    errors.NotATeam: _not_a_team,
    errors.NotATime: _not_a_time,
    errors.NotANote: _not_a_note,
    errors.NotAPerson: _not_a_person,
    errors.TwoPeople: _two_people,
    errors.NotUnderstood: says(lambda: _("I couldn't read {words}. Try again in other words."), "words"),
    errors.OutdatedButton: lambda refused, reader: sentence(
        _("This button no longer works. Type {command} for a new one."), command=code(reader.command(""))
    ),
}
