"""Any sequence of deeds keeps rules 1 to 8, on clocks that jump, in zones from Kiritimati to Baker Island, with breaks
that are paid or not, and with records that are changed.

Beside the ledger runs a model of a few lines that says of each deed how it has to end. Both changes of summer time lie
in the weeks that are tried.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.attendance import breaks, changing, recording
from bot.attendance.recording import NewRecord, Pair
from bot.attendance.undo import undo
from bot.attendance.wanted_records import KEPT, Wanted
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import from_microseconds
from bot.errors import (
    AlreadyOnABreak,
    AlreadyUndone,
    EnteredBySomebodyElse,
    ForgottenClockOut,
    InFuture,
    NotAChange,
    NothingToChange,
    NotInOpenRecord,
    NotOnABreak,
    OnABreak,
    OutNotAfterIn,
    TooLateToUndo,
    TooLong,
    WentOn,
    WorkDateTooFar,
)
from bot.permissions import Caller
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import paid_breaks, pairs
from storage.column_types import MICROSECOND
from storage.database import open_database
from storage.errors import (
    AlreadyClockedIn,
    AlreadyDeleted,
    BreakInTheWay,
    ChangeUndone,
    NotClockedIn,
    NotDeleted,
    NotInsideRecord,
    Overlap,
    Refusal,
    WasChanged,
)
from storage.pairs import Scope
from storage.verify import verify
from tests.builders import ADMIN, NobodyElse, caller, events_of, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.postgresql_server import TIMELESS, Server

ZONES = {
    "U0KIRI": "Pacific/Kiritimati",
    "U0BAKER": "Etc/GMT+12",
    "U0BERLIN": "Europe/Berlin",
    "U0LORD": "Australia/Lord_Howe",
}
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
QUARTER = 15 * MINUTE
STARTS = [utc(text) for text in ("2026-03-28T12:00", "2026-10-03T12:00", "2026-10-24T12:00", "2026-04-04T12:00")]

users = st.sampled_from(sorted(ZONES))


def spans(first_hour: int, last_hour: int) -> st.SearchStrategy[timedelta]:
    """Quarters of an hour, so that edges meet, and a microsecond to either side of them."""
    quarters = st.integers(first_hour * 4, last_hour * 4).map(lambda number: timedelta(minutes=15 * number))
    return st.builds(lambda span, off: span + timedelta(microseconds=off), quarters, st.sampled_from([0, 0, 0, -1, 1]))


lengths = spans(0, 26)
ago = st.none() | spans(0, 40) | st.just(-2 * MINUTE)
jumps = spans(-3, 30)
moves = spans(-3, 3)
VERIFIED_EVERY = 5  # steps


@dataclass
class Coffee:
    """A paid break, of a quarter of an hour at most, that nobody has removed. It was entered when it began.
    `ended_at`: when its end was entered, which an admin did if `ended_by_admin`."""

    break_id: str
    start: datetime
    end: datetime | None = None
    ended_at: datetime | None = None
    ended_by_admin: bool = False

    @property
    def entered_at(self) -> datetime:
        """When its last step was."""
        return self.ended_at if self.end and self.ended_at else self.start

    def ends(self, at: datetime, now: datetime, *, by_admin: bool = False) -> None:
        self.end, self.ended_at, self.ended_by_admin = at, now, by_admin


@dataclass
class Known:
    """What the model remembers of a pair. `entered`: who entered each of its events, and when."""

    user_id: str
    in_at: datetime
    out_at: datetime | None
    work_date: date
    entered: dict[str, tuple[str, datetime]]
    deleted: bool = False
    out_break: str | None = None
    inside: list[Coffee] = field(default_factory=list)
    replaces: str | None = None
    replaced_by: str | None = None
    as_changed: object = None
    """What `written` was when it took another one's place."""
    ended_day: tuple[str, str, datetime] | None = None
    """Of which kind the break was that became the end of the day, who said so and when, if that was last."""
    gone: list[Coffee] = field(default_factory=list)
    """The paid break that its clock-out removed."""

    @property
    def written(self) -> object:
        """What would be lost with it."""
        return self.out_at, self.out_break, [(one.start, one.end) for one in self.inside]

    def may_be_continued(self, at: datetime) -> bool:
        """Whether a clock-in then has this record's work date."""
        if self.out_break is None or self.out_at is None or self.deleted:
            return False
        is_near = timedelta() <= at - self.out_at <= 6 * HOUR
        return is_near and abs(at.astimezone(UTC).date() - self.work_date) <= DAY


def whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def local_day(at: datetime, user_id: str) -> date:
    return at.astimezone(ZoneInfo(ZONES[user_id])).date()


class Deeds(RuleBasedStateMachine):
    """On SQLite. `REPLICAS` processes' worth of open ledgers take turns."""

    REPLICAS = 1
    steps = 0
    empty: Path
    """A ledger to be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock(STARTS[0])
        self.known: dict[str, Known] = {}
        self.turn = 0
        url = self.new_ledger()
        self.replicas = [self.run(open_database(url, clock=self.clock)) for _ in range(self.REPLICAS)]
        services = self.run(workplace(self.replicas[0], ZONES))
        kinds = workspace_settings.typed("break_kinds", "lunch unpaid, coffee paid 15")
        self.run(workspace_settings.change(services, ADMIN, break_kinds=kinds))

    def new_ledger(self) -> str:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.empty, self.folder / "ledger.db")
        return f"sqlite:///{self.folder}/ledger.db"

    def remove_ledger(self) -> None:
        shutil.rmtree(self.folder)

    @property
    def services(self) -> Services:
        """The replica that is next."""
        self.turn += 1
        return Services(self.replicas[self.turn % len(self.replicas)], NobodyElse())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def ended(self, work: Coroutine[Any, Any, Any]) -> tuple[type[Refusal] | None, Any]:
        """The result of an operation: its refusal's type, or what it returned."""
        try:
            return None, self.run(work)
        except Refusal as refused:
            return type(refused), None

    def in_the_way(self, user_id: str, start: datetime, end: datetime | None, but: str = "") -> Known | None:
        return next(
            (
                other
                for event_id, other in self.known.items()
                if event_id != but and other.user_id == user_id and not other.deleted
                if (end is None or other.in_at < end) and (other.out_at is None or other.out_at > start)
            ),
            None,
        )

    def remember(self, pair: Pair, inside: Sequence[Coffee] = ()) -> Known:
        """What is there now. Paid breaks stay with their record, unless they come from another one."""
        out_at = pair.clock_out.at if pair.clock_out else None
        entered = {half.id: (half.by, half.recorded_at) for half in (pair.clock_in, pair.clock_out) if half}
        found = Known(pair.user_id, pair.clock_in.at, out_at, pair.work_date, entered, out_break=pair.out_break)
        before = self.known.get(pair.clock_in.id)
        found.inside = before.inside if before else list(inside)
        found.replaces = before.replaces if before else pair.replaces
        found.as_changed = before.as_changed if before else None
        self.known[pair.clock_in.id] = found
        return found

    def latest(self, user_id: str) -> Known | None:
        theirs = [known for known in self.known.values() if known.user_id == user_id and not known.deleted]
        return max(theirs, key=lambda known: known.in_at, default=None)

    def last_break(self, user_id: str) -> tuple[Known, Coffee | None] | None:
        """The latest record, if its clock-out started a break, or with the paid one that is open in it."""
        latest = self.latest(user_id)
        if latest is None:
            return None
        coffee = next((one for one in latest.inside if one.end is None), None)
        return (latest, coffee) if coffee or latest.out_break else None

    def break_now(self, user_id: str) -> tuple[Known, Coffee | None] | None:
        """The same, unless it's over although nobody ended it."""
        found = self.last_break(user_id)
        if found is None:
            return None
        record, coffee = found
        is_on = self.clock.now - record.in_at <= DAY if coffee else record.may_be_continued(self.clock.now)
        return found if is_on else None

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: datetime) -> None:
        self.clock.now = start

    @rule(how_far=jumps)
    def time_jumps(self, how_far: timedelta) -> None:
        self.clock.now += how_far

    @rule(user_id=users, before=ago)
    def clock_in(self, user_id: str, before: timedelta | None) -> None:
        at = None if before is None else self.clock.now - before
        happened_at = at or self.clock.now
        expected: type[Refusal] | None = None
        if happened_at > self.clock.now + MINUTE:
            expected = InFuture
        elif other := self.in_the_way(user_id, happened_at, None):
            is_open = any(
                known.out_at is None and not known.deleted and known.user_id == user_id for known in self.known.values()
            )
            expected = AlreadyClockedIn if is_open else Overlap
            assert other.user_id == user_id
        last = self.latest(user_id)
        refused, result = self.ended(recording.clock_in(self.services, caller(user_id), user_id, at=at))
        assert refused is expected
        if result:
            self.remember(result.pair)
            continued = last.work_date if last and last.may_be_continued(happened_at) else None
            assert result.pair.work_date == (continued or local_day(happened_at, user_id))

    @rule(user_id=users)
    def two_press_at_once(self, user_id: str) -> None:
        """A double click, or the same person on the phone and at the desk: one event, and one clear answer each."""
        opened = self.in_the_way(user_id, self.clock.now, None)

        async def press() -> list[Any]:
            deeds = [recording.clock_in(self.services, caller(user_id), user_id) for _ in range(2)]
            return await asyncio.gather(*deeds, return_exceptions=True)

        results = self.run(press())
        done = [result for result in results if not isinstance(result, BaseException)]
        assert len(done) == (0 if opened else 1)
        assert all(isinstance(result, AlreadyClockedIn | Overlap) for result in results if result not in done)
        for result in done:
            self.remember(result.pair)

    @rule(user_id=users, after=st.none() | lengths)
    def clock_out(self, user_id: str, after: timedelta | None) -> None:
        opened = next(
            (
                known
                for known in self.known.values()
                if known.user_id == user_id and known.out_at is None and not known.deleted
            ),
            None,
        )
        at = opened.in_at + after if opened and after is not None else None
        expected: type[Refusal] | None = None
        if self.break_now(user_id):
            expected = OnABreak
        elif opened is None:
            expected = NotClockedIn
        else:
            happened_at = at or self.clock.now
            if at is None and happened_at - opened.in_at > DAY:
                expected = ForgottenClockOut
            elif happened_at <= opened.in_at:
                expected = OutNotAfterIn
            elif happened_at - opened.in_at > DAY:
                expected = TooLong
            elif happened_at > self.clock.now + MINUTE:
                expected = InFuture
            elif any(one.end and one.end > happened_at for one in opened.inside):
                expected = BreakInTheWay
        refused, result = self.ended(recording.clock_out(self.services, caller(user_id), user_id, at=at))
        assert refused is expected
        if result:
            self.remember(result.pair)
            self.close_coffee(result.pair)
            same_day = [
                known.out_at.replace(second=0, microsecond=0) - known.in_at.replace(second=0, microsecond=0)
                for known in self.known.values()
                if known.user_id == user_id and known.work_date == result.pair.work_date
                if known.out_at and not known.deleted
            ]
            assert result.day_total == sum(same_day, timedelta())

    async def stored(self, known: Known) -> Pair:
        (in_id,) = (event_id for event_id, other in self.known.items() if other is known)
        return await self.services.database.read(lambda tx: pairs.by_event(tx.connection, WORKSPACE, in_id))

    def close_coffee(self, pair: Pair) -> None:
        """A paid break ends with its record, after a quarter of an hour at most. One that began later is gone."""
        assert pair.clock_out
        inside = self.known[pair.clock_in.id].inside
        for one in [one for one in inside if one.end is None]:
            if one.start >= pair.clock_out.at:
                inside.remove(one)
                self.known[pair.clock_in.id].gone = [one]
            else:
                one.ends(min(pair.clock_out.at, one.start + QUARTER), self.clock.now)

    def somebody(self, data: st.DataObject, likely: Callable[[str], object]) -> str:
        """Anybody, but mostly somebody of whom this is true."""
        chosen = [user_id for user_id in sorted(ZONES) if likely(user_id)]
        if chosen and data.draw(st.sampled_from([True, True, True, False])):
            return data.draw(st.sampled_from(chosen))
        return data.draw(users)

    @precondition(lambda self: any(known.out_at is None and not known.deleted for known in self.known.values()))
    @rule(data=st.data(), is_paid=st.booleans(), after=spans(0, 5))
    def start_break(self, data: st.DataObject, is_paid: bool, after: timedelta) -> None:
        self.clock.now += after
        user_id = self.somebody(data, lambda one: (last := self.latest(one)) and last.out_at is None)
        now, latest = self.clock.now, self.latest(user_id)
        expected: type[Refusal] | None = None
        if self.break_now(user_id):
            expected = AlreadyOnABreak
        elif latest is None or latest.out_at is not None:
            expected = NotClockedIn
        elif now - latest.in_at > DAY:
            expected = ForgottenClockOut
        elif now < latest.in_at or (now == latest.in_at and not is_paid):
            expected = NotInOpenRecord
        elif any(one.end is None or one.end > now for one in latest.inside):
            expected = BreakInTheWay
        kind = "coffee" if is_paid else "lunch"
        refused, result = self.ended(breaks.start_break(self.services, caller(user_id), user_id, kind=kind))
        assert refused is expected
        if result:
            known = self.remember(result.pair)
            if is_paid:
                known.inside.append(Coffee(result.on.id, now))
            else:
                assert (result.pair.out_break, known.out_at) == ("lunch", now)

    @precondition(lambda self: any(map(self.last_break, ZONES)))
    @rule(data=st.data(), after=spans(0, 7))
    def back(self, data: st.DataObject, after: timedelta) -> None:
        self.clock.now += after
        user_id = self.somebody(data, self.last_break)
        now, on = self.clock.now, self.break_now(user_id)
        at = now
        expected: type[Refusal] | None = None
        if on is None:
            expected = NotOnABreak
        else:
            record, coffee = on
            began = coffee.start if coffee else record.out_at
            assert began
            if at <= began and whole_minute(at) == whole_minute(began):
                at = began + MICROSECOND
            if at <= began:
                expected = OutNotAfterIn
        refused, result = self.ended(breaks.back(self.services, caller(user_id), user_id))
        assert refused is expected
        if on is None or not result:
            return
        in_at, day = at, record.work_date
        if coffee:
            is_longer = whole_minute(at) - whole_minute(coffee.start) > QUARTER
            coffee.ends(coffee.start + QUARTER if is_longer else at, now)
            if is_longer:
                closed = self.remember(self.run(self.stored(record)))
                assert (closed.out_at, closed.out_break) == (coffee.end, "coffee")
                day = day if closed.may_be_continued(at) else local_day(at, user_id)
            else:
                in_at = record.in_at
        assert (result.pair.clock_in.at, result.pair.work_date) == (in_at, day)
        self.remember(result.pair)

    @rule(data=st.data())
    def end_day(self, data: st.DataObject) -> None:
        user_id = self.somebody(data, self.last_break)
        found = self.last_break(user_id)
        expected: type[Refusal] | None = None
        if found is None:
            expected = NotOnABreak
        elif found[1] and found[1].start <= found[0].in_at:
            expected = OutNotAfterIn
        refused, result = self.ended(breaks.end_day(self.services, caller(user_id), user_id))
        assert refused is expected
        if result and found:
            record, coffee = found
            began = coffee.start if coffee else record.out_at
            if coffee:
                record.inside.remove(coffee)
            known = self.remember(result.pair)
            assert (known.out_at, known.out_break) == (began, None)
            if coffee:
                known.gone = [coffee]
            else:
                assert record.out_break
                known.ended_day = (record.out_break, user_id, self.clock.now)

    @rule(user_id=users, before=spans(0, 60), length=lengths)
    def record(self, user_id: str, before: timedelta, length: timedelta) -> None:
        start = self.clock.now - before
        end = start + length
        expected: type[Refusal] | None = None
        if end <= start:
            expected = OutNotAfterIn
        elif end - start > DAY:
            expected = TooLong
        elif end > self.clock.now + MINUTE:
            expected = InFuture
        elif self.in_the_way(user_id, start, end):
            expected = Overlap
        refused, result = self.ended(recording.record(self.services, ADMIN, NewRecord(user_id, start, end)))
        assert refused is expected
        if result:
            self.remember(result.pair)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), is_later=st.booleans(), by_admin=st.booleans())
    def undo(self, data: st.DataObject, is_later: bool, by_admin: bool) -> None:
        """By the person of the record or an admin: at once, or a microsecond later than is allowed."""
        in_id = data.draw(st.sampled_from(sorted(self.known)))
        pair = self.known[in_id]
        event_id = data.draw(st.sampled_from(sorted(pair.entered)))
        who = ADMIN if by_admin else caller(pair.user_id)
        if is_later:
            entered_at = pair.entered[event_id][1]
            self.clock.now = max(self.clock.now, entered_at + 10 * MINUTE + timedelta(microseconds=1))
        is_out = event_id != in_id
        undone = [pair.entered[event_id]] if is_out else list(pair.entered.values())
        if is_out and pair.ended_day and not pair.deleted:
            self.undo_end_of_day(pair, event_id, who)
            return
        expected: type[Refusal] | None = None
        after = self.entered_with(pair, event_id) if is_out else None
        if pair.deleted:
            expected = AlreadyDeleted
        elif refusing := [entry for entry in undone if self.refuses_undo(who, *entry)]:
            by_another = refusing[0][0] != who.user_id
            expected = EnteredBySomebodyElse if by_another else TooLateToUndo
        elif is_out and not after and self.in_the_way(pair.user_id, pair.in_at, None, but=in_id):
            opened = [other for other in self.known.values() if other.out_at is None and not other.deleted]
            expected = AlreadyClockedIn if pair.user_id in {other.user_id for other in opened} else Overlap
        refused, result = self.ended(undo(self.services, who, event_id))
        assert refused is expected
        if result:
            pair.deleted = True
            assert (result.reopened is not None) == is_out
        if result and result.reopened:
            stay = self.carried_over(pair, pair.entered[event_id][1], result.reopened, after.inside if after else ())
            if after:
                after.deleted = True
            self.remember(result.reopened, stay)
            assert (result.reopened.clock_in.at, result.reopened.work_date) == (pair.in_at, pair.work_date)

    def undo_end_of_day(self, pair: Known, event_id: str, who: Caller) -> None:
        """The break goes on, in a record that is otherwise the same."""
        assert pair.ended_day
        kind, by, said_at = pair.ended_day
        latest = self.latest(pair.user_id)
        expected: type[Refusal] | None = None
        if by != who.user_id:
            expected = EnteredBySomebodyElse
        elif self.clock.now - said_at > 10 * MINUTE:
            expected = TooLateToUndo
        elif latest is not pair:
            expected = AlreadyClockedIn if latest and latest.out_at is None else Overlap
        refused, result = self.ended(undo(self.services, who, event_id))
        assert refused is expected
        if result:
            again = result.on.pair
            ids = self.breaks_in(again)
            pair.deleted = True
            now = self.remember(again, [replace(one, break_id=ids[one.start]) for one in pair.inside])
            assert (now.in_at, now.out_at, now.work_date) == (pair.in_at, pair.out_at, pair.work_date)
            assert (now.out_break, list(now.entered.values())) == (kind, list(pair.entered.values()))

    def entered_with(self, pair: Known, out_id: str) -> Known | None:
        """The record after the break, if it was entered with the clock-out."""
        latest = self.latest(pair.user_id)
        if pair.out_break is None or pair.out_at is None or latest is None or latest.in_at < pair.out_at:
            return None
        return latest if set(latest.entered.values()) == {pair.entered[out_id]} else None

    def carried_over(
        self, before: Known, left_at: datetime, reopened: Pair, later: Sequence[Coffee] = ()
    ) -> list[Coffee]:
        """The paid breaks of a record that is open again, and those of the record that went on after it. What ended
        with it goes on."""
        ids = self.breaks_in(reopened)
        return [
            replace(one, break_id=ids[one.start], end=one.end if one.entered_at != left_at else None)
            for one in before.inside
        ] + [replace(one, break_id=ids[one.start]) for one in (*before.gone, *later)]

    def breaks_in(self, pair: Pair) -> dict[datetime, str]:
        """The ids of the paid breaks in the record, by their start."""
        scope = Scope(WORKSPACE, pair.work_date, pair.work_date)
        there = self.run(self.services.database.read(lambda tx: list(paid_breaks.within(tx.connection, scope))))
        return {one.start.at: one.break_id for one in there if one.in_id == pair.clock_in.id}

    @precondition(lambda self: any(known.inside for known in self.known.values()))
    @rule(data=st.data(), is_later=st.booleans())
    def undo_break(self, data: st.DataObject, is_later: bool) -> None:
        record = data.draw(st.sampled_from([known for known in self.known.values() if known.inside]))
        one = data.draw(st.sampled_from(record.inside))
        if is_later:
            self.clock.now = max(self.clock.now, one.entered_at + 10 * MINUTE + timedelta(microseconds=1))
        expected: type[Refusal] | None = None
        if one.end and one.ended_by_admin:
            expected = EnteredBySomebodyElse
        elif self.clock.now - one.entered_at > 10 * MINUTE:
            expected = TooLateToUndo
        elif one.end and record.out_at:
            expected = NotInsideRecord
        elif one.end and any(other.start > one.start for other in record.inside):
            expected = BreakInTheWay
        refused, result = self.ended(breaks.undo_break(self.services, caller(record.user_id), one.break_id))
        assert refused is expected
        if result and one.end:
            one.end, one.break_id = None, result.id
        elif result:
            record.inside.remove(one)

    def refuses_undo(self, who: Caller, by: str, entered_at: datetime) -> bool:
        return by != who.user_id or self.clock.now - entered_at > 10 * MINUTE

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        event_id = data.draw(st.sampled_from(sorted(self.known)))
        expected = AlreadyDeleted if self.known[event_id].deleted else None
        refused, _ = self.ended(recording.delete(self.services, ADMIN, event_id))
        assert refused is expected
        self.known[event_id].deleted = True

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        event_id = data.draw(st.sampled_from(sorted(self.known)))
        pair = self.known[event_id]
        expected: type[Refusal] | None = None
        if not pair.deleted:
            expected = NotDeleted
        elif pair.replaced_by:
            expected = WasChanged
        elif pair.replaces and self.known[pair.replaces].replaced_by != event_id:
            expected = ChangeUndone
        elif self.in_the_way(pair.user_id, pair.in_at, pair.out_at, but=event_id):
            both_open = pair.out_at is None and any(
                known.user_id == pair.user_id and known.out_at is None and not known.deleted
                for known in self.known.values()
            )
            expected = AlreadyClockedIn if both_open else Overlap
        refused, _ = self.ended(recording.restore(self.services, ADMIN, event_id))
        assert refused is expected
        if refused is None:
            pair.deleted, pair.ended_day = False, None

    @precondition(lambda self: self.known)
    @rule(data=st.data(), start_by=st.none() | moves, end_by=st.none() | moves, days=st.sampled_from([0, 0, 0, 1, 2]))
    def change(self, data: st.DataObject, start_by: timedelta | None, end_by: timedelta | None, days: int) -> None:
        """Start and end move by so much; the end of an open record comes so long after its start. With `days`, it
        counts for another day."""
        in_id = data.draw(st.sampled_from(sorted(self.known)))
        was = self.known[in_id]
        start = was.in_at if start_by is None else was.in_at + start_by
        end = was.out_at if end_by is None else (was.out_at or was.in_at) + end_by
        local = local_day(was.in_at, was.user_id)
        day = local_day(start, was.user_id) if was.work_date == local else was.work_date
        day = was.work_date + days * DAY if days else day
        expected: type[Refusal] | None = None
        if was.deleted:
            expected = AlreadyDeleted
        elif (start, end, day) == (was.in_at, was.out_at, was.work_date):
            expected = NothingToChange
        elif abs(day - start.astimezone(UTC).date()) > DAY:
            expected = WorkDateTooFar
        elif end and end <= start:
            expected = OutNotAfterIn
        elif end and end - start > DAY:
            expected = TooLong
        elif (end or start) > self.clock.now + MINUTE:
            expected = InFuture
        elif self.in_the_way(was.user_id, start, end, but=in_id):
            expected = Overlap  # of two open ones, the second could not have come to be
        wanted = Wanted(
            work_date=day if days else KEPT,
            in_at=KEPT if start_by is None else start,
            out_at=KEPT if end_by is None or end is None else end,
        )
        refused, result = self.ended(changing.change(self.services, ADMIN, in_id, wanted, "was wrong"))
        assert refused is expected
        if not result:
            return
        was.deleted, was.replaced_by = True, result.pair.clock_in.id
        stay = [replace(one) for one in was.inside if self.still_fits(one, start, end)]
        for one in stay:
            if end and one.end is None:
                one.ends(min(end, one.start + QUARTER), self.clock.now, by_admin=True)
        ids = self.breaks_in(result.pair)
        now = self.remember(result.pair, [replace(one, break_id=ids.pop(one.start)) for one in stay])
        assert ids == {}
        assert (now.in_at, now.out_at, now.work_date, now.out_break) == (start, end, day, was.out_break)
        now.as_changed = now.written

    def still_fits(self, one: Coffee, start: datetime, end: datetime | None) -> bool:
        if one.start < start:
            return False
        return end is None or (one.end <= end if one.end else one.start < end)

    @precondition(lambda self: any(known.replaces for known in self.known.values()))
    @rule(data=st.data())
    def undo_change(self, data: st.DataObject) -> None:
        in_id = self.somebody_s_record(data)
        known = self.known[in_id]
        former = self.known.get(known.replaces or "")
        expected: type[Refusal] | None = None
        if known.deleted:
            is_back = former is not None and not former.deleted and known.replaced_by is None
            expected = AlreadyUndone if is_back else AlreadyDeleted
        elif former is None:
            expected = NotAChange
        elif known.written != known.as_changed:
            expected = WentOn
        else:
            known.deleted = True  # is out of the way
            if self.in_the_way(known.user_id, former.in_at, former.out_at, but=known.replaces or ""):
                both_open = former.out_at is None and self.is_open(known.user_id)
                expected = AlreadyClockedIn if both_open else Overlap
            known.deleted = False
        refused, result = self.ended(changing.undo_change(self.services, ADMIN, in_id))
        assert refused is expected
        if result and former:
            known.deleted, former.deleted, former.replaced_by, former.ended_day = True, False, None, None
            assert result.pair.clock_in.id == known.replaces

    def somebody_s_record(self, data: st.DataObject) -> str:
        """Any record, but mostly one that took the place of another one."""
        changed = sorted(in_id for in_id, known in self.known.items() if known.replaces and not known.deleted)
        if changed and data.draw(st.sampled_from([True, True, False])):
            return data.draw(st.sampled_from(changed))
        return data.draw(st.sampled_from(sorted(self.known)))

    def is_open(self, user_id: str) -> bool:
        return any(
            known.user_id == user_id and known.out_at is None and not known.deleted for known in self.known.values()
        )

    @invariant()
    def every_rule_holds(self) -> None:
        type(self).steps += 1
        if self.steps % VERIFIED_EVERY == 0:  # a fault stays: what broke a rule is found at the latest at the end
            self.assert_whole()
            self.assert_paid_breaks()

    def assert_whole(self) -> None:
        found = self.run(self.services.database.read(lambda tx: list(verify(tx.connection))))
        assert [fault for fault in found if not fault.is_warning] == []  # clocks are set back here

    def assert_paid_breaks(self) -> None:
        scope = Scope(WORKSPACE, date(2026, 1, 1), date(2026, 12, 31))
        found = self.run(self.services.database.read(lambda tx: list(paid_breaks.within(tx.connection, scope))))
        assert {one.break_id: (one.in_id, one.start.at, one.end and one.end.at) for one in found} == {
            one.break_id: (in_id, one.start, one.end)
            for in_id, known in self.known.items()
            if not known.deleted
            for one in known.inside
        }

    @invariant()
    def queries_show_what_lives_and_nothing_else(self) -> None:
        everything = DateRange(date(2026, 1, 1), date(2026, 12, 31))
        found = self.run(events_of(self.services, ADMIN, everything))
        at = {event.id: from_microseconds(event.at) for event in found}
        clock_ins = [event for event in found if event.is_clock_in]
        assert {event.id: (at[event.id], event.linked_id and at[event.linked_id]) for event in clock_ins} == {
            event_id: (known.in_at, known.out_at) for event_id, known in self.known.items() if not known.deleted
        }

    def teardown(self) -> None:
        """Every state that can be entered can be left: each open clock-in ends, once one says when."""
        opened = [known for known in self.known.values() if known.out_at is None and not known.deleted]
        for known in opened:
            last = max([known.in_at, *(one.end or one.start for one in known.inside)])
            left_at = min(last + MINUTE, known.in_at + DAY)
            self.clock.now = max(self.clock.now, left_at)
            who = caller(known.user_id)
            end = recording.clock_out(self.services, who, known.user_id, at=left_at, ends_paid_break=True)
            assert self.run(end).pair.clock_out.at == left_at
        self.assert_whole()
        for replica in self.replicas:
            self.run(replica.close())
        self.runner.close()
        self.remove_ledger()


