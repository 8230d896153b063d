"""To which workspace a token belongs that was valid before: known before the database is asked, whose readers the
workspaces share."""

from __future__ import annotations

import hashlib

from storage.database import reads_for

MOST = 10_000

_WORKSPACES: dict[bytes, str] = {}


def read_for_owner(secret: str) -> None:
    """Has this task read as the workspace of the token, or as nobody's in particular."""
    reads_for.set(_WORKSPACES.get(_digest(secret), ""))


def remember(secret: str, workspace_id: str) -> None:
    """Notes where a valid token belongs."""
    if len(_WORKSPACES) >= MOST:
        _WORKSPACES.clear()
    _WORKSPACES[_digest(secret)] = workspace_id


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
