"""Everyone is listed in the chat platform once a night, by one replica, and what changed counts from then on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import permissions
from bot.errors import DirectoryUnavailable
from bot.people import nightly_list
from bot.people.nightly_list import list_people, workspaces_due
from bot.people.profiles import ProfileCache
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Profile, Services
from storage import people
from storage.database import Database
from tests.builders import workplace
from tests.conftest import WORKSPACE, Clock

ANA, BEN, NOBODY = "U0ANA", "U0BEN", "U0NOBODY"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database) -> Services:
    return await workplace(database, dict.fromkeys((ANA, BEN), "Europe/Berlin"))


class Slack:
    """Two pages of people; away where `fails`."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.fails, self.listed = clock, False, 0
        self.changed: dict[str, dict[str, object]] = {}

    async def pages(self, workspace_id: str) -> AsyncIterator[Sequence[Profile]]:
        self.listed += 1
        yield [self._profile(ANA)]
        if self.fails:
            raise DirectoryUnavailable("users.list")
        yield [self._profile(BEN), self._profile(NOBODY)]

    def _profile(self, user_id: str) -> Profile:
        plain = Profile(WORKSPACE, user_id, user_id, "Europe/Berlin", False, False, False, False, self.clock())
        return replace(plain, **self.changed.get(user_id, {}))  # type: ignore[arg-type]  # fields by name


@pytest.fixture
def slack(clock: Clock) -> Slack:
    return Slack(clock)


async def known(services: Services) -> dict[str, Profile]:
    return await services.database.read(lambda tx: people.get_many(tx.connection, WORKSPACE))


async def due(services: Services) -> bool:
    return WORKSPACE in await services.database.read(workspaces_due)


async def test_what_changed_counts_after_the_list_and_strangers_stay_strangers(
    services: Services, slack: Slack, clock: Clock
) -> None:
    slack.changed = {BEN: {"chat_admin": True, "name": "Ben Jones"}}
    clock.advance(days=1)
    await list_people(services, slack.pages, WORKSPACE)
    now = await known(services)
    assert NOBODY not in now
    assert now[ANA].refreshed_at == now[BEN].refreshed_at == clock()
    assert now[BEN].name == "Ben Jones"
    ben = Caller(WORKSPACE, BEN, Via.SLACK)
    assert await services.database.read(lambda tx: permissions.role_of(tx, ben)) is Role.ADMIN


async def test_a_workspace_is_listed_at_three_in_its_own_night(services: Services, slack: Slack, clock: Clock) -> None:
    await services.database.write(lambda tx: people.set_workspace_zone(tx.connection, WORKSPACE, "Europe/Berlin"))
    for day in ("24", "25"):
        clock.set(f"2026-11-{day}T02:59+01:00")
        assert not await due(services)
        clock.set(f"2026-11-{day}T03:00+01:00")
        assert await due(services)
        await list_people(services, slack.pages, WORKSPACE)
        assert not await due(services)


async def test_a_second_replica_leaves_the_list_to_the_first(services: Services, slack: Slack, clock: Clock) -> None:
    async def while_listing(workspace_id: str) -> AsyncIterator[Sequence[Profile]]:
        assert not await due(services)
        await list_people(services, slack.pages, workspace_id)
        assert slack.listed == 0
        clock.advance(minutes=11)
        assert await due(services), "the first one may have crashed"
        yield []

    clock.advance(days=1)
    await list_people(services, while_listing, WORKSPACE)


async def test_a_list_that_ends_half_way_is_tried_again_soon(services: Services, slack: Slack, clock: Clock) -> None:
    clock.advance(days=1)
    slack.fails = True
    slack.changed = {ANA: {"guest": True}}
    with pytest.raises(DirectoryUnavailable):
        await list_people(services, slack.pages, WORKSPACE)
    assert (await known(services))[ANA].guest
    assert not await due(services)
    clock.advance(seconds=nightly_list.TRY_AGAIN_AFTER / timedelta(seconds=1))
    assert await due(services)


async def test_what_the_platform_told_after_it_was_asked_counts(services: Services, slack: Slack, clock: Clock) -> None:
    clock.advance(days=1)
    told: list[Profile] = []

    async def slowly(workspace_id: str) -> AsyncIterator[Sequence[Profile]]:
        async for page in slack.pages(workspace_id):
            clock.advance(seconds=1)
            told.append(replace(page[0], chat_admin=True, refreshed_at=clock()))
            clock.advance(seconds=2)
            yield page

    await list_people(services, slowly, WORKSPACE)
    for profile in told[:2]:
        await ProfileCache(services).changed(profile)
    now = await known(services)
    assert now[ANA].chat_admin
    assert now[BEN].chat_admin


async def test_a_long_list_goes_on_as_long_as_its_pages_come(services: Services, slack: Slack, clock: Clock) -> None:
    clock.advance(days=1)

    async def slowly(workspace_id: str) -> AsyncIterator[Sequence[Profile]]:
        for _ in range(12):
            clock.advance(minutes=9)
            assert not await due(services)
            yield [profile async for page in slack.pages(workspace_id) for profile in page]

    await list_people(services, slowly, WORKSPACE)
