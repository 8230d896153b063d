"""The schema with which every new database begins. One of 0009 is changed into it: a workspace has a platform, `via` is
any word, seals of entries older than 0008 go, the chain begins without the settings told again, and webhook calls are
rows of the outbox."""

from alembic import op
from sqlalchemy import inspect

from storage.errors import UnusableDatabase
from storage.migrations import run_script

revision = "0010"
down_revision = "0009"

SEALED = """
    SELECT 1 FROM audit_entries WHERE seal IS NOT NULL UNION ALL SELECT 1 FROM audit_starts WHERE seal IS NOT NULL
"""


def upgrade() -> None:
    connection = op.get_bind()
    is_new = not inspect(connection).has_table("pairs")
    if not is_new and connection.exec_driver_sql(SEALED).first():
        raise UnusableDatabase(
            "The ledger holds audit entries of a schema older than 0008, which this program can't check. Export its "
            "records with the version that wrote it (attendance export), and import them into a new database "
            "(attendance import)."
        )
    for script in ["baseline"] if is_new else ["0010", "baseline", "0010_rows"]:
        run_script(connection, script)
