"""People of the practice tenant type, press and fill in forms; the service refuses what Microsoft's refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.practice.msteams.cards import NotFilledIn
from bot.practice.msteams.model import CARD, CONSENT, Post
from bot.practice.msteams.people import ADA, ANA, BEN, KEI
from bot.practice.msteams.server import serve
from bot.practice.msteams.service import GENERAL, LUNCH, TeamsService

Json = dict[str, Any]
EXECUTE = {"type": "Action.Execute", "title": "Delete", "verb": "delete", "data": {"id": "1"}}
FETCH = {"type": "Action.Submit", "title": "Add…", "data": {"msteams": {"type": "task/fetch"}, "form": "add"}}
NAME = {"type": "Input.Text", "id": "name", "label": "Name", "isRequired": True, "errorMessage": "Who?"}


def card(words: str, *actions: Json, **fields: Any) -> Json:
    body: list[Json] = [{"type": "TextBlock", "text": words}]
    return {"type": "AdaptiveCard", "version": "1.5", "body": body, "actions": list(actions)} | fields


def message(content: Json) -> Json:
    return {"type": "message", "summary": "x", "attachments": [{"contentType": CARD, "content": content}]}


def dialog(content: Json) -> Json:
    return {"task": {"type": "continue", "value": {"title": "Add", "card": {"contentType": CARD, "content": content}}}}


class Bot:
    """Answers every request with the next of `answers`, and keeps what came."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.came: list[Json] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.came.append(await request.json())
        return web.json_response(self.answers.pop(0)) if self.answers else web.Response()


@pytest.fixture
async def service() -> AsyncIterator[TeamsService]:
    made = TeamsService()
    async with serve(made):
        yield made


@pytest.fixture
async def bot(service: TeamsService) -> AsyncIterator[Bot]:
    made = Bot()
    app = web.Application()
    app.router.add_post("/", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield made
    await runner.cleanup()


Calling = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def call(service: TeamsService) -> AsyncIterator[Calling]:
    """Calls the connector with a token; the status, and the answer or Microsoft's code."""
    form = {
        "grant_type": "client_credentials",
        "client_id": service.app_id,
        "client_secret": service.app_secret,
        "scope": "https://api.botframework.com/.default",
    }
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{service.login_url}/{service.tenant_id}/oauth2/v2.0/token", data=form) as answer:
            token = (await answer.json())["access_token"]

        async def called(method: str, path: str, body: Any = None, token: str = token) -> tuple[int, Any]:
            headers = {"Authorization": f"Bearer {token}"}
            url = f"{service.service_url}v3/conversations/{path}"
            async with http.request(method, url, json=body, headers=headers) as answer:
                found = await answer.json() if answer.content_type == "application/json" else {}
                return answer.status, found["error"]["code"] if "error" in found else found

        yield called


def shown(service: TeamsService, content: Json, conversation_id: str = "") -> Post:
    chat = service.conversations[conversation_id or service.personal(ANA.user_id)]
    return service.keep(chat, message(content), only_for=None)


async def test_a_press_replaces_the_card_for_the_presser_alone(service: TeamsService, bot: Bot) -> None:
    post = shown(service, card("Monday", EXECUTE), GENERAL)
    bot.answers = [{"statusCode": 200, "type": CARD, "value": card("Deleted")}]
    delivery = await service.press(ANA.user_id, post, "Delete")
    assert delivery is not None
    assert delivery.failure is None
    assert (service.words(ANA.user_id, post), service.words(BEN.user_id, post)) == ("Deleted", "Monday")
    pressed = bot.came[0]["value"]
    assert (pressed["action"]["verb"], pressed["action"]["data"], pressed["trigger"]) == (
        "delete",
        {"id": "1"},
        "manual",
    )
    assert bot.came[0]["replyToId"] == post.id
    with pytest.raises(LookupError, match="nothing to press"):
        await service.press(ANA.user_id, post, "Delete")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {"code": "BadRequest", "message": "x"}},
        {"statusCode": 200, "type": CARD, "value": {"type": "AdaptiveCard"}},
        {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""},
        {"statusCode": 200, "type": "text/plain", "value": "x"},
    ],
)
async def test_an_answer_to_a_press_that_shows_nothing_is_a_failure(
    service: TeamsService, bot: Bot, answer: Json
) -> None:
    bot.answers = [answer]
    delivery = await service.press(ANA.user_id, shown(service, card("Monday", EXECUTE)), "Delete")
    assert delivery is not None
    assert delivery.failure is not None


async def test_a_card_refreshes_for_those_whom_it_names(service: TeamsService, bot: Bot) -> None:
    refresh = {"action": EXECUTE, "userIds": [ANA.teams_id]}
    post = shown(service, card("Status", refresh=refresh), GENERAL)
    bot.answers = [{"statusCode": 200, "type": CARD, "value": card("In since 09:02")}]
    assert await service.refresh(BEN.user_id, post) is None
    assert await service.refresh(ANA.user_id, post) is not None
    assert (bot.came[0]["value"]["trigger"], len(bot.came)) == ("automatic", 1)
    assert service.words(ANA.user_id, post) == "In since 09:02"


