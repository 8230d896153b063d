"""An id tells its chat platform, and each platform has its own workspaces."""

from __future__ import annotations

from bot.people.ids import as_kept, platform_of
from bot.workspaces.served_workspaces import HomeWorkspace, ensure_workspace
from storage import people
from storage.database import Database
from storage.people import Platform
from tests.builders import TENANT, workplace
from tests.conftest import WORKSPACE


async def test_a_tenant_is_no_workspace_of_slack(database: Database) -> None:
    """While Slack is away, the bot goes by the only workspace that it knows there."""
    services = await workplace(database, {})
    await ensure_workspace(services, TENANT)
    known = await services.database.read(lambda tx: people.all_workspaces(tx.connection))
    assert [(one.workspace_id, one.platform) for one in known] == [(WORKSPACE, "slack"), (TENANT, "msteams")]

    async def ask() -> str:
        raise AssertionError("it is known")

    assert await HomeWorkspace(services, ask).served() == [WORKSPACE]


def test_an_id_tells_its_platform() -> None:
    assert [platform_of(one) for one in (TENANT, WORKSPACE, "E0GRID")] == [Platform.TEAMS, *[Platform.SLACK] * 2]
    assert [as_kept(one) for one in (TENANT.upper(), "U0ANA", "0B2F4C1E")] == [TENANT, "U0ANA", "0B2F4C1E"]
