"""Whether the second witness takes the heads of the audit trail, and has the newest: for `attendance doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from bot.operations import witness
from bot.operations.witness import CannotTell, NotAKey, Witnessed
from bot.runtime.settings import ServeSettings
from storage import audit
from storage.audit import Anchor
from storage.checkup import Finding, broken, ok, warning
from storage.database import Database, Transaction, open_database
from storage.errors import Unavailable, UnusableDatabase
from storage.tables import audit_entries

AREA = "witness"
FRESH_WITHIN = timedelta(minutes=1)
END_OF_FILE_BYTES = 16 * 1024**2


async def check_witness(settings: ServeSettings) -> list[Finding]:
    """Empty without a witness."""
    if settings.witness is None or settings.witness_key is None:
        return []
    try:
        key = witness.read_key(Path(settings.witness_key)).public_key()
    except NotAKey as error:
        return [broken("key", f"{error}.", "Make one with attendance witness-key FILE.", area=AREA)]
    found = [ok("key", f"The public key is {witness.public_text(key)}.", area=AREA)]
    try:
        await witness.reach(settings.witness)
    except CannotTell as error:
        remedy = "Fix that, or set ATTENDANCE_WITNESS to another file or address."
        return [*found, broken("reachable", f"{error}.", remedy, area=AREA)]
    is_file = not witness.is_address(settings.witness)  # an address may hold a password
    says = f"{settings.witness if is_file else 'The address'} takes the heads of the audit trail."
    found.append(ok("reachable", says, area=AREA))
    if is_file:
        found.append(await _freshness(settings, Path(settings.witness), key))
    return found


async def _freshness(settings: ServeSettings, file: Path, key: Ed25519PublicKey) -> Finding:
    """Of a file; an address keeps its lines to itself."""
    try:
        database = await open_database(settings.database_url, create=False, read_only=True)
    except UnusableDatabase as error:
        return broken("fresh", f"I couldn't compare: {error}", "Fix the database first.", area=AREA)
    try:
        missing = await _not_witnessed(database, _newest(file, key))
    except Unavailable as error:
        return broken("fresh", f"I couldn't compare: {error}", "Fix the database first.", area=AREA)
    finally:
        await database.close()
    if not missing:
        return ok("fresh", "The file has the newest entry of every workspace.", area=AREA)
    remedy = "Look for witness-not-told in the log of attendance serve, and that it runs with ATTENDANCE_WITNESS."
    return warning("fresh", f"The file lacks the newest entries of {', '.join(missing)}.", remedy, area=AREA)


async def _not_witnessed(database: Database, newest: dict[str, Anchor]) -> list[str]:
    """The workspaces whose newest entry is a minute old and not in the file."""

    def read(tx: Transaction) -> list[str]:
        late = tx.now - FRESH_WITHIN
        return [head.workspace_id for head in audit.heads(tx.connection) if is_late(tx, head, late)]

    def is_late(tx: Transaction, head: Anchor, late: object) -> bool:
        if newest.get(head.workspace_id) == head:
            return False
        entry = (audit_entries.c.workspace_id == head.workspace_id, audit_entries.c.sequence == head.sequence)
        return bool(tx.connection.execute(select(audit_entries.c.at <= late).where(*entry)).scalar())

    return await database.read(read)


def _newest(file: Path, key: Ed25519PublicKey) -> dict[str, Anchor]:
    """The newest head of each workspace, as far as it is signed. Looks at the end of the file alone."""
    newest: dict[str, tuple[int, str]] = {}
    for line in _last_lines(file):
        try:
            told = json.loads(line)
            if told["sequence"] >= newest.get(told["workspace"], (0, ""))[0]:
                newest[told["workspace"]] = told["sequence"], line
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    found: dict[str, Anchor] = {}
    for workspace_id, (_, line) in newest.items():
        try:
            found[workspace_id] = Witnessed.read(line, key).anchor
        except (ValueError, InvalidSignature):
            continue
    return found


def _last_lines(file: Path) -> Iterator[str]:
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - END_OF_FILE_BYTES))
        for line in opened:
            yield line.decode(errors="replace")
