"""`/attendance team`: the list of teams and the form for one of them."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from bot.calendar.working_hours import parse_working_hours
from bot.chat.views import ChoiceField, Form, Text, TextField
from bot.errors import Forbidden, OutdatedButton
from bot.people.archive import archive_team
from bot.people.teams_and_offices import Team, all_teams, set_team
from bot.people.user_groups import Group
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, fields_of, form_in, labels, meet, notes_in, shown
from tests.conftest import WORKSPACE

BAKERY, SALES = Group("S0BAKERY", "Bakery"), Group("S0SALES", "Sales")


@pytest.fixture
def door(door: PlainDoor) -> PlainDoor:
    """With two user groups."""
    door.chat.listed = [BAKERY, SALES]
    door.chat.members = {"S0BAKERY": [ANA, BEN], "S0SALES": []}
    return door


async def saved(door: PlainDoor) -> Team:
    (team,) = await all_teams(door.services, WORKSPACE)
    return team


async def new_team(door: PlainDoor) -> Form:
    return form_in(await door.press(ADA, await door.type(ADA, "team"), "New team…"))


async def change_team(door: PlainDoor) -> Form:
    return form_in(await door.press(ADA, await door.type(ADA, "team"), "Change…"))


async def test_an_admin_adds_a_team_with_everything_it_may_have(door: PlainDoor) -> None:
    empty = await door.type(ADA, "team")
    form = await new_team(door)
    filled = {"managers": [KEI], "members": [ADA], "groups": ["S0BAKERY"], "hours": "Monday – Friday 6:00 to 14:00"}
    added = await door.send(ADA, form, name="Early <shift>", **filled)

    assert shown(empty) == ["Teams", "There are no teams yet."]
    facts = "Managed by @U0KEI · 1 member · everyone in 1 user group · mon-fri 06:00-14:00"
    assert shown(added) == [f"✅ Team Early <shift> saved. {facts}"]
    assert shown(await door.type(ADA, "team")) == ["Teams", f"Early <shift> · {facts}"]
    assert await saved(door) == Team(
        WORKSPACE,
        "Early <shift>",
        frozenset({KEI}),
        frozenset({ADA}),
        frozenset({"S0BAKERY"}),
        "mon-fri 06:00-14:00",
    )


async def test_a_team_in_the_list_is_changed(door: PlainDoor) -> None:
    hours = parse_working_hours("mon-fri 09:00-17:00")
    await set_team(door.services, ADMIN, "Night", [KEI], [ANA, BEN], (), hours)

    form = await change_team(door)
    changed = await door.send(ADA, form, members=[ANA], hours=None)

    assert form.body[0] == Text(Markup("<b>Night</b>"))
    assert fields_of(form) == {
        "managers": [KEI],
        "members": [ANA, BEN],
        "groups": [],
        "hours": "mon-fri 09:00-17:00",
    }
    assert shown(changed) == ["✅ Team Night saved. Managed by @U0KEI · 1 member"]
    assert (await saved(door)).members == {ANA}


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"managers": [KEI]}, "managers", "U0Kei (guest) can't be chosen. Choose full members of this workspace."),
        ({"members": [ANA, BEN, KEI]}, "members", "U0Ben (deactivated), U0Kei (guest) can't be chosen"),
        ({"members": ["U0STRANGER"]}, "members", "I can't find @U0STRANGER in this workspace. Choose somebody else."),
        ({"managers": ["U0STRANGER"]}, "managers", "I can't find @U0STRANGER in this workspace. Choose somebody else."),
        ({"hours": "nine to five"}, "hours", 'I couldn\'t read "nine to five" as working hours.'),
        ({"name": None}, "name", "This name can't be used. A team's name needs 1 to 80 characters, on one line."),
        ({"name": "Support"}, "name", 'There\'s already a team "Support". Choose another name, or change that one.'),
        ({"name": "SUPPORT"}, "name", 'There\'s already a team "Support".'),
        ({"groups": ["S0GONE"]}, "groups", "There's no user group S0GONE here. Choose another one."),
    ],
)
async def test_mistakes_in_a_new_team_are_shown_at_their_fields(
    door: PlainDoor, filled: dict[str, Any], field: str, told: str
) -> None:
    await meet(door, KEI, guest=True)
    await meet(door, BEN, gone=True)
    await set_team(door.services, ADMIN, "Support", [], [])

    at, words = await door.refused(ADA, await new_team(door), **{"name": "Late", "managers": [ANA], **filled})

    assert at == field
    assert words.startswith(told)
    assert (await saved(door)).name == "Support"


async def test_everything_wrong_with_a_team_is_marked_at_once(door: PlainDoor) -> None:
    await meet(door, KEI, guest=True)
    await set_team(door.services, ADMIN, "Support", [], [])
    filled = {"name": "Support", "managers": [KEI], "members": ["U0STRANGER"], "hours": "nine to five"}
    assert list(await door.faults(ADA, await new_team(door), **filled)) == list(filled)


async def test_another_admins_change_is_not_overwritten(door: PlainDoor) -> None:
    await set_team(door.services, ADMIN, "Night", [], [ANA, KEI])
    form = await change_team(door)
    await set_team(door.services, ADMIN, "Night", [], [BEN])

    at, words = await door.refused(ADA, form, members=[])

    told = 'Somebody else just changed "Night". Open the form again to see the latest.'
    assert (at, words) == ("managers", told)
    assert (await saved(door)).members == {BEN}


async def test_former_members_stay_in_the_team_for_their_records(door: PlainDoor) -> None:
    await set_team(door.services, ADMIN, "Night", [KEI], [ANA, BEN])
    await meet(door, BEN, gone=True)
    await meet(door, KEI, guest=True)

    form = await change_team(door)
    await door.send(ADA, form, members=[ADA])

    assert fields_of(form) | {"hours": None} == {"managers": [], "members": [ANA], "groups": [], "hours": None}
    assert notes_in(form) == [
        "Also in this team, because of their records: U0Ben, U0Kei. They aren't full members any more."
    ]
    team = await saved(door)
    assert team.managers == {KEI}
    assert team.members == {ADA, BEN}


@pytest.mark.parametrize("becomes_guest", [True, False])
async def test_people_who_become_guests_while_the_form_is_open_are_not_dropped(
    door: PlainDoor, becomes_guest: bool
) -> None:
    await set_team(door.services, ADMIN, "Night", [KEI], [ANA, BEN])
    for user_id in (KEI, BEN):
        await meet(door, user_id, guest=not becomes_guest)
    form = await change_team(door)
    for user_id in (KEI, BEN):
        await meet(door, user_id, guest=becomes_guest)

    _at, words = await door.refused(ADA, form, hours="mon-fri 09:00-17:00")

    assert words.startswith('Somebody else just changed "Night".')
    team = await saved(door)
    assert team.managers == {KEI}
    assert team.members == {ANA, BEN}


async def test_a_page_that_is_no_longer_there_shows_the_last_one(door: PlainDoor) -> None:
    for number in range(21):
        await set_team(door.services, ADMIN, f"Team {number:02}", [], [ANA])
    first = await door.type(ADA, "team")
    await set_team(door.services, ADMIN, "Team 20", [], [])

    assert "Team 20" in " ".join(shown(await door.press(ADA, first, "Next")))


async def test_a_team_keeps_its_groups_while_the_chat_does_not_list_them(door: PlainDoor) -> None:
    await door.send(ADA, await new_team(door), name="Bakers", groups=["S0BAKERY"])
    door.chat.listed = None

    form = await change_team(door)
    await door.send(ADA, form, hours="sat-sun 10:00-14:00")

    assert "groups" not in fields_of(form)
    told = "I couldn't get the user groups just now. The ones this team follows stay as they are."
    assert notes_in(form) == [told]
    team = await saved(door)
    assert team.groups == {"S0BAKERY"}
    assert team.working_hours == "sat-sun 10:00-14:00"


async def test_a_chat_without_user_groups_has_no_field_for_them(door: PlainDoor) -> None:
    door.chat.listed = ()
    form = await new_team(door)
    assert "groups" not in fields_of(form)
    assert notes_in(form) == []


async def test_a_group_that_is_not_offered_any_more_stays_and_others_can_be_unfollowed(door: PlainDoor) -> None:
    await door.send(ADA, await new_team(door), name="Bakers", groups=["S0BAKERY", "S0SALES"])
    door.chat.listed = [SALES]

    form = await change_team(door)
    await door.send(ADA, form, groups=[])

    assert fields_of(form)["groups"] == ["S0SALES"]
    assert (await saved(door)).groups == {"S0BAKERY"}


async def test_every_group_is_offered_and_no_followed_one_is_lost(door: PlainDoor) -> None:
    many = [f"S{number:03}" for number in range(120)]
    door.chat.listed = [Group(group_id, group_id) for group_id in many]
    door.chat.members = dict.fromkeys(many, ())
    await door.send(ADA, await new_team(door), name="Bakers", groups=many)

    form = await change_team(door)
    await door.send(ADA, form, groups=many[1:100])

    (field,) = [piece for piece in form.body if isinstance(piece, ChoiceField)]
    assert (len(field.options), len(field.chosen)) == (120, 100)
    assert (await saved(door)).groups == {*many[1:]}


async def test_an_empty_field_for_working_hours_says_what_counts_then(door: PlainDoor) -> None:
    await door.send(ADA, await new_team(door), name="Bakers")
    form = await change_team(door)
    (hours,) = [piece for piece in form.body if isinstance(piece, TextField)]
    assert hours.hint == "For example mon-fri 09:00-17:00. Leave empty to use the workspace's (none)."


async def test_a_team_is_archived_after_a_question_and_brought_back(door: PlainDoor) -> None:
    await set_team(door.services, ADMIN, "Night", [KEI], [ANA])
    form = form_in(await door.press(ADA, await door.type(ADA, "team"), "Archive…"))
    (which,) = [piece for piece in form.body if isinstance(piece, ChoiceField)]

    archived = await door.send(ADA, form, which=next(iter(which.options)))

    assert shown(archived) == ["✅ Team Night archived. It manages nobody any more."]
    listed = await door.type(ADA, "team")
    assert shown(listed) == ["Teams", "Night · archived"]
    assert labels(listed) == ["Bring back", "New team…", "Working conditions…"]
    assert "person" not in fields_of(await door.open(KEI, "add"))

    back = await door.press(ADA, archived, "Bring back")
    assert shown(back) == ["✅ Team Night is back. Managed by @U0KEI · 1 member"]
    assert "person" in fields_of(await door.open(KEI, "add"))


async def test_forged_teams_are_not_understood(door: PlainDoor) -> None:
    form = await new_team(door)
    with pytest.raises(OutdatedButton):
        await door.press_forged(ADA, "team.change", '"ghost"')
    with pytest.raises(OutdatedButton):
        await door.router.sent(await door._ask(ADA), form.action.name, '{"team": "Ghost"}', {"name": "Ghost"})
    assert labels(await door.type(ADA, "team")) == ["New team…", "Working conditions…"]


async def test_a_name_after_team_opens_that_team(team: PlainDoor) -> None:
    assert fields_of(form_in(await team.typed(ADA, "team SUPPORT")))["managers"] == [MARCO]
    (row,) = shown(told := await team.say(ADA, "team support"))
    assert row.startswith("Support · Managed by @U0MARCO")
    assert fields_of(form_in(await team.press(ADA, told, "Change…")))["managers"] == [MARCO]

    asked = await team.refusing(ADA, team.type(ADA, "team Suport"))
    assert shown(asked) == ['⚠️ There\'s no team "Suport". Did you mean "Support"?']
    assert isinstance(await team.press(ADA, asked, "Show Support"), Form)
    told = await team.refusing(ADA, team.type(ADA, "team now"))
    assert shown(told) == ['⚠️ There\'s no team "now". Type "/attendance team" to see them all.']
    assert shown(await team.press(ADA, told, "Show teams"))[0] == "Teams"
    with pytest.raises(Forbidden):
        await team.type(MARCO, "team Support")

    await archive_team(team.services, ADMIN, "Support")
    assert labels(await team.type(ADA, "team Support")) == ["Bring back"]
