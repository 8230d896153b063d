"""The forms of admins: a team, an office, the settings. Others get a sentence, at the opening and at the submission."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot import admins, tokens, workspace_settings
from bot.access import Caller, Role, Via
from bot.administration import Team, all_offices, all_teams, set_office, set_team
from bot.practice.model import Fault, View
from bot.practice.people import Member
from bot.practice.usergroups import Usergroup
from bot.services import Services
from bot.working_hours import parse_working_hours
from storage import audit
from storage.database import Transaction, open_database
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People

ADA, MARCO, ANA, BEN, NORA, GUS, BOT = "U0ADA", "U0MARCO", "U0ANA", "U0BEN", "U0NORA", "U0GUS", "U0BOT"
FORMS = ("team", "settings")
ONLY_ADMINS = "Only admins may change teams, offices, settings, tokens and webhooks."
BY_ADA = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)


@asynccontextmanager
async def ledger(bot: RunningBot, clock: Clock) -> AsyncIterator[Services]:
    database = await open_database(bot.settings.database_url, clock=clock)
    try:
        yield Services(database, NobodyElse())
    finally:
        await database.close()


async def open_form(bot: RunningBot, word: str, user_id: str = ADA) -> View:
    delivery = await bot.workspace.command(user_id, "/attendance", word)
    assert (delivery.status, delivery.body) == (200, "")
    view = bot.workspace.open_view(user_id)
    assert view is not None
    return view


async def choose(bot: RunningBot, view: View, text: str) -> None:
    """Picks another entry of the form's first menu, and waits for the form drawn anew."""
    menu = view.blocks[0]["element"]
    groups = menu.get("option_groups") or [{"options": menu.get("options", [])}]
    options = [option for group in groups for option in group["options"]]
    (value,) = [option["value"] for option in options if option["text"]["text"] == text]
    before = view.hash
    await bot.workspace.press(view.user_id, view, menu["action_id"], value)
    await bot.workspace.until(lambda: view.hash != before)


def fields(view: View) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}


async def audited(bot: RunningBot, clock: Clock, action: audit.Action) -> list[dict[str, Any]]:
    def read(tx: Transaction) -> list[dict[str, Any]]:
        found = [entry for entry in audit.entries(tx.connection) if entry.action == action]
        return [{"actor": entry.actor, "via": entry.via, "subject": entry.subject} for entry in found]

    async with ledger(bot, clock) as services:
        return await services.database.read(read)


@pytest.mark.parametrize("word", FORMS)
@pytest.mark.parametrize("user_id", [ANA, GUS])
async def test_who_is_no_admin_gets_a_sentence_and_no_form(
    bot: RunningBot, people: People, word: str, user_id: str
) -> None:
    answer = await people.type(user_id, f"/attendance {word}")
    assert answer.text == ONLY_ADMINS
    assert bot.workspace.open_view(user_id) is None
    assert [call.method for call in bot.workspace.calls if call.method.startswith(("views", "usergroups"))] == []


@pytest.mark.parametrize(
    ("word", "filled"),
    [
        ("team", {"name": "Support", "managers": [ADA]}),
        ("settings", {"zone": "Asia/Tokyo", "admins": [ADA]}),
    ],
)
async def test_who_was_an_admin_at_the_opening_is_asked_again_at_the_submission(
    bot: RunningBot, people: People, clock: Clock, word: str, filled: dict[str, Any]
) -> None:
    view = await open_form(bot, word)
    bot.workspace.members[ADA] = replace(bot.workspace.members[ADA], is_admin=False)
    clock.advance(hours=2)
    await people.submit(ADA, view, **filled)
    assert list(view.errors.values()) == [ONLY_ADMINS]
    async with ledger(bot, clock) as services:
        assert await all_teams(services, WORKSPACE) == []
        assert await all_offices(services, WORKSPACE) == []
        assert (await workspace_settings.overview(services, BY_ADA)).zone == "UTC"
        assert await tokens.all_of(services, BY_ADA) == []


async def sent_before_it_was_drawn(bot: RunningBot, people: People, view: View, text: str, **filled: Any) -> None:
    """Chooses another entry, and sends the form while Slack still shows the one before."""
    menu = view.blocks[0]["element"]
    (other,) = [option["value"] for option in menu["options"] if option["text"]["text"] == text]
    bot.workspace.faults["views.update"] = Fault(status=500)
    await bot.workspace.press(view.user_id, view, menu["action_id"], other)
    del bot.workspace.faults["views.update"]
    await people.submit(view.user_id, view, which=other, **filled)


