"""A clock-in over the API waits for PostgreSQL as rarely as can be: each time is a way to the server and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import make_url

from bot.api import routes
from bot.api.operations import EVENTS
from bot.attendance.recording import clock_in
from bot.chat.home import home
from bot.chat.routing import Ask
from bot.people import admins, tokens
from bot.permissions import Caller, Role, Via
from bot.wording import Reader
from storage.database import open_database
from storage.errors import Unavailable
from tests.builders import ADMIN, OPERATOR, workplace
from tests.conftest import WORKSPACE, Clock

ANA = "U0ANA"


@pytest.fixture
def engine() -> str:
    return "postgresql"


class Wire:
    """A proxy between the ledger and its server that counts round trips."""

    def __init__(self) -> None:
        self.round_trips = 0

    @asynccontextmanager
    async def to(self, url: str) -> AsyncIterator[str]:
        """The address to use in place of the server's."""
        address = make_url(url)

        async def passed_on(client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
            server, requests = await asyncio.open_connection(address.host, address.port)
            answered = True

            async def there() -> None:
                nonlocal answered
                while said := await client.read(65536):
                    self.round_trips += answered
                    answered = False
                    requests.write(said)
                requests.close()

            async def back() -> None:
                nonlocal answered
                while said := await server.read(65536):
                    answered = True
                    answers.write(said)
                answers.close()

            try:
                with suppress(ConnectionError):
                    await asyncio.gather(there(), back())
            finally:
                requests.close()
                answers.close()

        listening = await asyncio.start_server(passed_on, "127.0.0.1")
        async with listening:
            yield address.set(port=listening.sockets[0].getsockname()[1]).render_as_string()


@asynccontextmanager
async def counted(
    url: str, clock: Clock, made_by: Caller, user_id: str = ANA, role: Role = Role.EMPLOYEE
) -> AsyncIterator[tuple[Wire, TestClient[web.Request, web.Application]]]:
    """Only the API and its way to the server, without the bot's background work."""

    async def slack_answers() -> None:
        raise Unavailable("nobody asks")

    wire = Wire()
    async with wire.to(url) as address:
        database = await open_database(address, clock=clock, serving=True)
        services = await workplace(database, {ANA: "Europe/Berlin"})
        await admins.appoint(services, OPERATOR, ADMIN.user_id)
        secret = await tokens.create(services, made_by, user_id, role, None)
        app = web.Application()
        routes.register(app, services, (), chats={"slack": slack_answers}, stopping=asyncio.Event())
        try:
            async with TestClient(TestServer(app), headers={"Authorization": f"Bearer {secret}"}) as client:
                yield wire, client
        finally:
            await services.tasks.close()
            await database.close()


@pytest.mark.parametrize(("made_by", "told"), [(Caller(WORKSPACE, ANA, Via.FORM, Role.ADMIN), 0), (ADMIN, 1)])
async def test_a_clock_in_takes_six_round_trips_and_one_where_the_person_is_told(
    database_url: str, clock: Clock, made_by: Caller, told: int
) -> None:
    async with counted(database_url, clock, made_by) as (wire, client):
        needed = []
        for way in ("clock-in", "clock-out") * 4:  # by the last ones all statements are prepared
            clock.advance(minutes=1)
            before = wire.round_trips
            answer = await client.post(f"{EVENTS}/{way}", json={"userId": ANA})
            assert answer.status == 200, await answer.text()
            needed.append(wire.round_trips - before)
    assert needed[-2] <= 6 + told, needed  # begin, the token, the person's lock, the pair, the audit, commit
    assert needed[-1] <= 8 + told, needed  # also the open pair, and the day's total


async def test_a_terminal_takes_no_round_trip_to_tell_its_owner_again(database_url: str, clock: Clock) -> None:
    async with counted(database_url, clock, OPERATOR, ADMIN.user_id, Role.ADMIN) as (wire, client):
        needed = []
        for way in ("clock-in", "clock-out") * 4:
            clock.advance(minutes=1)
            before = wire.round_trips
            answer = await client.post(f"{EVENTS}/{way}", json={"userId": ANA})
            assert answer.status == 200, await answer.text()
            needed.append(wire.round_trips - before)
    assert needed[-2] <= 7, needed  # six, and one for the message to Ana


async def test_a_drawing_of_a_home_tab_takes_nine_round_trips(database_url: str, clock: Clock) -> None:
    """They are drawn by the hundred while people clock in."""
    wire = Wire()
    async with wire.to(database_url) as address:
        database = await open_database(address, clock=clock, serving=True)
        services = await workplace(database, {ANA: "Europe/Berlin"})
        caller = Caller(WORKSPACE, ANA, Via.SLACK)
        await clock_in(services, caller, ANA)
        for _ in range(3):  # by the last one all statements are prepared
            before = wire.round_trips
            await home(Ask(services, caller, Reader(ANA, clock.now)))
        needed = wire.round_trips - before
        await database.close()
    assert needed <= 9
