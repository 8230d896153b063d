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

# Nobody's word alone moves the beginning. The entry may not lie in the future by the database's own clock; it says how
# old was what goes, by the setting that stands; and it follows one that tells again, where what told of settings goes.
# A year is the shortest that can be set.
OLD_ENOUGH = """
    EXISTS (SELECT 1 FROM audit_entries AS said
            JOIN settings ON settings.workspace_id = said.workspace_id AND name = 'keep_records_for_years'
            WHERE said.workspace_id = NEW.workspace_id AND said.sequence > NEW.sequence AND said.action = 'erase-old'
              AND said.subject = NEW.sequence || ':' || NEW.hash || ':' || coalesce(NEW.seal, '')
              AND said.at <= {soon} AND {years} >= 1 AND {says_so} AND {before} <= {limit}
              AND NOT EXISTS (SELECT 1 FROM audit_entries AS gone
                              WHERE gone.workspace_id = NEW.workspace_id AND gone.sequence <= NEW.sequence
                                AND gone.at >= {before})
              AND (EXISTS (SELECT 1 FROM audit_entries AS again
                           WHERE again.workspace_id = NEW.workspace_id AND again.sequence = said.sequence - 1
                             AND again.action = 'tell-again')
                   OR NOT EXISTS (SELECT 1 FROM audit_entries AS told
                                  WHERE told.workspace_id = NEW.workspace_id AND told.sequence <= NEW.sequence
                                    AND told.action IN ('set-office', 'set-team', 'create-token', 'revoke-token',
                                                        'change-role', 'change-settings', 'add-webhook',
                                                        'remove-webhook', 'tell-again'))))"""
SQLITE = OLD_ENOUGH.format(
    soon="(CAST(strftime('%s', 'now') AS INTEGER) + 60) * 1000000",
    years="CAST(value AS INTEGER)",
    # By their place in the canonical text: with trusted_schema off, SQLite reads no JSON in triggers.
    says_so="""substr(said.facts, -length('"keep_records_for_years":' || CAST(value AS INTEGER) || '}'))
              = '"keep_records_for_years":' || CAST(value AS INTEGER) || '}'""",
    before="CAST(strftime('%s', substr(said.facts, 12, 25)) AS INTEGER) * 1000000",
    limit="CAST(strftime('%s', said.at / 1000000, 'unixepoch', '-' || CAST(value AS INTEGER) || ' years') AS INTEGER)"
    " * 1000000",
)
POSTGRESQL = OLD_ENOUGH.format(
    soon="clock_timestamp() + interval '1 minute'",
    years="value::integer",
    says_so="(said.facts::json ->> 'keep_records_for_years')::integer = value::integer",
    before="(said.facts::json ->> 'before')::timestamptz",
    limit="said.at - make_interval(years => value::integer)",
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
    if connection.dialect.name == "postgresql":
        _look_nowhere_else(connection)
    _tell_again(connection)


def _look_nowhere_else(connection: Connection) -> None:
    """Else the triggers would look into temporary tables first, and whoever serves can make some of the same names."""
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    functions = connection.exec_driver_sql(
        "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
    )
    for name in functions.scalars().all():
        connection.exec_driver_sql(f"ALTER FUNCTION {name} SET search_path = {schema}, pg_temp")


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
