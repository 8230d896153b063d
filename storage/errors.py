"""What the ledger refuses, as facts. The sentences for people are in `bot.wording`, the HTTP answers in `bot.api`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from storage.corrections import Correction
    from storage.paid_breaks import PaidBreak
    from storage.pairs import Pair
    from storage.signatures import Signature


class Refusal(Exception):
    """What was asked for can't be done. Nothing was written."""


@dataclass(eq=False)
class UnknownUser(Refusal):
    """The bot knows nobody with this id in this workspace."""

    user_id: str


@dataclass(eq=False)
class UnknownOffice(Refusal):
    """No office with this id in this workspace."""

    office_id: str


@dataclass(eq=False)
class ArchivedOffice(UnknownOffice):
    """An archived office takes no new records."""


@dataclass(eq=False)
class NameTaken(Refusal):
    """There already is an office or team (`what`) whose name or id reads like this one."""

    what: Literal["office", "office id", "team"]
    name: str
    is_archived: bool


@dataclass(eq=False)
class UnknownTeam(Refusal):
    """No team of this name in this workspace."""

    name: str


@dataclass(eq=False)
class UnknownToken(Refusal):
    """No API token with this id that could be revoked."""

    token_id: str


@dataclass(eq=False)
class UnknownWebhook(Refusal):
    """There is no webhook with this id in this workspace, or it was removed."""

    webhook_id: str


@dataclass(eq=False)
class UnknownEvent(Refusal):
    """No attendance event with this id in this workspace."""

    event_id: str


@dataclass(eq=False)
class AlreadyClockedIn(Refusal):
    """The user has an open clock-in (rule 1)."""

    open_pair: Pair


@dataclass(eq=False)
class NotClockedIn(Refusal):
    """The user has no open clock-in. `last` is their latest pair, if any, and `is_change` whether the last that
    happened to it is a change, which has its own undo."""

    user_id: str
    last: Pair | None
    is_change: bool = False


@dataclass(eq=False)
class Overlap(Refusal):
    """The time is within, or reaches into, `other` (rule 2), the first of those in the way. `last` is the last of them
    if there are more."""

    other: Pair
    last: Pair | None = None


@dataclass(eq=False)
class AlreadyDeleted(Refusal):
    """Somebody else has already deleted the pair."""

    pair: Pair


@dataclass(eq=False)
class WasChanged(Refusal):
    """The record was changed (`pair` as it was), so that it can't be deleted or restored itself."""

    pair: Pair


@dataclass(eq=False)
class ChangeUndone(Refusal):
    """The change was undone, so that the record (`pair`) in whose favour it was can't come back."""

    pair: Pair


@dataclass(eq=False)
class NotDeleted(Refusal):
    """There is nothing to restore: the pair isn't deleted."""

    pair: Pair


class BreakIsOver(Refusal):
    """Somebody else has ended or removed the break."""


@dataclass(eq=False)
class BreakInTheWay(Refusal):
    """The paid break would overlap another one of the same record (`pair`)."""

    other: PaidBreak
    pair: Pair


@dataclass(eq=False)
class NotInsideRecord(Refusal):
    """The paid break would begin before its record, or end after it."""

    pair: Pair


@dataclass(eq=False)
class AlreadySigned(Refusal):
    """A signature of the same part stands under the period."""

    signature: Signature


@dataclass(eq=False)
class AlreadyWithdrawn(Refusal):
    """Somebody else has already withdrawn the signature."""

    signature: Signature


@dataclass(eq=False)
class OpenRecord(Refusal):
    """A period with an open clock-in of the user can't be signed."""

    user_id: str


@dataclass(eq=False)
class UnknownCorrection(Refusal):
    """No correction with this id in this workspace."""

    correction_id: str


@dataclass(eq=False)
class AlreadyAsked(Refusal):
    """A correction of the same record, or for the same times, waits (`correction`). `is_same`: they have asked for this
    very thing."""

    correction: Correction
    is_same: bool = False


@dataclass(eq=False)
class AlreadyAnswered(Refusal):
    """The correction has an outcome, or an answer of that side. `correction` is as it is now."""

    correction: Correction


@dataclass(eq=False)
class CorrectionWaiting(Refusal):
    """A period with a correction that waits can't be signed. None where another replica was faster to ask for it."""

    user_id: str
    correction: Correction | None = None


class Unavailable(Exception):
    """The database can't be reached or can't write. Nothing was written, and a later attempt may succeed."""


class OutcomeUnknown(Unavailable):
    """The connection was lost for good during a commit. It may have been written."""


class UnusableDatabase(Exception):
    """The database can't be used: it is foreign, unreadable or newer than this program. The text says why."""


class NoDatabase(UnusableDatabase):
    """The database file at `path` doesn't exist yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There's no database at {path} yet. Start attendance serve, which creates it, or set "
            "ATTENDANCE_DATABASE_URL to the right one."
        )
        self.path = path


class NotARecord(ValueError):
    """Facts that hold no attendance record."""
