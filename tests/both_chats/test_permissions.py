"""Who may do what to whose records, as they type and press it in each chat."""

from __future__ import annotations

from tests.both_chats.doors import ADA, ANA, BEN, MARCO, NORA, Door
from tests.conftest import Clock

ROLES = {"employee": ANA, "manager": MARCO, "admin": ADA}
WHOSE = {
    "employee": {"own": ANA, "team": BEN, "other": NORA},
    "manager": {"own": MARCO, "team": BEN, "other": NORA},
    "admin": {"own": ADA, "team": BEN, "other": NORA},
}
CLOCK_AND_READ = {"employee": {"own"}, "manager": {"own", "team"}, "admin": {"own", "team", "other"}}
DELETE = {"employee": set[str](), "manager": {"team"}, "admin": {"own", "team", "other"}}


async def test_everybody_reaches_as_far_as_the_table_says(door: Door, clock: Clock) -> None:
    for name in (ANA, BEN, MARCO, ADA, NORA):
        await door.type(name, "clockin")
    clock.advance(hours=1)
    clocks, reads, deletes = ({role: set[str]() for role in ROLES} for _ in range(3))
    for role, who in ROLES.items():
        for whose, person in WHOSE[role].items():
            if not (await door.type(who, f"report @{person}")).words.startswith("⚠️"):
                reads[role].add(whose)
            listed = await door.type(who, f"events @{person}")
            if "Delete" in listed.labels:
                deletes[role].add(whose)
            if not (await door.type(who, f"clockout @{person}")).words.startswith("⚠️"):
                clocks[role].add(whose)
                clock.advance(minutes=20)
                assert (await door.type(person, "clockin")).words.startswith("✅")
                clock.advance(minutes=20)
    assert (clocks, reads, deletes) == (CLOCK_AND_READ, CLOCK_AND_READ, DELETE)


async def test_a_form_has_a_field_for_the_person_only_for_those_who_may(door: Door) -> None:
    assert "Person" not in door.fields(await door.open_form(ANA, "add"))
    assert "Person" in door.fields(await door.open_form(MARCO, "add"))


async def test_only_admins_change_settings(door: Door) -> None:
    refused = await door.type(MARCO, "team")
    assert "Only admins can change teams" in refused.words
    listed = await door.type(ADA, "team")
    assert "Support" in listed.words
    form = await door.press_for_form(ADA, listed, "Change…")
    saved = await door.send(ADA, form, hours="mon-fri 09:00-17:00")
    assert "Team Support saved." in saved.words