@pytest.mark.parametrize("word", ["team"])
@pytest.mark.parametrize("other", ["new", "beta"])
async def test_a_form_that_was_sent_before_it_showed_what_the_menu_says_writes_nothing_and_shows_that(
    bot: RunningBot, people: People, clock: Clock, word: str, other: str
) -> None:
    async with ledger(bot, clock) as services:
        await set_team(services, BY_ADA, "Alpha", [], [])
        await set_team(services, BY_ADA, "Beta", [], [])
        await set_office(services, BY_ADA, "a", "Alpha", "Europe/Berlin")
        await set_office(services, BY_ADA, "b", "Beta", "Europe/Berlin")
        before = await all_teams(services, WORKSPACE), await all_offices(services, WORKSPACE)
        of = {"office": {"alpha": "Alpha (a)", "beta": "Beta (b)", "new": "A new office"}}.get(
            word, {"alpha": "Alpha", "beta": "Beta", "new": "A new team"}
        )
        filled = {"office": {"zone": "Asia/Tokyo"}, "team": {"hours": "mon-fri 09:00-17:00"}}[word]
        view = await open_form(bot, word)
        await choose(bot, view, of["alpha"])
        await sent_before_it_was_drawn(bot, people, view, of[other], **filled)

        assert (await all_teams(services, WORKSPACE), await all_offices(services, WORKSPACE)) == before
        assert "Nothing is changed yet" in view.shown
        assert fields(view)["which"]["initial_option"]["text"]["text"] == of[other]


@pytest.mark.parametrize("word", ["team"])
async def test_what_another_admin_changed_meanwhile_is_not_overwritten(
    bot: RunningBot, people: People, clock: Clock, word: str
) -> None:
    async with ledger(bot, clock) as services:
        await people.type(BEN, "/attendance")
        await set_office(services, BY_ADA, "Sales", "Berlin", "Europe/Berlin")
        await set_team(services, BY_ADA, "Sales", [], [])
        view = await open_form(bot, word)
        await choose(bot, view, "Berlin (Sales)" if word == "office" else "Sales")
        await set_office(services, BY_ADA, "Sales", "Hamburg", "Europe/Berlin")
        await set_team(services, BY_ADA, "Sales", [], [BEN])
        await people.submit(ADA, view)
        told = "Somebody else changed “Sales” meanwhile. Open the form again to see it as it is now."
        assert view.errors == {"which": told}
        (team,) = await all_teams(services, WORKSPACE)
        assert team.members == {BEN}
        assert [office.name for office in await all_offices(services, WORKSPACE)] == ["Hamburg"]


async def test_a_new_team_with_everything_it_may_have(bot: RunningBot, people: People, clock: Clock) -> None:
    view = await open_form(bot, "team")
    assert [option["text"]["text"] for option in fields(view)["groups"]["options"]] == ["Bakery", "Sales"]
    filled = {"managers": [MARCO], "members": [NORA], "groups": ["S0BAKERY"], "hours": "Monday – Friday 6:00 to 14:00"}
    await people.submit(ADA, view, name="Early <shift>", **filled)
    told = (
        "Team Early &lt;shift&gt;: managed by <@U0MARCO>; 1 member, and those in 1 Slack user group; "
        "working mon-fri 06:00-14:00."
    )
    shown = bot.workspace.open_view(ADA)
    assert shown is not None
    assert told in shown.shown
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


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        (
            {"managers": [GUS]},
            "managers",
            "Gus Weber (a guest) can't be chosen: only full members of this workspace can.",
        ),
        (
            {"members": [ANA, GUS, BOT]},
            "members",
            "Attendance (a bot), Gus Weber (a guest) can't be chosen: only full members of this workspace can.",
        ),
        ({"members": [BEN]}, "members", "Ben Fischer (deactivated) can't be chosen: only full members"),
        ({"members": ["U0STRANGER"]}, "members", "I know nobody with the id U0STRANGER here."),
        ({"managers": ["U0STRANGER"]}, "managers", "I know nobody with the id U0STRANGER here."),
        ({"hours": "nine to five"}, "hours", "“nine to five” are no working hours."),
        ({"name": " "}, "name", "A team's name has 1 to 80 characters, on one line."),
        ({"name": "Support"}, "name", "There is a team “Support” already: choose it from the list to change it."),
        ({"groups": ["S0SALES"]}, "groups", "Slack has no user group with the id S0SALES here."),
    ],
)
async def test_what_is_wrong_with_a_team_is_told_at_its_field_and_nothing_is_written(
    bot: RunningBot, people: People, clock: Clock, filled: dict[str, Any], field: str, told: str
) -> None:
    bot.workspace.members[BEN] = replace(bot.workspace.members[BEN], deleted=True)
    async with ledger(bot, clock) as services:
        await people.type(ADA, "/attendance")
        await set_team(services, BY_ADA, "Support", [], [])
        before = await all_teams(services, WORKSPACE)
        view = await open_form(bot, "team")
        bot.workspace.usergroups["S0SALES"].disabled = True
        await people.submit(ADA, view, **{"name": "Night", "managers": [MARCO], **filled})
        assert list(view.errors) == [field]
        assert told in view.errors[field]
        assert await all_teams(services, WORKSPACE) == before


