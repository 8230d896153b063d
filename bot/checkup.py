"""What a look at the set-up finds, and the looks at the machine itself: for `attendance doctor`."""

from __future__ import annotations

import zoneinfo
from importlib import import_module
from pathlib import Path

from bot.services import Clock
from storage.checkup import Finding, State, broken, clocks, disk_space, ok, warning

__all__ = ["Clock", "Finding", "State", "broken", "clocks", "disk_space", "ok", "warning", "zone_data"]

AREA = "machine"
YEARS_BEHIND = 2  # a release names its year: some change rules that hold soon after


def zone_data(clock: Clock) -> Finding:
    """How old the rules of the time zones are: the system's, which count, beside those that came with the bot."""
    system, bundled = _system_release(), _bundled_release()
    if system is None and bundled is None:
        return broken("zone data", "there is none", "pip install tzdata", area=AREA)
    counts = system or bundled or ""
    says = f"{counts}, {'the system’s' if system else 'of the package tzdata'}"
    remedy = "Upgrade the system's package tzdata, or set PYTHONTZPATH= (empty) to use the bot's own; then restart."
    if system and bundled and "2" <= system < bundled:
        return warning("zone data", f"{says}, older than the bot's own {bundled}", remedy, area=AREA)
    if counts[:4].isdigit() and clock().year - int(counts[:4]) >= YEARS_BEHIND:
        return warning("zone data", f"{says}, years old", "pip install --upgrade tzdata, and restart.", area=AREA)
    return ok("zone data", says, area=AREA)


def _system_release() -> str | None:
    """Such as "2026a": of the first folder that Python looks into, "unknown" where it does not say."""
    for folder in map(Path, zoneinfo.TZPATH):
        if not (folder / "Europe" / "Berlin").exists():
            continue
        for name in ("tzdata.zi", "+VERSION"):
            try:
                with (folder / name).open(encoding="ascii", errors="replace") as file:
                    first = file.readline()
            except OSError:
                continue
            return first.rpartition(" ")[2].strip()
        return "unknown"
    return None


def _bundled_release() -> str | None:
    try:
        return str(import_module("tzdata").IANA_VERSION)
    except ModuleNotFoundError:
        return None
