"""What `/attendance help` tells: each section with what is typed and what it means."""

from __future__ import annotations

TITLE = "Attendance, in a few words"
SECTIONS = (
    (
        "Clock in and out",
        (
            ("/clockin", "now"),
            ("/clockin at 8:30", "earlier today"),
            ("/clockin in Berlin good morning", "at an office, with a comment"),
            ("/clockout", "now"),
            ("/clockout at 17:30 dentist", "at the first 17:30 after the clock-in"),
            ("/clockin @person", "for somebody else: managers for their teams, admins for everyone"),
        ),
    ),
    (
        "Look",
        (
            ("/attendance", "your state, today and this week"),
            ("/attendance report last week", "hours per person, or per day for one person"),
            ("/attendance report 2026-10 @person in Berlin", "for some people, or one office"),
            ("/attendance events yesterday", "the records behind it"),
            ("/attendance who", "who is in now, and who should be and is not"),
            ("/attendance mine 2026", "your own file, as PDF and CSV"),
            ("/attendance history yesterday", "what was written, deleted and restored, by whom and when"),
        ),
    ),
    (
        "In a direct message to me",
        (
            ("in", "and out: the same without a slash"),
            ("in at 8:30 because the train was late", "earlier today, with the reason"),
            ("report last week", "and status, events, history, help"),
        ),
    ),
    (
        "Put right",
        (
            ("/attendance add", "a form for a whole record, night shifts too"),
            ("/attendance reminders off", "no reminders for you, and on again"),
        ),
    ),
    (
        "For admins",
        (
            ("/attendance team", "who manages whom, and a team's working hours"),
            ("/attendance office", "places with a time zone"),
            ("/attendance settings", "working hours, reminders, channels, admins"),
            ("/attendance tokens", "API tokens for other programs: new ones, and an end to old ones"),
        ),
    ),
)
RANGES = (
    "Ranges: today, yesterday, this week, last week, this month, last month, 2026-10, 2026-10-01, "
    "2026-10-01 to 2026-10-31, monday, october."
)