async def test_a_stranger_of_slack_connect_is_nobody_in_a_team(bot: RunningBot, people: People, clock: Clock) -> None:
    stranger = Member("U0STRANGER", "stranger", "A Stranger", "Europe/Berlin")
    bot.workspace.members[stranger.id] = stranger
    view = await open_form(bot, "team")
    bot.workspace.faults["users.info"] = Fault(error="user_not_visible")
    await people.submit(ADA, view, name="Support", managers=[stranger.id])
    assert view.errors == {"managers": "I know nobody with the id U0STRANGER here."}


async def test_who_is_no_full_member_any_more_stays_in_the_team_for_the_record(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    for user_id in (ADA, ANA, BEN, MARCO):
        await people.type(user_id, "/attendance")
    async with ledger(bot, clock) as services:
        await set_team(services, BY_ADA, "Support", [MARCO], [ANA, BEN])
        bot.workspace.members[BEN] = replace(bot.workspace.members[BEN], deleted=True)
        user = {"id": BEN, "team_id": WORKSPACE, "deleted": True, "profile": {"real_name": "Ben <Fischer>"}}
        await bot.workspace.event({"type": "user_change", "user": user})
        view = await open_form(bot, "team")
        await choose(bot, view, "Support")
        assert fields(view)["members"]["initial_users"] == [ANA]
        assert "no full members here any more: Ben &lt;Fischer&gt;." in view.shown
        await people.submit(ADA, view, members=[NORA])
        (team,) = await all_teams(services, WORKSPACE)
        assert team.managers == {MARCO}
        assert team.members == {BEN, NORA}


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(status=429, retry_after=30), Fault(error="missing_scope"), Fault(delay=30)]
)
async def test_where_slack_does_not_tell_its_groups_in_time_the_form_opens_without_and_the_team_keeps_its_own(
    bot: RunningBot, people: People, clock: Clock, fault: Fault
) -> None:
    view = await open_form(bot, "team")
    await people.submit(ADA, view, name="Bakers", groups=["S0BAKERY"])
    bot.workspace.faults["usergroups.list"] = fault
    view = await open_form(bot, "team")
    assert "groups" not in fields(view)
    assert "Slack does not tell its user groups just now." in view.shown
    await choose(bot, view, "Bakers")
    await people.submit(ADA, view, hours="sat-sun 10:00-14:00")
    async with ledger(bot, clock) as services:
        (team,) = await all_teams(services, WORKSPACE)
    assert team.groups == {"S0BAKERY"}
    assert team.working_hours == "sat-sun 10:00-14:00"


async def test_a_workspace_without_user_groups_has_no_field_for_them(bot: RunningBot) -> None:
    bot.workspace.faults["usergroups.list"] = Fault(error="plan_upgrade_required")
    view = await open_form(bot, "team")
    assert "groups" not in fields(view)
    assert "user groups" not in view.shown


