"""Microsoft's own models read what presses, dialogs and offers of files are answered with."""

from __future__ import annotations

from typing import Any

from microsoft_teams.api.models.adaptive_card import AdaptiveCardActionCardResponse, AdaptiveCardActionMessageResponse
from microsoft_teams.api.models.file import FileConsentCard
from microsoft_teams.api.models.task_module import TaskModuleResponse
from microsoft_teams.cards import AdaptiveCard
from pydantic import BaseModel

from bot.practice.msteams.model import CONSENT
from bot.practice.msteams.service import TeamsService
from tests.both_chats.doors import ANA, TeamsDoor

ADD = {"type": "Action.Submit", "data": {"opens": "add_record.press_add", "carries": "null"}}


async def answer(teams: TeamsService, user_id: str, name: str, value: dict[str, Any]) -> dict[str, Any]:
    delivery = await teams.send(teams.activity("invoke", user_id, name=name, value=value))
    assert (delivery.status, delivery.failure) == (200, None)
    assert delivery.answer is not None
    return delivery.answer


def read(model: type[BaseModel], said: dict[str, Any]) -> Any:
    """As their model, which has a place for all of it."""
    found = model.model_validate(said)
    assert not found.model_extra
    return found


async def test_they_read_what_the_bot_answers(chat: TeamsDoor, teams: TeamsService) -> None:
    ana, press = chat.id_of(ANA), "adaptiveCard/action"
    refresh = {"action": {"type": "Action.Execute", "verb": "status_card.refresh", "data": {}}, "trigger": "automatic"}
    card = read(AdaptiveCardActionCardResponse, await answer(teams, ana, press, refresh))
    assert isinstance(card.value, AdaptiveCard)
    gone = {"action": {"type": "Action.Execute", "verb": "gone", "data": {}}, "trigger": "manual"}
    read(AdaptiveCardActionMessageResponse, await answer(teams, ana, press, gone))

    form = read(TaskModuleResponse, await answer(teams, ana, "task/fetch", {"data": ADD["data"]}))
    assert form.task.value.title == "Add a record"
    extension = {"commandId": "add", "commandContext": "compose"}
    read(TaskModuleResponse, await answer(teams, ana, "composeExtension/fetchTask", extension))

    await chat.type(ANA, "clockin")
    report = await chat.type(ANA, "report")
    await chat.press(ANA, report, "Export CSV")
    (offered,) = [found for post in teams.posts if (found := post.attachment(CONSENT))]
    read(FileConsentCard, offered)
