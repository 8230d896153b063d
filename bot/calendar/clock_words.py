"""Reads what is typed to clock in or out: person, time, office and comment. Ambiguous words are not a comment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.calendar.clock_times import begins_soon, clock, time_at_start
from bot.calendar.days import day_named, named_day, slashed_days
from bot.calendar.doubts import SHORT_WEEKDAYS, Doubt, doubts_in, likely_times, spelled
from bot.calendar.near_times import minus
from bot.calendar.typed import comment, unquoted, without_ids
from bot.calendar.typed_names import people_named
from bot.calendar.vocabulary import may_hold_a_time, typed_words
from bot.calendar.words import UNKNOWN_PERSON, Word, first_office, office_at, similar_offices
from bot.calendar.worktime import TimeOfDay
from bot.errors import NotADay, NotAnOffice, NotAPerson, NotATime, NotUnderstood, TwoPeople
from storage.offices import Office

MOST_OFFICES = 5  # on buttons
_SAYS_NOTHING = ("please", "pls", "plz", "now")
_THE_OFFICE = re.compile(r"(?:(?:in|at) )?(?:(?:the|my|our) )?office(?= |$)")


@dataclass(frozen=True, slots=True)
class Clocking:
    """`@person at 8:30 yesterday in hq good morning`, read. `until`: the end of a range such as `9-17:30`.

    With a doubt, the comment may be more than one; `likely_…` is what it may say, and `for_them` what follows the
    name of the `likely_users`. `is_vague`: `5:30` may be in the afternoon.
    """

    user_id: str | None = None
    at: TimeOfDay | None = None
    until: TimeOfDay | None = None
    ago: timedelta | None = None
    day: date | None = None
    office_id: str | None = None
    comment: str | None = None
    doubts: frozenset[Doubt] = frozenset()
    is_vague: bool = False
    likely_times: Sequence[TimeOfDay] = ()
    likely_ago: timedelta | None = None
    likely_office: str | None = None
    likely_users: Sequence[str] = ()
    for_them: Clocking | None = None


def read_clocking(
    text: str,
    today: date,
    offices: Sequence[Office] | None,
    names: Mapping[str, str] | None = None,
    *,
    office_first: bool = False,
) -> Clocking:
    """Reads `[@person] [time] [day] [in OFFICE] [comment]`, the first four in any order. Without an office where
    `offices` is None. `names`: by id, of the people who can be meant by a plain name. `office_first`: the office can
    come without `in`.

    Raises TwoPeople, NotAPerson, NotATime, NotADay, NotAnOffice or InvalidText.
    """
    line = _Line(text, typed_words(text), today, offices, names or {}, office_first=office_first)
    words = line.words
    read, at = _steps(line, 0, Clocking())
    if at < len(words) and (unknown := UNKNOWN_PERSON.match(words[at].form)):
        raise NotAPerson(unknown[0])
    rest = line.rest(at)
    if all(word.form in _SAYS_NOTHING for word in words[at:]):
        rest, at = "", len(words)
    read = replace(read, comment=comment(without_ids(unquoted(rest).strip())))
    return read if unquoted(rest) != rest else _with_names(_doubted(read, words[at:], offices), line, at)


@dataclass(frozen=True, slots=True)
class _Line:
    """What is typed, and what it can name."""

    text: str
    words: Sequence[Word]
    today: date
    offices: Sequence[Office] | None
    names: Mapping[str, str]
    office_first: bool

    def rest(self, at: int) -> str:
        return self.text[self.words[at].start :].strip() if at < len(self.words) else ""


def _steps(line: _Line, at: int, read: Clocking) -> tuple[Clocking, int]:
    """Reads on from there, until a word is neither a person nor a time, day or office."""
    words = line.words
    while at < len(words):
        try:
            step = (
                _person(words, at, read, line.names)
                or _the_office(line, at, read)
                or _moment(words, at, read)
                or _day(words, at, read, line.today)
                or _place(words, at, read, line.offices, line.text, office_first=line.office_first and at == 0)
            )
        except (NotATime, NotAnOffice, NotADay) as error:
            error.as_comment = _in_quotes(line.text, words[at].start, with_numbers=isinstance(error, NotADay))
            raise
        if step is None:
            break
        read, at = step
    return read, at


Step = tuple[Clocking, int] | None


def _from(words: Sequence[Word], at: int) -> str:
    return " ".join(word.form for word in words[at : at + 12])


def _person(words: Sequence[Word], at: int, read: Clocking, names: Mapping[str, str]) -> Step:
    """With `for` before it only where that person can be meant."""
    named = words[at].user_id
    if words[at].form == "for" and at + 1 < len(words) and words[at + 1].user_id in names:
        named, at = words[at + 1].user_id, at + 1
    if named is None and words[at].form in ("and", "&", "+") and read.user_id and at + 1 < len(words):
        named, at = words[at + 1].user_id, at + 1
    if named is None:
        return None
    if read.user_id not in (None, named):
        raise TwoPeople(" ".join(word.form for word in words))
    return replace(read, user_id=named), at + 1


def _moment(words: Sequence[Word], at: int, read: Clocking) -> Step:
    """A range, how long ago, or a time of day. Raises NotATime."""
    if read.at or read.ago or (found := time_at_start(_from(words, at))) is None:
        return None
    end = at + found.words.strip().count(" ") + 1
    return replace(read, at=found.at, until=found.until, ago=found.ago, is_vague=found.is_vague), end


def _day(words: Sequence[Word], at: int, read: Clocking, today: date) -> Step:
    """An abbreviation such as `sun` may be another word, and is left over."""
    if read.day:
        return None
    for count in (4, 3, 2, 1):
        named = " ".join(word.form for word in words[at : at + count])
        if at + count > len(words) or named in SHORT_WEEKDAYS:
            continue
        try:
            found = day_named(named.removeprefix("on "), today)
        except (ValueError, OverflowError):
            continue  # which is left over
        if found:
            return replace(read, day=found), at + count
    named = words[at + (words[at].form == "on" and at + 1 < len(words))].form
    if likely := slashed_days(named, today):
        raise NotADay(named, [named_day(one, today) for one in likely])
    return None


def _place(
    words: Sequence[Word],
    at: int,
    read: Clocking,
    offices: Sequence[Office] | None,
    text: str,
    *,
    office_first: bool,
) -> Step:
    if offices is None or read.office_id:
        return None
    if office_first and (found := office_at(words, at, offices, text)):
        return replace(read, office_id=found[0].office_id), found[1]
    if words[at].form != "in" or at + 1 == len(words) or begins_soon(_from(words, at)):
        return None
    if found := office_at(words, at + 1, offices, text):
        return replace(read, office_id=found[0].office_id), found[1]
    count, likely = similar_offices(words[at + 1 :], offices)
    typed = text[words[at + 1].start :].split() if at + 1 < len(words) else []
    raise NotAnOffice(" ".join(typed[:count]), likely, offices=[office.name for office in offices])


def _the_office(line: _Line, at: int, read: Clocking) -> Step:
    """`in the office`, where it isn't the name of one and no more words such as `party` follow: the only one there is.
    Raises NotAnOffice with all of them where there are more."""
    ahead = _from(line.words, at)
    found = _THE_OFFICE.match(ahead)
    begins = ahead.startswith(("in ", "at ")) or (line.office_first and at == 0)
    if not found or not begins or not line.offices or read.office_id:
        return None
    end = at + found[0].count(" ") + 1
    if office_at(line.words, at + ahead.startswith(("in ", "at ")), line.offices, line.text):
        return None
    if end < len(line.words) and "," not in line.text[line.words[end - 1].start : line.words[end].start]:
        alone = replace(read, at=None, ago=None, day=None)
        if not (_moment(line.words, end, alone) or _day(line.words, end, alone, line.today)):
            return None
    if len(line.offices) == 1:
        return replace(read, office_id=line.offices[0].office_id), end
    names = [office.name for office in line.offices]
    first = at + (line.words[at].form == "in")
    typed = line.text[line.words[first].start :].split()
    raise NotAnOffice(" ".join(typed[: end - first]), names[:MOST_OFFICES], offices=names)


def _in_quotes(text: str, start: int, *, with_numbers: bool = False) -> str:
    """The text with its end in quotes, as a comment; empty where that holds numbers or quotes."""
    rest = text[start:].strip()
    return "" if re.search(r"[\"“”'@]" if with_numbers else r"[\d\"“”'@]", rest) else f'{text[:start]}"{rest}"'


def _doubted(read: Clocking, rest: Sequence[Word], offices: Sequence[Office] | None) -> Clocking:
    """With what the rest may be beside a comment."""
    left, doubts = spelled(rest), doubts_in(rest)
    others = [office for office in offices or () if office.office_id != read.office_id]
    office = first_office(rest, others)
    if office:
        doubts.add(Doubt.OFFICE)
    may_be_unread = may_hold_a_time(" ".join(word.as_typed for word in rest))
    if may_be_unread:
        doubts.add(Doubt.TIME)
    likely: tuple[TimeOfDay, ...] = ()
    ago = None if read.at or read.ago or read.day else minus(left)
    if not (read.at or read.ago) and (doubts <= {Doubt.TIME, Doubt.OFFICE} or clock(left)):
        likely = likely_times(left)
    if may_be_unread and not likely:
        doubts.add(Doubt.UNREAD_TIME)
    likely_office = office.office_id if office and not read.office_id else None
    return replace(read, doubts=frozenset(doubts), likely_times=likely, likely_ago=ago, likely_office=likely_office)


def _with_names(read: Clocking, line: _Line, at: int) -> Clocking:
    """With the people whom the rest may name: their name alone, or a time, a day or an office after it."""
    if read.user_id:
        return read
    for user_ids, count in people_named(line.words[at:], line.names):
        named = replace(read, doubts=read.doubts | {Doubt.PERSON}, likely_users=user_ids)
        after = at + count
        if after == len(line.words):
            return named
        said = replace(read, comment=None, doubts=frozenset(), likely_times=(), likely_ago=None, likely_office=None)
        try:
            said, end = _steps(line, after, said)
            said = _doubted(replace(said, comment=comment(without_ids(line.rest(end)))), line.words[end:], line.offices)
        except NotUnderstood:
            continue
        if end > after and not said.doubts and not said.user_id:
            return replace(named, likely_times=(), likely_ago=None, likely_office=None, for_them=said)
    return read
