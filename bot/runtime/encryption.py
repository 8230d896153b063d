"""Seals what the ledger keeps for others, such as a workspace's token, of no use to who reads the database."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(Exception):
    """It was sealed with another key, or changed since."""


class Sealer:
    """Seals with the first of its keys, and opens with any of them: so that a key can be replaced.

    A key is 32 random bytes in base64. Raises ValueError for what is none.
    """

    def __init__(self, keys: str) -> None:
        named = [key.strip() for key in keys.split(",") if key.strip()]
        if not named:
            raise ValueError("no key")
        self._fernet = MultiFernet([Fernet(key) for key in named])

    def seal(self, content: dict[str, Any]) -> str:
        """`content` (what JSON can hold) as text that tells nothing."""
        return self._fernet.encrypt(json.dumps(content).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """What was sealed. Raises CannotOpen."""
        try:
            content: dict[str, Any] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise CannotOpen from error
        return content
