"""What the use cases refuse, as facts. The ledger's refusals are in `storage.errors`, the sentences in
`bot.wording`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from storage.breaks import Break
from storage.corrections import Correction, Part
from storage.errors import AlreadyDeleted, OutcomeUnknown, Refusal
from storage.pairs import Pair


@dataclass(eq=False)
class Forbidden(Refusal):
    """The role doesn't reach that person or operation."""

    operation: str
    user_id: str | None


@dataclass(eq=False)
class BeyondToken(Refusal):
    """A token that only reads was made for other people or other days (`first` to `last`), or it doesn't include these
    details, or this isn't reading."""

    of: Literal["people", "days", "details", "anything else"]
    first: date
    last: date


@dataclass(eq=False)
class InvalidReach(Refusal):
    """A token that only reads can't be made this way. `of` is what's wrong."""

    of: Literal["people", "both", "days", "reason", "expiry"]


@dataclass(eq=False)
class BatchRefused(Refusal):
    """All or nothing was asked for. `rows` has the refusal of each record, in their order, or None.

    `undone` has the ids of clock-ins that were rolled back, so nobody can look those up.
    """

    rows: Sequence[Exception | None]
    undone: Collection[str]


@dataclass(eq=False)
class TooManySheets(Refusal):
    """A workbook with a sheet for each person holds at most `most` of them."""

    most: int


@dataclass(eq=False)
class NotReadable(Refusal):
    """Words that can't be read as a value of that kind: a setting, or the last day of a token."""

    kind: Literal[
        "working hours",
        "weekly time",
        "hours",
        "days",
        "years",
        "expiry",
        "agreement",
        "break kinds",
        "signature period",
        "corrections",
    ]
    words: str


@dataclass(eq=False)
class NotAnEmployee(Refusal):
    """Guests, bots and deactivated people don't clock in. `asked`: what for, if not for that."""

    user_id: str
    kind: str
    asked: Literal["clocking", "anything"] = "clocking"


@dataclass(eq=False)
class RoleBeyondPerson(Refusal):
    """A token reaches no further than its person, who isn't an admin, or manages no team."""

    user_id: str
    role: str


@dataclass(eq=False)
class NotFullMembers(Refusal):
    """Guests, bots and deactivated people can't be managers, team members or admins. `people`: name and kind by user
    id."""

    people: Mapping[str, tuple[str, str]]


@dataclass(eq=False)
class NotAppointed(Refusal):
    """This person wasn't appointed an admin, so that can't be taken back."""

    user_id: str


@dataclass(eq=False)
class UnknownGroup(Refusal):
    """There is no such user group in this workspace."""

    group_id: str


@dataclass(eq=False)
class InvalidName(Refusal):
    """A name (`what`: "team", "office", "office id" or "token") that is empty, too long, or has several lines."""

    what: str
    longest: int


@dataclass(eq=False)
class IsArchived(Refusal):
    """An archived team or office can't be changed."""

    name: str


@dataclass(eq=False)
class ChangedMeanwhile(Refusal):
    """Somebody else changed the team or office since the caller saw it."""

    name: str


@dataclass(eq=False)
class OtherWorkspace(Refusal):
    """Somebody from a workspace that this bot doesn't serve, for example a Slack Connect guest."""

    user_id: str


@dataclass(eq=False)
class InFuture(Refusal):
    """Rule 5: no event is in the future. `is_clock_in`: of an open record."""

    at: datetime
    now: datetime
    zone: ZoneInfo
    is_clock_in: bool = False


@dataclass(eq=False)
class DayAhead(Refusal):
    """Nobody can clock in on a day that hasn't begun."""

    day: date


@dataclass(eq=False)
class OutNotAfterIn(Refusal):
    """Rule 3: a clock-out is later than its clock-in. `user_id`: of somebody who is still clocked in, with the id of
    that clock-in."""

    in_at: datetime
    out_at: datetime
    zone: ZoneInfo
    user_id: str | None = None
    event_id: str = ""

    @property
    def is_of_an_earlier_day(self) -> bool:
        """Whether it's on a day before the clock-in, in its zone."""
        return self.out_at.astimezone(self.zone).date() < self.in_at.astimezone(self.zone).date()


