"""Chooses the time-zone database: the newer one of the machine's and the bot's own."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from bot.calendar.words import alike

ALIKE = 0.8
_FIXED_ETC = "Etc/GMT"
_CITIES = {
    ("EST", "EDT", "ET", "EST5EDT"): ("America/New_York", "America/Toronto"),
    ("CST", "CDT", "CST6CDT"): ("America/Chicago", "America/Mexico_City"),
    ("MST", "MDT", "MT", "MST7MDT"): ("America/Denver", "America/Phoenix"),
    ("PST", "PDT", "PT", "PST8PDT"): ("America/Los_Angeles", "America/Vancouver"),
    ("AKST", "AKDT"): ("America/Anchorage",),
    ("HST", "HDT"): ("Pacific/Honolulu",),
    ("GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "BST", "WET", "WEST"): ("Europe/London", "Europe/Lisbon"),
    ("CET", "CEST", "MET", "MEST", "MEZ", "MESZ"): ("Europe/Berlin", "Europe/Paris"),
    ("EET", "EEST"): ("Europe/Athens", "Europe/Helsinki"),
    ("MSK",): ("Europe/Moscow",),
    ("IST",): ("Asia/Kolkata", "Asia/Jerusalem"),
    ("JST",): ("Asia/Tokyo",),
    ("SGT",): ("Asia/Singapore",),
    ("AEST", "AEDT"): ("Australia/Sydney", "Australia/Brisbane"),
    ("NZST", "NZDT"): ("Pacific/Auckland",),
}
_CITIES_OF = {name.casefold(): cities for names, cities in _CITIES.items() for name in names}
LONGEST_NAME = 60  # characters: longer ones are not compared with anything
_VERSION = re.compile(r"\d{4}[a-z]+")


@dataclass(frozen=True, slots=True)
class TimeZones:
    """`version`, for example 2026f, and the machine's `folder` of it. None for the bot's own."""

    version: str
    folder: Path | None


def newest(folders: Iterable[str], own_version: str) -> TimeZones:
    """The machine's, in the first folder that holds zones, if it is newer than the bot's own."""
    folder = next((Path(folder) for folder in folders if Path(folder, "UTC").is_file()), None)
    version = _version_in(folder) if folder else None
    if folder is None or version is None or version <= own_version:
        return TimeZones(own_version, None)
    return TimeZones(version, folder)


def use_newest() -> TimeZones:
    """Makes Python read every zone from the newest database. Call it before the first zone is read."""
    own = _version_in(Path(str(files("tzdata")), "zoneinfo"))
    found = newest(zoneinfo.TZPATH, own or "")
    zoneinfo.reset_tzpath([str(found.folder)] if found.folder else [])
    zoneinfo.ZoneInfo.clear_cache()
    return found


def cities_for(abbreviation: str) -> Sequence[str]:
    """One or two zones (IANA) of places where clocks are said to be so: `EST` misses the summer time of most of them.
    Empty for anything but an abbreviation."""
    return _CITIES_OF.get(abbreviation.strip().casefold(), ())


def similar_zones(name: str) -> list[str]:
    """Up to two zones (IANA) that the name may be meant for: `Europe/Berlin` for `europe/berln`, or for `Berlin`."""
    wanted = "_".join(name.casefold().split())
    if not wanted or len(wanted) > LONGEST_NAME:
        return []
    likeness = {zone: max(alike(wanted, zone.casefold()), alike(wanted, _place(zone))) for zone in _all_zones()}
    best = max(likeness.values(), default=0.0)
    found = [zone for zone, found in likeness.items() if found >= max(ALIKE, best - 0.05)]
    return sorted(found, key=lambda zone: (-likeness[zone], "/" not in zone, zone))[:2]


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].casefold()


@cache
def _all_zones() -> frozenset[str]:
    """Those of places: the sign of `Etc/GMT+1` is the other way round, so it's never suggested."""
    known = zoneinfo.available_timezones()
    return frozenset(name for name in known if not name.startswith(_FIXED_ETC) and not cities_for(name))


def _version_in(folder: Path) -> str | None:
    """The version, from the beginning of `tzdata.zi` or from the file `+VERSION`."""
    for name in ("tzdata.zi", "+VERSION"):
        try:
            with (folder / name).open(encoding="ascii", errors="replace") as file:
                match = _VERSION.search(file.readline())
        except OSError:
            continue
        if match:
            return match[0]
    return None