async def test_a_group_that_the_menu_can_not_show_stays_until_somebody_unfollows_it(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await open_form(bot, "team")
    await people.submit(ADA, view, name="Bakers", groups=["S0BAKERY", "S0SALES"])
    bot.workspace.usergroups["S0BAKERY"].disabled = True
    view = await open_form(bot, "team")
    await choose(bot, view, "Bakers")
    await people.submit(ADA, view, groups=[])
    async with ledger(bot, clock) as services:
        (team,) = await all_teams(services, WORKSPACE)
    assert team.groups == {"S0BAKERY"}


async def test_more_user_groups_than_a_menu_takes_are_said_to_be_missing(bot: RunningBot) -> None:
    for number in range(110):
        bot.workspace.usergroups[f"S{number:03}"] = Usergroup(f"S{number:03}", f"g{number}", f"Group {number:03}")
    view = await open_form(bot, "team")
    assert len(fields(view)["groups"]["options"]) == 100
    assert "12 more don’t fit in here" in view.shown


async def test_a_group_is_not_followed_while_slack_does_not_say_who_is_in_it(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await open_form(bot, "team")
    bot.workspace.faults["usergroups.users.list"] = Fault(status=500)
    await people.submit(ADA, view, name="Bakers", groups=["S0BAKERY"])
    assert list(view.errors) == ["which"]
    assert "Nothing was written" in view.errors["which"]
    async with ledger(bot, clock) as services:
        assert await all_teams(services, WORKSPACE) == []


async def test_a_slow_slack_is_waited_for_and_the_form_says_so(bot: RunningBot, people: People, clock: Clock) -> None:
    view = await open_form(bot, "team")
    hold = asyncio.Event()
    bot.workspace.faults["usergroups.users.list"] = Fault(hold=hold)
    await people.submit(ADA, view, name="Bakers", groups=["S0BAKERY"])
    assert "Still writing it down…" in view.shown
    hold.set()
    await bot.workspace.until(lambda: "Team Bakers: managed by nobody yet" in view.shown)


async def test_the_settings_form_shows_what_is_set_and_changes_what_was_changed_in_it(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await open_form(bot, "settings")
    assert fields(view)["ask_after"]["initial_value"] == "10"
    assert fields(view)["zone"]["initial_value"] == "UTC"
    filled = {
        "zone": "Europe/Berlin",
        "working_hours": "mon-fri 9:00-17:00",
        "reminders": ["yes"],
        "ask_after": None,
        "weekly_summary": "Monday 9:00",
        "log_channel": "C0GENERAL",
        "anchor_channel": "C0GENERAL",
        "anchor_to_people": ["yes"],
        "admins": [ANA],
    }
    await people.submit(ADA, view, **filled)
    assert view.shown == "The settings are saved."
    async with ledger(bot, clock) as services:
        made = await workspace_settings.overview(services, BY_ADA)
    assert workspace_settings.in_words(made) == {
        "zone": "Europe/Berlin",
        "anchor_channel": "C0GENERAL",
        "anchor_to_people": "yes",
        "keep_records_for_years": "no",
        "log_channel": "C0GENERAL",
        "working_hours": "mon-fri 09:00-17:00",
        "reminders": "yes",
        "ask_after": "no",
        "weekly_summary": "mon 09:00",
    }
    assert made.appointed == {ANA}
    assert await audited(bot, clock, audit.Action.CHANGE_SETTINGS) == [
        {"actor": ADA, "via": "form", "subject": "settings"}
    ]

    # Ana, an admin now, takes everything back by the form, her own appointment too.
    view = await open_form(bot, "settings", ANA)
    assert fields(view)["working_hours"]["initial_value"] == "mon-fri 09:00-17:00"
    assert fields(view)["log_channel"]["initial_conversation"] == "C0GENERAL"
    nothing = dict.fromkeys(("working_hours", "weekly_summary", "log_channel", "anchor_channel"))
    await people.submit(ANA, view, reminders=[], anchor_to_people=[], admins=[], ask_after="7,5", **nothing)
    async with ledger(bot, clock) as services:
        made = await workspace_settings.overview(services, BY_ADA)
    words = workspace_settings.in_words(made)
    assert {name for name, word in words.items() if word == "no"} == words.keys() - {"zone", "ask_after"}
    assert (words["zone"], words["ask_after"], made.appointed) == ("Europe/Berlin", "7.5", frozenset())
    assert (await people.type(ANA, "/attendance settings")).text == ONLY_ADMINS


async def test_a_form_sent_unchanged_writes_nothing(bot: RunningBot, people: People, clock: Clock) -> None:
    view = await open_form(bot, "settings")
    await people.submit(ADA, view)
    assert view.shown == "The settings are saved."
    assert await audited(bot, clock, audit.Action.CHANGE_SETTINGS) == []


async def test_what_another_admin_set_meanwhile_stays(bot: RunningBot, people: People, clock: Clock) -> None:
    await people.type(ANA, "/attendance")
    view = await open_form(bot, "settings")
    async with ledger(bot, clock) as services:
        hours = parse_working_hours("mon-fri 09:00-17:00")
        await workspace_settings.change(services, BY_ADA, working_hours=hours)
        await admins.appoint(services, BY_ADA, ANA)
        await people.submit(ADA, view, reminders=["yes"])
        made = await workspace_settings.overview(services, BY_ADA)
    assert (made.settings.working_hours, made.settings.reminders) == (hours, True)
    assert made.appointed == {ANA}


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"zone": "Mars"}, "zone", "Mars is not a time zone."),
        ({"working_hours": "always"}, "working_hours", "“always” are no working hours."),
        ({"ask_after": "soon"}, "ask_after", "“soon” is no number of hours."),
        ({"ask_after": "nan"}, "ask_after", "“nan” is no number of hours."),
        ({"ask_after": "25"}, "ask_after", "“25” is no number of hours."),
        ({"ask_after": "0"}, "ask_after", "“0” is no number of hours."),
        ({"weekly_summary": "9"}, "weekly_summary", "“9” is no time of the week."),
        ({"admins": [GUS]}, "admins", "Gus Weber (a guest) can't be chosen"),
        ({"admins": [BOT]}, "admins", "Attendance (a bot) can't be chosen"),
        ({"admins": ["U0STRANGER"]}, "admins", "I know nobody with the id U0STRANGER here."),
    ],
)
async def test_what_is_wrong_in_the_settings_is_told_at_its_field_and_nothing_is_written(
    bot: RunningBot, people: People, clock: Clock, filled: dict[str, Any], field: str, told: str
) -> None:
    view = await open_form(bot, "settings")
    async with ledger(bot, clock) as services:
        before = await workspace_settings.overview(services, BY_ADA)
        await people.submit(ADA, view, **{"reminders": ["yes"], **filled})
        assert list(view.errors) == [field]
        assert told in view.errors[field]
        assert await workspace_settings.overview(services, BY_ADA) == before


