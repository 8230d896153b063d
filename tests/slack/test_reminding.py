"""What the bot says by itself holds when it is sent, however late Slack takes it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import administration, attendance, reminders, workspace_settings
from bot.access import Caller, Role, Via
from bot.notices import Message, send_due
from bot.services import Profile, Services
from bot.slack.app import DELIVERIES
from bot.working_hours import parse_working_hours
from storage import people
from storage.database import Database
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock

ANA, MARCO = "U0ANA", "U0MARCO"
NOT_IN_YET = "Good day. You are not clocked in yet.\nYour reminders: `/attendance reminders off`."


class Slack:
    """Takes messages."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    async def chat_postMessage(self, *, channel: str, text: str, **more: Any) -> None:
        self.taken.append((channel, text))


@pytest.fixture
async def services(database: Database) -> Services:
    services = await workplace(database, {ANA: "Europe/Berlin", MARCO: "Europe/Berlin"})
    await administration.set_team(services, ADMIN, "Support", [MARCO], [ANA])
    await workspace_settings.change(
        services, ADMIN, working_hours=parse_working_hours("mon-fri 09:00-17:00"), reminders=True
    )
    await reminders.switch(services, caller(MARCO), on=False)
    return services


async def told(services: Services) -> list[tuple[str, str]]:
    """Whom Slack lets know what, once it takes what is due."""
    slack = Slack()

    async def post(message: Message) -> None:
        await DELIVERIES[message.kind](services, cast(AsyncWebClient, slack), message)

    await send_due(services, WORKSPACE, post)
    return [one for one in slack.taken if one[0] in (ANA, MARCO)]


@pytest.mark.parametrize(
    ("sent_at", "expected"),
    [("2026-11-24T08:11", [(ANA, NOT_IN_YET)]), ("2026-11-24T09:09", [(ANA, NOT_IN_YET)]), ("2026-11-24T09:10", [])],
)
async def test_that_somebody_is_late_is_told_within_the_hour_or_not_at_all(
    services: Services, clock: Clock, sent_at: str, expected: list[tuple[str, str]]
) -> None:
    clock.set("2026-11-24T08:10")
    await reminders.look(services, WORKSPACE)
    clock.set(sent_at)

    assert await told(services) == expected


async def test_who_came_and_left_meanwhile_is_not_told_to_come(services: Services, clock: Clock) -> None:
    clock.set("2026-11-24T08:10")
    await reminders.look(services, WORKSPACE)
    clock.advance(minutes=2)
    await attendance.clock_in(services, caller(ANA), ANA)
    clock.advance(minutes=2)
    await attendance.clock_out(services, caller(ANA), ANA)

    assert await told(services) == []


async def test_a_manager_is_not_told_that_somebody_was_asked_who_had_left(services: Services, clock: Clock) -> None:
    await attendance.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE), ANA)
    left = Profile(WORKSPACE, ANA, "Ana", "UTC", False, False, False, deactivated=True, refreshed_at=clock.now)
    await services.database.write(lambda tx: people.meet(tx.connection, left, tx.now))
    clock.advance(hours=25)
    await reminders.look(services, WORKSPACE)
    unresolved = "Unresolved, the clock-out is missing: <@U0ANA> since Mon 23 Nov 2026, 09:02 (Berlin)."

    assert await told(services) == [
        (MARCO, f"{unresolved}\nThey can't be asked. You can answer for them: `/clockout @person`.")
    ]


@pytest.mark.parametrize("meanwhile", ["nothing", "answered", "no manager any more"])
async def test_a_manager_is_told_of_a_forgotten_clock_out_only_while_it_is_open_and_theirs_to_know(
    services: Services, clock: Clock, meanwhile: str
) -> None:
    await attendance.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE), ANA)
    clock.advance(hours=25)
    await reminders.look(services, WORKSPACE)
    if meanwhile == "answered":
        await attendance.clock_out(services, caller(ANA), ANA, at=utc("2026-11-23T16:30"))
    elif meanwhile == "no manager any more":
        await administration.set_team(services, ADMIN, "Support", [], [ANA])

    to_marco = [text for who, text in await told(services) if who == MARCO]

    assert to_marco == (
        [
            "Unresolved, the clock-out is missing: <@U0ANA> since Mon 23 Nov 2026, 09:02 (Berlin).\n"
            "They were asked. You can answer for them: `/clockout @person`."
        ]
        if meanwhile == "nothing"
        else []
    )
