"""What commit cfe810d wrote. A new database passes here while it is empty still."""

revision = "0009"
down_revision = None


def upgrade() -> None:
    pass
