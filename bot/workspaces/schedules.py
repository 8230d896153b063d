"""When each person is expected at work: by their team's hours, else by the workspace's."""

from __future__ import annotations

from collections.abc import Collection

from bot.calendar.working_hours import WorkingHours, parse_working_hours
from bot.workspaces import workspace_settings
from storage import people, teams
from storage.database import Transaction


def hours_of(tx: Transaction, workspace_id: str, user_ids: Collection[str] | None = None) -> dict[str, WorkingHours]:
    """The working hours of those people, or of everybody: those of their first team by name that has any, else the
    workspace's.

    Leaves out people without hours, guests, bots and deactivated people. Takes a few statements.
    """
    own = teams.hours(tx.connection, workspace_id)
    members = teams.members_by_team(tx.connection, workspace_id, user_ids=user_ids) if own else {}
    of_all = workspace_settings.in_force(tx, workspace_id).working_hours
    by_person: dict[str, WorkingHours] = {}
    for name, text in own.items():
        hours = parse_working_hours(text)
        for user_id in members.get(name, ()):
            by_person.setdefault(user_id, hours)
    if of_all is None and not by_person:
        return {}
    found = {}
    for user_id, person in people.get_many(tx.connection, workspace_id, user_ids).items():
        hours_of_person = by_person.get(user_id, of_all)
        if hours_of_person is not None and not (person.guest or person.bot or person.deactivated):
            found[user_id] = hours_of_person
    return found
