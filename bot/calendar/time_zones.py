"""Chooses the time-zone database: the newer one of the machine's and the bot's own."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

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
