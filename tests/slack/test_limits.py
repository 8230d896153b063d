"""Replicas share a budget for each of Slack's methods, and stay below its limits together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.attendance.change_notifications import Kind
from bot.practice.limits import A_MINUTE, Limits
from bot.runtime.budgets import DirectCalls
from bot.runtime.outbox_sender import Message, send_due
from bot.runtime.services import Services
from bot.slack.limits import PUBLISH, UPDATE, costs, noted
from bot.slack.serving import TO_SLACK
from storage import budgets, outbox
from storage.database import Database, Transaction, open_database
from tests.builders import NobodyElse, workplace
from tests.conftest import WORKSPACE, Clock

MANY = {PUBLISH: (Kind.HOME, 120), UPDATE: (Kind.PROMPT_UPDATE, 60)}
POSTS = 20


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture
async def replicas(database: Database, database_url: str, clock: Clock) -> AsyncIterator[list[Services]]:
    other = await open_database(database_url, clock=clock)
    yield [await workplace(database, {}), Services(other, NobodyElse())]
    await other.close()


class Slack:
    """Counts calls as Slack does."""

    def __init__(self, clock: Clock) -> None:
        self.limits = Limits(lambda: clock.now.timestamp())
        self.taken: list[str] = []

    async def __call__(self, messages: Sequence[Message]) -> None:
        first = messages[0]
        (method,) = {name.split()[0] for name in costs(first.kind, first.recipient)}
        assert not self.limits.retry_after(method, first.recipient), f"{method} is refused"
        self.taken += [message.message_id for message in messages]


async def test_two_replicas_stay_below_slacks_limits_together(replicas: list[Services], clock: Clock) -> None:
    def fill(tx: Transaction) -> None:
        for kind, number in MANY.values():
            for one in range(number):
                outbox.add(tx.connection, WORKSPACE, f"U{one}", kind, tx.now)
        for _ in range(POSTS):
            outbox.add(tx.connection, WORKSPACE, "C0LOG", Kind.TEXT, tx.now)

    slack, calls, number = Slack(clock), DirectCalls(), POSTS + sum(number for _, number in MANY.values())
    await replicas[0].database.write(fill)
    for _ in range(10):
        noted(calls, clock)(WORKSPACE, PUBLISH)
        assert not slack.limits.retry_after(PUBLISH, "")
    for _ in range(100):
        for replica, direct in zip(replicas, (calls, None), strict=True):
            while await send_due(replica, WORKSPACE, slack, way=TO_SLACK, direct=direct):
                pass
        if len(slack.taken) == number:
            break
        clock.advance(seconds=1.5)
    assert len(slack.taken) == len(set(slack.taken)) == number
    busiest = {method: slack.limits.busiest[method] / A_MINUTE[method] for method in MANY}
    assert all(0.75 < share < 1 for share in busiest.values()), busiest
    kept = await replicas[0].database.read(lambda tx: budgets.read(tx.connection, WORKSPACE))
    assert set(kept) <= {PUBLISH, UPDATE}, "that of the channel is forgotten"
