"""Checks the ledger against the lines that the second witness kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from bot.operations.witness import Witnessed
from storage.audit import Anchor
from storage.erasing import ErasedByAge, erased_by_age
from storage.tables import audit_starts
from storage.verify import Fault

CLOCKS_MAY_DIFFER = timedelta(minutes=1)


@dataclass(slots=True)
class Tally:
    """What was checked."""

    heads: int = 0
    """Different ones, signed with the key."""
    erased: int = 0
    """Older than the records that are kept, so nothing is left to compare."""
    newest: datetime | None = None

    def __str__(self) -> str:
        newest = f", the newest of {self.newest:%Y-%m-%d %H:%M} UTC" if self.newest else ""
        erased = f" {self.erased} of them are older than the records that are kept." if self.erased else ""
        heads = "1 witnessed head" if self.heads == 1 else f"{self.heads} witnessed heads"
        return f"Compared with {heads}{newest}.{erased}"


def compare(connection: Connection, lines: Iterable[str], key: Ed25519PublicKey, tally: Tally) -> Iterator[Fault]:
    """Every line that isn't signed with the key, and every head that the ledger doesn't hold any more."""
    chains = _Chains(connection)
    last: dict[str, Witnessed] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            seen = Witnessed.read(line, key)
        except InvalidSignature:
            yield Fault("-", "witness", f"line {number}", "isn't signed with this key")
            continue
        except ValueError:
            yield Fault("-", "witness", f"line {number}", "can't be read")
            continue
        before = last.get(seen.anchor.workspace_id)
        tally.newest = max(seen.at, tally.newest or seen.at)
        if before is not None and before.anchor == seen.anchor:
            continue  # as after a restart, or from another replica
        tally.heads += 1
        if chains.was_erased(seen.anchor):
            tally.erased += 1
            if doubt := chains.doubt_of_erasure(seen.anchor, before):
                yield _fault(seen.anchor, doubt)
        elif doubt := seen.anchor.mismatch(connection):
            yield _fault(seen.anchor, doubt)
        if before is None or before.anchor.sequence < seen.anchor.sequence:
            last[seen.anchor.workspace_id] = seen
    if tally.newest is None:
        yield Fault("-", "witness", "file", "holds no line that is signed with this key")


class _Chains:
    """Where each chain begins, and what its erasure said."""

    def __init__(self, connection: Connection) -> None:
        self._starts = {row.workspace_id: Anchor(*row) for row in connection.execute(select(audit_starts))}
        self._erasures: dict[str, ErasedByAge] = {one.workspace_id: one for one in erased_by_age(connection)}

    def was_erased(self, anchor: Anchor) -> bool:
        """Whether the chain begins after it."""
        start = self._starts.get(anchor.workspace_id)
        return start is not None and anchor.sequence <= start.sequence

    def doubt_of_erasure(self, anchor: Anchor, before: Witnessed | None) -> str | None:
        """Why it can't have been erased by its age. It was written after the head `before` was still the newest."""
        start, erasure = self._starts[anchor.workspace_id], self._erasures.get(anchor.workspace_id)
        if start.sequence == anchor.sequence and start.hash != anchor.hash:
            return "isn't the one that was witnessed"
        if erasure is None:
            return "is gone, and no entry says why"
        was_before = before is not None and before.anchor.sequence < anchor.sequence
        if before and was_before and before.at > erasure.before + CLOCKS_MAY_DIFFER:
            written = f"it was written after {before.at:%Y-%m-%d %H:%M} UTC"
            return f"was erased as older than {erasure.before:%Y-%m-%d}, but {written}"
        return None


def _fault(anchor: Anchor, what: str) -> Fault:
    return Fault(anchor.workspace_id, "witness", f"entry {anchor.sequence}", what)