@dataclass(eq=False)
class BackBeforeBreak(OutNotAfterIn):
    """Nobody is back before their break began (`in_at`)."""


@dataclass(eq=False)
class LeftBeforeBack(OutNotAfterIn):
    """Nobody leaves before they were back from their break (`in_at`)."""


@dataclass(eq=False)
class TooLong(Refusal):
    """Rule 3: a pair lasts at most 24 hours."""

    in_at: datetime
    out_at: datetime
    zone: ZoneInfo


@dataclass(eq=False)
class TooOld(Refusal):
    """Records are kept for `years` years, and this one is older. None: it is from before 1970."""

    years: int | None


@dataclass(eq=False)
class ForgottenClockOut(Refusal):
    """Rule 3: a clock-in older than 24 hours ends only with a given time."""

    pair: Pair


@dataclass(eq=False)
class NotDuringTheDay(Refusal):
    """A break is between the first clock-in and the last clock-out of its work date. `hours`: those two (UTC), and the
    zone of their clock; None where the day has no ended record any more."""

    day: date
    hours: tuple[datetime, datetime, ZoneInfo] | None


@dataclass(eq=False)
class NothingToCut(Refusal):
    """Nobody worked during this break, or not all of a paid one."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    is_paid: bool


@dataclass(eq=False)
class LongerThanPaid(Refusal):
    """Breaks of that kind are paid for so many minutes at most."""

    kind: str
    minutes: int


@dataclass(eq=False)
class TooLateForBreak(Refusal):
    """The record that this break would cut ended too long ago for its person, who can't delete records, to change
    it."""

    start: datetime
    end: datetime
    zone: ZoneInfo


class NoReason(Refusal):
    """A remark, a change, or the withdrawal of a signature without a reason."""


@dataclass(eq=False)
class NothingToChange(Refusal):
    """The record (`pair`) already is as asked for."""

    pair: Pair


@dataclass(eq=False)
class AlreadyUndone(AlreadyDeleted):
    """The change to this record (`pair`) was undone, and the former one is back."""


@dataclass(eq=False)
class NotAChange(Refusal):
    """The record replaces no other one that could come back."""

    pair: Pair


@dataclass(eq=False)
class WentOn(Refusal):
    """A clock-out or a break was entered in the record (`pair`) after the change that should be undone."""

    pair: Pair


@dataclass(eq=False)
class OnABreak(Refusal):
    """Clocking out during a break: only the person knows whether they came back, and when. `left_at` (a local time of
    day, empty for now) and `comment` are what was typed."""

    on: Break
    left_at: str = ""
    comment: str = ""


@dataclass(eq=False)
class AlreadyOnABreak(Refusal):
    """A break can't start during another one."""

    on: Break


@dataclass(eq=False)
class NotOnABreak(Refusal):
    """The person isn't on that break, or no longer. `open_pair`: their open clock-in; `last`: their latest record."""

    user_id: str
    open_pair: Pair | None
    last: Pair | None


@dataclass(eq=False)
class BreakTooLong(Refusal):
    """A break lasts at most six hours. `minutes`: what was asked for. `again`: the line that was typed, without its
    length."""

    minutes: int
    again: str = ""


@dataclass(eq=False)
class NotInOpenRecord(Refusal):
    """A break at a time (`at`) before the open clock-in of `pair`."""

    pair: Pair
    at: datetime


@dataclass(eq=False)
class PeriodNotOver(Refusal):
    """A period that ends on `last` can be signed from the next day on."""

    last: date


@dataclass(eq=False)
class NotResolved(Refusal):
    """A period with an open clock-in (`pair`), or a break after it that may still go on, can't be signed."""

    pair: Pair


