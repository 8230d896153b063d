"""Who sees a correction and whose word counts: one rule for lists, answers, messages and the history, also for what a
program does in somebody's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.attendance import corrections, history, recording
from bot.attendance.correction_queries import find, listed, requests
from bot.attendance.corrections import Correction, answer, withdraw
from bot.attendance.history import Corrected
from bot.attendance.recording import NewRecord, Pair
from bot.attendance.wanted_records import Wanted
from bot.calendar.ranges import DateRange
from bot.errors import BeyondToken, Forbidden, NotYourWord
from bot.people import teams_and_offices
from bot.people.tokens import USED
from bot.permissions import Caller, ReadingRole, Role, Via
from bot.runtime.services import Services
from storage import pairs
from storage.tokens import Token
from tests.builders import ADMIN, claim_due, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.correcting import ANA, END, HOUR, MARCO, ROSA, found, staff, worked

LONGER = Wanted(out_at=END + HOUR)
NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
async def services(services: Services) -> Services:
    return await staff(services)


async def proposed(services: Services) -> Correction:
    """Marco asks Ana to agree to an hour more."""
    pair = await worked(services)
    return await corrections.ask_to_change(services, MARCO, pair.clock_in.id, LONGER, "was longer")


def program(who: Caller, made_by: str, role: Role = Role.EMPLOYEE) -> Caller:
    """What calls the API in that name."""
    made_at = utc("2026-11-02T08:00")
    token = Token(WORKSPACE, "t1", who.user_id, role, None, made_at, None, None, None, made_by)
    return replace(who, via=Via.API, role=role, token=token)


def reader(first: date, last: date) -> Caller:
    """An inspector, for Ana's records of these days."""
    made_at = utc("2026-11-02T08:00")
    token = Token(
        *(WORKSPACE, "t2", "U0LEA", ReadingRole.INSPECTOR, None, made_at, None, None, None, "U0LEA"),
        reason="a visit",
        reads_from=first,
        reads_until=last,
        reads_people='["U0ANA"]',
    )
    return Caller(WORKSPACE, "U0LEA", Via.API, ReadingRole.INSPECTOR, token=token)


async def messages(services: Services) -> list[tuple[str, str]]:
    """Kind and recipient of what waits to be sent."""

    def queued(tx: Any) -> list[tuple[str, str]]:
        return [(str(message.kind), message.recipient) for message in claim_due(tx, WORKSPACE)]

    return await services.database.write(queued)


async def test_a_managers_token_for_themselves_sees_nothing_of_what_they_asked(services: Services) -> None:
    one = await proposed(services)
    terminal = program(MARCO, MARCO.user_id)
    for step in (
        find(services, terminal, one.correction_id),
        withdraw(services, terminal, one.correction_id),
        answer(services, terminal, one.correction_id, "no"),
    ):
        with pytest.raises(Forbidden):
            await step
    assert await listed(services, terminal) == []
    assert (await requests(services, terminal)).made == []
    manager = program(MARCO, MARCO.user_id, Role.MANAGER)
    assert await listed(services, manager) == [one]
    assert (await withdraw(services, manager, one.correction_id)).outcome == "withdrawn"


async def test_who_lost_the_team_sees_nothing_of_what_they_asked(services: Services) -> None:
    one = await proposed(services)
    await teams_and_offices.set_team(services, ADMIN, "Bakery", managers=[ROSA.user_id], members=["U0ANA"])
    for step in (find(services, MARCO, one.correction_id), withdraw(services, MARCO, one.correction_id)):
        with pytest.raises(Forbidden):
            await step
    assert await listed(services, MARCO) == []
    listed_now = await requests(services, MARCO)
    assert (listed_now.to_answer, listed_now.made) == ([], [])
    assert (await withdraw(services, ROSA, one.correction_id)).outcome == "withdrawn"  # others can end it