async def test_a_dialog_is_opened_filled_in_refused_and_closed(service: TeamsService, bot: Bot) -> None:
    submit = {"type": "Action.Submit", "title": "Save", "data": {"form": "add"}}
    content = card("Who?", submit)
    content["body"].append(NAME)
    again = card("I don't know them.", submit)
    again["body"].append(NAME)
    bot.answers = [dialog(content), dialog(again), {"task": {"type": "message", "value": "Saved."}}]
    opened = await service.open_dialog(ANA.user_id, shown(service, card("Records", FETCH)), "Add…")
    with pytest.raises(NotFilledIn):
        await service.submit_dialog(opened)
    assert len(bot.came) == 1
    await service.submit_dialog(opened, name="Bob")
    second = service.dialogs[ANA.user_id]
    assert (opened.is_open, second.is_open) == (False, True)
    await service.submit_dialog(second, "Save", name="Ben")
    assert (second.is_open, second.said, service.dialogs) == (False, "Saved.", {})
    assert [one["name"] for one in bot.came] == ["task/fetch", "task/submit", "task/submit"]
    assert bot.came[2]["value"]["data"] == {"form": "add", "name": "Ben"}


async def test_an_extension_opens_a_dialog_from_the_slash_menu(service: TeamsService, bot: Bot) -> None:
    bot.answers = [dialog(card("Add", {"type": "Action.Submit", "title": "Save"})), {}]
    opened = await service.open_extension(ANA.user_id, "add")
    delivery = await service.submit_dialog(opened)
    assert (delivery.failure, opened.is_open) == (None, False)
    assert [one["name"] for one in bot.came] == ["composeExtension/fetchTask", "composeExtension/submitAction"]
    assert {one["value"]["commandId"] for one in bot.came} == {"add"}


async def test_a_file_is_offered_taken_and_uploaded(service: TeamsService, bot: Bot) -> None:
    consent = {"contentType": CONSENT, "name": "hours.csv", "content": {"sizeInBytes": 3, "acceptContext": {"id": "7"}}}
    chat = service.conversations[service.personal(ANA.user_id)]
    offered = service.keep(chat, {"type": "message", "attachments": [consent]}, only_for=None)
    await service.consent(ANA.user_id, offered)
    await service.consent(ANA.user_id, offered, accept=False)
    taken, refused = (one["value"] for one in bot.came)
    assert (taken["context"], refused["action"], "uploadInfo" in refused) == ({"id": "7"}, "decline", False)
    headers = {"Content-Range": "bytes 0-2/3"}
    async with (
        aiohttp.ClientSession() as http,
        http.put(taken["uploadInfo"]["uploadUrl"], data=b"a,b", headers=headers) as answer,
    ):
        assert (answer.status, service.files) == (201, {"hours.csv": b"a,b"})


async def test_installing_joining_and_leaving_are_told(service: TeamsService, bot: Bot) -> None:
    await service.install(ANA.user_id, "remove")
    await service.install(ANA.user_id)
    await service.meet(ADA.user_id, GENERAL, "remove")
    await service.join(KEI.user_id, LUNCH)
    await service.leave(KEI.user_id, LUNCH)
    assert [(one["type"], one.get("action")) for one in bot.came] == [
        ("installationUpdate", "remove"),
        ("installationUpdate", "add"),
        ("installationUpdate", "remove"),
        ("conversationUpdate", None),
        ("conversationUpdate", None),
    ]
    assert bot.came[3]["membersAdded"][0]["aadObjectId"] == KEI.user_id
    assert (service.conversations[GENERAL].has_bot, KEI.user_id in service.conversations[LUNCH].members) == (
        False,
        False,
    )


async def test_what_the_service_does_not_take_is_refused(service: TeamsService, call: Calling) -> None:
    anas, good = f"{service.personal(ANA.user_id)}/activities", message(card("Hello"))
    for body, code in (
        ([], "BadSyntax"),
        ({"type": "typing"}, "BadSyntax"),
        ({"type": "message"}, "BadSyntax"),
        ({**good, "text": "and words"}, "BadSyntax"),
        ({**good, "summary": ""}, "BadSyntax"),
        ({**good, "blocks": []}, "BadSyntax"),
        (message({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Unknown"}]}), "BadSyntax"),
        ({"type": "message", "attachments": [{"contentType": "image/png"}]}, "BadSyntax"),
    ):
        assert await call("POST", anas, body) == (400, code), body
    assert await call("POST", anas, good, token="another") == (401, "Unauthorized")
    assert await call("POST", "a:nobody/activities", good) == (404, "ConversationNotFound")
    assert await call("PUT", f"{anas}/1", good) == (404, "ActivityNotFoundInConversation")
    service.conversations[service.personal(BEN.user_id)].is_blocked = True
    assert await call("POST", f"{service.personal(BEN.user_id)}/activities", good) == (403, "ConversationBlockedByUser")
    service.conversations[GENERAL].has_bot = False
    assert await call("POST", f"{GENERAL}/activities", good) == (403, "BotNotInConversationRoster")
    targeted = good | {"recipient": {"id": ANA.teams_id, "isTargeted": True}}
    assert await call("POST", f"{LUNCH}/activities", targeted) == (400, "BadArgument")
    assert await call("POST", f"{anas}?isTargetedActivity=true", targeted) == (400, "BadArgument")
    assert await call("POST", f"{LUNCH}/activities?isTargetedActivity=true", good) == (400, "BadArgument")
    assert service.posts == []


async def test_a_message_that_everybody_sees_drops_what_some_saw_instead(service: TeamsService, call: Calling) -> None:
    post = shown(service, card("Monday", EXECUTE))
    post.own[ANA.user_id] = card("Deleted")
    status, _ = await call("PUT", f"{service.personal(ANA.user_id)}/activities/{post.id}", message(card("Tuesday")))
    assert (status, service.words(ANA.user_id, post)) == (200, "Tuesday")


async def test_a_slow_service_takes_its_time(service: TeamsService, call: Calling) -> None:
    service.latency = 0.05
    started = asyncio.get_running_loop().time()
    await call("POST", f"{LUNCH}/activities", message(card("Hello")))
    assert asyncio.get_running_loop().time() - started >= 0.05
