"""The words of files that people are sent."""

from __future__ import annotations


def export_title(report_days: str) -> str:
    """What the file is called where it is shown."""
    return f"Attendance, {report_days}"


def own_file_is_there(first_to_last: str) -> str:
    """After `/attendance mine`."""
    return f"Your file for {first_to_last} is in your direct messages, as PDF and CSV."
