"""Encrypts secrets in the ledger, for example a workspace's token."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """It was encrypted with another key, or changed since then."""


class Sealer:
    """Encrypts with the first key and decrypts with any, so that a key can be replaced.

    A key is 32 random bytes in base64. Raises ValueError for anything else.
    """

    def __init__(self, keys: str) -> None:
        named = [key.strip() for key in keys.split(",") if key.strip()]
        if not named:
            raise ValueError("no key")
        self._fernet = MultiFernet([Fernet(key) for key in named])

    def seal(self, content: dict[str, Any]) -> str:
        """`content` (anything JSON can hold), encrypted as text."""
        return self._fernet.encrypt(json.dumps(content).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """Decrypts what `seal` returned. Raises CannotOpen."""
        try:
            content: dict[str, Any] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise CannotOpen from error
        return content
