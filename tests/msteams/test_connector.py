"""Calls to the Bot Connector: what it takes, and what it says when it takes nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.errors import TokenRefused
from bot.msteams.access_tokens import AccessTokens, Unreachable
from bot.msteams.connector import Connector, NotTaken, Place
from bot.practice.model import Fault
from bot.practice.msteams.limits import Limits
from bot.practice.msteams.people import ANA, BEN, GUS, NORA, Person
from bot.practice.msteams.service import GENERAL, LUNCH, TeamsService
from tests.msteams.conftest import Seconds

HELLO = {"type": "message", "text": "Hello"}


@pytest.fixture
def anas(teams: TeamsService) -> Place:
    return Place(teams.service_url, teams.personal(ANA.user_id))


async def test_a_message_is_sent_updated_and_deleted(teams: TeamsService, connector: Connector, anas: Place) -> None:
    sent = await connector.send(anas, HELLO)
    (post,) = teams.seen_by(ANA.user_id)
    assert (post.id, post.text) == (sent, "Hello")
    await connector.update(anas, sent, {"type": "message", "text": "Good morning – ✅"})
    assert (post.text, post.edited) == ("Good morning – ✅", 1)
    await connector.delete(anas, sent)
    assert teams.seen_by(ANA.user_id) == []


async def test_a_message_for_one_person_is_seen_by_nobody_else(teams: TeamsService, connector: Connector) -> None:
    lunch = Place(teams.service_url, LUNCH)
    sent = await connector.send(lunch, HELLO, only_for=ANA.teams_id)
    assert [post.id for post in teams.seen_by(ANA.user_id, LUNCH)] == [sent]
    others = [one for one in teams.conversations[LUNCH].members if one != ANA.user_id]
    assert [teams.seen_by(one, LUNCH) for one in others] == [[], []]
    await connector.update(lunch, sent, HELLO, targeted=True)
    await connector.delete(lunch, sent, targeted=True)
    with pytest.raises(NotTaken, match="403 RecipientNotInConversationRoster"):
        await connector.send(lunch, HELLO, only_for=NORA.teams_id)
    teams.has_targeted = False
    with pytest.raises(NotTaken, match="400 BadArgument"):
        await connector.send(lunch, HELLO, only_for=ANA.teams_id)


async def test_a_reply_in_a_channels_thread_stands_in_the_channel(teams: TeamsService, connector: Connector) -> None:
    await connector.send(Place(teams.service_url.rstrip("/"), f"{GENERAL};messageid=1795000000000"), HELLO)
    assert [post.text for post in teams.seen_by(BEN.user_id, GENERAL)] == ["Hello"]


async def test_a_personal_chat_is_opened_where_the_app_is_installed(teams: TeamsService, connector: Connector) -> None:
    opened = await connector.open_personal(teams.service_url, teams.tenant_id, ANA.teams_id)
    assert opened == teams.personal(ANA.user_id)
    teams.conversations[opened].has_bot = False
    with pytest.raises(NotTaken, match="403 ForbiddenOperationException") as refused:
        await connector.open_personal(teams.service_url, teams.tenant_id, ANA.teams_id)
    assert refused.value.is_gone


async def test_people_are_found_by_any_of_their_ids(teams: TeamsService, connector: Connector) -> None:
    general = Place(teams.service_url, GENERAL)
    for who in (GUS.teams_id, GUS.user_id, GUS.upn):
        found = await connector.member(general, who)
        assert (found.id, found.user_id, found.name) == (GUS.teams_id, GUS.user_id, "Gus Weber")
        assert (found.tenant_id == teams.tenant_id, "#EXT#" in found.user_principal_name) == (False, True)
    with pytest.raises(NotTaken, match="404 MemberNotFoundInConversation") as refused:
        await connector.member(Place(teams.service_url, LUNCH), NORA.user_id)
    assert refused.value.is_gone


async def test_a_large_team_is_listed_page_by_page(teams: TeamsService, connector: Connector) -> None:
    many = [Person(f"c0000000-0000-4000-8000-{number:012}", f"Person {number}", f"p{number}") for number in range(1001)]
    teams.people |= {one.user_id: one for one in many}
    teams.conversations[GENERAL].members = [one.user_id for one in many]
    pages = [page async for page in connector.members(Place(teams.service_url, GENERAL))]
    assert [len(page) for page in pages] == [500, 500, 1]
    assert {one.user_id for page in pages for one in page} == {one.user_id for one in many}


async def test_a_file_goes_where_its_reader_said_and_the_token_does_not(
    teams: TeamsService, connector: Connector
) -> None:
    await connector.upload(f"{teams.address}/upload/hours.csv", b"day,hours\n")
    assert teams.files == {"hours.csv": b"day,hours\n"}
    assert teams.count("token") == 0
    for nowhere in ("http://127.0.0.1:1/x", "nonsense", "", "ftp://x/"):
        with pytest.raises(Unreachable):
            await connector.upload(nowhere, b"x")
    teams.faults["upload"] = Fault(status=507)
    with pytest.raises(NotTaken, match="507"):
        await connector.upload(f"{teams.address}/upload/hours.csv", b"x")


@pytest.mark.parametrize(
    ("fault", "temporary", "gone", "too_big", "pause"),
    [
        (Fault(status=429, error="TooManyRequests", retry_after=7), True, False, False, 7),
        (Fault(status=429, retry_after=10**9), True, False, False, None),
        (Fault(status=412), True, False, False, None),
        (Fault(status=502), True, False, False, None),
        (Fault(status=503, retry_after=2), True, False, False, 2),
        (Fault(status=504), True, False, False, None),
        (Fault(status=500), False, False, False, None),
        (Fault(status=400, error="BadSyntax"), False, False, False, None),
        (Fault(status=403, error="BotDisabledByAdmin"), False, True, False, None),
        (Fault(status=404, error="ConversationNotFound"), False, True, False, None),
        (Fault(status=413, error="MessageSizeTooBig"), False, False, True, None),
    ],
)
async def test_a_refusal_says_what_to_do_next(
    teams: TeamsService,
    connector: Connector,
    anas: Place,
    fault: Fault,
    temporary: bool,
    gone: bool,
    too_big: bool,
    pause: int | None,
) -> None:
    teams.faults["send"] = fault
    with pytest.raises(NotTaken) as refused:
        await connector.send(anas, HELLO)
    error = refused.value
    assert (error.status, error.code) == (fault.status, fault.error or "ServiceError")
    assert (error.is_temporary, error.is_gone, error.is_too_big) == (temporary, gone, too_big)
    assert error.pause == (None if pause is None else timedelta(seconds=pause))


async def test_a_message_larger_than_the_service_takes_is_counted_as_it_counts(
    connector: Connector, anas: Place
) -> None:
    """100 KB as UTF-16, in which an emoji takes four bytes and a letter two."""
    rest = len(str({"type": "message", "text": ""}))
    for sign, units in (("x", 1), ("😀", 2)):
        fits = (100 * 1024 // 2 - rest) // units
        await connector.send(anas, {"type": "message", "text": sign * fits})
        with pytest.raises(NotTaken) as refused:
            await connector.send(anas, {"type": "message", "text": sign * (fits + 10)})
        assert (refused.value.is_too_big, refused.value.code) == (True, "MessageSizeTooBig")


async def test_a_conversation_takes_so_many_messages_and_says_when_it_takes_more(
    teams: TeamsService, connector: Connector, anas: Place, seconds: Seconds
) -> None:
    teams.limits = Limits(seconds)
    for _ in range(7):
        await connector.send(anas, HELLO)
    with pytest.raises(NotTaken) as refused:
        await connector.send(anas, HELLO)
    assert (refused.value.is_temporary, refused.value.pause) == (True, timedelta(seconds=1))


@pytest.mark.parametrize("answer", [None, "", "[]", "7", '{"error": 7}', '{"error": {"code": 7}}', "<html>busy</html>"])
async def test_a_refusal_that_is_not_in_the_services_words_is_one_too(
    http: aiohttp.ClientSession, connector: Connector, anas: Place, monkeypatch: pytest.MonkeyPatch, answer: str | None
) -> None:
    called = connector._session.request

    def elsewhere(method: str, url: Any, **how: Any) -> Any:
        return called(method, url.with_path("/nowhere") if answer is None else url, **how)

    monkeypatch.setattr(aiohttp.ClientResponse, "text", _text(answer))
    monkeypatch.setattr(http, "request", elsewhere)
    with pytest.raises(NotTaken) as refused:
        await connector.send(Place(anas.service_url, "a:nobody"), HELLO)
    assert (refused.value.status, refused.value.code) == (404, "")


def _text(answer: str | None) -> Any:
    read = aiohttp.ClientResponse.text

    async def text(response: aiohttp.ClientResponse, **how: Any) -> str:
        return await read(response, **how) if answer is None else answer

    return text


@pytest.mark.parametrize("kind", ["send", "token"])
async def test_a_service_that_does_not_answer_is_unreachable(teams: TeamsService, anas: Place, kind: str) -> None:
    hold = asyncio.Event()
    teams.faults[kind] = Fault(hold=hold)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.2)) as impatient:
        tokens = AccessTokens(impatient, teams.login_url, teams.tenant_id, teams.app_id, teams.app_secret)
        with pytest.raises(Unreachable):
            await Connector(impatient, tokens, teams.app_id).send(anas, HELLO)
    hold.set()


async def test_many_calls_at_once_ask_for_one_token(teams: TeamsService, connector: Connector, anas: Place) -> None:
    await asyncio.gather(*(connector.send(anas, HELLO) for _ in range(30)))
    assert (teams.count("send"), teams.count("token")) == (30, 1)


async def test_a_login_that_hangs_delays_all_who_wait_for_it_once(
    teams: TeamsService, http: aiohttp.ClientSession
) -> None:
    teams.faults["token"] = Fault(status=503)
    tokens = AccessTokens(http, teams.login_url, teams.tenant_id, teams.app_id, teams.app_secret)
    failed = await asyncio.gather(*(tokens.current() for _ in range(30)), return_exceptions=True)
    assert {type(one) for one in failed} == {Unreachable}
    assert teams.count("token") == 1


async def test_somebody_who_gives_up_takes_the_token_from_nobody(teams: TeamsService, tokens: AccessTokens) -> None:
    hold = asyncio.Event()
    teams.faults["token"] = Fault(hold=hold, times=1)
    first, second = (asyncio.create_task(tokens.current()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    hold.set()
    assert await second
    assert (first.cancelled(), teams.count("token")) == (True, 1)


async def test_a_token_is_renewed_before_it_ends_and_used_to_its_end_while_the_login_is_away(
    teams: TeamsService, tokens: AccessTokens, seconds: Seconds
) -> None:
    first = await tokens.current()
    seconds.now += 3000
    assert await tokens.current() == first
    teams.faults["token"] = Fault(status=500)
    seconds.now += 400
    assert await tokens.current() == first
    seconds.now += 300
    with pytest.raises(Unreachable):
        await tokens.current()
    del teams.faults["token"]
    assert await tokens.current() != first


async def test_a_token_that_was_withdrawn_is_asked_for_again_once(
    teams: TeamsService, connector: Connector, anas: Place
) -> None:
    await connector.send(anas, HELLO)
    teams.tokens.clear()
    await asyncio.gather(*(connector.send(anas, HELLO) for _ in range(5)))
    assert teams.count("token") == 2
    teams.faults["send"] = Fault(status=401, error="Unauthorized")
    with pytest.raises(NotTaken, match="401 Unauthorized"):
        await connector.send(anas, HELLO)
    assert teams.count("token") == 3


async def test_a_wrong_secret_is_named_once_a_minute_and_asked_about_no_more_often(
    teams: TeamsService, http: aiohttp.ClientSession, anas: Place, seconds: Seconds
) -> None:
    tokens = AccessTokens(http, teams.login_url, teams.tenant_id, teams.app_id, "another", seconds=seconds)
    connector = Connector(http, tokens, teams.app_id)
    with capture_logs() as lines:
        for minute in range(2):
            for _ in range(5):
                with pytest.raises(NotTaken, match="401 AADSTS7000215"):
                    await connector.send(anas, HELLO)
            assert teams.count("token") == minute + 1
            seconds.now += 61.0
    assert [(line["event"], line["reason"]) for line in lines] == [("teams-secret-refused", "AADSTS7000215")] * 2
    with pytest.raises(TokenRefused, match="AADSTS90002"):
        await AccessTokens(http, teams.login_url, "elsewhere", teams.app_id, teams.app_secret).current()
