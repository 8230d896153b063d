"""Commands in the reader's language: `rein um 9` is `in um 9`, whose time is read in that language too."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.calendar.break_kinds import DEFAULT
from bot.calendar.break_words import read_break
from bot.calendar.ranges import find_range
from bot.calendar.spoken import Command
from bot.calendar.typed import without_ids
from bot.calendar.vocabulary import begins_like_a_time, command_in, commands_within, in_english
from bot.chat import everyday_words
from bot.chat.clock_readings import Reading, as_read
from bot.chat.did_you_mean import fits_a_button
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Message, Text
from bot.errors import NotUnderstood
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from bot.wording.refusal_parts import quoted
from bot.wording.typed_refusals import unread_time

_MARKS = str.maketrans("？！", "?!")
_CLOCKS = ("in", "out")
_MOMENTS = (*_CLOCKS, "back", "arrived", "started", "left")
_BREAKS = ("break", "lunch")
_WORKED = "i worked"
_SINCE = re.compile(r"^(?:since|from) ")
_WITH_DAYS = ("report", "events", "history", "fix", "sign", "mine")


def with_english_command(ask: Ask) -> Ask | Message:
    """The same with the command in English; or the question whether it is one, where a sentence about something else
    can begin so. What is in English, or in a language that the reader doesn't read, stays as it is."""
    words = ask.words.strip()
    found = command_in(words)
    if found and not found.is_sure:
        return ask if words.endswith(("?", "？")) or found.english not in _CLOCKS else _asked(ask, found, words)
    found = found or _after_its_words(words, ask.reader.today)
    if found is None:
        return ask
    after = found.after.translate(_MARKS)
    return replace(ask, words=found.english + (after.rstrip(" ?!") if found.english in _WITH_DAYS else after))


def _after_its_words(words: str, today: date) -> Command | None:
    """`gestern um 17:30 raus`, `先週のレポート`: what comes before the command is put behind it, as in English."""
    for found in commands_within(words):
        if found.english in _CLOCKS and everyday_words.is_of_either_half(found.before, today):
            return replace(found, before="", after=f" {found.before}{found.after}")
        before = in_english(found.before)
        if found.english in _MOMENTS:
            before = _SINCE.sub("at ", before)
        if found.is_sure and _says(replace(found, before=before), today):
            after = f" {before} {found.after.lstrip(' 、。')}".rstrip()
            english = "add" if found.english == _WORKED else found.english
            return replace(found, english=english, before="", after=after)
    return None


def _says(found: Command, today: date) -> bool:
    """Whether what comes before the command is a time or a day for it, and nothing else."""
    before = found.before
    if found.english in _MOMENTS:
        return everyday_words.is_moment(before, today)
    if found.english in _WITH_DAYS:
        return not found.after.strip() and find_range(before, today) is not None
    if found.english in ("add", _WORKED):
        return everyday_words.is_span(before, today)
    return found.english in _BREAKS and _is_about_a_break(before)


def _is_about_a_break(words: str) -> bool:
    try:
        read = read_break(words, DEFAULT)
    except NotUnderstood:
        return False
    return (read.has_times or read.minutes is not None) and not (read.kind or read.comment)


def _asked(ask: Ask, found: Command, words: str) -> Message:
    asked = Text(sentence(_("What do you mean by {words}?"), words=quoted(words)))
    if begins_like_a_time(found.after):
        asked = Text(unread_time(words, ask.command("clockout" if found.english == "out" else "clockin")))
    if not fits_a_button(words):
        return Message([asked])
    leaves = found.english == "out"
    label = _("Clock out now, with that as comment") if leaves else _("Clock in now, with that as comment")
    reading = Reading(leaves, ask.caller.user_id, ask.typed_at, comment=without_ids(words))
    return Message([asked, Buttons([as_read.button(label, reading)])])
