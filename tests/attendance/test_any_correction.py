"""Any sequence of asking, answering, applying, withdrawing, signing and approving, between direct changes, keeps the
rules: of each correction one outcome, nothing changes in a locked period but by an approved correction, and all that
waits can be ended.

Beside the ledger runs a model that knows records, corrections and signatures as plain facts, and says how each step has
to end.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

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

from bot.attendance import changing, corrections, recording, signatures
from bot.attendance.recording import NewRecord, Pair
from bot.attendance.wanted_records import KEPT, Wanted
from bot.errors import (
    ConsentTooEarly,
    Forbidden,
    NothingToChange,
    NotSignedYet,
    OutNotAfterIn,
    OwnCorrection,
    WordsNotKept,
)
from bot.permissions import Caller
from bot.runtime.services import Services
from storage import corrections as stored
from storage import pair_queries
from storage.corrections import Answer, Correction
from storage.database import open_database
from storage.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    AlreadyDeleted,
    AlreadySigned,
    ChangeUndone,
    CorrectionWaiting,
    NotDeleted,
    Overlap,
    Refusal,
    WasChanged,
)
from storage.pairs import Scope
from storage.period_locks import PeriodLocked
from storage.signatures import Signature
from storage.verify import verify
from tests.builders import ADMIN, NobodyElse, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.postgresql_server import TIMELESS, Server
from tests.storage.correcting import ANA, BEN, MARCO, ROSA, staff

EVERYBODY = (ANA, BEN, MARCO, ROSA, ADMIN)
SUBJECTS = (ANA, MARCO)
"""Marco manages Ana, and is in the team himself; Rosa manages both, Ben nobody."""
DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
START = utc("2026-11-23T08:00")
MONDAYS = (date(2026, 11, 9), date(2026, 11, 16))
VERIFIED_EVERY = 5  # steps

T = TypeVar("T")
anybody = st.sampled_from(EVERYBODY)
hours = st.integers(0, 2 * 7 * 24 - 9)
lengths = st.integers(1, 8)
moves = st.integers(-3, 3)


@dataclass
class Known:
    """A record. `times`: from, to, in hours since the first Monday."""

    user_id: str
    times: tuple[int, int]
    deleted: bool = False
    replaces: str | None = None
    replaced_by: str | None = None

    @property
    def day(self) -> date:
        return MONDAYS[0] + timedelta(hours=self.times[0])


@dataclass
class Asked:
    """A correction: `after` in hours, None to remove."""

    user_id: str
    by: str
    kind: str
    target: str | None
    after: tuple[int, int] | None
    at: datetime
    days: set[date] = field(default_factory=set)
    objected: bool = False
    outcome: str | None = None
    result: str | None = None

    @property
    def by_person(self) -> bool:
        return self.by == self.user_id


@dataclass
class Signed:
    """A signature that stands."""

    signature_id: str
    user_id: str
    monday: date
    is_approval: bool
    records: frozenset[str]
    """By their clock-ins: a record is never written again."""


def at(hour: int) -> datetime:
    return utc(f"{MONDAYS[0]}T00:00") + hour * HOUR


def is_usual(times: tuple[int, int]) -> bool:
    """In these two weeks, and of a day at most."""
    return times[0] >= 0 and times[1] <= 2 * 7 * 24 and times[1] - times[0] <= 24


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_employer(who: Caller, user_id: str) -> bool:
    """Whether they may answer and approve for that person."""
    return who is ADMIN or (who in (MARCO, ROSA) and who.user_id != user_id and user_id in ("U0ANA", "U0MARCO"))


def pick(data: st.DataObject, among: Sequence[T]) -> T:
    """One of them. Hypothesis draws the same number however many there are, because that depends on who was first."""
    return among[data.draw(st.integers(0, 999)) % len(among)]


class Steps(RuleBasedStateMachine):
    """On SQLite. `REPLICAS` processes' worth of open ledgers take turns."""

    REPLICAS = 1
    steps = 0
    empty: Path
    """A ledger to be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock(START)
        self.records: dict[str, Known] = {}
        self.asked: dict[str, Asked] = {}
        self.signed: list[Signed] = []
        self.turn = 0
        url = self.new_ledger()
        self.replicas = [self.run(open_database(url, clock=self.clock)) for _ in range(self.REPLICAS)]
        self.run(staff(self.run(workplace(self.replicas[0], {"U0ANA": "UTC"}))))

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

    def ended(self, work: Coroutine[Any, Any, Any], expected: type[Refusal] | Iterable[type[Refusal]] | None) -> Any:
        """What the step returned, if it isn't expected to be refused."""
        allowed = (expected,) if expected is None or isinstance(expected, type) else tuple(expected)
        result, refused = None, None
        try:
            result = self.run(work)
        except Refusal as error:
            refused = error
        assert (None if refused is None else type(refused)) in allowed, (refused, result)
        return result

    # What the model knows

    def living(self, user_id: str) -> dict[str, Known]:
        return {in_id: one for in_id, one in self.records.items() if one.user_id == user_id and not one.deleted}

    def overlaps(self, user_id: str, times: tuple[int, int], but: str | None = None) -> bool:
        return any(
            one.times[0] < times[1] and times[0] < one.times[1]
            for in_id, one in self.living(user_id).items()
            if in_id != but
        )

    def waits_about(self, in_id: str | None) -> bool:
        return in_id is not None and any(one.target == in_id and one.outcome is None for one in self.asked.values())

    def of_week(self, user_id: str, first: date) -> frozenset[str]:
        return frozenset(in_id for in_id, one in self.living(user_id).items() if monday(one.day) == first)

    def standing(self, user_id: str, first: date, *, is_approval: bool) -> Signed | None:
        wanted = (user_id, first, is_approval)
        return next((one for one in self.signed if (one.user_id, one.monday, one.is_approval) == wanted), None)

    def is_locked(self, user_id: str, *days: date) -> bool:
        return any(self.standing(user_id, monday(day), is_approval=True) for day in days)

    def remember(self, pair: Pair) -> None:
        assert pair.clock_out
        from_, to = ((half.at - at(0)) // HOUR for half in (pair.clock_in, pair.clock_out))
        self.records[pair.clock_in.id] = Known(pair.user_id, (from_, to), replaces=pair.replaces)
        if pair.replaces:
            before = self.records[pair.replaces]
            before.deleted, before.replaced_by = True, pair.clock_in.id

    def note(self, one: Correction | None, kind: str, after: tuple[int, int] | None) -> None:
        if one is None:
            return
        days = {pair.work_date for pair in (one.before, one.after) if pair}
        self.asked[one.correction_id] = Asked(
            one.user_id, one.asked_by, kind, one.target_in_id, after, self.clock.now, days
        )

    # Direct changes, by an admin

    @initialize()
    def begin(self) -> None:
        self.clock.now = START

    @rule(how_far=st.sampled_from([HOUR, DAY, 3 * DAY, 7 * DAY]))
    def time_passes(self, how_far: timedelta) -> None:
        self.clock.now += how_far

    @rule(who=st.sampled_from(SUBJECTS), hour=hours, length=lengths)
    def add(self, who: Caller, hour: int, length: int) -> None:
        times = (hour, hour + length)
        expected = self.refused_at(who.user_id, times, None)
        new = NewRecord(who.user_id, at(times[0]), at(times[1]))
        if done := self.ended(recording.record(self.services, ADMIN, new), expected):
            self.remember(done.pair)

    def refused_at(self, user_id: str, times: tuple[int, int], but: str | None) -> set[type[Refusal]] | None:
        """Either reason, if there are both."""
        days = [MONDAYS[0] + timedelta(hours=times[0])] + ([self.records[but].day] if but else [])
        found: set[type[Refusal]] = {PeriodLocked} if self.is_locked(user_id, *days) else set()
        found |= {Overlap} if self.overlaps(user_id, times, but) else set()
        return found or None

    @precondition(lambda self: self.records)
    @rule(data=st.data(), by=moves, to=moves)
    def change(self, data: st.DataObject, by: int, to: int) -> None:
        in_id = pick(data, sorted(self.records))
        one = self.records[in_id]
        times = (one.times[0] + by, one.times[1] + to)
        if not is_usual(times):
            return
        expected: Any = self.refused_at(one.user_id, times, in_id)
        if one.deleted:
            expected = AlreadyDeleted
        elif times == one.times:
            expected = NothingToChange
        elif times[1] <= times[0]:
            expected = OutNotAfterIn
        wanted = Wanted(in_at=at(times[0]), out_at=at(times[1]))
        if done := self.ended(changing.change(self.services, ADMIN, in_id, wanted, "moved"), expected):
            self.remember(done.pair)

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        in_id = pick(data, sorted(self.records))
        one = self.records[in_id]
        expected = AlreadyDeleted if one.deleted else PeriodLocked if self.is_locked(one.user_id, one.day) else None
        if self.ended(recording.delete(self.services, ADMIN, in_id), expected):
            one.deleted = True

    @precondition(lambda self: any(one.deleted for one in self.records.values()))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        in_id = pick(data, sorted(self.records))
        one = self.records[in_id]
        expected: Any = self.refused_at(one.user_id, one.times, None) if one.deleted else NotDeleted
        if one.replaced_by:
            expected = WasChanged
        elif one.replaces and one.deleted and self.records[one.replaces].replaced_by != in_id:
            expected = ChangeUndone
        if self.ended(recording.restore(self.services, ADMIN, in_id), expected):
            one.deleted = False

    # Corrections

    @rule(who=anybody, whom=st.sampled_from(SUBJECTS), hour=hours, length=lengths)
    def ask_to_add(self, who: Caller, whom: Caller, hour: int, length: int) -> None:
        times, user_id = (hour, hour + length), whom.user_id
        expected: type[Refusal] | None = None
        if not (who is whom or is_employer(who, user_id)):
            expected = Forbidden
        elif any((one.kind, one.user_id, one.after, one.outcome) == ("add", user_id, times, None) for one in self.all):
            expected = AlreadyAsked
        elif self.overlaps(user_id, times):
            expected = Overlap
        new = NewRecord(user_id, at(times[0]), at(times[1]))
        self.note(self.ended(corrections.ask_to_add(self.services, who, new, "forgot it"), expected), "add", times)

    @property
    def all(self) -> Iterable[Asked]:
        return self.asked.values()

    @precondition(lambda self: self.records)
    @rule(data=st.data(), who=anybody, by=moves, to=moves, removes=st.booleans())
    def ask_about(self, data: st.DataObject, who: Caller, by: int, to: int, removes: bool) -> None:
        in_id = pick(data, sorted(self.records))
        one = self.records[in_id]
        times = (one.times[0] + by, one.times[1] + to)
        if not is_usual(times):
            return
        expected: type[Refusal] | None = None
        if not (who.user_id == one.user_id or is_employer(who, one.user_id)):
            expected = Forbidden
        elif one.deleted:
            expected = AlreadyDeleted
        elif not removes and times == one.times:
            expected = NothingToChange
        elif not removes and times[1] <= times[0]:
            expected = OutNotAfterIn
        elif not removes and self.overlaps(one.user_id, times, in_id):
            expected = Overlap
        elif self.waits_about(in_id):
            expected = AlreadyAsked
        if removes:
            asked = self.ended(corrections.ask_to_remove(self.services, who, in_id, "was at home"), expected)
            self.note(asked, "remove", None)
            return
        wanted = Wanted(
            in_at=at(times[0]) if times[0] != one.times[0] else KEPT,
            out_at=at(times[1]) if times[1] != one.times[1] else KEPT,
        )
        asked = self.ended(corrections.ask_to_change(self.services, who, in_id, wanted, "was longer"), expected)
        self.note(asked, "change", times)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), who=anybody, says_yes=st.booleans(), words=st.sampled_from(["", "so it was"]))
    def answer(self, data: st.DataObject, who: Caller, says_yes: bool, words: str) -> None:
        correction_id, one = self.chosen(data)
        employer = is_employer(who, one.user_id)
        is_person = who.user_id == one.user_id and not one.by_person
        expected: type[Refusal] | None = None
        if not self.sees(who, one):
            expected = Forbidden
        elif one.outcome is not None or (is_person and one.objected):
            expected = AlreadyAnswered
        elif not (is_person or employer):
            expected = OwnCorrection if who.user_id == one.user_id else Forbidden
        elif says_yes and not (is_person or one.by_person or one.objected or self.clock.now - one.at >= WEEK):
            expected = ConsentTooEarly
        elif words and not (is_person or (one.by_person and not says_yes)):
            expected = WordsNotKept
        elif says_yes:
            expected = self.applies(one)
        said: Answer = "yes" if says_yes else "no"
        done = self.ended(corrections.answer(self.services, who, correction_id, said, words), expected)
        if done is None:
            return
        if says_yes:
            self.settle(one, done.correction, "applied" if is_person or one.by_person else "applied-without-agreement")
        elif is_person and not self.is_as_asked(one):
            one.outcome = "refused"
        elif is_person:
            one.objected = True
        else:
            one.outcome = "refused" if one.by_person else "withdrawn"

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), who=anybody)
    def apply(self, data: st.DataObject, who: Caller) -> None:
        correction_id, one = self.chosen(data)
        if not self.sees(who, one):
            expected: type[Refusal] | None = Forbidden
        elif one.outcome is not None:
            expected = AlreadyAnswered
        elif one.by_person or not is_employer(who, one.user_id):
            expected = Forbidden
        elif not one.objected and self.clock.now - one.at < WEEK:
            expected = ConsentTooEarly
        else:
            expected = self.applies(one)
        if done := self.ended(corrections.apply(self.services, who, correction_id), expected):
            self.settle(one, done.correction, "applied-without-agreement")

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), who=anybody)
    def withdraw(self, data: st.DataObject, who: Caller) -> None:
        correction_id, one = self.chosen(data)
        if not self.sees(who, one):
            expected: type[Refusal] | None = Forbidden
        elif one.outcome is not None:
            expected = AlreadyAnswered
        else:
            may = who.user_id == one.by or (not one.by_person and is_employer(who, one.user_id))
            expected = None if may else Forbidden
        if self.ended(corrections.withdraw(self.services, who, correction_id), expected):
            one.outcome = "withdrawn"

    @precondition(lambda self: any(one.outcome is None for one in self.all))
    @rule(data=st.data())
    def everybody_answers_at_once(self, data: st.DataObject) -> None:
        waiting = sorted(correction_id for correction_id, one in self.asked.items() if one.outcome is None)
        correction_id = pick(data, waiting)
        one = self.asked[correction_id]

        async def press() -> list[Any]:
            steps = [
                corrections.answer(self.services, ROSA, correction_id, "yes"),
                corrections.answer(self.services, ADMIN, correction_id, "no"),
                corrections.withdraw(self.services, by(one.by), correction_id),
            ]
            return list(await asyncio.gather(*steps, return_exceptions=True))

        results = self.run(press())
        assert all(isinstance(result, Refusal) or not isinstance(result, BaseException) for result in results)
        done = [result for result in results if not isinstance(result, Refusal)]
        assert len(done) == 1
        ended = done[0] if isinstance(done[0], Correction) else done[0].correction
        if ended.outcome in ("applied", "applied-without-agreement"):
            self.settle(one, ended, ended.outcome)
        else:
            one.outcome = ended.outcome

    def chosen(self, data: st.DataObject) -> tuple[str, Asked]:
        """Mostly one that waits."""
        waiting = sorted(correction_id for correction_id, one in self.asked.items() if one.outcome is None)
        prefers_waiting = data.draw(st.sampled_from([True, True, False]))
        correction_id = pick(data, waiting if waiting and prefers_waiting else sorted(self.asked))
        return correction_id, self.asked[correction_id]

    def sees(self, who: Caller, one: Asked) -> bool:
        return who.user_id in (one.by, one.user_id) or is_employer(who, one.user_id)

    def is_as_asked(self, one: Asked) -> bool:
        return one.target is None or not self.records[one.target].deleted

    def applies(self, one: Asked) -> type[Refusal] | None:
        if not self.is_as_asked(one) or one.after is None:
            return None
        return Overlap if self.overlaps(one.user_id, one.after, one.target) else None

    def settle(self, one: Asked, done: Correction, outcome: str) -> None:
        """What was applied is in the records, and opens the periods that it touches."""
        if not self.is_as_asked(one):
            one.outcome = "refused"
            return
        one.outcome, one.result = outcome, done.result_in_id
        self.signed = [
            other
            for other in self.signed
            if not (other.is_approval and other.user_id == one.user_id and other.monday in map(monday, one.days))
        ]
        if one.after is None:
            self.records[one.target or ""].deleted = True
            return
        assert one.result
        self.records[one.result] = Known(one.user_id, one.after, replaces=one.target)
        if one.target:
            self.records[one.target].deleted, self.records[one.target].replaced_by = True, one.result

    # Signatures

    @rule(who=st.sampled_from(SUBJECTS), first=st.sampled_from(MONDAYS))
    def sign(self, who: Caller, first: date) -> None:
        standing, records = self.standing(who.user_id, first, is_approval=False), self.of_week(who.user_id, first)
        expected: type[Refusal] | None = None
        if self.waits_in(who.user_id, first):
            expected = CorrectionWaiting
        elif standing and standing.records == records:
            expected = AlreadySigned
        self.note_signature(self.ended(signatures.sign(self.services, who, first, first + 6 * DAY), expected), standing)

    @rule(who=anybody, whom=st.sampled_from(SUBJECTS), first=st.sampled_from(MONDAYS))
    def approve(self, who: Caller, whom: Caller, first: date) -> None:
        user_id = whom.user_id
        own = self.standing(user_id, first, is_approval=False)
        expected: type[Refusal] | None = None
        if not is_employer(who, user_id):
            expected = Forbidden
        elif self.waits_in(user_id, first):
            expected = CorrectionWaiting
        elif self.standing(user_id, first, is_approval=True):
            expected = AlreadySigned
        elif (own is None or own.records != self.of_week(user_id, first)) and (
            self.clock.now.date() <= first + 6 * DAY + 7 * DAY
        ):
            expected = NotSignedYet
        work = signatures.approve(self.services, who, user_id, first, first + 6 * DAY)
        self.note_signature(self.ended(work, expected), None)

    @precondition(lambda self: any(one.is_approval for one in self.signed))
    @rule(data=st.data())
    def reopen(self, data: st.DataObject) -> None:
        one = pick(data, [one for one in self.signed if one.is_approval])
        self.ended(signatures.withdraw(self.services, ADMIN, one.signature_id, "was wrong"), None)
        self.signed.remove(one)

    def waits_in(self, user_id: str, first: date) -> bool:
        waiting = [one.days for one in self.all if one.user_id == user_id and one.outcome is None]
        return any(min(days) <= first + 6 * DAY and max(days) >= first for days in waiting)

    def note_signature(self, one: Signature | None, instead: Signed | None) -> None:
        if one is None:
            return
        if instead:
            self.signed.remove(instead)
        records = self.of_week(one.user_id, one.first_day)
        self.signed.append(Signed(one.signature_id, one.user_id, one.first_day, one.part == "manager", records))

    # What holds after each step

    @invariant()
    def records_are_as_the_model_says(self) -> None:
        scope = Scope(WORKSPACE, MONDAYS[0] - DAY, MONDAYS[1] + 14 * DAY)
        found = self.run(self.services.database.read(lambda tx: list(pair_queries.within(tx.connection, scope))))
        living = {in_id: one.times for in_id, one in self.records.items() if not one.deleted}
        assert {
            pair.clock_in.id: tuple((half.at - at(0)) // HOUR for half in (pair.clock_in, pair.clock_out))
            for pair in found
        } == living

    @invariant()
    def corrections_are_as_the_model_says(self) -> None:
        found = self.run(self.services.database.read(lambda tx: stored.of_people(tx.connection, WORKSPACE, None)))
        assert {one.correction_id: (one.outcome, one.is_objected, one.result_in_id) for one in found} == {
            correction_id: (one.outcome, one.objected, one.result) for correction_id, one in self.asked.items()
        }

    @invariant()
    def every_rule_holds(self) -> None:
        type(self).steps += 1
        if self.steps % VERIFIED_EVERY == 0:
            self.assert_whole()

    def assert_whole(self) -> None:
        found = self.run(self.services.database.read(lambda tx: list(verify(tx.connection))))
        assert [fault for fault in found if not fault.is_warning] == []

    def teardown(self) -> None:
        """All that waits can be ended."""
        for correction_id, one in self.asked.items():
            if one.outcome is None:
                self.run(corrections.withdraw(self.services, by(one.by), correction_id))
        self.assert_whole()
        for replica in self.replicas:
            self.run(replica.close())
        self.runner.close()
        self.remove_ledger()


def by(user_id: str) -> Caller:
    return next(who for who in EVERYBODY if who.user_id == user_id)


class StepsOnPostgresql(Steps):
    server: Server

    def new_ledger(self) -> str:
        self.name = self.server.database(TIMELESS)
        return self.server.url(self.name)

    def remove_ledger(self) -> None:
        with self.server.connected("postgres") as connection:
            connection.execute(f"DROP DATABASE {self.name} WITH (FORCE)")


class StepsOnTwoReplicas(StepsOnPostgresql):
    REPLICAS = 2


IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TRIED = settings(
    settings.get_profile("long" if IS_LONG else "short"),
    max_examples=600 if IS_LONG else 10,
    stateful_step_count=60 if IS_LONG else 30,
)


@pytest.mark.parametrize("machine", [Steps, StepsOnPostgresql, StepsOnTwoReplicas])
def test_any_sequence_of_corrections_and_signatures_keeps_every_rule(
    machine: type[Steps], request: pytest.FixtureRequest
) -> None:
    machine.empty = request.getfixturevalue("migrated_file")
    if issubclass(machine, StepsOnPostgresql):
        machine.server = request.getfixturevalue("postgresql")
    machine.steps = 0
    run_state_machine_as_test(machine, settings=TRIED)
    print(f"{machine.__name__}: {machine.steps} steps")
    assert machine.steps > (20_000 if IS_LONG else 100)
