"""Corrections on both engines: the person and an employer agree, or don't; each step counts once, and every state can
be left."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.attendance import changing, corrections, recording
from bot.attendance.correction_queries import Can, find, requests
from bot.attendance.corrections import Answered, Correction, answer, apply, withdraw
from bot.attendance.recording import NewRecord, Pair
from bot.attendance.signatures import approve, sign
from bot.attendance.undo import undo
from bot.attendance.wanted_records import Wanted
from bot.errors import (
    ConsentTooEarly,
    EnteredBySomebodyElse,
    Forbidden,
    InFuture,
    NeedsCorrection,
    NoReason,
    NothingToChange,
    OwnCorrection,
)
from bot.people import admins, teams_and_offices
from bot.runtime.services import Services
from storage import pairs
from storage import signatures as stored_signatures
from storage.database import open_database
from storage.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    AlreadyDeleted,
    CorrectionWaiting,
    NotDeleted,
    Overlap,
    Refusal,
    UnknownCorrection,
)
from storage.period_locks import PeriodLocked
from tests.builders import ADMIN, claim_due, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.correcting import (
    ANA,
    BEN,
    END,
    FIRST,
    HOUR,
    LAST,
    MARCO,
    NEW,
    ROSA,
    choose,
    entries,
    found,
    staff,
    worked,
)

LONGER = Wanted(out_at=END + HOUR)


@pytest.fixture
async def services(services: Services) -> Services:
    return await staff(services)


async def asked(services: Services) -> tuple[Pair, Correction]:
    """Ana asks for an hour more."""
    pair = await worked(services)
    return pair, await corrections.ask_to_change(services, ANA, pair.clock_in.id, LONGER, "was longer")


async def proposed(services: Services) -> tuple[Pair, Correction]:
    """Marco asks Ana to agree to an hour more."""
    pair = await worked(services)
    return pair, await corrections.ask_to_change(services, MARCO, pair.clock_in.id, LONGER, "was longer")


async def now(services: Services, in_id: str) -> Pair:
    return await services.database.read(lambda tx: pairs.by_event(tx.connection, WORKSPACE, in_id))


async def outcomes(*steps: Awaitable[Any]) -> Counter[str]:
    """What became of steps at once: the outcome, or the refusal's name with the outcome that was first."""
    ended: Counter[str] = Counter()
    for result in await asyncio.gather(*steps, return_exceptions=True):
        if isinstance(result, AlreadyAnswered):
            ended[f"already {result.correction.outcome}"] += 1
        elif isinstance(result, Refusal):
            ended[type(result).__name__] += 1
        elif isinstance(result, BaseException):
            raise result
        else:
            one = result.correction if isinstance(result, Answered) else result
            ended[str(one.outcome)] += 1
    return ended


async def test_what_a_person_asks_for_is_applied_when_a_manager_agrees(services: Services, clock: Clock) -> None:
    pair, one = await asked(services)
    assert (one.person_answer, one.employer_answer, one.outcome, one.waits_for) == ("yes", None, None, "employer")
    assert (await now(services, pair.clock_in.id)).deleted_at is None
    clock.advance(hours=1)
    before = len(await entries(services))
    done = (await answer(services, MARCO, one.correction_id, "yes")).correction
    assert (done.outcome, done.employer_by, done.done_by) == ("applied", MARCO.user_id, MARCO.user_id)
    heir = await now(services, done.result_in_id or "")
    assert heir.replaces == pair.clock_in.id
    assert heir.clock_out
    assert (heir.clock_out.at, heir.clock_out.by, heir.clock_out.recorded_at) == (
        END + HOUR,
        ANA.user_id,  # its author is who asked
        clock.now,
    )
    assert [entry.action for entry in await entries(services, before)] == ["delete", "change", "apply-correction"]
    assert await found(services) == []


async def test_what_was_not_named_is_kept(services: Services) -> None:
    _, one = await asked(services)
    done = (await answer(services, MARCO, one.correction_id, "yes")).correction
    heir = await now(services, done.result_in_id or "")
    assert heir.clock_out
    assert (heir.clock_in.office_id, heir.clock_in.comment, heir.clock_out.comment) == ("hq", "early", "late")
    assert heir.clock_in.by == ADMIN.user_id


