"""The newer of two time-zone databases is used: zones change by law, sometimes within weeks."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.calendar import TIME_ZONES
from bot.calendar.time_zones import TimeZones, cities_for, newest, similar_zones
from bot.calendar.worktime import zone_named, zone_of_place
from bot.errors import UnknownZone


def machine(folder: Path, name: str = "", first_line: str = "") -> str:
    """A folder of zones, with that file in it."""
    (folder / "UTC").write_bytes(b"TZif2")
    if name:
        (folder / name).write_text(first_line)
    return str(folder)


@pytest.mark.parametrize(
    ("name", "first_line", "version", "is_own"),
    [
        ("tzdata.zi", "# version 2025b\n", "2026f", True),
        ("tzdata.zi", "# version 2026f\n", "2026f", True),
        ("tzdata.zi", "# version 2026g\n", "2026g", False),
        ("tzdata.zi", "# version 2027a-dirty\n", "2027a", False),
        ("+VERSION", "2027a\n", "2027a", False),
        ("tzdata.zi", "# no version\n", "2026f", True),
        ("", "", "2026f", True),
    ],
)
def test_the_newer_one_is_chosen(tmp_path: Path, name: str, first_line: str, version: str, is_own: bool) -> None:
    folder = machine(tmp_path, name, first_line)
    assert newest(["/nowhere", folder], "2026f") == TimeZones(version, None if is_own else tmp_path)


def test_a_machine_without_zones_uses_the_bots_own() -> None:
    assert newest([], "2026f") == newest(["/nowhere"], "2026f") == TimeZones("2026f", None)


def test_this_process_knows_the_laws_of_this_year() -> None:
    """British Columbia stays on UTC-7 since 2026: an older database is an hour off in winter."""
    assert TIME_ZONES.version >= "2026"
    winter = datetime(2026, 11, 29, 12, tzinfo=UTC).astimezone(zone_named("America/Vancouver"))
    assert winter.utcoffset() == timedelta(hours=-7)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Tokio", "Asia/Tokyo"),
        ("", None),
        ("Middle Earth", None),
        ("x" * 10_000, None),
    ],
)
def test_a_zone_is_suggested_for_a_place_or_a_misspelled_name(typed: str, meant: str | None) -> None:
    assert similar_zones(typed)[:1] == ([meant] if meant else [])


@pytest.mark.parametrize(
    "name",
    ["EST", "MST", "HST", "CET", "MET", "EET", "WET", "GMT", "EST5EDT", "PST8PDT", "est", " CET ", "PST", "CEST"],
)
def test_an_abbreviation_is_no_zone_of_a_place_and_a_city_is_suggested(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_of_place(name)
    assert all(zone_of_place(city) for city in cities_for(name))


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Europe/Berlin", "Singapore", "Japan", "Cuba", "Etc/GMT+12"])
def test_places_and_utc_can_be_chosen(name: str) -> None:
    assert zone_of_place(name).key == name


def test_every_zone_without_a_place_and_with_letters_of_clocks_is_refused() -> None:
    short = {name for name in zoneinfo.available_timezones() if "/" not in name and name.isupper() and len(name) > 2}
    assert {name for name in short if not cities_for(name)} == {"UTC", "UCT", "PRC", "ROC", "ROK", "W-SU", "NZ-CHAT"}


def test_an_offset_with_its_sign_the_other_way_round_is_never_suggested() -> None:
    assert not any("GMT" in zone for typed in ("GMT+1", "gmt-5", "Etc/GMT+1") for zone in similar_zones(typed))
