"""`/attendance office`: the list of offices and the form for one of them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.chat.views import ChoiceField, Form
from bot.errors import Forbidden, OutdatedButton
from bot.people.archive import archive_office
from bot.people.teams_and_offices import all_offices, set_office
from storage import offices, tables
from storage.offices import Office
from tests.builders import ADMIN
from tests.chat.conftest import ADA, MARCO, PlainDoor, fields_of, form_in, labels, shown
from tests.conftest import WORKSPACE

OFFICE_ID = "This id can't be used. Use up to 40 letters, digits, dots, - or _,"


async def names(door: PlainDoor) -> list[str]:
    return [office.name for office in await all_offices(door.services, WORKSPACE)]


async def test_an_admin_adds_an_office(door: PlainDoor) -> None:
    empty = await door.type(ADA, "office")
    form = form_in(await door.press(ADA, empty, "New office…"))
    saved = await door.send(ADA, form, id=" hq ", name="Berlin <Mitte>", zone="Europe/Berlin")
    listed = await door.type(ADA, "office")

    assert shown(empty) == ["Offices", "There are no offices yet."]
    assert shown(saved) == [
        '✅ Office Berlin <Mitte> saved. People clock in there with "/clockin in hq". Time zone: Berlin.'
    ]
    assert shown(listed) == ["Offices", "Berlin <Mitte> (hq) · Berlin"]
    (office,) = await all_offices(door.services, WORKSPACE)
    assert (office.office_id, office.name, office.zone) == ("hq", "Berlin <Mitte>", "Europe/Berlin")


async def test_an_office_in_the_list_is_changed(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    await set_office(door.services, ADMIN, "ny", "New York", "America/New_York")

    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "Change…", row=1))
    saved = await door.send(ADA, form, name="Manhattan")

    assert fields_of(form) == {
        "name": "New York",
        "zone": "America/New_York",
        "country": None,
        "region": None,
        "own_days": None,
    }
    assert shown(saved) == [
        '✅ Office Manhattan saved. People clock in there with "/clockin in ny". Time zone: New York.'
    ]
    assert await names(door) == ["Berlin", "Manhattan"]


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"zone": "Berlin"}, "zone", '"Berlin" isn\'t a time zone. Did you mean "Europe/Berlin"?'),
        (
            {"zone": "cet"},
            "zone",
            '"cet" is an abbreviation, not a city, so I can\'t tell its clock changes. '
            'Did you mean "Europe/Berlin" or "Europe/Paris"?',
        ),
        ({"id": "Head Quarter!"}, "id", f"{OFFICE_ID} for example hq."),
        ({"id": "x" * 41}, "id", f"{OFFICE_ID} for example hq."),
        ({"id": "<!channel>"}, "id", f"{OFFICE_ID} for example hq."),
        ({"name": "  "}, "name", "This name can't be used. An office's name needs 1 to 80 characters, on one line."),
        ({"id": "hq"}, "id", 'There\'s already an office with the id "hq". Choose another id.'),
        ({"id": "HQ"}, "id", 'There\'s already an office with the id "hq". Choose another id.'),
        (
            {"name": "BERLIN"},
            "name",
            'There\'s already an office "Berlin". Choose another name, or change that one.',
        ),
    ],
)
async def test_mistakes_in_a_new_office_are_shown_at_their_fields(
    door: PlainDoor, filled: dict[str, str], field: str, told: str
) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "New office…"))

    refused = await door.refused(ADA, form, **{"id": "lab", "name": "Laboratory", "zone": "Asia/Tokyo", **filled})

    assert refused == (field, told)
    assert await names(door) == ["Berlin"]


async def test_offices_that_already_read_alike_can_be_changed_under_their_names(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    await set_office(door.services, ADMIN, "lab", "Laboratory", "Europe/Berlin")
    same_name = update(tables.offices).where(tables.offices.c.office_id == "lab").values(name="BERLIN")
    await door.services.database.write(lambda tx: tx.connection.execute(same_name))

    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "Change…"))
    await door.send(ADA, form, zone="Asia/Tokyo")

    (lab, _) = await all_offices(door.services, WORKSPACE)
    assert (lab.office_id, lab.name, lab.zone) == ("lab", "BERLIN", "Asia/Tokyo")
    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "Change…"))
    field, told = await door.refused(ADA, form, name="berlin")
    assert (field, told[:32]) == ("name", "There's already an office \"Berli")


@pytest.mark.parametrize(
    ("name", "office_id"),
    [("Berlin Mitte", "berlin-mitte"), (" Zürich (Süd) ", "zürich-süd"), ("東京", "東京"), ("🌴", "office")],
)
async def test_an_office_without_an_id_gets_one_from_its_name(door: PlainDoor, name: str, office_id: str) -> None:
    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "New office…"))
    await door.send(ADA, form, name=name, zone="UTC")
    (office,) = await all_offices(door.services, WORKSPACE)
    assert office.office_id == office_id


async def test_everything_wrong_with_an_office_is_marked_at_once(door: PlainDoor) -> None:
    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "New office…"))
    assert list(await door.faults(ADA, form, name=" ", zone="Mars", id="Head Quarter!")) == ["name", "zone", "id"]


async def test_an_office_with_an_id_of_earlier_rules_can_still_be_changed(door: PlainDoor) -> None:
    old = Office(WORKSPACE, "Head Quarter!", "Berlin", "Europe/Berlin")
    await door.services.database.write(lambda tx: offices.put(tx.connection, old))
    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "Change…"))
    await door.send(ADA, form, name="Hamburg")
    assert await names(door) == ["Hamburg"]


async def test_another_admins_change_is_not_overwritten(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    listed = await door.type(ADA, "office")
    form = form_in(await door.press(ADA, listed, "Change…"))
    await set_office(door.services, ADMIN, "hq", "Hamburg", "Europe/Berlin")

    refused = await door.refused(ADA, form, name="Munich")

    told = 'Somebody else just changed "hq". Open the form again to see the latest.'
    assert refused == ("name", told)
    assert await names(door) == ["Hamburg"]
    assert fields_of(form_in(await door.press(ADA, listed, "Change…")))["name"] == "Hamburg"


async def test_a_long_list_of_offices_is_turned_page_by_page(door: PlainDoor) -> None:
    for number in range(45):
        await set_office(door.services, ADMIN, f"o{number}", f"Office {number:02}", "UTC")

    first = await door.type(ADA, "office")
    second = await door.press(ADA, first, "Next")
    third = await door.press(ADA, second, "Next")

    assert labels(first)[20:] == ["New office…", "Archive…", "Next"]
    assert labels(second)[20:] == ["New office…", "Archive…", "Previous", "Next"]
    assert labels(third)[5:] == ["New office…", "Archive…", "Previous"]
    assert shown(third)[-1] == "Office 44 (o44) · UTC"
    assert shown(await door.press(ADA, second, "Previous")) == shown(first)


async def test_an_office_is_archived_after_a_question_and_brought_back(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    listed = await door.type(ADA, "office")

    form = form_in(await door.press(ADA, listed, "Archive…"))
    (which,) = [piece for piece in form.body if isinstance(piece, ChoiceField)]
    archived = await door.send(ADA, form, which=next(iter(which.options)))

    assert list(which.options.values()) == ["Berlin"]
    assert form.submit == "Archive"
    assert shown(archived) == ["✅ Office Berlin archived. Earlier records keep it."]
    again = await door.type(ADA, "office")
    assert shown(again) == ["Offices", "Berlin (hq) · archived"]
    assert labels(again) == ["Bring back", "New office…"]
    assert "office" not in fields_of(await door.open(ADA, "add"))
    with pytest.raises(OutdatedButton):
        await door.press(ADA, listed, "Change…")
    assert shown(await door.press(ADA, listed, "Archive…")) == shown(again), "none is left to choose"

    back = await door.press(ADA, again, "Bring back")
    assert shown(back) == ["✅ Office Berlin is back. People can clock in there again."]
    assert labels(await door.type(ADA, "office")) == ["Change…", "New office…", "Archive…"]


async def test_an_archived_office_is_named_where_its_name_is_taken(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    await archive_office(door.services, ADMIN, "hq")
    form = form_in(await door.press(ADA, await door.type(ADA, "office"), "New office…"))
    faults = await door.faults(ADA, form, name="berlin", id="HQ", zone="UTC")
    assert faults == {
        "name": 'There\'s an archived office "Berlin". Bring it back, or choose another name.',
        "id": 'There\'s an archived office with the id "hq". Bring it back, or choose another id.',
    }


async def test_forged_buttons_of_the_list_open_nothing(door: PlainDoor) -> None:
    with pytest.raises(OutdatedButton):
        await door.press_forged(ADA, "office.change", '"ghost"')
    assert shown(await door.press_forged(ADA, "office.turn_page", "-20")) == ["Offices", "There are no offices yet."]


async def test_a_name_after_office_opens_that_office(team: PlainDoor) -> None:
    for name in ("Berlin Mitte", "berlin mitte", "HQ"):
        assert fields_of(form_in(await team.typed(ADA, f"office {name}"))) == {
            "name": "Berlin Mitte",
            "zone": "Europe/Berlin",
            "country": None,
            "region": None,
            "own_days": None,
        }
    told = await team.say(ADA, "office hq")
    assert (shown(told), labels(told)) == (["Berlin Mitte (hq) · Berlin"], ["Change…"])

    for typed in ("Berln", "berlin mite", "hqq"):
        asked = await team.refusing(ADA, team.type(ADA, f"office {typed}"))
        assert shown(asked) == [f'⚠️ There\'s no office "{typed}". Did you mean "Berlin Mitte"?']
        assert isinstance(await team.press(ADA, asked, "Show Berlin Mitte"), Form)
    assert await team.refusal(ADA, team.type(ADA, "office now")) == (
        '⚠️ There\'s no office "now". Choose from Berlin Mitte.'
    )
    with pytest.raises(Forbidden):
        await team.type(MARCO, "office hq")


async def test_what_an_offices_id_or_zone_repeats_of_its_name_is_shown_once(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "berlin", "Berlin", "Europe/Berlin")
    await set_office(door.services, ADMIN, "hq", "Tokyo", "Asia/Tokyo")
    await set_office(door.services, ADMIN, "ny", "Broadway", "America/New_York")
    assert shown(await door.type(ADA, "office")) == ["Offices", "Berlin", "Broadway (ny) · New York", "Tokyo (hq)"]
