"""The chain begins later only past entries that are as old as the workspace keeps its records; and what still stands of
theirs is told again."""

from datetime import UTC, datetime

from alembic import op
from sqlalchemy import Connection, select

from storage import audit, verify_settings
from storage.audit import Action, Via
from storage.migrations.schema_0004 import _raise, _trigger
from storage.tables import audit_starts

revision = "0009"
down_revision = "0008"

# Nobody's word alone moves the beginning: the entry may not lie in the future by the database's own clock, and the
# setting has to stand. A year is the shortest that can be set.
OLD_ENOUGH = """
    EXISTS (SELECT 1 FROM audit_entries AS said
            JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
            WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence AND said.action = 'erase-old'
              AND said.subject = NEW.sequence || ':' || NEW.hash || ':' || coalesce(NEW.seal, '')
              AND said.at <= {soon}
              AND NOT EXISTS (SELECT 1 FROM audit_entries AS gone
                              WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                                AND gone.at >= {limit}))"""
SQLITE = OLD_ENOUGH.format(
    soon="(CAST(strftime('%s', 'now') AS INTEGER) + 60) * 1000000",
    limit="CAST(strftime('%s', said.at / 1000000, 'unixepoch', '-' || max(CAST(value AS INTEGER), 1) || ' years')"
    " AS INTEGER) * 1000000",
)
POSTGRESQL = OLD_ENOUGH.format(
    soon="clock_timestamp() + interval '1 minute'",
    limit="said.at - make_interval(years => greatest(value::integer, 1))",
)
EMPTY = "EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id AND sequence = 0)"
ONWARD = "NEW.workspace_id = OLD.workspace_id AND NEW.sequence > OLD.sequence"
ONLY_SAID = "the audit begins where an entry says so, past what is old enough"

RULES = (
    ("audit_starts_are_said", "BEFORE INSERT", f"{{old_enough}} OR {EMPTY}"),
    ("audit_starts_move_on", "BEFORE UPDATE", f"{ONWARD} AND {{old_enough}}"),
)
# In the very words in which it is asked for (`storage.told`): nearly all entries are about records.
INDEX = """
    CREATE INDEX audit_entries_of_settings ON audit_entries (workspace_id, action, sequence)
    WHERE action NOT IN ('clock-in', 'clock-out', 'create', 'delete', 'restore')"""


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql(INDEX)
    for name, when, rule in RULES:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} {when} ON audit_starts WHEN NOT coalesce({rule.format(old_enough=SQLITE)}, 0) "
                f"BEGIN SELECT RAISE(ABORT, '{ONLY_SAID}'); END"
            )
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {name} ON audit_starts")
            connection.exec_driver_sql(f"DROP FUNCTION {name}()")
            body = f"IF ({rule.format(old_enough=POSTGRESQL)}) IS NOT TRUE THEN {_raise(ONLY_SAID)} END IF; RETURN NEW;"
            for statement in _trigger(name, when, "audit_starts", body):
                connection.exec_driver_sql(statement)
    _tell_again(connection)


def _tell_again(connection: Connection) -> None:
    """What stands though no entry tells of it any more: until now its entries went without a word."""
    for workspace_id in connection.scalars(select(audit_starts.c.workspace_id)).all():
        if standing := verify_settings.untold(connection, workspace_id):
            audit.record(
                connection,
                workspace_id,
                at=datetime.now(UTC),
                actor="",
                via=Via.SYSTEM,
                action=Action.TELL_AGAIN,
                subject=audit.WHAT_STANDS,
                facts={"standing": standing},
            )
