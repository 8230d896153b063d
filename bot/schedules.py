"""Who is expected at work when: the hours of a person's team, or the workspace's."""

from __future__ import annotations

from collections.abc import Collection

from bot import workspace_settings
from bot.working_hours import WorkingHours, parse_working_hours
from storage import people, teams
from storage.database import Transaction

MOST_NAMED = 1000  # people in one statement; where more are asked for, reading everybody is faster


def hours_of(tx: Transaction, workspace_id: str, user_ids: Collection[str] | None = None) -> dict[str, WorkingHours]:
    """By user id, for `user_ids` or for everybody met: the hours of the first team by name, of which the person is a
    member, that has some of its own; else the workspace's.

    Absent are those for whom there are none, and guests, bots and deactivated people. A handful of queries, however
    many people there are.
    """
    named = user_ids if user_ids is not None and len(user_ids) <= MOST_NAMED else None
    general = workspace_settings.in_force(tx, workspace_id).working_hours
    by_team = teams.working_hours(tx.connection, workspace_id, named)
    own = {text: parse_working_hours(text) for text in set(by_team.values())}
    asked = frozenset(user_ids or ())
    found: dict[str, WorkingHours] = {}
    for user_id in people.employees(tx.connection, workspace_id, named):
        hours = own[by_team[user_id]] if user_id in by_team else general
        if hours is not None and (user_ids is None or user_id in asked):
            found[user_id] = hours
    return found
