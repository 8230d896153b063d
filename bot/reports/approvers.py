"""Whose periods each manager approves. People whom nobody else manages are left to the admins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set

from storage import admins, people, teams
from storage.database import Transaction


def to_approve(tx: Transaction, workspace_id: str, user_ids: Set[str]) -> Mapping[str, Set[str]]:
    """Those of these people whose periods are to be approved, by whom: never their own. A sole admin's are left out."""
    here = tx.connection, workspace_id
    members = teams.members_by_team(*here)
    found: dict[str, set[str]] = defaultdict(set)
    for team in teams.in_use(*here):
        for manager in team.managers:
            found[manager] |= (members.get(team.name, set()) & user_ids) - {manager}
    managed = frozenset[str]().union(*found.values())
    for admin in people.chat_admins(*here) | admins.appointed(*here):
        found[admin] |= user_ids - managed - {admin}
    return found