@dataclass(eq=False)
class RecordsChanged(Refusal):
    """The person's records of the period from `first` on changed after a button was shown with them."""

    user_id: str
    first: date


@dataclass(eq=False)
class NotSignedYet(Refusal):
    """The person hasn't signed the period, or their records changed since. It can be approved without them from
    `since` on."""

    user_id: str
    since: date


@dataclass(eq=False)
class NeedsCorrection(Refusal):
    """In this workspace, the person or an employer (`part`) has to agree before this is done to the user's records.
    `kind` is what to ask for; a break can't be asked for."""

    part: Part
    user_id: str
    kind: Literal["add", "change", "remove", "break"]


@dataclass(eq=False)
class ConsentNeeded(Refusal):
    """What a program asked for waits: it opened this correction."""

    correction: Correction


@dataclass(eq=False)
class OwnCorrection(Refusal):
    """Nobody answers what they asked for themselves, or as the employer what they are concerned by."""

    correction: Correction


@dataclass(eq=False)
class NotACorrection(Refusal):
    """An open clock-in that just gets its clock-out, to which nobody has to agree."""

    pair: Pair


@dataclass(eq=False)
class WordsNotKept(Refusal):
    """Words beside an answer that keeps none: an employer's yes, or the end of what an employer asked for."""


@dataclass(eq=False)
class NotYourWord(Refusal):
    """A program asks for a correction or answers one in the name of that person, with a token that somebody else
    made."""

    user_id: str


@dataclass(eq=False)
class ConsentTooEarly(Refusal):
    """The person has neither answered nor had seven days."""

    correction: Correction


@dataclass(eq=False)
class TooLateToUndo(Refusal):
    """People can undo their own entries for ten minutes."""


@dataclass(eq=False)
class NothingToUndo(Refusal):
    """The person entered nothing in the last ten minutes."""


@dataclass(eq=False)
class EnteredBySomebodyElse(Refusal):
    """The entry to undo was made by somebody else (`by`)."""

    by: str


@dataclass(eq=False)
class WorkDateTooFar(Refusal):
    """Rule 6: the work date is within one calendar day of the clock-in's UTC date."""

    work_date: date
    in_at: datetime


@dataclass(eq=False)
class NoSuchTime(Refusal):
    """A local time that a clock change skips on that day."""

    day: date
    time: time
    zone: ZoneInfo


@dataclass(eq=False)
class NotThatOffset(Refusal):
    """A local time with an offset that isn't used there then. `instants` (UTC) are what the time can mean."""

    day: date
    time: time
    zone: ZoneInfo
    instants: Sequence[datetime]


@dataclass(eq=False)
class RepeatedTime(Refusal):
    """A local time that a clock change repeats on that day. `instants` are its two meanings in UTC."""

    day: date
    time: time
    zone: ZoneInfo
    instants: Sequence[datetime]


@dataclass(eq=False)
class InTheAfternoon(Refusal):
    """A clock-out at 5:30 in a form, where 17:30 is much more likely."""

    morning: time
    likely: time


@dataclass(eq=False)
class SameStartAndEnd(Refusal):
    """A record from 09:00 to 09:00 can mean nothing or a whole day."""

    time: time


@dataclass(eq=False)
class UnknownZone(Refusal):
    """Not the name of an IANA time zone."""

    name: str


@dataclass(eq=False)
class UnknownCountry(Refusal):
    """Not a country, or one whose public holidays the library doesn't know. `likely`: names that may be meant."""

    words: str
    likely: Sequence[str] = ()


@dataclass(eq=False)
class UnknownRegion(Refusal):
    """Not a region of the country (by its name) whose public holidays are known. `known`: the codes of those."""

    country: str
    words: str
    known: Sequence[str]


@dataclass(eq=False)
class RegionWithoutCountry(Refusal):
    """A region of no country."""

    words: str


@dataclass(eq=False)
class NotAnOwnDay(Refusal):
    """A line that can't be read as an office's own day. `is_twice`: another line has that day."""

    line: str
    is_twice: bool = False


