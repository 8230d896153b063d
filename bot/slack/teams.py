"""`/attendance team`: the form for a team, new or changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slack_bolt.async_app import AsyncApp
from slackblocks import Block, InputBlock, ModalView, Option, StaticMultiSelectMenu

from bot import administration, workspace_settings
from bot.administration import LONGEST_NAME, Team
from bot.errors import AlreadyThere, ChangedMeanwhile, InvalidName, NotFullMembers, NotReadable, UnknownGroup
from bot.people import kind_of
from bot.services import Profile
from bot.slack import usergroups
from bot.slack.admin_blocks import (
    MOST_OPTIONS,
    WHICH,
    another_chosen,
    field,
    key_of,
    not_sent,
    people,
    remembered,
    typed,
    version_of,
    which,
)
from bot.slack.blocks import Answer, context, plain
from bot.slack.client import one_client
from bot.slack.listener import Ask, Edge, Outcome
from bot.slack.usergroups import Group, group_reader
from bot.wording import Reader
from bot.wording import admin as wording
from bot.working_hours import parse_working_hours
from storage.errors import UnknownUser

FORM = "team"
LONGEST_HOURS = 100


class Action(StrEnum):
    """The menu."""

    CHOOSE = "choose_team"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `open_form` is reached through `/attendance team`."""
    app.action(Action.CHOOSE)(edge.action(choose))
    app.view(FORM)(edge.submission(submit, field_of))


@dataclass(frozen=True, slots=True)
class Around:
    """What the form is drawn from. `groups` is None where Slack does not tell them in time."""

    teams: Sequence[Team]
    known: Mapping[str, Profile]
    groups: Sequence[Group] | None
    general_hours: str | None


async def open_form(ask: Ask) -> None:
    """A new team first; Slack gives a trigger 3 seconds."""
    view = form(await _around(ask), None, ask.reader)
    await ask.open(view)


async def choose(ask: Ask) -> None:
    """Another one was chosen in the menu."""
    await ask.client.views_update(view_id=ask.view_id, view=(await _form_of(ask, ask.value)).to_dict())


async def _form_of(ask: Ask, key: str) -> ModalView:
    around = await _around(ask)
    chosen = next((team for team in around.teams if key_of(team.name) == key), None)
    return form(around, chosen, ask.reader)


async def submit(ask: Ask) -> Outcome:
    """Writes the team down, unless somebody else did meanwhile. What the form could not show stays."""
    fields, kept = ask.fields or {}, remembered(ask.metadata)
    teams, known = await administration.teams_to_change(ask.services, ask.caller)
    name = kept.get("team")
    if another := another_chosen(fields, name and key_of(name)):
        return not_sent(await _form_of(ask, another))
    seen = next((team for team in teams if team.name == name), None)
    if name and version_of(seen) != kept.get("version"):
        raise ChangedMeanwhile(name)
    hours = (fields.get("hours") or "").strip()
    unseen_groups = (seen.groups if seen else frozenset()) - set(kept.get("groups") or ())
    team = await administration.set_team(
        ask.services,
        ask.caller,
        name or fields.get("name") or "",
        _with_the_gone(fields.get("managers"), seen.managers if seen else (), known),
        _with_the_gone(fields.get("members"), seen.members if seen else (), known),
        unseen_groups.union(fields.get("groups") or ()),
        parse_working_hours(hours) if hours else None,
        read_group=group_reader(one_client(ask.client)),
        replacing=seen,
    )
    return Answer(wording.team_saved(team, ask.reader))


