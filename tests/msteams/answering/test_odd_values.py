"""Values of invokes that no button of this version makes: answered, never a fault, and nothing is done."""

from __future__ import annotations

from itertools import product
from typing import Any

from structlog.testing import capture_logs

from bot.practice.msteams.service import GENERAL, TeamsService
from tests.both_chats.doors import ANA, TeamsDoor

NAMES = (
    "adaptiveCard/action",
    "task/fetch",
    "task/submit",
    "composeExtension/fetchTask",
    "composeExtension/submitAction",
    "fileConsent/invoke",
)
DEEP: Any = {"a": [{"b": {}}]}
OFFER = {"name": "a.csv", "origin": {"words": "clockin"}}
VALUES: tuple[Any, ...] = (
    None,
    [],
    "text",
    {"action": "accept"},
    {
        "action": "accept",
        "context": {"name": "a.csv", "origin": {"words": "clockin"}},
        "uploadInfo": {"uploadUrl": "x"},
    },
    {"action": {"verb": "clocking.press_clock_out", "data": {"carries": DEEP, "card": "status"}}, "trigger": 7},
    {"action": {"verb": "exporting.csv", "data": {"carries": "\0{}", "card": DEEP}}, "data": {"opens": DEEP}},
    {"action": {"verb": "status_card.refresh"}, "trigger": "automatic", "commandId": "clockin"},
    {"data": {"form": "add_record.save", "carries": "null", "nonce": "\0", "opener": '{"message": [1]}', "date": DEEP}},
    {
        "data": {"form": "clocking.save_left", "carries": "{}", "many": DEEP, "people": 1, "at": ["9"]},
        "commandId": DEEP,
    },
    {"data": {"opens": "add_record.press_add", "carries": "[1]", "card": "private"}, "commandId": "\ud800"},
)


async def test_odd_values_are_answered(chat: TeamsDoor, teams: TeamsService) -> None:
    with capture_logs() as lines:
        for name, place, value in product(NAMES, ("", GENERAL), VALUES):
            sent = teams.activity("invoke", chat.id_of(ANA), place, name=name, value=value, replyToId="1")
            assert (await teams.send(sent)).status in (200, 400)
        status = await chat.type(ANA, "status")
    assert status.words.startswith("You haven't clocked in today")
    assert "listener-failed" not in {line["event"] for line in lines}
