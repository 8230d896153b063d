"""Working conditions: what working-time rules ask about a person, set by admins and shown to the person."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import ChangedMeanwhile, Forbidden
from bot.people import working_conditions
from bot.people.working_conditions import WorkingConditions
from storage import audit
from storage.audit import Action
from tests.builders import ADMIN, caller
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, fields_of, form_in, labels, shown
from tests.conftest import WORKSPACE, Clock

YOUNG = "young worker until Fri 30 Apr 2027 · night worker"


async def test_an_admin_sets_them_and_the_person_sees_them(team: PlainDoor, clock: Clock) -> None:
    listed = await team.press(ADA, await team.type(ADA, "team"), "Working conditions…")
    form = form_in(await team.press(ADA, listed, "Someone else…"))
    row = await team.sent(ADA, form, person=ANA)
    saved = await team.send(
        ADA, form_in(await team.press(ADA, row, "Change…")), adult_from="2027-05-01", night_worker=["yes"]
    )

    assert shown(listed) == ["Working conditions", "The rules for adults who work by day hold for everybody."]
    assert shown(row) == ["@U0ANA · adult, works by day"]
    assert shown(saved)[1:] == [YOUNG]
    assert shown(await team.type(ADA, "person")) == ["Working conditions", f"@U0ANA · {YOUNG}"]
    assert f"Your working conditions: {YOUNG}." in shown(await team.type(ANA, "status"))
    assert "conditions" not in "".join(shown(await team.type(MARCO, f"status <@{ANA}>"))), "not for managers"
    await team.type(ANA, "mine")
    (csv,) = [content.decode("utf-8-sig") for name, content in team.chat.sent.items() if name.endswith("csv")]
    assert f"Working conditions: {YOUNG}" in csv

    clock.set("2027-06-01T09:00")
    again = form_in(await team.typed(ADA, f"person <@{ANA}>"))
    assert fields_of(again) == {"adult_from": "2027-05-01", "night_worker": ["yes"], "exempt": []}
    await team.send(ADA, again, adult_from=None, night_worker=[], exempt=["yes"])
    assert shown(await team.type(ADA, "person"))[1:] == ["@U0ANA · working-time rules don't apply"]


async def test_a_form_that_is_out_of_date_changes_nothing(team: PlainDoor) -> None:
    form = form_in(await team.typed(ADA, f"person <@{ANA}>"))
    await working_conditions.set_conditions(team.services, ADMIN, ANA, exempt=True)
    with pytest.raises(ChangedMeanwhile):
        await team.send(ADA, form, night_worker=["yes"])

    await working_conditions.set_conditions(team.services, ADMIN, ANA, exempt=True)  # as it is

    entries = await team.services.database.read(lambda tx: list(audit.entries(tx.connection)))
    (entry,) = [one for one in entries if one.action == Action.SET_WORKING_CONDITIONS]
    assert entry.subject == ANA
    now = await working_conditions.own(team.services, caller(ANA))
    assert now == WorkingConditions(WORKSPACE, ANA, exempt=True)


async def test_only_admins_see_and_change_those_of_others(team: PlainDoor) -> None:
    for words in ("person", f"person <@{BEN}>", f"person <@{ANA}>"):
        with pytest.raises(Forbidden):
            await team.typed(MARCO, words)
    with pytest.raises(Forbidden):
        await team.typed(ANA, f"person <@{ANA}>")
    with pytest.raises(Forbidden):
        await working_conditions.set_conditions(team.services, caller(ANA), ANA, adult_from=date(2027, 5, 1))
    assert labels(await team.say(ADA, "person u0ben")) == ["Change…"]
