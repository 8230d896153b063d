"""A workspace has a platform, `via` is any word, and seals of entries older than 0008 go."""

from alembic import op

from storage.errors import UnusableDatabase
from storage.migrations import run_script

revision = "0010"
down_revision = "0009"

SEALED = """
    SELECT 1 FROM audit_entries WHERE seal IS NOT NULL UNION ALL SELECT 1 FROM audit_starts WHERE seal IS NOT NULL
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.exec_driver_sql(SEALED).first():
        raise UnusableDatabase(
            "The ledger holds audit entries of a schema older than 0008, which this program can't check. Export its "
            "records with the version that wrote it (attendance export), and import them into a new database "
            "(attendance import)."
        )
    run_script(connection, "0010")
