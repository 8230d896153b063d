"""What is said whatever was asked: that it takes a moment, or that it did not work."""

from __future__ import annotations

TITLE, CLOSE = "Attendance", "Close"
ONE_MOMENT = "One moment…"
STILL_WRITING = "Still writing it down…"
NOT_TAKEN = "Slack did not take this just now. Try again in a minute."
NO_ANSWER = "Slack did not answer in time. If nothing opened, try again in a minute."
FILE_NOT_TAKEN = "Slack did not take the file just now. Try again in a minute."
NOT_IN_CHANNEL = "I am not in this channel, so I can't share there. Type `/invite @Attendance` first, and try again."
DONE = "Done."


def went_wrong(reference: str) -> str:
    """`reference` finds the line in the log."""
    return f"Something went wrong here. Check with `/attendance` what was written. Reference: {reference}"