async def test_slacks_own_admins_stay_admins_whoever_is_dismissed(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await open_form(bot, "settings")
    await people.submit(ADA, view, admins=[ADA, ANA])
    view = await open_form(bot, "settings")
    await people.submit(ADA, view, admins=[])
    assert await audited(bot, clock, audit.Action.CHANGE_ROLE) == [
        {"actor": ADA, "via": "system", "subject": ADA},  # when she was met: Slack's word
        *({"actor": ADA, "via": "form", "subject": whom} for whom in (ADA, ANA, ADA, ANA)),
    ]
    await open_form(bot, "settings")


@pytest.mark.parametrize("word", FORMS)
async def test_words_after_the_command_open_nothing(bot: RunningBot, people: People, word: str) -> None:
    assert (await people.type(ADA, f"/attendance {word} now")).text.startswith(f"I don't know “{word} now”.")
    assert bot.workspace.open_view(ADA) is None


@pytest.mark.parametrize("word", FORMS)
async def test_a_form_that_slack_does_not_open_is_told(bot: RunningBot, people: People, word: str) -> None:
    bot.workspace.faults["views.open"] = Fault(error="expired_trigger_id")
    answer = await people.type(ADA, f"/attendance {word}")
    assert answer.text == "Slack did not take this just now. Try again in a minute."


@pytest.mark.parametrize("word", FORMS)
@pytest.mark.parametrize("memory", ["nonsense", "[]", json.dumps({"team": "Ghost", "id": "ghost", "admins": [ANA]})])
async def test_a_forged_memory_of_the_form_does_no_harm(
    bot: RunningBot, people: People, clock: Clock, word: str, memory: str
) -> None:
    view = await open_form(bot, word)
    view.raw["private_metadata"] = memory
    name = {"name": "Ghost"} if word != "settings" else {}
    await people.submit(ADA, view, **name)
    async with ledger(bot, clock) as services:
        assert await all_teams(services, WORKSPACE) == []
        assert await all_offices(services, WORKSPACE) == []
        assert (await workspace_settings.overview(services, BY_ADA)).appointed == frozenset()


@pytest.mark.parametrize("word", FORMS)
async def test_in_a_direct_message_the_word_says_which_command_opens_the_form(
    bot: RunningBot, people: People, word: str
) -> None:
    await bot.workspace.say(ADA, word)
    assert f"type `/attendance {word}`" in (await people.direct_message(ADA)).text
