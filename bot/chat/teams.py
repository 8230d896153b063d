"""`/attendance team`: the teams with their managers, and the form for one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from bot.calendar.working_hours import parse_working_hours
from bot.chat import lists
from bot.chat.form_faults import Check
from bot.chat.lists import Chosen, Shown
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, ChoiceField, Field, Form, Message, Note, PersonField, Text, TextField
from bot.chat.working_conditions import show_all
from bot.errors import NotATeam, UnknownGroup
from bot.people import admins, teams_and_offices
from bot.people import archive as archiving
from bot.people.profiles import non_employee_reason
from bot.people.teams_and_offices import LONGEST_NAME, Team
from bot.people.user_groups import Group
from bot.runtime.services import Profile
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import mention, sentence
from bot.workspaces import workspace_settings

LONGEST_HOURS = 100
MOST_GROUPS = 100  # chosen in a form, which carries them

teams = Feature("team")


@dataclass(frozen=True, slots=True)
class Before:
    """The team as its form showed it, and the groups that were chosen there. Other groups stay."""

    team: Shown
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was entered. A team keeps its name, so only a new one has that field."""

    name: str = ""
    managers: Sequence[str] = ()
    members: Sequence[str] = ()
    groups: Sequence[str] = ()
    hours: str = ""


@teams.word("team")
async def show(ask: Ask) -> Message | Form:
    """`/attendance team [NAME]`: the teams, or the form of one. Raises NotATeam for another name."""
    if not ask.words.strip():
        return await _page(ask, 0)
    found = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    team, likely = lists.named(found, ask.words)
    if team is None:
        raise NotATeam(ask.words.strip(), likely)
    team, known = await _whole(ask, team)
    if ask.opens_forms and team.archived_at is None:
        return await _form(ask, team, known)
    return Message(lists.rows([team], _row, change, bring_back))


@teams.action
async def turn_page(ask: Ask, start: int) -> Message:
    """**Previous** and **Next**."""
    return replace(await _page(ask, start), replaces=True)


@teams.action
async def new(ask: Ask) -> Form:
    """**New team…**"""
    await teams_and_offices.teams_to_change(ask.services, ask.caller)
    nothing: frozenset[str] = frozenset()
    return await _form(ask, Team(ask.caller.workspace_id, "", nothing, nothing, nothing, None), {})


@teams.action
async def change(ask: Ask, key: str) -> Form:
    """**Change…**"""
    found = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    return await _form(ask, *await _whole(ask, lists.chosen(lists.in_use(found), key)))


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    match error:
        case UnknownGroup() if "groups" in fields:
            return "groups"
    return "name" if "name" in fields else "managers"


@teams.form(_field_of)
async def save(ask: Ask, before: Before | None, filled: Filled) -> Message:
    """Saves the team, unless somebody else changed it meanwhile. What the form couldn't show stays."""
    found = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    seen: Team | None = None
    known: Mapping[str, Profile] = {}
    if before:
        team, known = await _whole(ask, lists.chosen(found, before.team.key))
        seen = lists.as_shown([team], before.team, lambda team: _hidden(team, known))
    check, hours = Check(), None
    if not seen:
        with check.at("name"):
            teams_and_offices.check_new_team_name(filled.name, found)
    for field, chosen, already in (
        ("managers", filled.managers, seen.managers if seen else ()),
        ("members", filled.members, seen.members if seen else ()),
    ):
        with check.at(field):
            await admins.check_full_members(ask.services, ask.caller, set(chosen) - set(already))
    with check.at("hours"):
        hours = parse_working_hours(filled.hours.strip()) if filled.hours.strip() else None
    check.done()
    team = await teams_and_offices.set_team(
        ask.services,
        ask.caller,
        seen.name if seen else filled.name,
        {*filled.managers, *_gone(seen.managers if seen else (), known)},
        {*filled.members, *_gone(seen.members if seen else (), known)},
        {*filled.groups, *(seen.groups - set(before.groups) if seen and before else ())},
        hours,
        read_group=ask.here.group_members,
        replacing=seen,
    )
    return Message([Text(sentence(_("✅ <b>Team {name} saved.</b> {facts}"), name=team.name, facts=_facts(team)))])


@teams.action
async def choose_to_archive(ask: Ask) -> Form | Message:
    """**Archive…**: asks which one and says what that means; or the list, if none is left."""
    found = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    if not (living := lists.in_use(found)):
        return await _page(ask, 0)
    said = _("Its managers can't see or correct its members' records any more. You can bring the team back as it was.")
    return lists.archive_form(_("Archive a team"), _("Team"), living, said, archive)


@teams.form(lambda error, fields: "which")
async def archive(ask: Ask, carried: None, chosen: Chosen) -> Message:
    """**Archive**, in the form that asked."""
    found = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    team = lists.chosen(found, chosen.which)
    await archiving.archive_team(ask.services, ask.caller, team.name)
    text = sentence(_("✅ <b>Team {name} archived.</b> It manages nobody any more."), name=team.name)
    return Message([Text(text), Buttons([bring_back.button(_("Bring back"), chosen.which)])])