async def test_records_are_added_and_removed_when_both_agree(services: Services) -> None:
    pair = await worked(services)
    added = await corrections.ask_to_add(services, ANA, NEW, "forgot it")
    removed = await corrections.ask_to_remove(services, ANA, pair.clock_in.id, "was at home")
    assert (added.before, removed.after) == (None, None)
    done = (await answer(services, MARCO, added.correction_id, "yes")).correction
    new = await now(services, done.result_in_id or "")
    assert (new.clock_in.at, new.clock_in.by, new.clock_in.comment) == (NEW.in_at, ANA.user_id, "early")
    done = (await answer(services, ROSA, removed.correction_id, "yes")).correction
    assert (done.outcome, done.result_in_id) == ("applied", None)
    assert (await now(services, pair.clock_in.id)).deleted_by == ANA.user_id
    assert await found(services) == []


async def test_a_manager_declines_and_the_person_asks_again(services: Services) -> None:
    pair, one = await asked(services)
    declined = (await answer(services, MARCO, one.correction_id, "no", "you left at four")).correction
    assert (declined.outcome, declined.employer_answer, declined.refusal) == ("refused", "no", "you left at four")
    again = await corrections.ask_to_change(services, ANA, pair.clock_in.id, LONGER, "I was in the cellar")
    assert (await answer(services, MARCO, again.correction_id, "yes")).correction.outcome == "applied"
    assert await found(services) == []


async def test_a_person_takes_their_request_back(services: Services) -> None:
    pair, one = await asked(services)
    with pytest.raises(Forbidden):
        await withdraw(services, MARCO, one.correction_id)  # an employer declines instead
    assert (await withdraw(services, ANA, one.correction_id)).outcome == "withdrawn"
    with pytest.raises(AlreadyAnswered):
        await answer(services, MARCO, one.correction_id, "yes")
    await corrections.ask_to_remove(services, ANA, pair.clock_in.id, "again")
    assert await found(services) == []


async def test_what_a_manager_asks_for_is_applied_when_the_person_agrees(services: Services) -> None:
    _, one = await proposed(services)
    assert (one.waits_for, one.employer_by) == ("person", MARCO.user_id)
    done = (await answer(services, ANA, one.correction_id, "yes", "right, thanks")).correction
    assert (done.outcome, done.account, done.done_by) == ("applied", "right, thanks", ANA.user_id)
    heir = await now(services, done.result_in_id or "")
    assert heir.clock_out
    assert heir.clock_out.by == MARCO.user_id
    assert await found(services) == []


async def test_after_an_objection_a_manager_applies_or_drops_it(services: Services) -> None:
    pair, one = await proposed(services)
    objected = (await answer(services, ANA, one.correction_id, "no", "I left at four")).correction
    assert (objected.is_objected, objected.outcome, objected.waits_for) == (True, None, "employer")
    with pytest.raises(AlreadyAnswered):
        await answer(services, ANA, one.correction_id, "yes")
    dropped = (await answer(services, MARCO, one.correction_id, "no")).correction
    assert dropped.outcome == "withdrawn"
    again = await corrections.ask_to_change(services, MARCO, pair.clock_in.id, LONGER, "the alarm says five")
    await answer(services, ANA, again.correction_id, "no", "I left at four")
    done = (await apply(services, ROSA, again.correction_id)).correction
    assert (done.outcome, done.account, done.done_by) == (
        "applied-without-agreement",
        "I left at four",
        ROSA.user_id,
    )
    assert await found(services) == []


async def test_without_an_answer_it_waits_for_seven_days(services: Services, clock: Clock) -> None:
    _, one = await proposed(services)
    clock.now += timedelta(days=7) - timedelta(microseconds=1)
    for early in (apply(services, MARCO, one.correction_id), answer(services, ROSA, one.correction_id, "yes")):
        with pytest.raises(ConsentTooEarly):
            await early
    clock.now += timedelta(microseconds=1)
    done = (await answer(services, ROSA, one.correction_id, "yes")).correction
    assert (done.outcome, done.person_answer) == ("applied-without-agreement", None)
    assert await found(services) == []


