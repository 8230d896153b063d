"""What is said on the way from `/slack/install` to the first clock-in."""

from __future__ import annotations

INSTALLED = "Attendance is installed."
BEGIN = "Go back to Slack and type /clockin."
NOT_INSTALLED = "Attendance was not installed."
AGAIN = "Begin again"

REASONS = {
    "access_denied": "It was cancelled in Slack. Nothing was changed.",
    "invalid_browser": "The way back from Slack did not end in the browser it began in.",
    "invalid_state": "The way back from Slack took longer than ten minutes, or was taken twice.",
    "missing_code": "Slack's answer was not whole.",
    "invalid_code": "Slack did not complete the installation.",
    "whole_organisation": "It can be installed in a single workspace, not in a whole organisation at once.",
    "away": "Slack or the ledger does not answer just now.",
}


def why_not_installed(reason: str) -> str:
    """A sentence for what the flow calls `reason`."""
    return REASONS.get(reason, "Something went wrong.")
