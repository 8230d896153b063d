"""**New token to read…**: an admin makes a token for an inspector or a representative, and people see what was read."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from bot.attendance import noted_reads
from bot.attendance.noted_reads import What
from bot.calendar.ranges import DateRange
from bot.errors import Forbidden
from bot.people import admins, reading_tokens, tokens
from bot.people.reading_tokens import NewReader
from bot.permissions import ReadingRole
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, MARCO, PlainDoor, buttons, fields_of, form_in, labels, shown
from tests.chat.test_notices import drawn

OCTOBER = DateRange(date(2026, 10, 1), date(2026, 10, 31))
A_VISIT: dict[str, Any] = {"whom": [ANA, MARCO], "reason": "visit on 3 Dec", "name": "Inspectorate"}


@pytest.fixture(autouse=True)
async def ada_is_an_admin(team: PlainDoor) -> None:
    await admins.appoint(team.services, ADMIN, ADA)


async def opened(door: PlainDoor) -> Any:
    return form_in(await door.press(ADA, await door.type(ADA, "tokens"), "New token to read…"))


async def read_with(door: PlainDoor, secret: str, what: What, days: DateRange | None = None) -> None:
    caller = await tokens.caller_of(door.services, secret, None)
    assert caller is not None
    await door.services.database.write(lambda tx: noted_reads.note(tx, caller, what, [ANA] if days else None, days))


async def test_a_token_for_an_inspector_is_shown_once_and_listed_with_what_it_reads(team: PlainDoor) -> None:
    door = team
    form = await opened(door)
    made = await door.send(ADA, form, **A_VISIT)
    listed = await door.type(ADA, "tokens")

    assert fields_of(form) == {
        "role": "inspector",
        "whose": "chosen",
        "whom": [],
        "first": "2026-10-01",
        "last": "2026-10-31",
        "lives": "7",
        "reason": None,
        "name": None,
    }
    (secret,) = re.findall(r"att_read_[A-Za-z0-9_-]{43}", "\n".join(shown(made)))
    assert shown(made)[0] == "✅ Token created."
    assert shown(made)[2:] == [
        "Copy this token now. You won't see it again. People see in their change history when their records are read "
        "with it."
    ]
    assert made.in_form
    assert shown(listed)[1:] == [
        "Inspectorate",
        "Reads records of @U0ANA, @U0MARCO, Thu 1 – Sat 31 Oct · for: inspector · @U0ADA answers for it",
        "Reason: visit on 3 Dec",
        "Created Mon 23 Nov · made by @U0ADA · works until Mon 30 Nov, 08:02 UTC · never used",
    ]
    caller = await tokens.caller_of(door.services, secret, None)
    assert caller is not None
    assert caller.role is ReadingRole.INSPECTOR


async def test_a_token_can_read_everyone(team: PlainDoor) -> None:
    door = team
    await door.send(ADA, await opened(door), whose="everyone", role="representative", reason="works council")
    (token,) = await tokens.all_of(door.services, ADMIN)
    assert token.reach is not None
    assert token.reach.user_ids is None
    assert "Reads records of everyone, Thu 1 – Sat 31 Oct · for: representative" in "\n".join(
        shown(await door.type(ADA, "tokens"))
    )


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"whom": []}, "whom", "Choose whose records it may read, or everyone."),
        ({"whose": "everyone"}, "whom", "Everyone is chosen above. Choose these people alone, or leave this empty."),
        ({"last": "2026-09-30"}, "last", "The last day is before the first. Choose a later last day."),
        ({"lives": "31"}, "lives", "A token that only reads works for 1 to 30 days. Enter a number of days."),
        ({"reason": "  "}, "reason", "Enter why this token is needed, in up to 500 characters."),
        ({"name": "a\nb"}, "name", "This name can't be used. A token's name needs 1 to 80 characters, on one line."),
    ],
)
async def test_mistakes_are_shown_at_their_fields(
    team: PlainDoor, filled: dict[str, Any], field: str, told: str
) -> None:
    form = await opened(team)
    assert await team.refused(ADA, form, **{**A_VISIT, **filled}) == (field, told)
    assert await tokens.all_of(team.services, ADMIN) == []


async def test_only_admins_send_its_form(team: PlainDoor) -> None:
    fields = {**fields_of(await opened(team)), **A_VISIT}
    with pytest.raises(Forbidden):
        await team.send_forged(ANA, "reading_tokens.create", "null", fields)
    assert await tokens.all_of(team.services, ADMIN) == []


async def test_the_question_before_it_is_revoked_says_what_ends(team: PlainDoor) -> None:
    await team.send(ADA, await opened(team), **A_VISIT)
    question = buttons(await team.type(ADA, "tokens"))[0].confirm
    assert question is not None
    assert question.question == "Reading with Inspectorate will be refused at once. You can't undo this."
    await team.press(ADA, await team.type(ADA, "tokens"), "Revoke")
    assert labels(await team.type(ADA, "tokens")) == ["New token…", "New token to read…"]


async def test_people_see_in_their_history_what_was_read_and_with_which_token(team: PlainDoor) -> None:
    door = team
    made = await door.send(ADA, await opened(door), **A_VISIT)
    (secret,) = re.findall(r"att_read_[A-Za-z0-9_-]{43}", "\n".join(shown(made)))
    await read_with(door, secret, What.RECORDS, OCTOBER)
    await read_with(door, secret, What.PEOPLE)

    today = shown(await door.type(ANA, "history"))
    october = shown(await door.type(ANA, "history 2026-10"))
    by_marco = shown(await door.type(MARCO, "history <@U0ANA> 2026-10"))

    assert today[1:] == [
        "09:02 · An inspector looked at your records",
        "Records, Thu 1 – Sat 31 Oct · over the API, with the token Inspectorate that @U0ADA made",
        "09:02 · An inspector looked at your records",
        "Names · over the API, with the token Inspectorate that @U0ADA made",
    ]
    assert october[1:] == [
        "Mon 23 Nov, 09:02 · An inspector looked at your records",
        "Records, Thu 1 – Sat 31 Oct · over the API, with the token Inspectorate that @U0ADA made",
    ]
    assert by_marco[1] == "Mon 23 Nov, 09:02 · An inspector looked at @U0ANA's records"
    assert "looked at" not in "\n".join(shown(await door.type(ANA, "history 2026-09")))


async def test_the_admin_who_answers_for_it_gets_a_message(team: PlainDoor) -> None:
    new = NewReader(ReadingRole.INSPECTOR, ADA, [ANA], OCTOBER, lives=1, reason="a visit", name="Inspectorate")
    await reading_tokens.create(team.services, ADMIN, new)
    said = "@U0ADMIN made an access key that reads attendance records (API token Inspectorate, for: inspector). You "
    assert await drawn(team.services) == [
        (ADA, [said + "answer for it. If nobody needs it, revoke it in the list of tokens."])
    ]
