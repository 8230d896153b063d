"""The second witness: each head of the audit trail, signed, where the database's owner can't change it.

The process that serves appends a line for each new head to a file, or posts it to an address. Whoever keeps the lines
can later check the ledger against them (`bot.operations.witness_check`). The key that signs is a file beside the bot,
never in the database.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import stat
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import aiohttp
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage import audit
from storage.audit import Anchor
from storage.database import Database, Transaction
from storage.errors import Unavailable

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 5.0
AT_ONCE = 200  # workspaces, so that nobody waits for the loop
PATIENCE_SECONDS = 10.0
SAID_AGAIN_AFTER_FAILURES = 120  # ten minutes

Write = Callable[[str], Awaitable[None]]
"""Gives lines to the witness. Raises CannotTell."""


class CannotTell(Exception):
    """The witness didn't take it. Says why."""


class NotAKey(ValueError):
    """Says what is wrong with a key."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a line says: this was the newest entry, or a newer one was there already, `at` that time (UTC)."""

    anchor: Anchor
    at: datetime

    def line(self, key: Ed25519PrivateKey) -> str:
        """A JSON line, signed."""
        signature = base64.b64encode(key.sign(self._signed())).decode()
        return json.dumps({**self._fields(), "signature": signature}) + "\n"

    @classmethod
    def read(cls, line: str, key: Ed25519PublicKey) -> Witnessed:
        """What `line` wrote. Raises ValueError for anything else, InvalidSignature if another key signed it."""
        try:
            told = json.loads(line)
            anchor = Anchor(str(told["workspace"]), int(told["sequence"]), str(told["hash"]))
            found = cls(anchor, datetime.fromisoformat(told["at"]))
            signature = base64.b64decode(told["signature"], validate=True)
        except (KeyError, TypeError, RecursionError, OverflowError) as error:
            raise ValueError("not a line of the witness") from error
        key.verify(signature, found._signed())
        return found

    def _fields(self) -> dict[str, object]:
        anchor = self.anchor
        at = self.at.isoformat(timespec="microseconds")
        return {"workspace": anchor.workspace_id, "sequence": anchor.sequence, "hash": anchor.hash, "at": at}

    def _signed(self) -> bytes:
        return audit.canonical_list(["attendance-bot witness", *self._fields().values()])


def make_key(file: Path) -> None:
    """A new key that signs, readable by this user alone. Raises FileExistsError or another OSError."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as made:
        made.write(pem)


def read_key(file: Path) -> Ed25519PrivateKey:
    """The key that signs. Raises NotAKey."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise NotAKey(f"{file} can't be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise NotAKey(f"{file} holds no key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAKey(f"{file} holds another kind of key")
    return key


def public_text(key: Ed25519PublicKey) -> str:
    """The public key, as people pass it on."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def read_public_key(text: str) -> Ed25519PublicKey:
    """What `public_text` wrote. Raises NotAKey."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except ValueError as error:
        raise NotAKey(f"{text} isn't a public key") from error


def writer_to(destination: str, session: aiohttp.ClientSession) -> Write:
    """Appends to a file, or posts to a web address."""
    if is_address(destination):
        return lambda lines: _post(session, destination, lines)
    return _File(Path(destination)).append


def is_address(destination: str) -> bool:
    """Whether it isn't a file."""
    return destination.startswith(("https://", "http://"))


async def run(database: Database, key: Ed25519PrivateKey, write: Write) -> None:
    """Sends new heads to the witness every few seconds, until it is cancelled. Failed ones are sent the next time."""
    told: dict[str, Anchor] = {}
    failures = 0
    while True:
        try:
            await tell_new_heads(database, key, write, told)
        except (CannotTell, Unavailable) as error:
            if failures % SAID_AGAIN_AFTER_FAILURES == 0:
                log.warning("witness-not-told", reason=str(error), remedy="attendance doctor says more")
            failures += 1
        except Exception:
            log.exception("witness-not-told")  # nobody stands above this loop
        else:
            if failures:
                log.info("witness-told-again", failures=failures)
            failures = 0
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def tell_new_heads(database: Database, key: Ed25519PrivateKey, write: Write, told: dict[str, Anchor]) -> None:
    """Writes a line for each workspace whose head isn't the one in `told`, and notes it there. Raises CannotTell."""
    after = ""
    while True:
        at = database.clock()
        heads = await database.read(partial(_next_heads, after))
        new = [head for head in heads if head.sequence and told.get(head.workspace_id) != head]
        if new:
            await write("".join(Witnessed(head, at).line(key) for head in new))
            told |= {head.workspace_id: head for head in new}
        if len(heads) < AT_ONCE:
            return
        after = heads[-1].workspace_id


def _next_heads(after: str, tx: Transaction) -> list[Anchor]:
    return audit.next_heads(tx.connection, after, AT_ONCE)


async def reach(destination: str) -> None:
    """Tries the way to the witness, with no line. Raises CannotTell."""
    async with aiohttp.ClientSession() as session:
        await writer_to(destination, session)("")


async def _post(session: aiohttp.ClientSession, address: str, lines: str) -> None:
    try:
        async with session.post(
            address,
            data=lines.encode(),
            headers={"Content-Type": "application/x-ndjson"},
            timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS),
            allow_redirects=False,
        ) as answer:
            if not 200 <= answer.status < 300:
                raise CannotTell(f"{answer.url.origin()} answered {answer.status}")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise CannotTell(f"The address doesn't answer ({type(error).__name__})") from error


class _File:
    """Several replicas may append to it: each write goes to the end at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = False

    async def append(self, lines: str) -> None:
        """Returns once they are on the disk. Raises CannotTell.

        A disk that hangs holds one thread, and never the end of the process.
        """
        if self._writing:
            raise CannotTell(f"{self._path} hangs")
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()

        def finish(error: BaseException | None) -> None:
            if written.done():
                return
            if error:
                written.set_exception(error)
            else:
                written.set_result(None)

        def write() -> None:
            error: BaseException | None = None
            try:
                _append(self._path, lines)
            except BaseException as found:  # goes to who waits
                error = found
            self._writing = False
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(finish, error)

        self._writing = True
        threading.Thread(target=write, name="witness", daemon=True).start()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await written
        except TimeoutError as error:
            raise CannotTell(f"{self._path} hangs") from error


def _append(path: Path, lines: str) -> None:
    """Begins with the end of a line, as the write before may have been cut off within one."""
    whole = f"\n{lines}".encode() if lines else b""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o644)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise CannotTell(f"{path} isn't a file")
            written = os.write(descriptor, whole)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise CannotTell(f"{path} can't be written: {error.strerror}") from error
    if written != len(whole):
        raise CannotTell(f"{path} took only a part")
