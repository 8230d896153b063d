"""`/clockin …` and `/clockout …`: done where the words mean one thing; where not, a button for each likely reading."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import wording
from bot.attendance import missing_clock_outs, recording
from bot.attendance.recording import Moment, Office
from bot.attendance.rules import is_unusual
from bot.calendar.clock_words import Doubt
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, first_after, instants_of, on_day, work_date
from bot.chat.add_record import open_form, press_add_filled_in
from bot.chat.clocking import asking_first, clocked_in, clocked_out, question
from bot.chat.routing import Ask, Feature
from bot.chat.typed_line import Typed, as_draft, read_line
from bot.chat.views import Buttons, Message, Note, Outcome, Piece, Text
from bot.chat.whom import and_more
from bot.errors import NoSuchTime, RepeatedTime
from bot.permissions import Operation
from bot.reports import worked_time
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import code, cut, length, mention, sentence

LONGEST_CARRIED = 1000  # UTF-16 units of a comment that a button takes along
NOT_LONG_AGO = timedelta(hours=6)  # a time still to come today that may have been yesterday
LONGEST_SHOWN = 200
MOST_NAME_WORDS = 4
MOST_PEOPLE = 5  # of like names, in a question
STALE_AFTER = timedelta(hours=16)

typed_clocking = Feature("typed_clocking")


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that the words may mean; `at` (UTC) for what was so long ago, else a local `wall_time` on `day`."""

    leaves: bool
    user_id: str
    asked_at: datetime
    at: datetime | None = None
    wall_time: time | None = None
    day: date | None = None
    office_id: str | None = None
    comment: str = ""


@typed_clocking.word("clockin", "in")
async def clock_in(ask: Ask) -> Outcome:
    """`/clockin [@person] [at HH:MM] [in OFFICE] [comment]`"""
    typed = await read_line(ask, office_first=not ask.opens_forms)
    read = typed.read
    if outcome := await _of_another_day(ask, typed):
        return outcome
    if read.doubts:
        return _which(ask, typed, leaves=False)
    if not (read.at or read.ago) and _was_typed_before_today(ask, typed.zone, ask.typed_at):
        return _type_again(ask, typed.zone, ask.typed_at)
    if offered := _other_starts(ask, typed):
        return _offer(ask, typed, offered)
    at = ask.typed_at - read.ago if read.ago else read.at
    try:
        return await _start(ask, typed.user_id, at, typed.today, read.office_id, read.comment, typed.offices)
    except RepeatedTime as error:
        return _first_or_second(ask, _now(ask, typed, leaves=False), error)


@typed_clocking.word("clockout", "out")
async def clock_out(ask: Ask) -> Outcome:
    """`/clockout [@person] [at HH:MM] [comment]`; with `yesterday at 17:30` it ends yesterday's record."""
    typed = await read_line(ask, names_offices=False)
    read = typed.read
    is_earlier = read.day is not None and read.day < typed.today and not read.until
    if not is_earlier and (outcome := await _of_another_day(ask, typed)):
        return outcome
    if read.doubts:
        return _which(ask, typed, leaves=True)
    if is_earlier and not read.at:
        return question(await missing_clock_outs.question(ask.services, ask.caller, typed.user_id), ask.reader)
    is_exact = read.ago or (read.day and read.at)
    if not is_exact and await _ends_after_its_day(ask, typed.user_id, read.at, typed.zone, ask.typed_at):
        return _type_again(ask, typed.zone, ask.typed_at)
    if asked := await _which_end(ask, typed):
        return asked
    at: datetime | TimeOfDay | None = ask.typed_at - read.ago if read.ago else read.at
    try:
        if read.day and read.at:
            at = on_day(read.day, read.at, typed.zone)
        return await _end(ask, typed.user_id, at, read.comment, is_sure=isinstance(at, datetime) and not read.ago)
    except RepeatedTime as error:
        return _first_or_second(ask, _now(ask, typed, leaves=True), error)


@typed_clocking.action
async def as_read(ask: Ask, reading: Reading) -> Message:
    """One of the likely readings."""
    if ask.reader.now - reading.asked_at > STALE_AFTER:
        return Message([Text(sentence(_("That was a while ago. Type it again.")))], replaces=True)
    try:
        return replace(await _record(ask, reading), replaces=True)
    except RepeatedTime as error:
        asked = replace(reading, wall_time=None, day=None)
        return replace(_first_or_second(ask, asked, error), replaces=True)


