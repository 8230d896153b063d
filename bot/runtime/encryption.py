"""Encrypts secrets in the ledger, for example a workspace's token. Each is bound to the row that it was sealed for."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.seals import BOUND

NONCE_BYTES = 12


class CannotOpen(Exception):
    """It was encrypted with another key or for another row, or changed since then."""


@dataclass(frozen=True, slots=True)
class Place:
    """The row that a secret belongs to. Copied to another one, it doesn't open."""

    workspace_id: str
    kind: str
    row_id: str = ""

    @property
    def associated_data(self) -> bytes:
        """As it is authenticated with the secret."""
        return json.dumps([self.workspace_id, self.kind, self.row_id]).encode()


class Sealer:
    """Encrypts with the first key and decrypts with any, so that a key can be replaced.

    A key is 32 random bytes in base64. Raises ValueError for anything else.
    """

    def __init__(self, keys: str) -> None:
        named = [key.strip() for key in keys.split(",") if key.strip()]
        if not named:
            raise ValueError("no key")
        self._unbound = MultiFernet([Fernet(key) for key in named])
        self._ciphers = [AESGCM(_derived(base64.urlsafe_b64decode(key))) for key in named]

    def seal(self, content: dict[str, Any], place: Place) -> str:
        """`content` (anything JSON can hold), encrypted as text that opens only at that place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        encrypted = self._ciphers[0].encrypt(nonce, json.dumps(content).encode(), place.associated_data)
        return BOUND + base64.urlsafe_b64encode(nonce + encrypted).decode()

    def open(self, sealed: str, place: Place) -> dict[str, Any]:
        """Decrypts what `seal` returned for that place. Raises CannotOpen."""
        content: dict[str, Any] = json.loads(self._decrypted(sealed, place))
        return content

    def open_unbound(self, sealed: str) -> dict[str, Any]:
        """Decrypts what an older version sealed, for no place, so that it can be sealed again. Raises CannotOpen."""
        try:
            content: dict[str, Any] = json.loads(self._unbound.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise CannotOpen from error
        return content

    def _decrypted(self, sealed: str, place: Place) -> bytes:
        if not sealed.startswith(BOUND):
            raise CannotOpen
        try:
            packed = base64.urlsafe_b64decode(sealed.removeprefix(BOUND))
        except ValueError as error:
            raise CannotOpen from error
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(packed[:NONCE_BYTES], packed[NONCE_BYTES:], place.associated_data)
            except (InvalidTag, ValueError):
                continue
        raise CannotOpen


def _derived(key: bytes) -> bytes:
    """A key of its own for this cipher: the same bytes also opened the seals of older versions."""
    return HKDF(SHA256(), length=32, salt=None, info=b"attendance-bot seal v2").derive(key)
