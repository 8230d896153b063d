"""`/attendance tokens`: an admin makes a token and sees it once, and ends one that lives."""

from __future__ import annotations

import re

import aiohttp
import pytest

from bot import tokens
from bot.access import Role
from bot.wording import admin as wording
from storage import audit
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_admin_forms import (
    ADA,
    ANA,
    BY_ADA,
    GUS,
    audited,
    choose,
    fields,
    ledger,
    open_form,
    sent_before_it_was_drawn,
)


async def status_of(bot: RunningBot, secret: str) -> int:
    """What the API answers to whoever comes with it."""
    query = f"{bot.address}/attendance-events?startDate=2026-11-01&endDate=2026-11-30"
    async with (
        aiohttp.ClientSession() as http,
        http.get(query, headers={"Authorization": f"Bearer {secret}"}) as answer,
    ):
        return answer.status


async def made(bot: RunningBot, people: People, **filled: object) -> str:
    view = await open_form(bot, "tokens")
    await people.submit(ADA, view, **filled)
    (secret,) = re.findall(r"att_[A-Za-z0-9_-]{43}", view.shown)
    assert isinstance(secret, str)
    return secret


async def test_a_new_token_is_shown_once_to_the_admin_alone_and_works(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    secret = await made(bot, people, person=ANA, role="manager", name="payroll", expires="2026-12-31")
    assert await status_of(bot, secret) == 200
    assert bot.workspace.messages == [], "it stands in no message that could be read again"
    shown = [view.user_id for views in bot.workspace.views.values() for view in views if secret in str(view.raw)]
    assert shown == [ADA]
    async with ledger(bot, clock) as services:
        (token,) = await tokens.all_of(services, BY_ADA)
    assert (token.user_id, token.role, token.name) == (ANA, "manager", "payroll")
    assert token.expires_at is not None
    assert f"{token.expires_at:%Y-%m-%d %H:%M}" == "2027-01-01 00:00"
    created = await audited(bot, clock, audit.Action.CREATE_TOKEN)
    assert created == [{"actor": ADA, "via": "form", "subject": token.token_id}]
    again = await open_form(bot, "tokens")
    assert secret not in str(again.raw)


async def test_no_other_token_is_revoked_than_the_menu_says(bot: RunningBot, people: People, clock: Clock) -> None:
    for name in ("door", "payroll"):
        await made(bot, people, role="admin", name=name)
    view = await open_form(bot, "tokens")
    await choose(bot, view, "door, of Ada Clarke (admin)")
    await sent_before_it_was_drawn(bot, people, view, "payroll, of Ada Clarke (admin)")

    async with ledger(bot, clock) as services:
        assert [token.revoked_at for token in await tokens.all_of(services, BY_ADA)] == [None, None]
        assert "Nothing is changed yet" in view.shown
        await people.submit(ADA, view)
        living = [token.name for token in await tokens.all_of(services, BY_ADA) if token.revoked_at is None]
        assert living == ["door"]


async def test_a_token_that_lives_is_chosen_looked_at_and_revoked(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    secret = await made(bot, people, role="admin", name="<door> & bell")
    view = await open_form(bot, "tokens")
    await choose(bot, view, "<door> & bell, of Ada Clarke (admin)")
    assert set(fields(view)) == {"which"}
    assert view.raw["submit"]["text"] == wording.REVOKE
    assert "Speaks for <@U0ADA> as admin. Made on Mon 23 Nov 2026. Works until it is revoked. Never used yet." in (
        view.shown
    )
    await people.submit(ADA, view)
    assert "The token &lt;door&gt; &amp; bell is revoked: it is refused from now on." in view.shown
    assert await status_of(bot, secret) == 401
    assert len(await audited(bot, clock, audit.Action.REVOKE_TOKEN)) == 1
    assert len(fields(await open_form(bot, "tokens"))["which"]["options"]) == 1, "revoked ones are offered no more"


async def test_a_token_that_another_admin_ended_meanwhile_is_said_to_be_gone(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await made(bot, people, role="admin", name="door")
    view = await open_form(bot, "tokens")
    await choose(bot, view, "door, of Ada Clarke (admin)")
    async with ledger(bot, clock) as services:
        (token,) = await tokens.all_of(services, BY_ADA)
        await tokens.revoke(services, BY_ADA, token.token_id)
    await people.submit(ADA, view)
    assert view.errors == {"which": f"There is no living token {token.token_id}."}


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"expires": "soon"}, "expires", "“soon” is no day to come. Write one such as"),
        ({"expires": "2026-11-22"}, "expires", "“2026-11-22” is no day to come."),
        ({"expires": "2026-02-30"}, "expires", "“2026-02-30” is no day to come."),
        ({"expires": "0"}, "expires", "“0” is no day to come."),
        ({"expires": "9999-12-31"}, "expires", "“9999-12-31” is no day to come."),
        ({"person": GUS}, "person", "Gus Weber is a guest in this workspace"),
        ({"name": "a\nb"}, "name", "A token's name has 1 to 80 characters, on one line."),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_no_token_is_made(
    bot: RunningBot, people: People, clock: Clock, filled: dict[str, str], field: str, told: str
) -> None:
    view = await open_form(bot, "tokens")
    await people.submit(ADA, view, **{"person": ANA, "role": "employee", **filled})
    assert list(view.errors) == [field]
    assert view.errors[field].startswith(told)
    async with ledger(bot, clock) as services:
        assert await tokens.all_of(services, BY_ADA) == []


async def test_more_tokens_than_a_menu_takes_stand_in_groups(bot: RunningBot, people: People, clock: Clock) -> None:
    await people.type(ADA, "/attendance")
    async with ledger(bot, clock) as services:
        for number in range(120):
            await tokens.create(services, BY_ADA, ADA, Role.EMPLOYEE, f"door {number:03}")
    view = await open_form(bot, "tokens")
    await choose(bot, view, "door 119, of Ada Clarke (employee)")
    assert view.raw["submit"]["text"] == wording.REVOKE
