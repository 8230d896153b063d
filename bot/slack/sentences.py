"""What the bot says about Slack itself: something takes a moment, Slack has trouble, or how the installation went."""

from __future__ import annotations

from bot.wording.catalogue import _, later

TITLE, CLOSE = later("Attendance"), later("Close")
ONE_MOMENT = later("One moment…")
STILL_WRITING = later("Still saving…")
NOT_TAKEN = later("Slack is having trouble. Please try again in a minute.")
NO_ANSWER = later("Slack is slow to answer. If nothing opened, please try again in a minute.")
FILE_NOT_TAKEN = later("Slack didn't accept the file. Please try again in a minute.")
NOT_IN_CHANNEL = later("I'm not in this channel, so I can't post here. Type `/invite @Attendance`, then try again.")
NO_CHANNEL = later("I can't post in direct messages between other people. Try again in a channel.")
CLOSED_CHANNEL = later("Nobody can post in this channel just now, or only some may. Try again in another one.")
DONE = later("Done.")

INSTALLED = later("Attendance is installed.")
BEGIN = later("Go back to Slack and type /clockin to clock in.")
BEGIN_IN_ORGANISATION = later(
    "Now choose its workspaces in Slack, under Organization settings, Integrations, Installed apps. "
    "Then type /clockin in one of them."
)
NOT_INSTALLED = later("Attendance wasn't installed")
AGAIN = later("Try again")
WHY_NOT_INSTALLED = {
    "access_denied": later("It was cancelled in Slack."),
    "invalid_browser": later("You came back in another browser. Start and finish in the same one."),
    "invalid_state": later("This took longer than ten minutes, or the page was opened twice."),
    "missing_code": later("Slack sent an incomplete answer."),
    "invalid_code": later("Slack didn't complete the installation."),
    "away": later("Slack or the database isn't answering. Please try again in a minute."),
}
"""By Bolt's name of the reason."""


def error_with_reference(reference: str) -> str:
    """`reference` is also in the log line."""
    said = _("Something went wrong on our side. Check your status with `/attendance`. Reference: {reference}")
    return said.format(reference=reference)
