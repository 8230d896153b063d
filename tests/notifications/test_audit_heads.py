"""Where it is switched on, the head of the audit chain is published: daily in a channel, weekly to everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.errors import Forbidden
from bot.notifications import audit_heads
from bot.runtime.outbox_sender import Message, send_due
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.audit import Anchor, heads
from storage.database import Database
from tests.builders import ADMIN, caller, one_by_one, utc, workplace
from tests.conftest import WORKSPACE, Clock

ANA, KEI, BEN = "U0ANA", "U0KEI", "U0BEN"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database) -> Services:
    """Ana (Berlin) and Kei (Tokyo) worked last week, Ben (New York) did not."""
    services = await workplace(database, {ANA: "Europe/Berlin", KEI: "Asia/Tokyo", BEN: "America/New_York"})
    for user_id, day in ((ANA, "17"), (ANA, "18"), (KEI, "18")):
        new = NewRecord(user_id, utc(f"2026-11-{day}T08:00"), utc(f"2026-11-{day}T12:30"))
        await recording.record(services, caller(user_id), new)
    return services


async def sent(services: Services) -> list[Message]:
    """What goes out when several replicas look as the rounds do."""
    for _ in range(3):
        if WORKSPACE in await services.database.read(audit_heads.workspaces_publishing):
            await audit_heads.publish(services, WORKSPACE)
    messages: list[Message] = []

    async def post(message: Message) -> None:
        messages.append(message)

    while await send_due(services, WORKSPACE, one_by_one(post)):
        pass
    return messages


def anchor_in(message: Message) -> Anchor:
    return Anchor.parse(message.facts["anchor"])


async def test_nothing_is_published_unless_it_is_switched_on(services: Services) -> None:
    assert await sent(services) == []


async def test_the_channel_gets_the_head_once_a_day(services: Services, clock: Clock) -> None:
    await workspace_settings.change(services, ADMIN, anchor_channel="C0LEDGER")
    (head,) = await services.database.read(lambda tx: heads(tx.connection))
    (message,) = await sent(services)
    assert (message.recipient, anchor_in(message)) == ("C0LEDGER", head)
    assert await sent(services) == []
    clock.advance(days=1)
    assert [message.recipient for message in await sent(services)] == ["C0LEDGER"]


async def test_a_published_head_reveals_a_rewritten_chain(services: Services) -> None:
    await workspace_settings.change(services, ADMIN, anchor_channel="C0LEDGER")
    (message,) = await sent(services)
    anchor = anchor_in(message)
    await recording.clock_in(services, caller(ANA), ANA)
    assert await services.database.read(lambda tx: anchor.holds(tx.connection))
    other = Anchor(anchor.workspace_id, anchor.sequence, "0" * 64)
    assert not await services.database.read(lambda tx: other.holds(tx.connection))


async def test_everybody_who_worked_gets_their_week_on_monday_morning_in_their_own_zone(
    services: Services, clock: Clock
) -> None:
    await workspace_settings.change(services, ADMIN, anchor_to_people=True)
    clock.set("2026-11-23T07:59")  # 16:59 in Tokyo, 08:59 in Berlin
    (kei,) = await sent(services)
    assert kei.recipient == KEI
    clock.advance(minutes=1)
    (ana,) = await sent(services)
    assert ana.recipient == ANA
    week = {"first": "2026-11-16", "last": "2026-11-22", "worked_seconds": 32400.0, "days": 2}
    assert {name: ana.facts[name] for name in week} == week
    assert anchor_in(ana).workspace_id == WORKSPACE
    clock.advance(days=6)
    assert await sent(services) == []


async def test_a_bot_that_was_off_on_monday_sends_when_it_returns(services: Services, clock: Clock) -> None:
    await workspace_settings.change(services, ADMIN, anchor_to_people=True)
    clock.now += timedelta(days=3)
    assert {message.recipient for message in await sent(services)} == {ANA, KEI}


async def test_only_admins_change_settings_and_each_change_is_audited(services: Services) -> None:
    with pytest.raises(Forbidden):
        await workspace_settings.change(services, caller(ANA), anchor_to_people=True)
    await workspace_settings.change(services, ADMIN, anchor_channel="C0LEDGER", anchor_to_people=True)
    await workspace_settings.change(services, ADMIN, anchor_channel=None)
    now = await workspace_settings.get(services, WORKSPACE)
    assert (now.anchor_channel, now.anchor_to_people) == (None, True)
    (head,) = await services.database.read(lambda tx: heads(tx.connection))
    assert head.sequence == 3 + 2  # three records, two changes
