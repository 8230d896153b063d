"""Codes in place of people's names, for those who read records without needing to know whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.wording.catalogue import _


def replaced(token_id: str, user_ids: Iterable[str]) -> dict[str, str]:
    """`Person 3F2A91` by user id: always the same for one token, and another for any other token."""
    return {user_id: _("Person {code}").format(code=_code(token_id, user_id)) for user_id in user_ids}


def _code(token_id: str, user_id: str) -> str:
    return hashlib.sha256(f"{token_id} {user_id}".encode()).hexdigest()[:6].upper()
