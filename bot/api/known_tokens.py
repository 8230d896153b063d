"""The workspaces of tokens that were valid before. The database's readers are shared between workspaces, so this has to
be known before the first read."""

from __future__ import annotations

import hashlib

from storage.database import reads_for

MOST = 10_000

_WORKSPACES: dict[bytes, str] = {}


def read_for_owner(secret: str) -> None:
    """Counts this task's reads for the token's workspace, if it is known."""
    reads_for.set(_WORKSPACES.get(_digest(secret), ""))


def remember(secret: str, workspace_id: str) -> None:
    """Remembers a valid token."""
    if len(_WORKSPACES) >= MOST:
        _WORKSPACES.clear()
    _WORKSPACES[_digest(secret)] = workspace_id


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
