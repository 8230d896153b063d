"""Messages to others are sent after the change is written, again after a failure, and given up after a day."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.attendance import recording
from bot.attendance.change_notifications import SENT_LAST, Kind
from bot.permissions import Caller, Role, Via
from bot.runtime.budgets import Costs, Rate
from bot.runtime.outbox_sender import Message, NotSent, Way, send_due
from bot.runtime.services import Services
from bot.slack.client import PATIENT_SECONDS
from storage import home_tabs, outbox
from storage.database import Database, Transaction
from storage.errors import AlreadyClockedIn
from tests.builders import workplace
from tests.conftest import WORKSPACE, Clock

ANA, MARCO = "U0ANA", "U0MARCO"
LAST = Way(last=SENT_LAST)


def like_slack(kind: str, recipient: str | None) -> Costs:
    """Many messages at once, and many to each recipient."""
    many = Rate(timedelta(milliseconds=1), burst=1000)
    return {"messages": many} | ({f"messages {recipient}": many} if recipient else {})


LIMITED = Way(like_slack, kinds=tuple(Kind), last=SENT_LAST)


class Postbox:
    """Takes messages, or refuses them."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.tries = 0
        self.refusal: NotSent | None = None

    async def __call__(self, messages: Sequence[Message]) -> None:
        self.tries += 1
        if self.refusal:
            raise self.refusal
        self.taken += messages


@pytest.fixture
async def services(database: Database) -> Services:
    """Marco has clocked Ana in, and she should get a message."""
    opened = await workplace(database, {ANA: "Europe/Berlin", MARCO: "Europe/Berlin"})
    await recording.clock_in(opened, Caller(WORKSPACE, MARCO, Via.SLACK, Role.ADMIN), ANA)
    return opened


async def test_a_message_is_sent_once(services: Services) -> None:
    postbox = Postbox()
    await send_due(services, WORKSPACE, postbox)
    await send_due(services, WORKSPACE, postbox)
    (message,) = postbox.taken
    assert (message.recipient, message.kind, message.facts["by"]) == (ANA, "clocked-in/1", MARCO)
    assert message.facts["pair"]["user_id"] == ANA


async def test_a_refused_change_sends_nothing(services: Services) -> None:
    caller = Caller(WORKSPACE, MARCO, Via.SLACK, Role.ADMIN)
    with pytest.raises(AlreadyClockedIn):
        await recording.clock_in(services, caller, ANA)
    postbox = Postbox()
    await send_due(services, WORKSPACE, postbox)
    assert len(postbox.taken) == 1


async def test_pauses_grow_to_an_hour_and_a_message_is_given_up_after_a_day(services: Services, clock: Clock) -> None:
    postbox = Postbox()
    postbox.refusal = NotSent("internal_error")
    tried = []
    for _ in range(200):
        before = postbox.tries
        await send_due(services, WORKSPACE, postbox)
        tried += [clock.now] * (postbox.tries - before)
        clock.advance(minutes=15)
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert max(pauses) == timedelta(hours=1)
    assert timedelta(hours=22) < tried[-1] - tried[0] <= timedelta(days=1)


async def test_a_rate_limit_stops_the_queue_for_as_long_as_it_says(services: Services, clock: Clock) -> None:
    await recording.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.ADMIN), MARCO)
    postbox = Postbox()
    postbox.refusal = NotSent("ratelimited", timedelta(seconds=30))
    await send_due(services, WORKSPACE, postbox, way=LIMITED)
    assert postbox.tries == 2, "both were on their way"
    clock.advance(seconds=29)
    await send_due(services, WORKSPACE, postbox, way=LIMITED)
    assert postbox.tries == 2
    clock.advance(seconds=1)
    await send_due(services, WORKSPACE, postbox, way=LIMITED)
    assert postbox.tries == 3, "one at a time after a pause"


async def test_messages_to_people_are_sent_before_those_that_nobody_waits_for(
    services: Services, database: Database, clock: Clock
) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(30):
            outbox.add(tx.connection, WORKSPACE, "C0LOG", Kind.LOG_POST, tx.now, facts={"event_id": str(number)})

    await database.write(lambda tx: outbox.give_up_all(tx.connection, WORKSPACE, tx.now))
    await database.write(fill)
    clock.advance(minutes=1)
    await recording.clock_out(services, Caller(WORKSPACE, MARCO, Via.SLACK, Role.ADMIN), ANA)

    postbox = Postbox()
    while await send_due(services, WORKSPACE, postbox, way=LAST):
        pass

    assert [message.kind for message in postbox.taken] == ["clocked-out/1"] + [Kind.LOG_POST] * 30
    posts = [message.facts["event_id"] for message in postbox.taken[1:]]
    assert posts == [str(number) for number in range(30)], "in their order"


async def test_a_rate_limit_of_the_log_channel_delays_no_message_to_a_person(
    services: Services, database: Database, clock: Clock
) -> None:
    full = Postbox()
    full.refusal = NotSent("ratelimited", timedelta(seconds=30))
    await database.write(lambda tx: outbox.give_up_all(tx.connection, WORKSPACE, tx.now))
    post = {"event_id": "1"}
    await database.write(lambda tx: outbox.add(tx.connection, WORKSPACE, "C0LOG", Kind.LOG_POST, tx.now, facts=post))
    assert await send_due(services, WORKSPACE, full, way=LIMITED), "there may be others"

    clock.advance(seconds=1)
    await recording.clock_out(services, Caller(WORKSPACE, MARCO, Via.SLACK, Role.ADMIN), ANA)
    postbox = Postbox()
    await send_due(services, WORKSPACE, postbox, way=LIMITED)
    assert [message.kind for message in postbox.taken] == ["clocked-out/1"]

    clock.advance(seconds=29)
    await send_due(services, WORKSPACE, postbox, way=LIMITED)
    assert [message.kind for message in postbox.taken] == ["clocked-out/1", Kind.LOG_POST]


