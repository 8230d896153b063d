"""What a workbook says besides its records, for its reader."""

from __future__ import annotations

from bot.documents.workbook_facts import Words
from bot.wording import formats
from bot.wording.catalogue import _, pgettext


def for_reader() -> Words:
    """In the reader's language, with days and times as in their region."""
    day_format, moment_format = formats.spreadsheet_formats()
    return Words(
        # Translators: the name of a sheet in a workbook
        about=_("About"),
        records=_("Records"),
        person=_("Person"),
        user_id=_("User id"),
        worked=_("Worked"),
        seconds=_("Seconds"),
        total=_("Total"),
        first_day=_("First day"),
        last_day=_("Last day"),
        zone=_("Time zone"),
        office=_("Office"),
        all_offices=pgettext("offices", "all"),
        exported_at=_("Exported at (UTC)"),
        exported_by=_("Exported by"),
        day_format=day_format,
        moment_format=moment_format,
    )
