"""The schema of commit cfe810d. A new database passes this revision while it is still empty."""

revision = "0009"
down_revision = None


def upgrade() -> None:
    pass
