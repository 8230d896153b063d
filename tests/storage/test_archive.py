"""Archived offices and teams can't be chosen and give no rights, and earlier records keep them: on both engines."""

from __future__ import annotations

import json

import pytest

from bot import permissions
from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.calendar.ranges import DateRange
from bot.errors import Forbidden, IsArchived
from bot.people import archive, directory_listing
from bot.people.teams_and_offices import set_office, set_team
from bot.permissions import Caller, Operation, Role, Via
from bot.reports import presence, worked_time
from bot.reports.readable import readable
from bot.runtime.services import Services
from storage import audit, teams
from storage.audit import Action
from storage.errors import ArchivedOffice, NameTaken, UnknownOffice, UnknownTeam
from storage.verify import verify
from tests.builders import ADMIN, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, but_for_the_rules

ANA, BEN = "U0ANA", "U0BEN"
BY_BEN = Caller(WORKSPACE, BEN, Via.SLACK)
BY_ANA = Caller(WORKSPACE, ANA, Via.SLACK)


async def faults(services: Services) -> list[str]:
    return [
        fault.where for fault in but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    ]


async def role(services: Services, caller: Caller) -> Role:
    return await services.database.read(lambda tx: permissions.role_of(tx, caller))


async def test_an_archived_team_gives_its_managers_no_rights(services: Services) -> None:
    await set_team(services, ADMIN, "Support", [BEN], [ANA], ["S0SUPPORT"], read_group=_nobody)
    await archive.archive_team(services, ADMIN, "Support")

    assert await role(services, BY_BEN) is Role.EMPLOYEE
    with pytest.raises(Forbidden):
        await recording.clock_in(services, BY_BEN, ANA)
    assert await services.database.read(lambda tx: teams.members_by_team(tx.connection, WORKSPACE)) == {}
    assert await services.database.read(lambda tx: teams.managers_of(tx.connection, WORKSPACE, ANA)) == frozenset()
    assert await directory_listing.visible_teams(services, ADMIN) == []
    assert await faults(services) == []

    await archive.bring_back_team(services, ADMIN, "Support")
    assert await role(services, BY_BEN) is Role.MANAGER
    await recording.clock_in(services, BY_BEN, ANA)
    assert await faults(services) == []


async def test_admins_still_report_on_an_archived_team_and_its_managers_do_not(services: Services) -> None:
    await set_team(services, ADMIN, "Support", [BEN], [ANA])
    await archive.archive_team(services, ADMIN, "Support")
    (team,) = (await readable(services, ADMIN)).teams
    assert (team.name, set(team.members)) == ("Support", {ANA})
    await set_team(services, ADMIN, "Sales", [BEN], [])
    assert [team.name for team in (await readable(services, BY_BEN)).teams] == ["Sales"]


async def test_an_archived_office_takes_no_new_records_and_keeps_its_own(services: Services, clock: Clock) -> None:
    await set_office(services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    await recording.clock_in(services, BY_ANA, ANA, office_id="hq")
    await archive.archive_office(services, ADMIN, "hq")

    seen = await services.database.read(lambda tx: presence.read_presence(tx, ADMIN))
    assert list(seen.by_office) == ["Berlin"]
    clock.advance(hours=8)
    closed = await recording.clock_out(services, BY_ANA, ANA)
    assert closed.pair.clock_out is not None
    assert closed.pair.clock_out.zone == "Europe/Berlin"
    with pytest.raises(ArchivedOffice):
        await recording.clock_in(services, BY_BEN, BEN, office_id="hq")
    new = NewRecord(BEN, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"), office_id="hq")
    with pytest.raises(ArchivedOffice):
        await recording.record(services, BY_BEN, new)
    around = await worked_time.caller_context(services, ADMIN)
    assert (len(around.offices), len(around.every_office)) == (0, 1)
    day = closed.pair.work_date
    report = await worked_time.worked_time(services, ADMIN, DateRange(day, day), office=around.office("hq"))
    assert [row.user_id for row in report.people if row.pairs] == [ANA]

    await archive.bring_back_office(services, ADMIN, "hq")
    await recording.clock_in(services, BY_BEN, BEN, office_id="hq")
    assert await faults(services) == []


async def test_archiving_twice_is_one_change_and_each_change_is_audited(services: Services) -> None:
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    await set_team(services, ADMIN, "Support", [BEN], [])
    for _ in range(2):
        await archive.archive_office(services, ADMIN, "hq")
        await archive.archive_team(services, ADMIN, "Support")
    for _ in range(2):
        await archive.bring_back_office(services, ADMIN, "hq")
        await archive.bring_back_team(services, ADMIN, "Support")

    entries = await services.database.read(lambda tx: list(audit.entries(tx.connection)))
    for action in (Action.SET_OFFICE, Action.SET_TEAM):
        facts = [json.loads(entry.facts) for entry in entries if entry.action == action]
        assert [fact.get("archived", False) for fact in facts] == [False, True, False]


async def test_what_is_archived_can_not_be_changed_and_keeps_its_name(services: Services) -> None:
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    await set_team(services, ADMIN, "Support", [], [])
    await archive.archive_office(services, ADMIN, "hq")
    await archive.archive_team(services, ADMIN, "Support")

    with pytest.raises(IsArchived):
        await set_office(services, ADMIN, "hq", "Hamburg", "UTC")
    with pytest.raises(IsArchived):
        await set_team(services, ADMIN, "Support", [BEN], [])
    with pytest.raises(NameTaken) as refused:
        await set_office(services, ADMIN, "lab", "berlin", "UTC")
    assert refused.value.is_archived


async def test_only_admins_archive_and_only_existing_things(services: Services) -> None:
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    for deed in (archive.archive_office, archive.bring_back_office, archive.archive_team, archive.bring_back_team):
        with pytest.raises(Forbidden, match=str(Operation.ADMINISTER)):
            await deed(services, BY_BEN, "hq")
    with pytest.raises(UnknownOffice):
        await archive.archive_office(services, ADMIN, "lab")
    with pytest.raises(UnknownTeam):
        await archive.archive_team(services, ADMIN, "Support")


@pytest.mark.parametrize("is_archived", [False, True])
async def test_archiving_without_an_entry_is_found(services: Services, raw: Raw, is_archived: bool) -> None:
    await set_team(services, ADMIN, "Support", [BEN], [ANA])
    if is_archived:
        await archive.archive_team(services, ADMIN, "Support")
    raw.let_anything_through()
    raw.execute("UPDATE teams SET archived_at = ?", [None if is_archived else raw.value("archived_at", 0)])
    assert await faults(services) == ["team Support"]


async def _nobody(workspace_id: str, group_id: str) -> list[str]:
    return []
