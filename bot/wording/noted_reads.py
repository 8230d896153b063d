"""Who looked at somebody's records with a token that only reads."""

from __future__ import annotations

from markupsafe import Markup

from bot import wording
from bot.attendance.noted_reads import Looked, What
from bot.permissions import ReadingRole
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence


def looked(one: Looked, reader: Reader) -> Markup:
    """`An inspector looked at your records`"""
    said = {
        (ReadingRole.INSPECTOR, True): _("An inspector looked at your records"),
        (ReadingRole.INSPECTOR, False): _("An inspector looked at {whom}'s records"),
        (ReadingRole.REPRESENTATIVE, True): _("A representative of the employees looked at your records"),
        (ReadingRole.REPRESENTATIVE, False): _("A representative of the employees looked at {whom}'s records"),
    }[one.role, reader.is_you(one.user_id)]
    return sentence(said, whom=mention(one.user_id))


def role_name(role: ReadingRole) -> str:
    """Who they are, for a table."""
    return {
        ReadingRole.INSPECTOR: _("Inspector"),
        ReadingRole.REPRESENTATIVE: _("Representative"),
    }[role]


def what_was_read(one: Looked, reader: Reader) -> str:
    """`Worked time, 1 Nov – 30 Nov`"""
    label = {
        What.RECORDS: _("Records"),
        What.CHANGES: _("Change history"),
        What.WORKED_TIME: _("Worked time"),
        What.CORRECTIONS: _("Corrections"),
        What.FINDINGS: _("Findings"),
        What.SIGNATURES: _("Signatures"),
        What.FILE: _("Files for download"),
        What.PEOPLE: _("Names"),
        What.OFFICES: _("Offices"),
        What.VERIFICATION: _("Check of the records"),
    }[one.what]
    return f"{label}, {wording.days(one.days.first, one.days.last, reader)}" if one.days else label