def field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Where a refusal is shown. A team that is there has no field for its name."""
    match error:
        case NotFullMembers(people=named):
            return "managers" if named.keys() & set(fields.get("managers") or ()) else "members"
        case UnknownUser(user_id=user_id):
            return "managers" if user_id in (fields.get("managers") or ()) else "members"
        case NotReadable("working hours"):
            return "hours"
        case UnknownGroup() if "groups" in fields:
            return "groups"
        case AlreadyThere() | InvalidName() if "name" in fields:
            return "name"
    return WHICH


def form(around: Around, chosen: Team | None, reader: Reader) -> ModalView:
    """The form for one of the teams, or for a new one."""
    key = key_of(chosen.name) if chosen else None
    names = {key_of(team.name): team.name for team in around.teams}
    # Fields of another name for each team: Slack would keep what stands in those of the same name.
    value = f"value_{key or 'new'}"
    blocks: list[Block] = [which(wording.TEAM, wording.NEW_TEAM, names, key, Action.CHOOSE)]
    if chosen is None:
        blocks.append(field("name", wording.NAME, typed(value, None, LONGEST_NAME)))
    managers, members = (_here(ids, around.known) for ids in (chosen.managers, chosen.members)) if chosen else ([], [])
    managing = people(value, managers)
    blocks.append(field("managers", wording.MANAGERS, managing, hint=wording.MANAGERS_HINT, optional=True))
    blocks.append(field("members", wording.MEMBERS, people(value, members), optional=True))
    followed = chosen.groups if chosen else frozenset()
    offered = (around.groups or ())[:MOST_OPTIONS]
    shown = [group.group_id for group in offered if group.group_id in followed]
    if offered:
        blocks.append(_groups_field(value, offered, shown))
    hours = typed(value, chosen.working_hours if chosen else None, LONGEST_HOURS)
    hint = wording.team_hours_hint(around.general_hours)
    blocks.append(field("hours", wording.TEAM_HOURS, hours, hint=hint, optional=True))
    blocks += [context(note) for note in _notes(around, chosen, reader)]
    kept = {"team": chosen.name, "version": version_of(chosen), "groups": shown} if chosen else {}
    return ModalView(
        title=wording.TEAM,
        submit=wording.SAVE,
        close=wording.CANCEL,
        callback_id=FORM,
        private_metadata=json.dumps(kept),
        blocks=blocks,
    )


async def _around(ask: Ask) -> Around:
    """Refuses first: whoever may not is told so at once, and Slack is not asked."""
    teams, known = await administration.teams_to_change(ask.services, ask.caller)
    hours = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).working_hours
    return Around(teams, known, await usergroups.offered(ask.client), str(hours) if hours else None)


def _groups_field(action_id: str, offered: Sequence[Group], shown: Collection[str]) -> InputBlock:
    options = [Option(plain(group.name, 75), group.group_id) for group in offered]
    chosen = [option for option in options if option.value in shown]
    menu = StaticMultiSelectMenu(action_id, options, initial_options=chosen or None)
    return field("groups", wording.GROUPS, menu, hint=wording.GROUPS_HINT, optional=True)


def _notes(around: Around, chosen: Team | None, reader: Reader) -> list[str]:
    notes = []
    if around.groups is None:
        notes.append(wording.GROUPS_UNKNOWN)
    elif len(around.groups) > MOST_OPTIONS:
        rest = len(around.groups) - MOST_OPTIONS
        notes.append(wording.too_many_to_show(rest, "attendance team set NAME --group S…", reader))
    if chosen and (gone := _gone(chosen.managers | chosen.members, around.known)):
        notes.append(wording.also_in_it([reader.escape(around.known[user_id].name) for user_id in gone]))
    return notes


def _with_the_gone(chosen: Collection[str] | None, before: Collection[str], known: Mapping[str, Profile]) -> set[str]:
    """Those chosen, and those whom the form did not show: they are in the team for the record."""
    return {*(chosen or ()), *_gone(before, known)}


def _here(user_ids: Collection[str], known: Mapping[str, Profile]) -> list[str]:
    return sorted(user_id for user_id in user_ids if kind_of(known[user_id]) is None)


def _gone(user_ids: Collection[str], known: Mapping[str, Profile]) -> list[str]:
    return sorted(user_id for user_id in user_ids if kind_of(known[user_id]) is not None)