async def test_two_managers_who_approve_at_once_apply_it_once(services: Services) -> None:
    _, one = await asked(services)
    who = [MARCO, ROSA, ADMIN] * 5
    ended = await outcomes(*(answer(services, caller, one.correction_id, "yes") for caller in who))
    assert ended == {"applied": 1, "already applied": 14}
    assert await found(services) == []


async def test_agreeing_and_applying_without_agreement_at_once_is_one_of_the_two(
    services: Services, clock: Clock
) -> None:
    _, one = await proposed(services)
    clock.advance(days=8)
    ended = await outcomes(
        answer(services, ANA, one.correction_id, "yes"),
        apply(services, MARCO, one.correction_id),
        answer(services, ANA, one.correction_id, "no"),
        apply(services, ROSA, one.correction_id),
    )
    done = {"applied", "applied-without-agreement"}
    assert sum(ended[outcome] for outcome in done) == 1
    assert sum(ended.values()) == 4
    assert ended.keys() - {"None"} <= done | {f"already {outcome}" for outcome in (*done, None)}
    assert await found(services) == []


async def test_declining_approving_and_taking_back_at_once_is_one_of_the_three(services: Services) -> None:
    _, one = await asked(services)
    ended = await outcomes(
        answer(services, MARCO, one.correction_id, "yes"),
        answer(services, ROSA, one.correction_id, "no"),
        withdraw(services, ANA, one.correction_id),
    )
    assert sum(count for what, count in ended.items() if not what.startswith("already")) == 1
    assert sum(ended.values()) == 3
    assert await found(services) == []


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_two_replicas_that_answer_at_once_give_one_outcome(
    services: Services, database_url: str, clock: Clock
) -> None:
    other = await open_database(database_url, clock=clock)
    replica = replace(services, database=other)
    try:
        pair = await worked(services)
        for _ in range(8):
            one = await corrections.ask_to_change(services, ANA, pair.clock_in.id, LONGER, "was longer")
            ended = await outcomes(
                answer(services, MARCO, one.correction_id, "no"),
                answer(replica, ROSA, one.correction_id, "no"),
                withdraw(replica, ANA, one.correction_id),
            )
            assert sum(count for what, count in ended.items() if not what.startswith("already")) == 1
        one = await corrections.ask_to_change(services, ANA, pair.clock_in.id, LONGER, "was longer")
        ended = await outcomes(
            answer(services, MARCO, one.correction_id, "yes"), answer(replica, ROSA, one.correction_id, "yes")
        )
        assert ended == {"applied": 1, "already applied": 1}
    finally:
        await other.close()
    assert await found(services) == []


async def test_asking_twice_at_once_asks_once(services: Services) -> None:
    pair = await worked(services)
    ended = await outcomes(
        *(corrections.ask_to_remove(services, who, pair.clock_in.id, "twice") for who in (ANA, MARCO, ANA)),
        *(corrections.ask_to_add(services, ANA, NEW, "twice") for _ in range(3)),
    )
    assert ended == {"None": 2, AlreadyAsked.__name__: 4}


async def test_a_record_that_changed_meanwhile_is_refused_and_shown_as_it_is(services: Services) -> None:
    pair, one = await asked(services)
    changed = await changing.change(services, ADMIN, pair.clock_in.id, Wanted(in_comment="moved"), "moved")
    ended = await answer(services, MARCO, one.correction_id, "yes")
    assert (ended.correction.outcome, ended.correction.is_overtaken, ended.correction.employer_answer) == (
        "refused",
        True,
        None,
    )
    assert ended.now
    assert ended.now.clock_in.id == changed.pair.clock_in.id
    gone = await corrections.ask_to_remove(services, ANA, changed.pair.clock_in.id, "was at home")
    await recording.delete(services, ADMIN, changed.pair.clock_in.id)
    ended = await answer(services, MARCO, gone.correction_id, "yes")
    assert (ended.correction.is_overtaken, ended.now) == (True, None)
    look = await find(services, ANA, gone.correction_id)
    assert (look.has_changed, look.now, look.can) == (True, None, frozenset())
    assert await found(services) == []


