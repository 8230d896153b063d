"""The form of a team in Slack: its user groups, and people whom Slack knows otherwise than the bot."""

from __future__ import annotations

import asyncio

import pytest

from bot.people.teams_and_offices import Team, all_teams
from bot.practice.model import Fault, View
from bot.practice.people import Member
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_admin_forms import ADA, MARCO, NORA, fields, ledger


async def open_team(people: People, label: str = "New team…") -> View:
    return await people.press_for_form(ADA, await people.type(ADA, "/attendance team"), label)


async def test_a_new_team_with_everything_it_may_have(bot: RunningBot, people: People, clock: Clock) -> None:
    view = await open_team(people)
    assert [option["text"]["text"] for option in fields(view)["groups"]["options"]] == ["Bakery", "Sales"]
    filled = {"managers": [MARCO], "members": [NORA], "groups": ["S0BAKERY"], "hours": "Monday – Friday 6:00 to 14:00"}
    told = await people.finish(ADA, view, name="Early <shift>", **filled)
    assert told.text == (
        "✅ *Team Early &lt;shift&gt; saved.* "
        "Managed by <@U0MARCO> · 1 member · everyone in 1 user group · mon-fri 06:00-14:00"
    )
    async with ledger(bot, clock) as services:
        (team,) = await all_teams(services, WORKSPACE)
    groups = frozenset({"S0BAKERY"})
    assert team == Team(
        WORKSPACE, "Early <shift>", frozenset({MARCO}), frozenset({NORA}), groups, "mon-fri 06:00-14:00"
    )

    # Marco, who never used the bot, manages at once: those named, and those in the group.
    report = await people.type(MARCO, "/attendance report")
    (table,) = [block for block in report.blocks if block["type"] == "data_table"]
    assert [row[0]["text"] for row in table["rows"]] == [
        "Person",
        "Ana Silva",
        "Ben Fischer",
        "Marco Rossi",
        "Nora Jones",
    ]


async def test_a_slack_connect_guest_can_not_be_in_a_team(bot: RunningBot, people: People, clock: Clock) -> None:
    stranger = Member("U0STRANGER", "stranger", "A Stranger", "Europe/Berlin")
    bot.workspace.members[stranger.id] = stranger
    view = await open_team(people)
    bot.workspace.faults["users.info"] = Fault(error="user_not_visible")
    await people.submit(ADA, view, name="Support", managers=[stranger.id])
    assert view.errors == {"managers": "I can't find U0STRANGER in this workspace. Choose somebody else."}


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(status=429, retry_after=30), Fault(error="missing_scope"), Fault(delay=30)]
)
async def test_without_slacks_groups_the_form_opens_and_the_team_keeps_its_own(
    bot: RunningBot, people: People, clock: Clock, fault: Fault
) -> None:
    view = await open_team(people)
    await people.submit(ADA, view, name="Bakers", groups=["S0BAKERY"])
    bot.workspace.faults["usergroups.list"] = fault
    view = await open_team(people, "Change…")
    assert "groups" not in fields(view)
    assert "I couldn't get the user groups just now." in view.shown
    await people.submit(ADA, view, hours="sat-sun 10:00-14:00")
    async with ledger(bot, clock) as services:
        (team,) = await all_teams(services, WORKSPACE)
    assert team.groups == {"S0BAKERY"}
    assert team.working_hours == "sat-sun 10:00-14:00"


async def test_a_workspace_without_user_groups_has_no_field_for_them(bot: RunningBot, people: People) -> None:
    bot.workspace.faults["usergroups.list"] = Fault(error="plan_upgrade_required")
    view = await open_team(people)
    assert "groups" not in fields(view)
    assert "user groups" not in view.shown


async def test_a_group_that_slack_does_not_know_any_more_is_refused_at_its_field(
    bot: RunningBot, people: People
) -> None:
    view = await open_team(people)
    bot.workspace.usergroups["S0SALES"].disabled = True
    await people.submit(ADA, view, name="Sellers", groups=["S0SALES"])
    assert view.errors == {"groups": "There's no user group S0SALES here. Choose another one."}


async def test_a_group_can_not_be_followed_while_slack_does_not_list_its_members(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await open_team(people)
    bot.workspace.faults["usergroups.users.list"] = Fault(status=500)
    await people.submit(ADA, view, name="Bakers", groups=["S0BAKERY"])
    assert list(view.errors) == ["name"]
    assert view.errors["name"].startswith("The chat isn't answering")
    async with ledger(bot, clock) as services:
        assert await all_teams(services, WORKSPACE) == []


async def test_a_slow_slack_is_waited_for_and_the_form_says_so(bot: RunningBot, people: People, clock: Clock) -> None:
    view = await open_team(people)
    hold = asyncio.Event()
    bot.workspace.faults["usergroups.users.list"] = Fault(hold=hold)
    await people.submit(ADA, view, name="Bakers", groups=["S0BAKERY"])
    assert "Still saving…" in view.shown
    hold.set()
    await bot.workspace.until(lambda: "Team Bakers saved." in view.shown)
