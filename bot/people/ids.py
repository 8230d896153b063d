"""The shape of people's and workspaces' ids, which tells the chat platform: Slack's own, or those of Microsoft Entra as
Microsoft Teams uses them. Those are kept in lower case."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.runtime.settings import GUID
from storage.people import Platform

USER_IDS: Mapping[Platform, re.Pattern[str]] = {
    Platform.SLACK: re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII),
    Platform.TEAMS: GUID,
}
WORKSPACE_IDS: Mapping[Platform, re.Pattern[str]] = {
    Platform.SLACK: re.compile(r"[TE][A-Z0-9]{2,}", re.ASCII),
    Platform.TEAMS: GUID,
}


def platform_of(workspace_id: str) -> Platform:
    """The chat platform of a workspace."""
    return Platform.TEAMS if GUID.fullmatch(workspace_id) else Platform.SLACK


def as_kept(text: str) -> str:
    """An id as the database holds it: programs write those of Entra in capitals too."""
    lower = text.lower()
    return lower if GUID.fullmatch(lower) else text