async def test_a_record_that_ended_meanwhile_is_another_one(services: Services, clock: Clock) -> None:
    opened = (await recording.clock_in(services, ANA, ANA.user_id)).pair
    clock.advance(hours=1)
    one = await corrections.ask_to_change(
        services, ANA, opened.clock_in.id, Wanted(in_at=opened.clock_in.at - HOUR), "came earlier"
    )
    await recording.clock_out(services, ANA, ANA.user_id)
    assert (await answer(services, MARCO, one.correction_id, "yes")).correction.is_overtaken


async def test_what_does_not_fit_any_more_still_waits(services: Services) -> None:
    one = await corrections.ask_to_add(services, ANA, NEW, "forgot it")
    await worked(services, "2026-11-19")
    with pytest.raises(Overlap):
        await answer(services, MARCO, one.correction_id, "yes")
    assert (await find(services, MARCO, one.correction_id)).correction.is_waiting
    assert (await answer(services, MARCO, one.correction_id, "no")).correction.outcome == "refused"


async def test_nobody_answers_their_own(services: Services) -> None:
    pair = await worked(services, who=MARCO)
    own = await corrections.ask_to_change(services, MARCO, pair.clock_in.id, LONGER, "was longer")
    with pytest.raises(OwnCorrection):
        await answer(services, MARCO, own.correction_id, "yes")
    assert Can.APPROVE not in (await find(services, MARCO, own.correction_id)).can
    with pytest.raises(Forbidden):
        await answer(services, ANA, own.correction_id, "yes")
    assert (await answer(services, ADMIN, own.correction_id, "yes")).correction.outcome == "applied"


async def test_a_sole_admin_answers_their_own_and_it_is_marked(services: Services) -> None:
    sole = replace(ADMIN, user_id="U0BEN", role=None, via=BEN.via)
    await admins.appoint(services, ADMIN, "U0BEN")
    pair = await worked(services, who=BEN)
    one = await corrections.ask_to_change(services, sole, pair.clock_in.id, LONGER, "was longer")
    done = (await answer(services, sole, one.correction_id, "yes")).correction
    assert (done.outcome, done.is_own_answer) == ("applied", True)
    assert await found(services) == []


async def test_who_manages_the_person_no_more_can_not_answer(services: Services) -> None:
    _, one = await asked(services)
    await teams_and_offices.set_team(services, ADMIN, "Bakery", managers=[ROSA.user_id], members=["U0ANA"])
    with pytest.raises(Forbidden):
        await answer(services, MARCO, one.correction_id, "yes")
    assert (await answer(services, ROSA, one.correction_id, "yes")).correction.outcome == "applied"


async def test_strangers_neither_see_nor_answer(services: Services) -> None:
    _, one = await asked(services)
    for step in (
        find(services, BEN, one.correction_id),
        answer(services, BEN, one.correction_id, "yes"),
        withdraw(services, BEN, one.correction_id),
        apply(services, BEN, one.correction_id),
        corrections.ask_to_add(services, BEN, NEW, "for Ana"),
    ):
        with pytest.raises(Forbidden):
            await step
    with pytest.raises(UnknownCorrection):
        await answer(services, MARCO, "nobody's", "yes")


async def test_what_can_not_be_asked_for(services: Services) -> None:
    pair = await worked(services)
    event_id = pair.clock_in.id
    ask = corrections.ask_to_change
    for step, refusal in (
        (ask(services, ANA, event_id, LONGER, "  "), NoReason),
        (ask(services, ANA, event_id, Wanted(out_at=END), "same"), NothingToChange),
        (
            ask(services, ANA, event_id, Wanted(out_at=utc("2026-11-25T08:00")), "x"),
            Refusal,
        ),
        (corrections.ask_to_add(services, ANA, replace(NEW, out_at=utc("2026-11-24T08:00")), "x"), Refusal),
        (corrections.ask_to_add(services, ANA, replace(NEW, in_at=utc("2026-11-17T09:00"), out_at=END), "x"), Overlap),
    ):
        with pytest.raises(refusal):
            await step
    tonight = NewRecord("U0ANA", utc("2026-11-23T08:00"), utc("2026-11-23T18:00"))
    with pytest.raises(InFuture):
        await corrections.ask_to_add(services, ANA, tonight, "x")
    await recording.delete(services, ADMIN, event_id)
    with pytest.raises(AlreadyDeleted):
        await corrections.ask_to_remove(services, ANA, event_id, "gone")


