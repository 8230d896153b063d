"""Commands take people of either chat by their ids, and say what an id has to look like."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.practice.msteams.people import BEN, TENANT_ID
from bot.practice.msteams.server import serve
from bot.practice.msteams.service import GENERAL, TeamsService
from bot.runtime.services import Services
from bot.workspaces.served_workspaces import ensure_workspace
from storage import msteams
from storage.database import open_database
from storage.msteams import Channel
from storage.people import Profile, upsert_profile
from tests.builders import TENANT, NobodyElse
from tests.command_line import run
from tests.conftest import ROOT, WORKSPACE

ANA = "a0000000-0000-4000-8000-0000000000a1"
LIKE = "It looks like 7faf8ab2-3c1d-4e5f-9a0b-123456789abc"


@pytest.fixture
async def environment(tmp_path: Path, migrated_file: Path) -> dict[str, str]:
    """A ledger with a tenant, and Ana in it; and with a workspace of Slack."""
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    url = f"sqlite:///{tmp_path}/attendance.db"
    database = await open_database(url)
    for workspace_id in (TENANT, WORKSPACE):
        await ensure_workspace(Services(database, NobodyElse()), workspace_id)
    ana = Profile(TENANT, ANA, "Ana Silva", "Europe/Berlin", False, False, False, False, database.clock())
    await database.write(lambda tx: upsert_profile(tx.connection, ana, tx.now))
    await database.close()
    return {"PYTHONPATH": str(ROOT), "ATTENDANCE_DATABASE_URL": url}


async def test_people_of_a_tenant_are_named_by_their_entra_ids(environment: dict[str, str], tmp_path: Path) -> None:
    added = await run(environment, tmp_path, "admin", "add", ANA.upper(), "--workspace", TENANT.upper())
    assert added.stdout == f"Ana Silva ({ANA}) is an admin now.\n"
    made = await run(environment, tmp_path, "token", "create", "--user", ANA, "--role", "admin", "--workspace", TENANT)
    assert made.stdout.startswith("att_")
    team = ("team", "set", "Bakery", "--manager", ANA.upper(), "--member", ANA, "--workspace", TENANT)
    assert (await run(environment, tmp_path, *team)).stdout == "Saved team Bakery: 1 manager, 1 member.\n"
    assert (await run(environment, tmp_path, "report", "--user", ANA, "--workspace", TENANT)).returncode == 0
    channel = ("settings", "set", "--log-channel", "19:bakery@thread.tacv2", "--workspace", TENANT)
    assert (await run(environment, tmp_path, *channel)).returncode == 0


@pytest.mark.parametrize(
    ("words", "workspace_id", "told"),
    [
        (("admin", "add", "ana"), TENANT, f"ana isn't a user id. Did you mean {ANA} (Ana Silva)?"),
        (("admin", "add", "kei"), TENANT, f"kei isn't a user id. {LIKE}"),
        (("admin", "add", "U0ANA"), TENANT, f"U0ANA is an id of another chat than {TENANT}'s. {LIKE}"),
        (
            ("admin", "add", ANA),
            WORKSPACE,
            f"{ANA} is an id of another chat than {WORKSPACE}'s. It looks like U012AB3CD",
        ),
        (("admin", "add", ANA.replace("a1", "b1")), TENANT, "I couldn't ask Microsoft Teams about"),
        (("settings", "set", "--log-channel", "C012AB3CD"), TENANT, "C012AB3CD isn't a channel id. It begins with 19:"),
        (("settings", "set", "--log-channel", "19:x"), WORKSPACE, "19:x isn't a channel id. It looks like C012AB3CD"),
    ],
)
async def test_an_id_of_another_shape_is_refused(
    environment: dict[str, str], tmp_path: Path, words: tuple[str, ...], workspace_id: str, told: str
) -> None:
    ended = await run(environment, tmp_path, *words, "--workspace", workspace_id)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(told)


async def test_somebody_never_met_is_found_in_a_team_with_the_bot(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    teams = TeamsService()
    async with serve(teams):
        environment = {
            "PYTHONPATH": str(ROOT),
            "ATTENDANCE_DATABASE_URL": f"sqlite:///{tmp_path}/attendance.db",
            "TEAMS_APP_ID": teams.app_id,
            "TEAMS_APP_SECRET": teams.app_secret,
            "TEAMS_TENANT_ID": TENANT_ID,
            "TEAMS_LOGIN_URL": teams.login_url,
            "TEAMS_OPENID_URL": teams.openid_url,
        }
        add = ("admin", "add", BEN.user_id)
        unknown = await run(environment, tmp_path, *add)
        assert (unknown.returncode, BEN.user_id in unknown.stderr) == (1, True)
        general = Channel(GENERAL, teams.service_url, "General", GENERAL)
        database = await open_database(environment["ATTENDANCE_DATABASE_URL"])
        await database.write(lambda tx: msteams.remember_channel(tx.connection, TENANT_ID, general))
        await database.close()
        added = await run(environment, tmp_path, *add)
        assert (added.stderr, added.stdout) == ("", f"Ben Fischer ({BEN.user_id}) is an admin now.\n")
        group = ("team", "set", "Bakery", "--manager", BEN.user_id, "--group", GENERAL)
        assert (await run(environment, tmp_path, *group)).stdout.startswith(
            "Saved team Bakery: 1 manager, 0 members, f"
        )
