"""The fields for a country and its region, in the forms of offices and settings."""

from __future__ import annotations

from bot.calendar.public_holidays import country_code, region_code
from bot.chat.form_faults import Check
from bot.chat.views import TextField
from bot.errors import RegionWithoutCountry
from bot.wording.catalogue import _

LONGEST_PLACE = 60


def place_fields(country: str | None, region: str | None, country_hint: str) -> list[TextField]:
    """Both may be left empty."""
    region_hint = _("Where it has public holidays of its own. For example Bayern or BY.")
    label, region_label = _("Country, for public holidays and working-time rules"), _("Region")
    return [
        TextField(
            name="country",
            label=label,
            hint=country_hint,
            required=False,
            value=country or "",
            longest=LONGEST_PLACE,
        ),
        TextField(
            name="region",
            label=region_label,
            hint=region_hint,
            required=False,
            value=region or "",
            longest=LONGEST_PLACE,
        ),
    ]


def check_place(check: Check, country: str | None, region: str | None) -> None:
    """Marks the field that is wrong."""
    code = None
    with check.at("country"):
        code = country_code(country) if country else None
    if "country" in check.found or not region:
        return
    with check.at("region"):
        if code is None:
            raise RegionWithoutCountry(region)
        region_code(code, region)
