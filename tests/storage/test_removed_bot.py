"""A bot that serves one workspace, by a token in the settings, is removed there, and comes back."""

from __future__ import annotations

from datetime import timedelta

from bot.attendance import recording
from bot.people import tokens
from bot.permissions import Role
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.workspaces.served_workspaces import HomeWorkspace
from storage import outbox
from storage.verify import verify
from tests.builders import OPERATOR, caller
from tests.conftest import WORKSPACE, Clock
from tests.storage.test_webhooks import Elsewhere, call_all

ANA = "U0ANA"


def started(services: Services) -> HomeWorkspace:
    async def ask() -> str:
        return WORKSPACE

    return HomeWorkspace(services, ask)


async def works(services: Services, secret: str) -> bool:
    return await tokens.caller_of(services, secret, None) is not None


async def test_its_api_tokens_and_webhooks_end_until_it_is_back(services: Services, clock: Clock) -> None:
    home = started(services)
    await home.ask_platform()
    secret = await tokens.create(services, OPERATOR, ANA, Role.EMPLOYEE, None)
    await deliveries.add(services, OPERATOR, "https://93.184.215.14/", may_reach=(), sealer=None)
    await recording.clock_in(services, caller(ANA), ANA)
    removed_at = clock.now
    for _ in range(2):  # Slack may say so twice
        await home.uninstalled(WORKSPACE, removed_at)
        assert not await works(services, secret)
    send = Elsewhere()
    await call_all(services, send)
    assert send.tries == []
    assert await services.database.read(lambda tx: outbox.recipients_with_due(tx.connection, tx.now)) == []
    clock.advance(minutes=5)
    await started(services).ask_platform()
    assert await works(services, secret)
    await home.uninstalled(WORKSPACE, removed_at)  # Slack says so late
    assert await works(services, secret)
    await home.uninstalled(WORKSPACE, removed_at + timedelta(minutes=10))
    assert not await works(services, secret)
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_the_removal_elsewhere_ends_nothing(services: Services, clock: Clock) -> None:
    home = started(services)
    await home.ask_platform()
    secret = await tokens.create(services, OPERATOR, ANA, Role.EMPLOYEE, None)
    await home.uninstalled("T0OTHER", clock.now)
    assert await works(services, secret)