@teams.action
async def bring_back(ask: Ask, key: str) -> Message:
    """**Bring back**"""
    found = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    team = await archiving.bring_back_team(ask.services, ask.caller, lists.chosen(found, key).name)
    text = sentence(_("✅ <b>Team {name} is back.</b> {facts}"), name=team.name, facts=_facts(team))
    return Message([Text(text)])


async def _page(ask: Ask, start: int) -> Message:
    found = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    start = lists.begin(start, len(found))
    shown = await teams_and_offices.teams_page(ask.services, ask.caller, start, lists.PAGE_SIZE)
    can_archive = [choose_to_archive.button(_("Archive…"))] if lists.in_use(found) else []
    buttons = [new.button(_("New team…")), *can_archive, show_all.button(_("Working conditions…"))]
    rows = lists.rows(shown, _row, change, bring_back)
    return lists.one_page(_("Teams"), rows, _("There are no teams yet."), buttons, turn_page, start, len(found))


async def _whole(ask: Ask, team: Team) -> tuple[Team, Mapping[str, Profile]]:
    """The team with the people in it, who are known."""
    found, known = await teams_and_offices.team_to_change(ask.services, ask.caller, team.name)
    return found or team, known


def _row(team: Team) -> Markup:
    return Markup("<b>{}</b> · {}").format(team.name, _("archived") if team.archived_at else _facts(team))


def _facts(team: Team) -> Markup:
    """`Managed by @Marco · 2 members · everyone in 1 user group · mon-fri 09:00-17:00`"""
    managers = Markup(", ").join(map(mention, sorted(team.managers)))
    managed = sentence(_("Managed by {managers}"), managers=managers) if managers else sentence(_("No manager yet"))
    facts = [managed, ngettext("{count} member", "{count} members", len(team.members)).format(count=len(team.members))]
    if team.groups:
        followed = ngettext("everyone in {count} user group", "everyone in {count} user groups", len(team.groups))
        facts.append(followed.format(count=len(team.groups)))
    if team.working_hours:
        facts.append(team.working_hours)
    return Markup(" · ").join(facts)


async def _form(ask: Ask, team: Team, known: Mapping[str, Profile]) -> Form:
    """The form for the team, or for a new one if it has no name. Without groups if the chat doesn't list them in
    time."""
    offered = await ask.here.groups()
    chosen = [group.group_id for group in offered or () if group.group_id in team.groups][:MOST_GROUPS]
    name = TextField(name="name", label=_("Name"), longest=LONGEST_NAME)
    body: list[Field | Text | Note] = [Text(Markup("<b>{}</b>").format(team.name)) if team.name else name]
    managing = _("Managers can see and correct their members' records.")
    body.append(_people("managers", _("Managers"), managing, team.managers, known))
    body.append(_people("members", _("Members"), "", team.members, known))
    if offered:
        body.append(_groups(offered, chosen))
    general = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).working_hours
    hint = _("For example mon-fri 09:00-17:00. Leave empty to use the workspace's ({hours}).")
    hint = hint.format(hours=general or _("none"))
    hours, label = team.working_hours or "", _("Working hours")
    body.append(TextField(name="hours", label=label, hint=hint, required=False, value=hours, longest=LONGEST_HOURS))
    if offered is None:
        said = _("I couldn't get the user groups just now. The ones this team follows stay as they are.")
        body.append(Note(sentence(said)))
    if gone := _hidden(team, known):
        said = _("Also in this team, because of their records: {names}. They aren't full members any more.")
        body.append(Note(sentence(said, names=", ".join(known[user_id].name for user_id in gone))))
    carries = Before(lists.shown(team, _hidden(team, known)), chosen) if team.name else None
    return Form(_("Team"), _("Save"), _("Cancel"), save, body, carries)


def _people(name: str, label: str, hint: str, user_ids: frozenset[str], known: Mapping[str, Profile]) -> Field:
    here = user_ids - set(_gone(user_ids, known))
    return PersonField(name=name, label=label, hint=hint, required=False, chosen=here, many=True)


def _groups(offered: Sequence[Group], chosen: Sequence[str]) -> Field:
    label, names = _("User groups"), {group.group_id: group.name for group in offered}
    hint = _("Everyone in these groups is a team member. Changes to the groups apply automatically.")
    return ChoiceField(name="groups", label=label, hint=hint, required=False, options=names, chosen=chosen, many=True)


def _hidden(team: Team, known: Mapping[str, Profile]) -> list[str]:
    return _gone(team.managers | team.members, known)


def _gone(user_ids: Collection[str], known: Mapping[str, Profile]) -> list[str]:
    """Members who aren't full members of the workspace any more. Forms don't show them. They stay in the team because
    of their records."""
    return sorted(user_id for user_id in user_ids if non_employee_reason(known[user_id]) is not None)
