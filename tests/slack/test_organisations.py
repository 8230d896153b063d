"""A bot that an organisation (Enterprise Grid) installs once for all its workspaces. Each has its own records, and
joins and leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.app import running
from bot.practice.model import Call, Delivery
from bot.practice.people import Member
from bot.runtime.encryption import Sealer
from bot.slack.client import profile_of
from bot.workspaces.installations import Credentials, InstalledWorkspaces
from storage import verify
from storage.database import Database, open_database
from storage.tables import installations
from tests.conftest import WORKSPACE, Clock
from tests.slack.conftest import buttons
from tests.slack.test_many_workspaces import KEY, Many, engine, many, said

__all__ = ["engine", "many"]

ORGANISATION, OTHER = "E0BAKERIES", "T0OTHER"
EVA, FINN, ADA = "W0EVA", "W0FINN", "U0ADA"
IN = "✅ *Clocked in at 09:02.*"
NOT_HERE = "Ask an admin to install me in yours."
on_both = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def organisation(many: Many) -> Many:
    """Two workspaces. Eva is in both, Finn in the second one alone."""
    many.one.neighbours, many.other.neighbours = [many.other], [many.one]
    for workspace in (many.one, many.other):
        workspace.organisation_id, workspace.whole_organisation = ORGANISATION, True
        workspace.members[EVA] = Member(EVA, "eva", "Eva Lind", "Europe/Berlin")
    for user_id in list(many.other.members):
        if user_id.startswith("U0") and user_id != "U0BOT":
            del many.other.members[user_id]
    many.other.members[FINN] = Member(FINN, "finn", "Finn Berg", "Europe/Berlin", is_admin=True)
    many.other.channels["C0OTHER"] = "other"
    return many


async def remove(many: Many, event: dict[str, object], clock: Clock) -> Delivery:
    clock.advance(minutes=1)
    return await many.one.event(event, at=clock.now)


@on_both
async def test_one_installation_serves_every_workspace_and_no_record_crosses(organisation: Many, clock: Clock) -> None:
    await organisation.install(organisation.one)
    assert await said(await organisation.one.command(EVA, "/clockin")) == IN
    assert "You haven't clocked in today" in await said(await organisation.other.command(EVA, "/attendance"))
    assert await said(await organisation.other.command(FINN, "/clockin")) == IN
    shown = (await organisation.other.command(FINN, "/attendance", "events today")).messages[0].shown
    assert "Eva" not in shown
    assert EVA not in shown
    database = await open_database(organisation.settings.database_url, clock=clock)
    try:
        found = await database.read(lambda tx: list(verify.verify(tx.connection)))
        assert found == []
    finally:
        await database.close()


async def test_buttons_forms_and_the_home_tab_know_their_workspace(organisation: Many, clock: Clock) -> None:
    await organisation.install(organisation.one)
    there = organisation.other
    message = (await there.command(FINN, "/clockin")).messages[0]
    clock.advance(hours=1)
    button = next(one for one in buttons(message) if one["text"]["text"] == "Clock out")
    await there.press(FINN, message, button["action_id"], button["value"])
    assert "You're clocked out" in await said(await there.command(FINN, "/attendance"))
    await there.open_home(FINN)
    await there.until(lambda: FINN in there.homes)
    await there.command(FINN, "/attendance", "add")
    view = there.views.top(FINN)
    assert view is not None
    filled = there.fill(view, {"date": "2026-11-20", "start": "08:00", "end": "12:00"})
    assert (await there.submit(FINN, view, filled)).failure is None
    shown = (await there.command(FINN, "/attendance", "events 2026-11-20")).messages[0].shown
    assert "08:00" in shown


async def test_the_page_says_how_to_go_on(organisation: Many) -> None:
    back, cookie = await organisation.issue_state(organisation.one)
    status, _, page = await organisation.get(back, cookie)
    assert (status, "Now choose its workspaces in Slack" in page) == (200, True)
    stored = b"".join(path.read_bytes() for path in organisation.database_path.parent.glob("ledger.db*"))
    assert organisation.one.bot_token.encode() not in stored


@on_both
async def test_a_workspace_that_loses_the_app_is_refused_until_it_is_granted_again(
    organisation: Many, clock: Clock
) -> None:
    await organisation.install(organisation.one)
    await organisation.one.command(EVA, "/clockin")
    await organisation.other.command(FINN, "/clockin")
    event: dict[str, object] = {"type": "team_access_revoked", "team_ids": [OTHER, "T0STRANGER"]}
    assert (await remove(organisation, event, clock)).status == 200
    assert (await said(await organisation.other.command(FINN, "/clockout"))).endswith(NOT_HERE)
    assert "clocked in" in await said(await organisation.one.command(EVA, "/clockin"))

    clock.advance(minutes=1)
    await organisation.one.event({"type": "team_access_granted", "team_ids": [OTHER]}, at=clock.now)
    assert "Clocked out at 09:04" in await said(await organisation.other.command(FINN, "/clockout"))


@on_both
async def test_uninstalling_ends_it_everywhere_and_installing_again_goes_on(organisation: Many, clock: Clock) -> None:
    await organisation.install(organisation.one)
    await organisation.one.command(EVA, "/clockin")
    await organisation.other.command(FINN, "/clockin")
    await remove(organisation, {"type": "app_uninstalled"}, clock)
    for workspace, user_id in ((organisation.one, EVA), (organisation.other, FINN)):
        assert (await said(await workspace.command(user_id, "/clockout"))).endswith(NOT_HERE)
    clock.advance(minutes=1)
    await organisation.install(organisation.other)
    for workspace, user_id in ((organisation.one, EVA), (organisation.other, FINN)):
        assert "Clocked out at 09:04" in await said(await workspace.command(user_id, "/clockout"))


async def test_a_workspace_of_an_organisation_without_the_bot_is_refused_in_words(
    organisation: Many, clock: Clock
) -> None:
    assert (await said(await organisation.one.command(EVA, "/clockin"))).endswith(NOT_HERE)
    await organisation.one.event({"type": "team_access_granted", "team_ids": [WORKSPACE]}, at=clock.now)
    assert (await said(await organisation.one.command(EVA, "/clockin"))).endswith(NOT_HERE)
    await organisation.install(organisation.one)
    organisation.other.organisation_id = "E0ANOTHER"
    assert (await said(await organisation.other.command(FINN, "/clockin"))).endswith(NOT_HERE)


async def test_another_organisation_cannot_take_a_workspace_away(organisation: Many, clock: Clock) -> None:
    await organisation.install(organisation.one)
    await organisation.one.command(EVA, "/clockin")
    organisation.other.organisation_id = "E0ANOTHER"
    clock.advance(minutes=1)
    event = {"type": "team_access_revoked", "team_ids": [WORKSPACE]}
    await organisation.other.event(event, at=clock.now)
    assert "already" in await said(await organisation.one.command(EVA, "/clockin"))


async def test_a_rotating_token_is_renewed_once_for_all_workspaces(database: Database, clock: Clock) -> None:
    asked = []

    async def renew(refresh_token: str) -> Credentials:
        asked.append(refresh_token)
        return Credentials("xoxb-1", "refresh-1", clock.now + timedelta(hours=12))

    installed = InstalledWorkspaces(database, Sealer(KEY), renew)
    first = Credentials("xoxb-0", "refresh-0", clock.now + timedelta(hours=12))
    await installed.install(ORGANISATION, first, ADA, for_organisation=True)
    for workspace_id in (WORKSPACE, OTHER):
        await installed.meet(ORGANISATION, workspace_id)
    assert list(await installed.served()) == sorted([WORKSPACE, OTHER])
    assert list(await installed.token_holders()) == [ORGANISATION]
    clock.advance(hours=11)
    for holder in await installed.token_holders():
        await installed.renew(holder)
    assert asked == ["refresh-0"]
    assert {(await installed.credentials(one)).token for one in (WORKSPACE, OTHER)} == {"xoxb-1"}


async def test_a_workspace_moved_to_another_organisation_is_found(database: Database, clock: Clock) -> None:
    async def renew(refresh_token: str) -> Credentials:
        raise AssertionError

    installed = InstalledWorkspaces(database, Sealer(KEY), renew)
    for organisation_id in (ORGANISATION, "E0ANOTHER"):
        await installed.install(organisation_id, Credentials("xoxb-0"), ADA, for_organisation=True)
    await installed.meet(ORGANISATION, WORKSPACE)

    async def faults() -> list[str]:
        return await database.read(lambda tx: [fault.what for fault in verify.verify(tx.connection)])

    assert await faults() == []
    moved = update(installations).where(installations.c.workspace_id == WORKSPACE).values(organisation_id="E0ANOTHER")
    await database.write(lambda tx: tx.connection.execute(moved).rowcount)
    assert len(await faults()) == 1


async def test_people_are_listed_for_each_workspace(organisation: Many, clock: Clock) -> None:
    await organisation.install(organisation.one)
    await organisation.one.command(EVA, "/clockin")
    await organisation.other.command(FINN, "/clockin")
    organisation.other.members[FINN] = Member(FINN, "finn", "Finn Berg-Lund", "Europe/Berlin")
    clock.advance(hours=20)
    async with running(organisation.settings, clock=clock):
        await organisation.one.until(
            lambda: (
                {call.arguments.get("team_id") for call in calls_of(organisation, "users.list")} == {WORKSPACE, OTHER}
            )
        )


def calls_of(organisation: Many, method: str) -> list[Call]:
    every = [*organisation.one.calls, *organisation.other.calls]
    return [call for call in every if call.method == method]


@pytest.mark.parametrize(
    ("user", "profile"),
    [
        ({"team_id": WORKSPACE, "is_admin": True}, (True,)),
        ({"team_id": OTHER, "is_admin": True}, None),
        ({"team_id": OTHER, "is_admin": True, "enterprise_user": {"teams": [OTHER]}}, None),
        ({"team_id": OTHER, "is_admin": True, "enterprise_user": {"teams": [OTHER, WORKSPACE]}}, (False,)),
        ({"team_id": OTHER, "enterprise_user": {"teams": [OTHER, WORKSPACE], "is_owner": True}}, (True,)),
        ({"team_id": WORKSPACE, "is_stranger": True, "enterprise_user": {"teams": [WORKSPACE]}}, None),
    ],
)
def test_an_admin_of_one_workspace_is_none_of_another(
    user: dict[str, object], profile: tuple[bool] | None, clock: Clock
) -> None:
    found = profile_of(WORKSPACE, {"id": EVA, "name": "eva", **user}, clock.now)
    assert (None if found is None else (found.chat_admin,)) == profile