async def test_a_correction_that_breaks_a_break_rule_goes_through(services: Services) -> None:
    await teams_and_offices.set_office(services, ADMIN, "hq", "Berlin", "UTC", country="DE")
    pair = await worked(services)
    one = await corrections.ask_to_change(
        services, ANA, pair.clock_in.id, Wanted(out_at=END + 3 * HOUR), "no time for a break"
    )
    assert (await answer(services, MARCO, one.correction_id, "yes")).correction.outcome == "applied"


async def test_under_direct_everybody_goes_on_as_before(services: Services) -> None:
    pair = (await recording.record(services, ANA, NEW)).pair
    await changing.change(services, MARCO, pair.clock_in.id, Wanted(out_comment="x"), "x")


async def test_under_request_people_ask_before_they_add_old_records(services: Services) -> None:
    await choose(services, "request", 3)
    with pytest.raises(NeedsCorrection) as needed:
        await recording.record(services, ANA, NEW)
    assert (needed.value.part, needed.value.kind) == ("employer", "add")
    day = timedelta(days=1)
    await recording.record(services, ANA, replace(NEW, in_at=NEW.in_at + day, out_at=NEW.out_at + day))
    pair = (await recording.record(services, MARCO, NEW)).pair  # managers write directly
    await changing.change(services, MARCO, pair.clock_in.id, Wanted(out_comment="x"), "x")
    with pytest.raises(Forbidden):
        await changing.change(services, ANA, pair.clock_in.id, Wanted(out_comment="x"), "x")


async def test_under_both_nobody_writes_alone(services: Services) -> None:
    pair, gone = await worked(services), await worked(services, "2026-11-18")
    done = await changing.change(services, ADMIN, pair.clock_in.id, LONGER, "x")
    await recording.delete(services, ADMIN, gone.clock_in.id)
    await choose(services, "both")
    event_id = done.pair.clock_in.id
    for step, part in (
        (recording.record(services, ANA, NEW), "employer"),
        (recording.record(services, MARCO, NEW), "person"),
        (changing.change(services, MARCO, event_id, Wanted(out_comment="x"), "x"), "person"),
        (changing.undo_change(services, MARCO, event_id), "person"),
        (recording.delete(services, MARCO, event_id), "person"),
        (recording.restore(services, MARCO, gone.clock_in.id), "person"),
    ):
        with pytest.raises(NeedsCorrection) as needed:
            await step
        assert (needed.value.part, needed.value.user_id) == (part, "U0ANA")
    assert await found(services) == []


async def test_under_both_clocking_in_and_out_and_completing_need_nobody(services: Services, clock: Clock) -> None:
    await choose(services, "both")
    opened = (await recording.clock_in(services, MARCO, "U0ANA")).pair
    clock.advance(hours=2)
    ended = Wanted(out_at=clock.now - HOUR, out_comment="went home")
    assert (await changing.change(services, MARCO, opened.clock_in.id, ended, "forgot")).pair.clock_out
    await recording.clock_in(services, ANA, "U0ANA")
    clock.advance(minutes=5)
    ended_at = (await recording.clock_out(services, ANA, "U0ANA")).pair.clock_out
    assert ended_at
    await undo(services, ANA, ended_at.id)
    assert await found(services) == []


async def test_a_deleted_record_is_asked_back(services: Services) -> None:
    gone = await worked(services)
    with pytest.raises(NotDeleted):
        await corrections.ask_to_restore(services, MARCO, gone.clock_in.id, "it was right")
    await recording.delete(services, ADMIN, gone.clock_in.id)
    await choose(services, "both")
    back = await corrections.ask_to_restore(services, MARCO, gone.clock_in.id, "it was right")
    assert back.kind == "add"
    done = (await answer(services, ANA, back.correction_id, "yes")).correction
    again = await now(services, done.result_in_id or "")
    assert again.clock_out
    assert (done.outcome, again.replaces, again.clock_out.at) == ("applied", None, END)
    assert await found(services) == []


