"""The place of the bot's questions is stored as long as they can be answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.attendance import erasure
from bot.attendance.change_notifications import Kind
from bot.notifications import prompts
from bot.runtime.services import Services
from storage import outbox
from storage import prompts as kept
from storage.database import Database, Transaction
from storage.outbox import Message
from tests.builders import claim_due, workplace
from tests.conftest import WORKSPACE, Clock

ANA, EVENT = "U0ANA", "01a1e35e-c000-700e-be27-dcf5607b000e"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database) -> Services:
    return await workplace(database, {ANA: "Europe/Berlin"})


async def sent(services: Services, kind: str, **facts: object) -> Message:
    """A message of the outbox that was claimed."""

    def write(tx: Transaction) -> Message:
        outbox.add(tx.connection, WORKSPACE, ANA, kind, tx.now, facts=facts)
        (message,) = claim_due(tx, WORKSPACE)
        return message

    return await services.database.write(write)


async def about(services: Services, what: str) -> list[str]:
    found = await services.database.read(lambda tx: kept.about(tx.connection, WORKSPACE, what))
    return [prompt.posted_ts for prompt in found]


async def test_only_questions_are_stored(services: Services) -> None:
    notice = await sent(services, "clocked-in/1", pair={}, by=ANA)
    assert not await prompts.remember(services, notice, "D1", "1.0")
    question = await sent(services, Kind.STILL_WORKING, event_id=EVENT)
    assert await prompts.remember(services, question, "D1", "2.0")

    assert await about(services, EVENT) == ["2.0"]
    question = await sent(services, Kind.BACK, break_id="b")
    assert await prompts.remember(services, question, "D1", "3.0")
    assert await about(services, "b") == ["3.0"]


async def test_a_message_sent_twice_is_stored_once(services: Services) -> None:
    question = await sent(services, Kind.REMIND_IN, day="2026-11-23")
    for posted_ts in ("1.0", "2.0"):
        await prompts.remember(services, question, "D1", posted_ts)

    assert await about(services, f"{ANA} 2026-11-23") == ["2.0"]


async def test_a_question_replaced_by_its_answer_is_removed(services: Services) -> None:
    question = await sent(services, Kind.STILL_WORKING, event_id=EVENT)
    await prompts.remember(services, question, "D1", "1.0")
    await prompts.forget(services, WORKSPACE, "D1", "2.0")
    assert await about(services, EVENT) == ["1.0"]
    await prompts.forget(services, WORKSPACE, "D1", "1.0")
    assert await about(services, EVENT) == []


async def test_questions_are_stored_for_a_week(services: Services, clock: Clock) -> None:
    question = await sent(services, Kind.STILL_WORKING, event_id=EVENT)
    await prompts.remember(services, question, "D1", "1.0")
    clock.advance(days=7)
    await erasure.erase_old(services, WORKSPACE)
    assert await about(services, EVENT) == ["1.0"]

    clock.now += timedelta(seconds=1)
    assert await services.database.read(erasure.workspaces_with_old_data) == {WORKSPACE}
    await erasure.erase_old(services, WORKSPACE)
    assert await about(services, EVENT) == []
