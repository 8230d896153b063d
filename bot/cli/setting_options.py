"""What `attendance settings set` takes: an option for each setting of a workspace."""

from __future__ import annotations

from typing import Annotated

from typer import Option

Zone = Annotated[str | None, Option(help="The time zone of the workspace, for example Europe/Berlin.")]
Country = Annotated[
    str | None, Option(help="The country of offices without their own, for example DE. Use none for no country.")
]
Region = Annotated[str | None, Option(help="The country's region, for example BY. Use none for none.")]
Agreements = Annotated[
    str | None,
    Option(
        help="Numbers that an agreement sets instead of the law, with ; between them, for example daily_rest 600 "
        '"TV X §4". Use no for none.'
    ),
]
BreakKinds = Annotated[
    str | None, Option(help="Kinds of breaks, for example lunch unpaid 30, coffee paid 15. Use no for break and lunch.")
]
SignaturePeriod = Annotated[
    str | None, Option(help="What people sign and managers approve: week, month, two weeks, or two weeks from a day.")
]
AskToSign = Annotated[bool | None, Option(help="Ask people to sign each period when it is over.")]
Corrections = Annotated[
    str | None,
    Option(
        help="Who has to agree before records change: direct (managers change them), request (employees ask), or both "
        "(the person and a manager)."
    ),
]
AskForOlderThanDays = Annotated[
    str | None,
    Option(help="With request: people also ask before they add records older than this many days. Use no for any age."),
]
WorkingHours = Annotated[
    str | None, Option(help="When people are expected, for example mon-fri 09:00-17:00. Use no to turn it off.")
]
Reminders = Annotated[bool | None, Option(help="Remind people to clock in and out, by their working hours.")]
AskAfter = Annotated[
    str | None, Option(help="Ask people if they're still working after this many hours. Use no to turn it off.")
]
WeeklySummary = Annotated[
    str | None, Option(help="When managers get their teams' hours, for example mon 09:00. Use no to turn it off.")
]
KeepRecordsForYears = Annotated[
    str | None, Option(help="Erase records for good after this many years. Use no to turn it off.")
]
LogChannel = Annotated[
    str | None, Option(help="Post clock-ins and clock-outs in this channel (C…). Use no to turn it off.")
]
LogComments = Annotated[bool | None, Option(help="Show comments in these posts.")]
AnchorChannel = Annotated[
    str | None, Option(help="Post the audit trail's latest fingerprint here each day (C…). Use no to turn it off.")
]
AnchorToPeople = Annotated[
    bool | None, Option(help="Send everyone their week's hours, with the fingerprint of the audit trail.")
]
Language = Annotated[
    str | None,
    Option(help="The language of the log channel, and of people whose chat doesn't say theirs, for example de."),
]
TranslatedCsv = Annotated[
    bool | None, Option(help="CSV files from the chat have headings in the language of the person who exports.")
]
