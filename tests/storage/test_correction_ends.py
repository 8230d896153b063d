"""Corrections whose record became another one, came back, or just got its end; and which records are old."""

from __future__ import annotations

from datetime import time

import pytest

from bot.attendance import add_break, breaks, changing, correction_rules, corrections, recording
from bot.attendance.correction_queries import find
from bot.attendance.corrections import answer
from bot.attendance.undo import undo
from bot.attendance.wanted_records import Wanted
from bot.calendar.worktime import TimeOfDay
from bot.errors import NeedsCorrection, NotACorrection
from bot.permissions import Caller
from bot.runtime.services import Services
from storage import paid_breaks, people
from storage.database import Transaction
from storage.people import Profile
from tests.builders import ADMIN
from tests.conftest import WORKSPACE, Clock
from tests.storage.correcting import ANA, END, HOUR, KINDS, MARCO, choose, found, staff, worked

LONGER = Wanted(out_at=END + HOUR)


@pytest.fixture
async def services(services: Services) -> Services:
    return await staff(services)


async def test_a_record_that_a_break_cut_is_shown_as_it_is_now(services: Services) -> None:
    pair = await worked(services)
    earlier = Wanted(in_at=pair.clock_in.at - HOUR)
    one = await corrections.ask_to_change(services, ANA, pair.clock_in.id, earlier, "came earlier")
    noon, one_o_clock = TimeOfDay(time(12)), TimeOfDay(time(13))
    lunch = KINDS.named("break")
    assert lunch
    await add_break.add_break(services, ADMIN, "U0ANA", pair.work_date, noon, one_o_clock, lunch)
    look = await find(services, ANA, one.correction_id)
    assert look.has_changed
    assert look.now
    assert look.now.clock_out
    assert (look.now.clock_in.at, look.now.clock_out.at) == (pair.clock_in.at, pair.clock_in.at + 4 * HOUR)
    ended = await answer(services, MARCO, one.correction_id, "yes")
    assert (ended.correction.is_overtaken, ended.now) == (True, look.now)


async def test_a_record_whose_end_was_undone_is_shown_as_it_is_now(services: Services, clock: Clock) -> None:
    opened = (await recording.clock_in(services, ANA, ANA.user_id)).pair
    clock.advance(hours=1)
    left = (await recording.clock_out(services, ANA, ANA.user_id)).pair.clock_out
    assert left
    earlier = Wanted(in_at=opened.clock_in.at - HOUR)
    one = await corrections.ask_to_change(services, ANA, left.id, earlier, "came earlier")
    again = (await undo(services, ANA, left.id)).reopened
    assert again
    ended = await answer(services, MARCO, one.correction_id, "yes")
    assert (ended.correction.is_overtaken, ended.now) == (True, again)


async def test_nobody_objects_to_what_is_over_already(services: Services) -> None:
    pair = await worked(services)
    one = await corrections.ask_to_change(services, MARCO, pair.clock_in.id, LONGER, "was longer")
    changed = await changing.change(services, ADMIN, pair.clock_in.id, Wanted(in_comment="moved"), "moved")
    ended = await answer(services, ANA, one.correction_id, "no", "I left at four")
    assert (ended.correction.is_overtaken, ended.correction.person_answer) == (True, None)
    assert ended.now == changed.pair
    assert await found(services) == []


async def test_what_an_employer_declines_keeps_their_words_also_if_the_record_changed(services: Services) -> None:
    pair = await worked(services)
    one = await corrections.ask_to_change(services, ANA, pair.clock_in.id, LONGER, "was longer")
    await changing.change(services, ADMIN, pair.clock_in.id, Wanted(in_comment="moved"), "moved")
    done = (await answer(services, MARCO, one.correction_id, "no", "you left at four")).correction
    assert (done.is_overtaken, done.refusal) == (False, "you left at four")


@pytest.mark.parametrize("who", [ANA, MARCO])
async def test_the_end_of_an_open_clock_in_is_no_correction(services: Services, clock: Clock, who: Caller) -> None:
    opened = (await recording.clock_in(services, ANA, ANA.user_id)).pair
    clock.advance(hours=2)
    ended = Wanted(out_at=clock.now - HOUR)
    with pytest.raises(NotACorrection):
        await corrections.ask_to_change(services, who, opened.clock_in.id, ended, "forgot")


async def test_the_end_that_a_manager_gave_can_be_undone_under_both(services: Services, clock: Clock) -> None:
    await choose(services, "both")
    opened = (await recording.clock_in(services, ANA, ANA.user_id)).pair
    clock.advance(hours=2)
    ended = Wanted(out_at=clock.now - HOUR)
    done = await changing.change(services, MARCO, opened.clock_in.id, ended, "forgot")
    assert (await changing.undo_change(services, MARCO, done.pair.clock_in.id)).pair.clock_out is None
    assert await found(services) == []


@pytest.mark.parametrize(("by", "minutes"), [(MARCO, 11), (ADMIN, 1)])
async def test_under_both_an_end_is_undone_without_the_person_only_at_once_and_by_who_gave_it(
    services: Services, clock: Clock, by: Caller, minutes: int
) -> None:
    await choose(services, "both")
    opened = (await recording.clock_in(services, ANA, ANA.user_id)).pair
    clock.advance(hours=2)
    done = await changing.change(services, MARCO, opened.clock_in.id, Wanted(out_at=clock.now - HOUR), "forgot")
    clock.advance(minutes=minutes)
    with pytest.raises(NeedsCorrection):
        await changing.undo_change(services, by, done.pair.clock_in.id)


async def test_a_record_that_comes_back_has_its_paid_breaks(services: Services, clock: Clock) -> None:
    await recording.clock_in(services, ANA, ANA.user_id)
    clock.advance(hours=1)
    await breaks.start_break(services, ANA, ANA.user_id, kind="coffee")
    clock.advance(minutes=10)
    await breaks.back(services, ANA, ANA.user_id)
    clock.advance(hours=1)
    pair = (await recording.clock_out(services, ANA, ANA.user_id)).pair
    await recording.delete(services, ADMIN, pair.clock_in.id)
    await choose(services, "both")
    one = await corrections.ask_to_restore(services, MARCO, pair.clock_in.id, "it was right")
    done = (await answer(services, ANA, one.correction_id, "yes")).correction

    def inside(tx: Transaction, in_id: str) -> list[tuple[object, object]]:
        within = paid_breaks.of_records(tx.connection, WORKSPACE, [in_id]).get(in_id, [])
        return [(one.start.at, one.end and one.end.at) for one in within]

    was = await services.database.read(lambda tx: inside(tx, pair.clock_in.id))
    assert len(was) == 1
    assert await services.database.read(lambda tx: inside(tx, done.result_in_id or "")) == was
    assert await found(services) == []


@pytest.mark.parametrize(("zone", "part"), [("UTC", None), ("Pacific/Auckland", "employer")])
async def test_days_are_counted_where_the_person_is(
    services: Services, clock: Clock, zone: str, part: str | None
) -> None:
    clock.set("2026-11-23T12:00")  # in Auckland, the 24th
    profile = Profile(WORKSPACE, "U0ANA", "Ana", zone, False, False, False, False, clock.now)
    await services.database.write(lambda tx: people.upsert_profile(tx.connection, profile, tx.now))
    await choose(services, "request", 3)
    day = clock.now.date().replace(day=20)
    assert await correction_rules.needed(services, ANA, "add", "U0ANA", day) == part
