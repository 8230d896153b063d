"""What the bot says about Slack itself: something takes a moment, Slack has trouble, or how the installation went."""

from __future__ import annotations

from bot.wording.catalogue import _

TITLE, CLOSE = _("Attendance"), _("Close")
ONE_MOMENT = _("One moment…")
STILL_WRITING = _("Still saving…")
NOT_TAKEN = _("Slack is having trouble. Please try again in a minute.")
NO_ANSWER = _("Slack is slow to answer. If nothing opened, please try again in a minute.")
FILE_NOT_TAKEN = _("Slack didn't accept the file. Please try again in a minute.")
NOT_IN_CHANNEL = _("I'm not in this channel, so I can't post here. Type `/invite @Attendance`, then try again.")
NO_CHANNEL = _("I can't post in direct messages between other people. Try again in a channel.")
CLOSED_CHANNEL = _("Nobody can post in this channel just now, or only some may. Try again in another one.")
DONE = _("Done.")

INSTALLED = _("Attendance is installed.")
BEGIN = _("Go back to Slack and type /clockin to clock in.")
BEGIN_IN_ORGANISATION = _(
    "Now choose its workspaces in Slack, under Organization settings, Integrations, Installed apps. "
    "Then type /clockin in one of them."
)
NOT_INSTALLED = _("Attendance wasn't installed")
AGAIN = _("Try again")
WHY_NOT_INSTALLED = {
    "access_denied": _("It was cancelled in Slack."),
    "invalid_browser": _("You came back in another browser. Start and finish in the same one."),
    "invalid_state": _("This took longer than ten minutes, or the page was opened twice."),
    "missing_code": _("Slack sent an incomplete answer."),
    "invalid_code": _("Slack didn't complete the installation."),
    "away": _("Slack or the database isn't answering. Please try again in a minute."),
}
"""By Bolt's name of the reason."""


def error_with_reference(reference: str) -> str:
    """`reference` is also in the log line."""
    said = _("Something went wrong on our side. Check your status with `/attendance`. Reference: {reference}")
    return said.format(reference=reference)
