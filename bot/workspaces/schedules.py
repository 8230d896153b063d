"""When each person is expected at work: by their team's hours, else by the workspace's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.calendar.working_hours import WorkingHours, parse_working_hours
from bot.workspaces import workspace_settings
from storage import people, teams
from storage.database import Transaction


def hours_of(tx: Transaction, workspace_id: str, user_ids: Collection[str] | None = None) -> dict[str, WorkingHours]:
    """The working hours of those people, or of everybody: those of their first team by name that has any, else the
    workspace's.

    Leaves out people without hours, guests, bots and deactivated people. Takes a few statements.
    """
    hours = working_hours(tx, workspace_id, user_ids)
    if hours.of_all is None and not hours.by_person:
        return {}
    found = {}
    for user_id, person in people.get_many(tx.connection, workspace_id, user_ids).items():
        own = hours.of(user_id)
        if own is not None and not (person.guest or person.bot or person.deactivated):
            found[user_id] = own
    return found


@dataclass(frozen=True, slots=True)
class Hours:
    """The workspace's working hours, and those of people whose team has its own."""

    of_all: WorkingHours | None
    by_person: Mapping[str, WorkingHours]

    def of(self, user_id: str) -> WorkingHours | None:
        """What holds for the person, unless they are a guest, a bot or deactivated."""
        return self.by_person.get(user_id, self.of_all)


def working_hours(tx: Transaction, workspace_id: str, user_ids: Collection[str] | None = None) -> Hours:
    """The hours for those people, or for everybody. Who is a guest, a bot or deactivated isn't looked up."""
    own = teams.hours(tx.connection, workspace_id)
    members = teams.members_by_team(tx.connection, workspace_id, user_ids=user_ids) if own else {}
    by_person: dict[str, WorkingHours] = {}
    for name, text in own.items():
        hours = parse_working_hours(text)
        for user_id in members.get(name, ()):
            by_person.setdefault(user_id, hours)
    return Hours(workspace_settings.in_force(tx, workspace_id).working_hours, by_person)
