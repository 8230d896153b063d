"""The question which reading is meant, with a button for each."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot import wording
from bot.calendar.doubts import Doubt
from bot.chat.clock_readings import Reading, as_read
from bot.chat.did_you_mean import fits_a_button
from bot.chat.routing import Ask
from bot.chat.typed_line import Typed
from bot.chat.views import Button, Buttons, Message, Note, Piece, Text
from bot.chat.whom import and_more
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import code, cut, mention, sentence

LONGEST_SHOWN = 200
MOST_PEOPLE = 5  # of like names


def offer(
    ask: Ask,
    typed: Typed,
    readings: Sequence[Reading],
    words: str = "",
    labels: Sequence[str] = (),
    asked: Markup | None = None,
    first: Sequence[Button] = (),
) -> Message:
    """A button for each reading, after the `first` ones, below a question that fits them or below the one that is
    `asked`."""
    if not fits_a_button(typed.read.comment):
        return _too_long_for_a_button(ask, typed, readings)
    pieces: list[Piece] = [Text(asked or _question(typed, readings, words, labels, ask.reader))]
    labels = labels or [_label(reading, typed, ask.reader) for reading in readings]
    choices = zip(labels, readings, strict=True)
    pieces.append(Buttons([*first, *(as_read.button(label, reading) for label, reading in choices)]))
    whom = typed.read.likely_users
    pieces += and_more(len(whom) - MOST_PEOPLE)
    if Doubt.PERSON in typed.read.doubts and not (whom or typed.read.user_id):
        pieces.append(
            Note(sentence(_("For somebody else, name one person first: {example}."), example=code("@person")))
        )
    return Message(pieces)


def _question(typed: Typed, readings: Sequence[Reading], words: str, labels: Sequence[str], reader: Reader) -> Markup:
    """`Did you mean 17:30?`, where there is one."""
    whom = {reading.user_id: None for reading in readings if reading.user_id != typed.user_id}
    if len(whom) == 1:
        return sentence(_("Did you mean {what}?"), what=mention(next(iter(whom))))
    if words and not whom:
        return sentence(_("What do you mean by {words}?"), words=f'"{cut(words, LONGEST_SHOWN)}"')
    if len(readings) == 1 and (what := labels[0] if labels else _when(readings[0], typed, reader)):
        return sentence(_("Did you mean {what}?"), what=what)
    return sentence(_("Which one do you mean?"))


def _label(reading: Reading, typed: Typed, reader: Reader) -> str:
    """`Clock in at 08:30`, `Clock in now, with that as comment`."""
    out = reading.leaves
    at = reading.at.astimezone(typed.zone).time() if reading.at else reading.wall_time
    if reading.user_id != typed.user_id:
        return _label_for_them(reading, typed, reader)
    if reading.office_id and reading.office_id != typed.read.office_id:
        name = next(office.name for office in typed.offices if office.office_id == reading.office_id)
        said = _("Clock in at {time}, office {office}") if at else _("Clock in, office {office}")
        return said.format(office=name, time=wording.time_of_day(at) if at else "")
    if at is None:
        if reading.comment:
            return _("Clock out now, with that as comment") if out else _("Clock in now, with that as comment")
        return _("Clock out now") if out else _("Clock in now")
    if reading.day and reading.day < typed.today:
        said = _("Clock out at {time} on {day}") if out else _("Clock in at {time} on {day}")
    elif reading.comment == typed.read.comment and typed.read.doubts:
        said = _("Clock out at {time}, with that as comment") if out else _("Clock in at {time}, with that as comment")
    else:
        said = _("Clock out at {time}") if out else _("Clock in at {time}")
    return said.format(time=wording.time_of_day(at), day=wording.day(reading.day or typed.today, reader))


def _label_for_them(reading: Reading, typed: Typed, reader: Reader) -> str:
    """`Clock in Ben at 08:30`."""
    out, name = reading.leaves, typed.names[reading.user_id]
    at = reading.at.astimezone(typed.zone).time() if reading.at else reading.wall_time
    places = {office.office_id: office.name for office in typed.offices}
    office = None if out or not reading.office_id else places.get(reading.office_id)
    if at is None and office:
        said = _("Clock in {name}, office {office}")
    elif at is None:
        said = _("Clock out {name}") if out else _("Clock in {name}")
    elif reading.day:
        said = _("Clock out {name} at {time} on {day}") if out else _("Clock in {name} at {time} on {day}")
    elif office:
        said = _("Clock in {name} at {time}, office {office}")
    else:
        said = _("Clock out {name} at {time}") if out else _("Clock in {name} at {time}")
    time = wording.time_of_day(at) if at else ""
    day = wording.day(reading.day or typed.today, reader)
    return said.format(name=name, time=time, day=day, office=office)


def _when(reading: Reading, typed: Typed, reader: Reader) -> str:
    """`17:30`, `22:00 on Tue 24 Nov`; empty where it's now."""
    if reading.wall_time is None:
        return ""
    time = wording.time_of_day(reading.wall_time)
    if reading.day in (None, typed.today):
        return time
    return _("{time} on {day}").format(time=time, day=wording.day(reading.day, reader))


def _too_long_for_a_button(ask: Ask, typed: Typed, readings: Sequence[Reading]) -> Message:
    """How to type what a button can't carry: the exact time, and the comment in quotes."""
    if any(reading.day and reading.day < typed.today for reading in readings):
        return Message([Text(sentence(_("Your comment is too long for a button. Shorten it and send it again.")))])
    command = ask.command("clockout" if readings[0].leaves else "clockin") + (" @person" if typed.read.user_id else "")
    instants = [reading.at.astimezone(typed.zone).time() if reading.at else reading.wall_time for reading in readings]
    times = [at for at in dict.fromkeys(instants) if at]
    said = _("Your comment is too long for a button. Send it again in quotes: {example}.")
    if times:
        said = _("Your comment is too long for a button. Send it again in quotes, with the exact time: {example}.")
    examples = [code(f'{command} at {at:%H:%M} "…"') for at in times] or [code(f'{command} "…"')]
    return Message([Text(sentence(said, example=sentence(_(" or ")).join(examples)))])