async def _record(ask: Ask, reading: Reading) -> Message:
    zone = await recording.zone_of_event(ask.services, ask.caller, Operation.CLOCK, reading.user_id, reading.office_id)
    at: datetime | TimeOfDay | None = reading.at
    if reading.wall_time is not None:
        at = TimeOfDay(reading.wall_time)
        if reading.leaves and reading.day:
            at = on_day(reading.day, at, zone)
    if at is None and _was_typed_before_today(ask, zone, reading.asked_at):
        return _type_again(ask, zone, reading.asked_at)
    if (
        reading.leaves
        and isinstance(at, TimeOfDay)
        and await _ends_after_its_day(ask, reading.user_id, at, zone, reading.asked_at)
    ):
        return _type_again(ask, zone, reading.asked_at)
    comment = reading.comment or None
    if reading.leaves:
        return await _end(ask, reading.user_id, at, comment, is_sure=reading.wall_time is not None)
    offices = (await worked_time.caller_context(ask.services, ask.caller)).offices
    return await _start(ask, reading.user_id, at, reading.day, reading.office_id, comment, offices)


async def _of_another_day(ask: Ask, typed: Typed) -> Outcome:
    """The answer to a day to come; and to a range or an earlier day, which are whole records."""
    read = typed.read
    if not read.until and read.day in (None, typed.today):
        return None
    draft = as_draft(typed, ask)
    if ask.opens_forms:
        return await open_form(ask, draft)
    pieces: list[Piece] = [Text(sentence(_("That's a whole record, with a start and an end. Add it here:")))]
    if not _fits_a_button(draft.note):
        draft = replace(draft, note="")
        pieces.append(Note(sentence(_("Your comment is too long for a button. Paste it into the form."))))
    return Message([*pieces, Buttons([press_add_filled_in.button(_("Add the record…"), draft)])])


def _which(ask: Ask, typed: Typed, *, leaves: bool) -> Message:
    """Asks which reading of the words that are left over is meant."""
    read, said = typed.read, typed.read.comment or ""
    if (theirs := read.for_them) and (theirs.until or (theirs.day not in (None, typed.today) and not leaves)):
        read = replace(read, likely_users=(), for_them=None)  # a whole record
        typed = replace(typed, read=read)
    head = Reading(leaves, typed.user_id, ask.typed_at, office_id=read.office_id)
    if read.ago:
        head = replace(head, at=ask.typed_at - read.ago)
    elif read.at:
        head = replace(head, wall_time=read.at.time, day=read.day or (None if leaves else typed.today))
    beside = said if len(said.split()) > 2 else ""
    found = []
    whom = read.likely_users[:MOST_PEOPLE]
    found += [replace(one, user_id=user_id) for user_id in whom for one in _theirs(ask, typed, head)]
    if Doubt.DAY not in read.doubts:
        day = None if leaves else typed.today
        found += [
            replace(head, wall_time=at, day=day, comment=beside)
            for likely in read.likely_times
            for at in _passed(ask, typed, likely.time) or ([likely.time] if leaves else [])
        ]
    if read.likely_office:
        found.append(replace(head, office_id=read.likely_office, comment=beside))
    found.append(replace(head, comment=said))
    return _offer(ask, typed, found, said)


def _theirs(ask: Ask, typed: Typed, head: Reading) -> list[Reading]:
    """What is said for somebody else: at a time, or now."""
    said = typed.read.for_them or typed.read
    day = said.day if said.day != typed.today else None
    comment = said.comment or "" if typed.read.for_them else ""
    head = replace(head, at=None, wall_time=None, day=day, office_id=said.office_id, comment=comment)
    if said.ago:
        return [replace(head, at=ask.typed_at - said.ago)]
    if not said.at:
        return [head]
    times = _passed(ask, typed, said.at.time) if said.is_vague and not day else []
    return [replace(head, wall_time=at) for at in times or [said.at.time]]