async def test_an_inspector_sees_corrections_that_lie_within_their_days_alone(services: Services) -> None:
    pair = await worked(services)
    moved = Wanted(in_at=pair.clock_in.at + timedelta(days=1), out_at=END + timedelta(days=1))
    one = await corrections.ask_to_change(services, MARCO, pair.clock_in.id, moved, "was the day after")
    one = (await answer(services, ANA, one.correction_id, "no", "no")).correction
    for first, last, sees in (
        (date(2026, 11, 17), date(2026, 11, 18), True),
        (date(2026, 11, 17), date(2026, 11, 17), False),
        (date(2026, 11, 18), date(2026, 11, 18), False),
    ):
        who, days = reader(first, last), DateRange(first, last)
        told = await history.person_history(services, who, "U0ANA", days)
        assert any(isinstance(entry, Corrected) for entry in told) is sees
        assert await listed(services, who) == ([one] if sees else [])
        if sees:
            assert (await find(services, who, one.correction_id)).can == frozenset()
        else:
            with pytest.raises(BeyondToken):
                await find(services, who, one.correction_id)


@pytest.mark.parametrize("said", ["yes", "no"])
async def test_a_program_that_somebody_else_made_does_not_speak_for_the_person(services: Services, said: Any) -> None:
    one = await proposed(services)
    theirs = program(ANA, "U0LEA")
    assert (await find(services, theirs, one.correction_id)).can == frozenset()
    with pytest.raises(NotYourWord):
        await answer(services, theirs, one.correction_id, said)
    assert (await find(services, ANA, one.correction_id)).correction.person_answer is None


@pytest.mark.parametrize("who", [ANA, MARCO])
async def test_a_program_that_somebody_else_made_asks_for_nothing(services: Services, who: Caller) -> None:
    pair = await worked(services)
    theirs = program(who, "U0LEA", Role.MANAGER)
    with pytest.raises(NotYourWord):
        await corrections.ask_to_remove(services, theirs, pair.clock_in.id, "was at home")
    assert await listed(services, who) == []


async def test_a_program_that_the_person_made_does(services: Services) -> None:
    one = await proposed(services)
    await messages(services)
    done = (await answer(services, program(ANA, "U0ANA"), one.correction_id, "yes")).correction
    assert done.outcome == "applied"
    assert [who for kind, who in await messages(services) if kind == corrections.ANSWERED] == ["U0MARCO"]


async def test_what_an_operators_program_does_in_somebodys_name_they_learn(services: Services) -> None:
    pair = await worked(services)
    theirs = program(MARCO, "cli:root", Role.MANAGER)
    one = await corrections.ask_to_change(services, theirs, pair.clock_in.id, LONGER, "was longer")
    assert (USED, "U0MARCO") in await messages(services)
    await withdraw(services, theirs, one.correction_id)
    ended = await messages(services)
    assert {who for kind, who in ended if kind == corrections.ANSWERED} == {"U0ANA", "U0MARCO"}
    own = await corrections.ask_to_change(services, ANA, pair.clock_in.id, LONGER, "was longer")
    await messages(services)
    await withdraw(services, program(ANA, "cli:root"), own.correction_id)
    assert (corrections.ANSWERED, "U0ANA") in await messages(services)


async def test_a_half_that_stays_keeps_its_address(services: Services, clock: Clock) -> None:
    here = replace(ANA, ip="192.0.2.7")
    new = NewRecord("U0ANA", utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
    pair = (await recording.record(services, here, new)).pair
    clock.advance(hours=1)
    later = Wanted(out_at=new.out_at + HOUR)
    one = await corrections.ask_to_change(services, replace(here, ip="192.0.2.8"), pair.clock_in.id, later, "longer")
    done = (await answer(services, MARCO, one.correction_id, "yes")).correction
    heir = await record_of(services, done.result_in_id or "")
    assert heir.clock_out
    assert heir.clock_in == replace(pair.clock_in, id=heir.clock_in.id)
    assert (heir.clock_in.ip, heir.clock_out.ip) == ("192.0.2.7", None)
    assert await found(services) == []


async def record_of(services: Services, in_id: str) -> Pair:
    return await services.database.read(lambda tx: pairs.by_event(tx.connection, WORKSPACE, in_id))