class DeedsOnPostgresql(Deeds):
    server: Server

    def new_ledger(self) -> str:
        self.name = self.server.database(TIMELESS)
        return self.server.url(self.name)

    def remove_ledger(self) -> None:
        with self.server.connected("postgres") as connection:
            connection.execute(f"DROP DATABASE {self.name} WITH (FORCE)")


class DeedsOnTwoReplicas(DeedsOnPostgresql):
    REPLICAS = 2


IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TRIED = settings(
    settings.get_profile("long" if IS_LONG else "short"),
    max_examples=600 if IS_LONG else 10,
    stateful_step_count=60 if IS_LONG else 30,
)


@pytest.mark.parametrize("machine", [Deeds, DeedsOnPostgresql, DeedsOnTwoReplicas])
def test_any_sequence_of_operations_keeps_every_rule(machine: type[Deeds], request: pytest.FixtureRequest) -> None:
    machine.empty = request.getfixturevalue("migrated_file")
    if issubclass(machine, DeedsOnPostgresql):
        machine.server = request.getfixturevalue("postgresql")
    machine.steps = 0
    run_state_machine_as_test(machine, settings=TRIED)
    print(f"{machine.__name__}: {machine.steps} steps")
    assert machine.steps > (20_000 if IS_LONG else 100)