def _offer(ask: Ask, typed: Typed, readings: Sequence[Reading], words: str = "", labels: Sequence[str] = ()) -> Message:
    """A button for each reading."""
    if not _fits_a_button(typed.read.comment):
        return _too_long_for_a_button(ask, typed, readings)
    labels = labels or [_label(reading, typed, ask.reader) for reading in readings]
    whom = typed.read.likely_users
    asked = (
        sentence(_("Did you mean {who}?"), who=mention(whom[0]))
        if len(whom) == 1
        else sentence(_("Which one do you mean?"))
    )
    if words and not whom:
        asked = sentence(_("What do you mean by {words}?"), words=f"“{cut(words, LONGEST_SHOWN)}”")
    pieces: list[Piece] = [Text(asked)]
    choices = zip(labels, readings, strict=True)
    pieces.append(Buttons([as_read.button(label, reading) for label, reading in choices]))
    pieces += and_more(len(whom) - MOST_PEOPLE)
    if Doubt.PERSON in typed.read.doubts and not (whom or typed.read.user_id):
        pieces.append(
            Note(sentence(_("For somebody else, name one person first: {example}."), example=code("@person")))
        )
    return Message(pieces)


def _now(ask: Ask, typed: Typed, *, leaves: bool) -> Reading:
    """What was typed, without its time."""
    read = typed.read
    return Reading(leaves, typed.user_id, ask.typed_at, office_id=read.office_id, comment=read.comment or "")


def _first_or_second(ask: Ask, reading: Reading, repeated: RepeatedTime) -> Message:
    """Asks which of the two times is meant that a clock change repeats. Raises RepeatedTime, which says how to type
    either, if a button can't carry the comment."""
    if not _fits_a_button(reading.comment):
        raise repeated
    said = _("{time} came twice in {zone} on {day}. Which one do you mean?")
    time, zone = wording.time_of_day(repeated.time), wording.zone_label(repeated.zone)
    text = sentence(said, time=time, zone=zone, day=wording.day(repeated.day, ask.reader))
    labels = (_("Clock in at the first {time}"), _("Clock in at the second {time}"))
    if reading.leaves:
        labels = (_("Clock out at the first {time}"), _("Clock out at the second {time}"))
    buttons = [
        as_read.button(label.format(time=time), replace(reading, at=instant))
        for label, instant in zip(labels, repeated.instants, strict=True)
    ]
    return Message([Text(text), Buttons(buttons)])


def _label(reading: Reading, typed: Typed, reader: Reader) -> str:
    """`Clock in at 08:30`, `Clock in now, with that as comment`."""
    out = reading.leaves
    if reading.user_id != typed.user_id:
        return _label_for_them(reading, typed, reader)
    if reading.office_id and reading.office_id != typed.read.office_id:
        name = next(office.name for office in typed.offices if office.office_id == reading.office_id)
        return _("Clock in, office {office}").format(office=name)
    at = reading.wall_time
    if reading.at:
        at = reading.at.astimezone(typed.zone).time()
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
    if at is None:
        for office in typed.offices:
            if office.office_id == reading.office_id and not out:
                return _("Clock in {name}, office {office}").format(name=name, office=office.name)
        return (_("Clock out {name}") if out else _("Clock in {name}")).format(name=name)
    if reading.day:
        said = _("Clock out {name} at {time} on {day}") if out else _("Clock in {name} at {time} on {day}")
    else:
        said = _("Clock out {name} at {time}") if out else _("Clock in {name} at {time}")
    return said.format(name=name, time=wording.time_of_day(at), day=wording.day(reading.day or typed.today, reader))


def _other_starts(ask: Ask, typed: Typed) -> list[Reading]:
    """`5:30` in the evening may be either; a time still to come may have been last night. Nothing where it is clear."""
    at, now = typed.read.at, ask.typed_at
    if at is None or at.offset is not None:
        return []
    reading = Reading(
        False, typed.user_id, now, None, at.time, typed.today, typed.read.office_id, typed.read.comment or ""
    )
    passed = [one for one in instants_of(typed.today, at, typed.zone) if one <= now + SKEW_ALLOWED]
    if passed or typed.read.day:
        times = _passed(ask, typed, at.time) if typed.read.is_vague else []
        return [replace(reading, wall_time=one) for one in times] if len(times) > 1 else []
    yesterday = typed.today - timedelta(days=1)
    is_recent = any(now - one <= NOT_LONG_AGO for one in instants_of(yesterday, at, typed.zone))
    return [replace(reading, day=yesterday)] if is_recent else []


