"""What the bot says about Teams itself: something takes a moment, or the service has trouble."""

from __future__ import annotations

from markupsafe import Markup

from bot.wording.catalogue import _, later
from bot.wording.markup import code, sentence

TITLE = later("Attendance")
ONE_MOMENT = later("One moment…")
STILL_SAVING = later("Still saving… I'll tell you in our chat.")
ANSWERED_BELOW = later("I've answered in a new message.")
TRY_AGAIN = later("This takes longer than usual. Please try again in a minute.")
NOT_SAVED = later("I have a question about that form, so I haven't saved it. Please open it again.")
NOT_SHOWN = later("That took too long to show here. If you made a token, revoke it and make a new one.")
DONE = later("Done.")
NOT_TAKEN = later("Microsoft Teams is having trouble. Please try again in a minute.")
FILE_NOT_TAKEN = later("Microsoft Teams didn't accept the file. Please try again in a minute.")
NOT_INSTALLED = later("I can't write to you yet. Add Attendance in Teams under Apps, then try again.")
NO_CHANNEL = later("Nobody else is here. Type it in a channel after my name, and share it there.")
NOT_IN_CHANNEL = later("I can't post here. Add Attendance to this team or chat, then try again.")


def error_with_reference(reference: str) -> Markup:
    """`reference` is also in the log line."""
    said = _("Something went wrong on our side. Check your status with {command}. Reference: {reference}")
    return sentence(said, command=code("status"), reference=reference)
