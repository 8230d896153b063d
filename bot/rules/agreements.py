"""Agreements: lines that put another number in the place of the law's, with what allows that.

`daily_rest 600 "TV X §4"`, `day none "36 agreement"`; with the name of a pack before it, for that one alone:
`DE break_block 10 "BV Y §2"`. They are for adults: what protects minors can't be agreed away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from bot.errors import NotReadable
from bot.rules.packs import Pack

NONE = "none"
SUBJECTS = ("break", "break_block", "stretch", "day", "daily_rest", "weekly_rest", "week", "week_average", "night")
LONGEST_BASIS = 100
_LINE = re.compile(
    r'(?:(?P<pack>[A-Z]{2}(?:-[A-Z0-9]{1,3})?)\s+)?(?P<subject>[a-z_]+)\s+(?P<minutes>\d{1,5}|none)\s+["“„](?P<basis>[^"“”„]+)["“”]'
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is agreed: minutes, or None for no limit. `pack` None: in every pack."""

    subject: str
    minutes: int | None
    basis: str
    pack: str | None = None

    def __str__(self) -> str:
        """As it is typed and stored."""
        number = NONE if self.minutes is None else str(self.minutes)
        return f'{f"{self.pack} " if self.pack else ""}{self.subject} {number} "{self.basis}"'


@dataclass(frozen=True, slots=True)
class Agreements:
    """All of a workspace. A later line replaces an earlier one about the same."""

    lines: tuple[Agreement, ...]

    def __str__(self) -> str:
        """As they are typed and stored, a line each."""
        return "\n".join(map(str, self.lines))


@lru_cache(maxsize=256)  # every clock-in reads the settings
def parse_agreements(text: str) -> Agreements:
    """The agreements of the lines, or of what semicolons part. Raises NotReadable with the line that can't be read."""
    lines = (line.strip() for line in re.split(r'[\n;](?=(?:[^"“”„]*["“”„][^"“”„]*["“”„])*[^"“”„]*$)', text))
    return Agreements(tuple(_parsed(line) for line in lines if line))


def with_agreements(pack: Pack, agreements: Agreements | None) -> Pack:
    """The pack with the agreements that are for it."""
    for one in agreements.lines if agreements else ():
        if one.pack in (None, pack.code):
            pack = pack.changed(_changes(pack, one) | {"minors": pack.of_minors})
    return pack


def _parsed(line: str) -> Agreement:
    match = _LINE.fullmatch(line)
    if match is None or match["subject"] not in SUBJECTS or len(basis := match["basis"].strip()) > LONGEST_BASIS:
        raise NotReadable("agreement", line)
    minutes = None if match["minutes"] == NONE else int(match["minutes"])
    if minutes is not None and not _is_likely(match["subject"], minutes):
        raise NotReadable("agreement", line)
    if not basis:
        raise NotReadable("agreement", line)
    return Agreement(match["subject"], minutes, basis, match["pack"])


def _changes(pack: Pack, agreed: Agreement) -> dict[str, Any]:
    """The limit in question with the agreed number, or none. What the pack doesn't limit stays without a limit."""
    if agreed.subject == "break":
        if agreed.minutes is None:
            return {"breaks": ()}
        agreed_tier = {"minutes": agreed.minutes, "article": agreed.basis}
        return {"breaks": tuple(tier.model_copy(update=agreed_tier) for tier in pack.breaks)}
    limit = getattr(pack, agreed.subject)
    if limit is None:
        return {}
    if agreed.minutes is None:
        return {agreed.subject: None}
    return {agreed.subject: limit.model_copy(update={"minutes": agreed.minutes, "article": agreed.basis})}


def _is_likely(subject: str, minutes: int) -> bool:
    """Whether it can be meant as minutes: the same bounds as in a pack."""
    limit: dict[str, object] = {"minutes": minutes, "article": "agreed"}
    limit |= {"over": 360} if subject == "break" else {}
    limit |= {"weeks": 17} if subject == "week_average" else {}
    limit |= {"from": "23:00", "to": "06:00"} if subject == "night" else {}
    found = {"breaks": [limit]} if subject == "break" else {subject: limit}
    try:
        Pack.model_validate({"code": "XX", "name": "agreed", "basis": "agreed", **found}, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return True