async def _which_end(ask: Ask, typed: Typed) -> Message | None:
    """`5:30` in the afternoon is most likely 17:30. Readings of different days name their day and length. Raises
    NotClockedIn."""
    at, now = typed.read.at, ask.typed_at
    if at is None or not typed.read.is_vague or typed.read.day:
        return None
    asked = await missing_clock_outs.question(ask.services, ask.caller, typed.user_id)
    in_at = asked.pair.clock_in.at
    try:
        ends = {one: first_after(TimeOfDay(one), in_at, typed.zone) for one in _both(at.time)}
    except (NoSuchTime, RepeatedTime):
        return None  # which is refused with a sentence of its own
    ends = {one: end for one, end in ends.items() if end <= now + SKEW_ALLOWED}
    if list(ends) in ([], [at.time]):
        return None
    usual = {one: end for one, end in ends.items() if not is_unusual(end - in_at)} or ends
    usual = dict(sorted(usual.items(), key=lambda found: found[1]))
    comment = typed.read.comment or ""
    readings = [Reading(True, typed.user_id, now, wall_time=one, comment=comment) for one in usual]
    if len({work_date(end, typed.zone) for end in ends.values()}) == 1:
        return _offer(ask, typed, readings)
    labels = [
        _("{day} {time} ({length})").format(
            day=f"{end.astimezone(typed.zone):%a}", time=wording.time_of_day(one), length=wording.duration(end - in_at)
        )
        for one, end in usual.items()
    ]
    return _offer(ask, typed, readings, labels=labels)


def _passed(ask: Ask, typed: Typed, at: time) -> list[time]:
    """Those of `at` and twelve hours later that have been today."""
    now = ask.typed_at.astimezone(typed.zone).time()
    return [one for one in _both(at) if one <= now]


def _both(at: time) -> list[time]:
    return [at, at.replace(hour=at.hour + 12)] if 1 <= at.hour < 12 else [at]


def _fits_a_button(comment: str | None) -> bool:
    return not comment or length(json.dumps(comment, ensure_ascii=False)) <= LONGEST_CARRIED


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


def _was_typed_before_today(ask: Ask, zone: ZoneInfo, typed_at: datetime) -> bool:
    return work_date(typed_at, zone) < work_date(ask.reader.now, zone)


async def _ends_after_its_day(ask: Ask, user_id: str, at: TimeOfDay | None, zone: ZoneInfo, typed_at: datetime) -> bool:
    """Whether a clock-out, typed on an earlier day, would be at a time that was still to come. Raises NotClockedIn."""
    if not _was_typed_before_today(ask, zone, typed_at):
        return False
    if at is None:
        return True
    asked = await missing_clock_outs.question(ask.services, ask.caller, user_id)
    try:
        return first_after(at, asked.pair.clock_in.at, zone) > typed_at + SKEW_ALLOWED
    except (NoSuchTime, RepeatedTime):
        return False  # which is refused with a sentence of its own


def _type_again(ask: Ask, zone: ZoneInfo, typed_at: datetime) -> Message:
    """The answer to a press of what was meant as of its day."""
    day = wording.day(work_date(typed_at, zone), ask.reader)
    return Message([Text(sentence(_("You typed that on {day}. Type it again."), day=day))])


async def _start(
    ask: Ask,
    user_id: str,
    at: Moment,
    day: date | None,
    office_id: str | None,
    comment: str | None,
    offices: Sequence[Office],
) -> Message:
    async def work() -> Message:
        result = await recording.clock_in(
            ask.services, ask.caller, user_id, at=at, day=day, office_id=office_id, comment=comment
        )
        return clocked_in(result.pair, offices, ask.reader)

    return await asking_first(ask, user_id, work())


async def _end(ask: Ask, user_id: str, at: Moment, comment: str | None, *, is_sure: bool) -> Message:
    async def work() -> Message:
        result = await recording.clock_out(ask.services, ask.caller, user_id, at=at, comment=comment, is_sure=is_sure)
        return clocked_out(result, ask.reader)

    return await asking_first(ask, user_id, work())
