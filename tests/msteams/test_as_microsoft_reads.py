"""Microsoft's own models read what the practice service sends, but for what they refuse of the real one too."""

from __future__ import annotations

from typing import Any

import pytest
from microsoft_teams.api import ActivityTypeAdapter
from pydantic import ValidationError

from bot.practice.msteams.model import CONSENT, Post
from bot.practice.msteams.people import ANA, BEN
from bot.practice.msteams.service import GENERAL, TeamsService

Json = dict[str, Any]
DELETE = {"type": "Action.Execute", "title": "Delete", "verb": "delete", "data": {"id": "1"}}
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [], "actions": [DELETE], "refresh": {"action": DELETE}}


async def sent(teams: TeamsService) -> list[Json]:
    """All that people can do."""
    chat = teams.conversations[teams.personal(ANA.user_id)]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    file = {"contentType": CONSENT, "name": "a.csv", "content": {"sizeInBytes": 1, "acceptContext": {}}}
    card = teams.keep(chat, {"type": "message", "attachments": [attachment]}, only_for=None)
    offered = teams.keep(chat, {"type": "message", "attachments": [file]}, only_for=None)
    await teams.type(ANA.user_id, "clockin")
    await teams.mention(ANA.user_id, GENERAL, f"clockin <@{BEN.user_id}>")
    await teams.slash(ANA.user_id, GENERAL, "clockin")
    await teams.press(ANA.user_id, card, "Delete")
    await teams.consent(ANA.user_id, offered)
    await teams.consent(ANA.user_id, offered, accept=False)
    await teams.install(ANA.user_id)
    await teams.install(ANA.user_id, "remove")
    await teams.leave(BEN.user_id, GENERAL)
    await teams.join(BEN.user_id, GENERAL)
    with pytest.raises(LookupError):
        await teams.open_extension(ANA.user_id, "add")
    return teams.sent


async def test_they_read_what_people_do(teams: TeamsService) -> None:
    teams.bot_url = "http://127.0.0.1:1/"
    activities = await sent(teams)
    assert len(activities) == 11
    for activity in activities:
        read = ActivityTypeAdapter.validate_python(activity)
        assert read.type == activity["type"]
        assert read.from_.aad_object_id in (ANA.user_id, BEN.user_id)


async def test_they_refuse_what_teams_sends_all_the_same(teams: TeamsService) -> None:
    """So the bot has its own."""
    teams.bot_url = "http://127.0.0.1:1/"
    post = Post("1", teams.personal(ANA.user_id), {"type": "message"})
    await teams.execute(ANA.user_id, post, DELETE, trigger="automatic")
    await teams.execute(ANA.user_id, post, {"type": "Action.Execute", "verb": "who"})
    await teams.install(ANA.user_id, "add-upgrade")
    for activity in teams.sent:
        with pytest.raises(ValidationError):
            ActivityTypeAdapter.validate_python(activity)
