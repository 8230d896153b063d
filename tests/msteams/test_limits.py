"""What the outbox sends to Teams stays below the service's limits, as its stand-in counts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.attendance.change_notifications import Kind
from bot.msteams.limits import CALL, MOST_IN_POST, Limited, costs, noted, way_to_teams
from bot.practice.msteams.limits import Limits
from bot.runtime.budgets import Budgets, Costs, DirectCalls
from bot.runtime.outbox_sender import Message
from storage import outbox, people
from storage.database import Database, Transaction
from storage.people import Platform
from tests.builders import claim_due
from tests.conftest import Clock

TENANT, CHANNEL = "7e4a0000-0000-4000-8000-000000000001", "19:log@thread.tacv2"
WAITS = timedelta(seconds=0.25)


class Outbox:
    """Spends what the budgets have room for at each look, and has the stand-in count it."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.direct, self.sent = clock, DirectCalls(), 0
        self.limits = Limits(lambda: clock.now.timestamp())
        self._kept: Mapping[str, datetime] = {}

    def send(self, many: int, of: Callable[[int], Costs], conversation: Callable[[int], str]) -> None:
        """Sends so many, one after the other, as soon as each may be."""
        spent, number = self._now(), 0
        while number < many:
            if not spent.have_room(of(number)):
                self._kept = spent.kept()
                self.clock.advance(seconds=WAITS.total_seconds())
                spent = self._now()
                continue
            spent.spend(of(number))
            assert not self.limits.retry_after("send", conversation(number), TENANT)
            self.sent, number = self.sent + 1, number + 1
        self._kept = spent.kept()

    def _now(self) -> Budgets:
        spent = Budgets(self._kept, self.clock.now)
        for one in self.direct.take(TENANT, self.clock.now):
            spent.spend(one)
        return spent


def test_ten_thousand_posts_in_the_log_channel_stay_below_the_limit_of_an_hour(clock: Clock) -> None:
    outbox, began = Outbox(clock), clock.now
    most = way_to_teams(list(Kind)).most(Kind.LOG_POST)
    posts = -(-10_000 // most)
    outbox.send(posts, lambda _: costs(Kind.LOG_POST, CHANNEL), lambda _: CHANNEL)
    assert clock.now - began < timedelta(minutes=30)
    outbox.send(1_800, lambda number: costs(Kind.LOG_UPDATE, f"log {number}"), lambda _: CHANNEL)
    assert timedelta(hours=1) < clock.now - began < timedelta(hours=2), "updates count in the channel too"
    assert most == MOST_IN_POST


def test_ten_thousand_people_are_reminded_within_minutes_while_others_are_answered(clock: Clock) -> None:
    outbox, began = Outbox(clock), clock.now
    answered = noted(outbox.direct, clock)
    for _second in range(10):  # ten answers at once, each second
        for number in range(10):
            answered(TENANT)
            assert not outbox.limits.retry_after("send", f"a:{number}", TENANT)
        outbox.send(20, lambda number: costs(Kind.REMIND_IN, f"U{number}"), lambda number: f"b:{outbox.sent}")
        clock.advance(seconds=1)
    outbox.send(10_000, lambda number: costs(Kind.REMIND_IN, f"U{number}"), lambda number: f"c:{number}")
    assert clock.now - began < timedelta(minutes=7)


def test_homes_cost_nothing_and_are_closed_by_nothing() -> None:
    assert [costs(kind, "anybody") for kind in (Kind.HOME, Kind.HOMES)] == [{}, {}]
    assert next(iter(costs(Kind.STILL_WORKING, "somebody"))) == CALL


async def test_a_limit_is_the_conversations_until_several_were_limited(database: Database, clock: Clock) -> None:
    def queue(tx: Transaction) -> list[Message]:
        people.add_workspace_if_new(tx.connection, TENANT, platform=Platform.TEAMS, zone="UTC", at=tx.now)
        for recipient in ("a", "b", "c"):
            outbox.add(tx.connection, TENANT, recipient, Kind.TEXT, tx.now)
        for number in range(3):
            outbox.add(tx.connection, TENANT, f"log {number}", Kind.LOG_UPDATE, tx.now)
        return claim_due(tx, TENANT)

    limited = Limited()
    a, b, c, *updates = sorted(await database.write(queue), key=lambda message: message.recipient)
    assert [limited.is_tenants(one, clock.now) for one in updates] == [False] * 3, "all in the log channel"
    assert [limited.is_tenants(one, clock.now) for one in (a, a, b)] == [False, False, True]
    clock.advance(seconds=11)
    assert not limited.is_tenants(c, clock.now)