async def test_what_both_agreed_on_is_not_undone_alone(services: Services) -> None:
    one = await corrections.ask_to_add(services, ANA, NEW, "forgot it")
    done = (await answer(services, MARCO, one.correction_id, "yes")).correction
    with pytest.raises(EnteredBySomebodyElse):
        await undo(services, ANA, done.result_in_id or "")


async def test_a_waiting_correction_holds_up_signatures(services: Services) -> None:
    _, one = await asked(services)
    for step in (sign(services, ANA, FIRST, LAST), approve(services, MARCO, "U0ANA", FIRST, LAST)):
        with pytest.raises(CorrectionWaiting) as waiting:
            await step
        assert waiting.value.correction == one
    await withdraw(services, ANA, one.correction_id)
    await sign(services, ANA, FIRST, LAST)
    await approve(services, MARCO, "U0ANA", FIRST, LAST)


async def test_an_approved_correction_reopens_the_periods_that_it_touches(services: Services) -> None:
    pair = await worked(services)
    before = FIRST - timedelta(days=7)
    for first in (FIRST, before):
        await sign(services, ANA, first, first + timedelta(days=6))
        await approve(services, MARCO, "U0ANA", first, first + timedelta(days=6))
    moved = Wanted(in_at=utc("2026-11-12T08:00"), out_at=utc("2026-11-12T16:00"))
    with pytest.raises(PeriodLocked):
        await changing.change(services, ROSA, pair.clock_in.id, moved, "was the Thursday before")
    one = await corrections.ask_to_change(services, ANA, pair.clock_in.id, moved, "was the Thursday before")
    done = await answer(services, ROSA, one.correction_id, "yes")
    assert done.correction.outcome == "applied"

    def standing(first: date) -> Any:
        return services.database.read(
            lambda tx: stored_signatures.of_period(tx.connection, WORKSPACE, first, first + timedelta(days=6))
        )

    for first in (FIRST, before):
        assert [one.part for one in await standing(first)] == ["person"]  # overtaken: its digest doesn't match
        await sign(services, ANA, first, first + timedelta(days=6))
        await approve(services, MARCO, "U0ANA", first, first + timedelta(days=6))
    assert await found(services) == []


async def test_everybody_concerned_gets_the_card_and_learns_the_outcome(services: Services) -> None:
    _, one = await asked(services)
    await answer(services, MARCO, one.correction_id, "yes")

    def queued(tx: Any) -> list[tuple[str, str]]:
        return [(message.kind, message.recipient) for message in claim_due(tx, WORKSPACE)]

    sent = Counter(await services.database.write(queued))
    assert {who for kind, who in sent if kind == corrections.CARD} == {"U0ANA", "U0MARCO", "U0ROSA"}
    assert {who for kind, who in sent if kind == corrections.ANSWERED} == {"U0ANA"}


async def test_lists_say_what_waits_for_whom(services: Services) -> None:
    _, one = await asked(services)
    theirs = await corrections.ask_to_add(services, MARCO, NEW, "forgot it")
    for who, to_answer, made in (
        (ANA, [theirs], [one]),
        (MARCO, [one], [theirs]),
        (ROSA, [one], [theirs]),
        (BEN, [], []),
    ):
        listed = await requests(services, who)
        assert [look.correction for look in listed.to_answer] == to_answer
        assert [look.correction for look in listed.made] == made
    assert (await find(services, ANA, theirs.correction_id)).can == {Can.AGREE, Can.OBJECT}
    assert (await find(services, MARCO, theirs.correction_id)).can == {Can.WITHDRAW}
    assert (await find(services, ROSA, one.correction_id)).can == {Can.APPROVE, Can.DECLINE}
    await answer(services, ANA, theirs.correction_id, "no", "I was ill")
    assert (await find(services, ROSA, theirs.correction_id)).can == {Can.APPLY, Can.WITHDRAW}
