"""What people say about findings of working-time rules. Remarks are only added; their text can be erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from storage.column_types import OneOf
from storage.pairs import Scope
from storage.tables import remarks


@dataclass(frozen=True, slots=True)
class Remark:
    """What `by` said about a finding of that rule on the user's work date. `measured` is in minutes. The text is None
    once it was erased."""

    workspace_id: str
    remark_id: str
    user_id: str
    work_date: date
    rule: str
    measured: int
    text: str | None
    by: str
    at: datetime
    via: str


def add(connection: Connection, remark: Remark) -> None:
    """Writes a new remark."""
    connection.execute(insert(remarks).values(to_audit_fields(remark)))


def of_days(connection: Connection, scope: Scope) -> list[Remark]:
    """The remarks about the scope's work dates, of whichever office, oldest first."""
    here = (remarks.c.workspace_id == scope.workspace_id, remarks.c.work_date.between(scope.first, scope.last))
    query = select(remarks).where(*here)
    if scope.user_ids is not None:
        query = query.where(OneOf(remarks.c.user_id, scope.user_ids))
    return [Remark(*row) for row in connection.execute(query.order_by(remarks.c.at, remarks.c.remark_id))]


def to_audit_fields(remark: Remark) -> dict[str, object]:
    """Every column of the remark, for its audit entry."""
    return {name: getattr(remark, name) for name in Remark.__slots__}