@dataclass(eq=False)
class InvalidText(Refusal):
    """A comment that is too long (`length`), has control characters, or is on a paid break (`on_paid_break`), which has
    none. `why` completes "The comment …"."""

    why: str
    length: int = 0
    on_paid_break: bool = False


@dataclass(eq=False)
class NoSuchWorkDate(Refusal):
    """A day at the end of the calendar, whose records would reach beyond it."""

    day: date


@dataclass(eq=False)
class InvalidWebhook(Refusal):
    """An address that can't be called. `why` completes "The address …"."""

    why: str


@dataclass(eq=False)
class InvalidRecord(Refusal):
    """An imported record that can't be read or doesn't fit. `why` is a sentence without its full stop."""

    why: str


@dataclass(eq=False)
class KeyReused(Refusal):
    """An Idempotency-Key of the last 24 hours came with another request."""

    key: str


@dataclass(eq=False)
class NotUnderstood(Refusal):
    """Words that can't be read, with what they probably mean.

    `as_comment`: the whole line with the rest in quotes, if that may be a comment (`in a hurry`). The router adds the
    whole line from the command's word on, how that word is typed there (`/clockin`; `in` in a direct message), when it
    was typed, and whether in a direct message. All are empty in a form, at the command line and over HTTP.
    """

    words: str
    likely: Sequence[str] = ()
    command: str = field(default="", kw_only=True)
    line: str = field(default="", kw_only=True)
    as_comment: str = field(default="", kw_only=True)
    typed_at: datetime | None = field(default=None, kw_only=True)
    typed_directly: bool = field(default=False, kw_only=True)


@dataclass(eq=False)
class NotATime(NotUnderstood):
    """Not a time of day."""


@dataclass(eq=False)
class NotANote(NotUnderstood):
    """What looks like a time, a span or a length where a note would be. `before`: what was typed before it."""

    before: str = ""


@dataclass(eq=False)
class NotAPerson(NotUnderstood):
    """A name after `@`, or of a user group, that the chat doesn't know."""


@dataclass(eq=False)
class TwoPeople(NotUnderstood):
    """More than one person where one is expected."""


@dataclass(eq=False)
class NotADateRange(NotUnderstood):
    """Not a range of days."""


@dataclass(eq=False)
class NotADay(NotUnderstood):
    """Numbers that may be one day or another."""


@dataclass(eq=False)
class EndsBeforeItBegins(NotADateRange):
    """A range whose last day is before its first."""


@dataclass(eq=False)
class NotAnOffice(NotUnderstood):
    """Not one of the workspace's offices. Their names are `offices`."""

    offices: Sequence[str] = ()


@dataclass(eq=False)
class UnknownBreakKind(NotUnderstood):
    """Not one of the workspace's kinds of breaks, whose names are `kinds`. In what was typed, the words begin at
    `start`, and come after those of the `kind`, if one was named."""

    kinds: Sequence[str] = ()
    kind: str | None = None
    start: int = 0


@dataclass(eq=False)
class NotATeam(NotUnderstood):
    """Not one of the teams that the caller may see."""


@dataclass(eq=False)
class HiddenTeam(Refusal):
    """A team that the caller does not manage."""

    name: str


@dataclass(eq=False)
class NotACommand(NotUnderstood):
    """Not something that the bot does. `shown`: what is likely, as the reader types it; empty where that's the same."""

    shown: Sequence[str] = field(default=(), kw_only=True)


@dataclass(eq=False)
class OutdatedButton(Refusal):
    """A button or form of an earlier version, or about something that no longer exists."""


class DirectoryUnavailable(Exception):
    """The chat platform can't be asked who somebody is. Nothing was written."""


class Stopped(OutcomeUnknown):
    """The program ends before the work does, which may have been done all the same."""


class TokenRefused(DirectoryUnavailable):
    """The chat platform refuses the bot's token. The text is its reason, for example `invalid_auth`."""
