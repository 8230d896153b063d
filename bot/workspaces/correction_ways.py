"""Who has to agree before records change."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import NotReadable


class CorrectionWay(StrEnum):
    """What a workspace has chosen."""

    DIRECT = "direct"
    """Managers and admins change records. The person gets a message."""
    REQUEST = "request"
    """The same. Employees also ask for what they can't enter themselves any more."""
    BOTH = "both"
    """Nobody changes records alone: the person and an employer agree."""


def parse_correction_way(text: str) -> CorrectionWay:
    """The way of that name. Raises NotReadable."""
    try:
        return CorrectionWay(text.strip().lower())
    except ValueError as error:
        raise NotReadable("corrections", text) from error
