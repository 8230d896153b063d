"""`/attendance tokens`: an admin makes a token and sees it once, and ends one that works."""

from __future__ import annotations

import re

import pytest

from bot.errors import NotACommand
from bot.people import tokens
from bot.permissions import Role
from storage.errors import UnknownToken
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, KEI, MARCO, PlainDoor, buttons, fields_of, form_in, labels, meet, shown


async def working(door: PlainDoor) -> list[str | None]:
    return [token.name for token in await tokens.all_of(door.services, ADMIN) if token.revoked_at is None]


async def test_a_new_token_is_shown_once(team: PlainDoor) -> None:
    door = team
    form = form_in(await door.press(ADA, await door.type(ADA, "tokens"), "New token…"))
    made = await door.send(ADA, form, person=MARCO, role="manager", name="payroll", expires="2026-12-31")
    listed = await door.type(ADA, "tokens")

    assert fields_of(form) == {"person": ADA, "role": "employee", "name": None, "expires": None}
    (secret,) = re.findall(r"att_[A-Za-z0-9_-]{43}", "\n".join(shown(made)))
    assert shown(made)[0] == "✅ Token created."
    assert shown(made)[2] == "Copy this token now. You won't see it again. Treat it like a password."
    assert made.in_form
    assert shown(listed) == [
        "API tokens",
        "payroll",
        "Acts as @U0MARCO · access: manager · created Mon 23 Nov · made by @U0ADA "
        "· works until Fri 1 Jan 2027, 00:00 UTC · never used",
    ]
    caller = await tokens.caller_of(door.services, secret, None)
    assert caller is not None
    assert (caller.user_id, caller.role) == (MARCO, Role.MANAGER)


async def test_a_token_in_the_list_is_revoked_after_a_question(door: PlainDoor) -> None:
    for name in ("door", "<bell>"):
        await tokens.create(door.services, ADMIN, ANA, Role.EMPLOYEE, name)
    listed = await door.type(ADA, "tokens")
    question = buttons(listed)[1].confirm

    revoked = await door.press(ADA, listed, "Revoke", row=1)

    assert question is not None
    asked = "Programs that use <bell> (acts as U0Ana) will be refused at once. You can't undo this."
    assert question.question == asked
    assert shown(revoked) == ["✅ Token <bell> revoked. Programs that use it are refused from now on."]
    assert await working(door) == ["door"]
    assert labels(await door.type(ADA, "tokens")) == ["Revoke", "New token…", "New token to read…"]


async def test_a_token_without_a_name_is_known_by_the_end_of_its_id(door: PlainDoor) -> None:
    await tokens.create(door.services, ADMIN, ANA, Role.EMPLOYEE, None)
    (token,) = await tokens.all_of(door.services, ADMIN)
    listed = await door.type(ADA, "tokens")

    name = f"…{token.token_id[-6:]}"
    assert shown(listed)[1] == name
    told = f"✅ Token {name} revoked. Programs that use it are refused from now on."
    assert shown(await door.press(ADA, listed, "Revoke")) == [told]


async def test_revoking_twice_says_by_name_that_it_is_done(door: PlainDoor) -> None:
    await tokens.create(door.services, ADMIN, ANA, Role.EMPLOYEE, "door")
    listed = await door.type(ADA, "tokens")
    await door.press(ADA, listed, "Revoke")

    assert shown(await door.press(ADA, listed, "Revoke")) == ["Token door is already revoked."]


async def test_a_token_of_a_forged_button_is_unknown(door: PlainDoor) -> None:
    with pytest.raises(UnknownToken):
        await door.press_forged(ADA, "tokens.revoke", '"ghost"')


async def test_everything_wrong_with_a_new_token_is_marked_at_once(door: PlainDoor) -> None:
    await meet(door, KEI, guest=True)
    form = form_in(await door.press(ADA, await door.type(ADA, "tokens"), "New token…"))
    faults = await door.faults(ADA, form, person=KEI, name="a\nb", expires="2026-11-22")
    assert list(faults) == ["person", "name", "expires"]


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"expires": "soon"}, "expires", '"soon" can\'t be the last day. Enter a day like'),
        ({"expires": "2026-11-22"}, "expires", '"2026-11-22" can\'t be the last day.'),
        ({"expires": "2026-02-30"}, "expires", '"2026-02-30" can\'t be the last day.'),
        ({"expires": "0"}, "expires", '"0" can\'t be the last day.'),
        ({"expires": "9999-12-31"}, "expires", '"9999-12-31" can\'t be the last day.'),
        ({"person": KEI}, "person", "U0Kei (guest) can't be chosen"),
        ({"role": "manager"}, "role", "@U0ANA doesn't manage a team. Choose another access, or make them a team's"),
        ({"role": "admin"}, "role", "@U0ANA isn't an admin. Choose another access, or make them an admin in the"),
        ({"name": "a\nb"}, "name", "This name can't be used. A token's name needs 1 to 80 characters, on one line."),
    ],
)
async def test_mistakes_in_a_new_token_are_shown_at_their_fields(
    door: PlainDoor, filled: dict[str, str], field: str, told: str
) -> None:
    await meet(door, KEI, guest=True)
    form = form_in(await door.press(ADA, await door.type(ADA, "tokens"), "New token…"))

    at, words = await door.refused(ADA, form, **{"person": ANA, **filled})

    assert at == field
    assert words.startswith(told)
    assert await working(door) == []


async def test_words_after_tokens_are_refused(door: PlainDoor) -> None:
    with pytest.raises(NotACommand, match="tokens now"):
        await door.type(ADA, "tokens now")
