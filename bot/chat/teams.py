"""`/attendance team`: who manages whom, and the form for a team."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from bot.calendar.working_hours import parse_working_hours
from bot.chat import lists
from bot.chat.lists import Shown
from bot.chat.routing import Ask, Feature
from bot.chat.views import ChoiceField, Field, Form, Message, Note, PersonField, Text, TextField
from bot.errors import NotFullMembers, NotReadable, UnknownGroup
from bot.people import teams_and_offices
from bot.people.profiles import non_employee_reason
from bot.people.teams_and_offices import LONGEST_NAME, Team
from bot.people.user_groups import Group
from bot.runtime.services import Profile
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import mention, sentence
from bot.workspaces import workspace_settings
from storage.errors import UnknownUser

LONGEST_HOURS = 100
MOST_GROUPS = 100  # chosen in a form, which carries them

teams = Feature("team")


@dataclass(frozen=True, slots=True)
class Before:
    """The team as its form showed it, and which of its groups were chosen there: the others stay."""

    team: Shown
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """A team that is there keeps its name."""

    name: str = ""
    managers: Sequence[str] = ()
    members: Sequence[str] = ()
    groups: Sequence[str] = ()
    hours: str = ""


@teams.word("team", alone=True)
async def show(ask: Ask) -> Message:
    """`/attendance team`"""
    return await _page(ask, 0)


@teams.action
async def turn_page(ask: Ask, start: int) -> Message:
    """**Previous** and **Next**."""
    return replace(await _page(ask, start), replaces=True)


@teams.action
async def new(ask: Ask) -> Form:
    """**New team…**"""
    _teams, known = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    nothing: frozenset[str] = frozenset()
    return await _form(ask, Team(ask.caller.workspace_id, "", nothing, nothing, nothing, None), known)


@teams.action
async def change(ask: Ask, key: str) -> Form:
    """**Change…**"""
    found, known = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    return await _form(ask, lists.chosen(found, key), known)


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    match error:
        case NotFullMembers(people=named):
            return "managers" if named.keys() & set(fields.get("managers") or ()) else "members"
        case UnknownUser(user_id=user_id):
            return "managers" if user_id in (fields.get("managers") or ()) else "members"
        case NotReadable("working hours"):
            return "hours"
        case UnknownGroup() if "groups" in fields:
            return "groups"
    return "name" if "name" in fields else "managers"


@teams.form(_field_of)
async def save(ask: Ask, before: Before | None, filled: Filled) -> Message:
    """Keeps the team, unless somebody else changed it meanwhile. What the form could not show stays."""
    found, known = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    seen = lists.as_shown(found, before.team, lambda team: _hidden(team, known)) if before else None
    hours = filled.hours.strip()
    team = await teams_and_offices.set_team(
        ask.services,
        ask.caller,
        seen.name if seen else filled.name,
        {*filled.managers, *_gone(seen.managers if seen else (), known)},
        {*filled.members, *_gone(seen.members if seen else (), known)},
        {*filled.groups, *(seen.groups - set(before.groups) if seen and before else ())},
        parse_working_hours(hours) if hours else None,
        read_group=ask.here.group_members,
        replacing=seen,
    )
    return Message([Text(sentence(_("Team {name}: {facts}"), name=team.name, facts=_facts(team)))])


async def _page(ask: Ask, start: int) -> Message:
    found, _known = await teams_and_offices.teams_to_change(ask.services, ask.caller)
    rows = [
        Text(
            Markup("<b>{}</b>: {}").format(team.name, _facts(team)),
            change.button(_("Change…"), lists.key_of(team)),
        )
        for team in found
    ]
    return lists.page(_("Teams"), rows, _("There are no teams yet."), new.button(_("New team…")), turn_page, start)


def _facts(team: Team) -> Markup:
    """`managed by @Marco; 2 members, and those in 1 Slack user group; working mon-fri 09:00-17:00.`"""
    managers = Markup(", ").join(map(mention, sorted(team.managers))) or _("nobody yet")
    members = ngettext("{count} member", "{count} members", len(team.members)).format(count=len(team.members))
    if team.groups:
        followed = ngettext(
            "{members}, and those in {count} Slack user group",
            "{members}, and those in {count} Slack user groups",
            len(team.groups),
        )
        members = followed.format(members=members, count=len(team.groups))
    facts = [sentence(_("managed by {managers}"), managers=managers), members]
    if team.working_hours:
        facts.append(_("working {hours}").format(hours=team.working_hours))
    return Markup("; ").join(facts) + "."


async def _form(ask: Ask, team: Team, known: Mapping[str, Profile]) -> Form:
    """The form for the team, or where it has no name for a new one; without groups where the chat does not tell them in
    time."""
    offered = await ask.here.groups()
    chosen = [group.group_id for group in offered or () if group.group_id in team.groups][:MOST_GROUPS]
    name = TextField(name="name", label=_("Name"), longest=LONGEST_NAME)
    body: list[Field | Text | Note] = [Text(Markup("<b>{}</b>").format(team.name)) if team.name else name]
    managing = _("They see the records of the members, and put them right.")
    body.append(_people("managers", _("Managers"), managing, team.managers, known))
    body.append(_people("members", _("Members"), "", team.members, known))
    if offered:
        body.append(_groups(offered, chosen))
    general = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).working_hours
    hint = _("Such as mon-fri 09:00-17:00. Empty: those of the workspace ({hours}).").format(hours=general or _("none"))
    hours, label = team.working_hours or "", _("Working hours")
    body.append(TextField(name="hours", label=label, hint=hint, required=False, value=hours, longest=LONGEST_HOURS))
    if offered is None:
        said = _("Slack does not tell its user groups just now. Those that the team follows stay as they are.")
        body.append(Note(sentence(said)))
    if gone := _hidden(team, known):
        said = _("Also in the team, for the sake of their records, though no full members here any more: {names}.")
        body.append(Note(sentence(said, names=", ".join(known[user_id].name for user_id in gone))))
    carries = Before(lists.shown(team, _hidden(team, known)), chosen) if team.name else None
    return Form(_("Team"), _("Save"), _("Cancel"), save, body, carries)


def _people(name: str, label: str, hint: str, user_ids: frozenset[str], known: Mapping[str, Profile]) -> Field:
    here = user_ids - set(_gone(user_ids, known))
    return PersonField(name=name, label=label, hint=hint, required=False, chosen=here, many=True)


def _groups(offered: Sequence[Group], chosen: Sequence[str]) -> Field:
    label, names = _("Slack user groups"), {group.group_id: group.name for group in offered}
    hint = _("Who is in one of them is a member too, and stays so as long as Slack says.")
    return ChoiceField(name="groups", label=label, hint=hint, required=False, options=names, chosen=chosen, many=True)


def _hidden(team: Team, known: Mapping[str, Profile]) -> list[str]:
    return _gone(team.managers | team.members, known)


def _gone(user_ids: Collection[str], known: Mapping[str, Profile]) -> list[str]:
    """Those who are not full members any more: no form shows them, and they stay in the team for their records."""
    return sorted(user_id for user_id in user_ids if non_employee_reason(known[user_id]) is not None)
