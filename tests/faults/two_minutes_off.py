"""The bot on a machine whose clock is two minutes ahead of the database's and of Slack's."""

from __future__ import annotations

from datetime import datetime, timedelta

from slack_sdk import signature

from bot.cli.main import main
from storage import database, postgresql

AHEAD = timedelta(minutes=2)
right, slacks = database.machine_clock, signature.Clock.now


def wrong() -> datetime:
    return right() + AHEAD


database.machine_clock = wrong
vars(postgresql)["machine_clock"] = wrong  # which it took over by name
signature.Clock.now = lambda self: slacks(self) + AHEAD.total_seconds()  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