async def test_two_replicas_send_each_message_once_even_while_slack_is_slow(
    services: Services, database: Database, clock: Clock
) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(19):
            outbox.add(tx.connection, WORKSPACE, f"U{number}", outbox.TEXT, tx.now, facts={"text": str(number)})

    await database.write(fill)
    taken: list[str] = []
    hold, under_way = asyncio.Event(), asyncio.Event()

    async def other(messages: Sequence[Message]) -> None:
        taken.extend(message.message_id for message in messages)

    async def slow(messages: Sequence[Message]) -> None:
        under_way.set()
        await hold.wait()
        await other(messages)

    first = asyncio.create_task(send_due(services, WORKSPACE, slow))
    await under_way.wait()
    clock.advance(seconds=2 * PATIENT_SECONDS)  # a call that Slack refuses is made again in words
    while await send_due(services, WORKSPACE, other):
        pass
    assert len(taken) == 4, "the first replica has 16 on their way"
    hold.set()
    assert await first
    assert len(taken) == len(set(taken)) == 20


@pytest.mark.parametrize("at_home", [False, True])
async def test_a_pressed_home_tab_keeps_its_answer(database: Database, at_home: bool) -> None:
    services = await workplace(database, {ANA: "Europe/Berlin"})
    await database.write(lambda tx: home_tabs.opened(tx.connection, WORKSPACE, ANA, tx.now, sees_others=False))

    await recording.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, at_home=at_home), ANA)

    postbox = Postbox()
    await send_due(services, WORKSPACE, postbox)
    assert [message.kind for message in postbox.taken] == ([] if at_home else [Kind.HOME])


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_home_tab_is_redrawn_for_twelve_hours_after_it_was_opened(database: Database, clock: Clock) -> None:
    services = await workplace(database, {ANA: "Europe/Berlin"})
    drawn: list[list[str]] = []
    await database.write(lambda tx: home_tabs.opened(tx.connection, WORKSPACE, ANA, tx.now, sees_others=False))
    for act in (recording.clock_in, recording.clock_out):
        clock.advance(hours=12) if drawn else clock.advance(hours=1)
        await act(services, Caller(WORKSPACE, ANA, Via.SLACK), ANA)
        postbox = Postbox()
        await send_due(services, WORKSPACE, postbox)
        drawn.append([message.kind for message in postbox.taken])
    assert drawn == [[Kind.HOME], []]


async def test_nobody_waits_behind_all_that_another_gets(services: Services, database: Database, clock: Clock) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(200):
            outbox.add(tx.connection, WORKSPACE, ANA, Kind.TEXT, tx.now, facts={"text": str(number)})

    await database.write(fill)
    clock.advance(seconds=3)
    await recording.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.ADMIN), MARCO)
    postbox = Postbox()
    await send_due(services, WORKSPACE, postbox, way=LAST)
    assert MARCO in [message.recipient for message in postbox.taken]
    while await send_due(services, WORKSPACE, postbox, way=LAST):
        pass
    texts = [message.facts["text"] for message in postbox.taken if message.kind == Kind.TEXT]
    assert texts == [str(number) for number in range(200)], "in their order"


async def test_a_pause_of_one_place_delays_no_other(services: Services, database: Database, clock: Clock) -> None:
    postbox = Postbox()
    postbox.refusal = NotSent("429", timedelta(seconds=30), only_there=True)
    await send_due(services, WORKSPACE, postbox, way=LIMITED)
    for recipient in (ANA, MARCO):
        text = {"text": recipient}
        await database.write(
            lambda tx, to=recipient, text=text: outbox.add(tx.connection, WORKSPACE, to, Kind.TEXT, tx.now, facts=text)  # type: ignore[misc]
        )

    postbox.refusal = None
    await send_due(services, WORKSPACE, postbox, way=LIMITED)
    assert [message.recipient for message in postbox.taken] == [MARCO]
    clock.advance(seconds=30)
    while await send_due(services, WORKSPACE, postbox, way=LIMITED):
        clock.advance(seconds=1)
    assert [message.recipient for message in postbox.taken] == [MARCO, ANA, ANA]


async def test_what_is_refused_for_good_is_given_up_once_until_it_is_wanted_again(
    services: Services, database: Database, clock: Clock
) -> None:
    def queue(tx: Transaction) -> bool:
        return outbox.add(tx.connection, WORKSPACE, ANA, Kind.TEXT, tx.now, key="reminder", facts={"text": "Hi"})

    assert await database.write(queue)
    postbox = Postbox()
    postbox.refusal = NotSent("403 not installed", for_good=True)
    while await send_due(services, WORKSPACE, postbox):
        pass
    assert postbox.tries == 2, "each once"
    assert not await database.write(queue), "it isn't queued again by what queues it as long as it's due"

    postbox.refusal = None
    clock.advance(hours=20)
    day = timedelta(days=1)
    await database.write(lambda tx: outbox.send_again(tx.connection, WORKSPACE, ANA, (), tx.now, since=tx.now - day))
    await send_due(services, WORKSPACE, postbox)
    await send_due(services, WORKSPACE, postbox)
    assert [message.kind for message in postbox.taken] == ["clocked-in/1", Kind.TEXT]
    clock.advance(days=2)
    await database.write(lambda tx: outbox.send_again(tx.connection, WORKSPACE, ANA, (), tx.now, since=tx.now - day))
    assert not await send_due(services, WORKSPACE, postbox)
