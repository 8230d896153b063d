"""What working-time rules ask about a person. Only those have a row of whom it says something."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, select

from storage.column_types import OneOf
from storage.tables import upsert, working_conditions


@dataclass(frozen=True, slots=True)
class WorkingConditions:
    """From which day a young person is an adult, whether they work at night, and whether the rules don't apply to
    them."""

    workspace_id: str
    user_id: str
    adult_from: date | None = None
    night_worker: bool = False
    exempt: bool = False

    @property
    def says_something(self) -> bool:
        """Whether it differs from what holds for everybody."""
        return self.adult_from is not None or self.night_worker or self.exempt


def put(connection: Connection, conditions: WorkingConditions) -> WorkingConditions:
    """Writes what holds for the person now. Returns what held before."""
    before = find(connection, conditions.workspace_id, conditions.user_id)
    if conditions.says_something:
        row = {name: getattr(conditions, name) for name in WorkingConditions.__slots__}
        upsert(connection, working_conditions, row)
    else:
        whose = (
            working_conditions.c.workspace_id == conditions.workspace_id,
            working_conditions.c.user_id == conditions.user_id,
        )
        connection.execute(delete(working_conditions).where(*whose))
    return before


def find(connection: Connection, workspace_id: str, user_id: str) -> WorkingConditions:
    """What holds for the person."""
    found = of_people(connection, workspace_id, [user_id])
    return found.get(user_id) or WorkingConditions(workspace_id, user_id)


def of_people(
    connection: Connection, workspace_id: str, user_ids: Collection[str] | None = None
) -> dict[str, WorkingConditions]:
    """By person, of these or of all, where there is anything to say."""
    query = select(working_conditions).where(working_conditions.c.workspace_id == workspace_id)
    if user_ids is not None:
        query = query.where(OneOf(working_conditions.c.user_id, user_ids))
    return {row.user_id: WorkingConditions(*row) for row in connection.execute(query)}
