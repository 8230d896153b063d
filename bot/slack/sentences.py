"""What the Slack door says itself, in Slack's markup: that it takes a moment, that something did not work, and on the
way from `/slack/install` to the first clock-in."""

from __future__ import annotations

from bot.wording.catalogue import _

TITLE, CLOSE = _("Attendance"), _("Close")
ONE_MOMENT = _("One moment…")
STILL_WRITING = _("Still writing it down…")
NOT_TAKEN = _("Slack did not take this just now. Try again in a minute.")
NO_ANSWER = _("Slack did not answer in time. If nothing opened, try again in a minute.")
FILE_NOT_TAKEN = _("Slack did not take the file just now. Try again in a minute.")
NOT_IN_CHANNEL = _("I am not in this channel, so I can't share there. Type `/invite @Attendance` first, and try again.")
DONE = _("Done.")

INSTALLED = _("Attendance is installed.")
BEGIN = _("Go back to Slack and type /clockin.")
NOT_INSTALLED = _("Attendance was not installed.")
AGAIN = _("Begin again")
WHY_NOT_INSTALLED = {
    "access_denied": _("It was cancelled in Slack. Nothing was changed."),
    "invalid_browser": _("The way back from Slack did not end in the browser it began in."),
    "invalid_state": _("The way back from Slack took longer than ten minutes, or was taken twice."),
    "missing_code": _("Slack's answer was not whole."),
    "invalid_code": _("Slack did not complete the installation."),
    "whole_organisation": _("It can be installed in a single workspace, not in a whole organisation at once."),
    "away": _("Slack or the ledger does not answer just now."),
}
"""By what Bolt's flow calls the reason."""


def went_wrong(reference: str) -> str:
    """`reference` finds the line in the log."""
    said = _("Something went wrong here. Check with `/attendance` what was written. Reference: {reference}")
    return said.format(reference=reference)
