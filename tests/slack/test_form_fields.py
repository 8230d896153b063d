"""How the fields of a form look in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from bot.chat.routing import Ask, Feature
from bot.chat.views import ChannelField, ChoiceField, Field, Form, Message, PersonField
from bot.practice.views import checked
from bot.slack.forms import form

feature = Feature("example")


@dataclass(frozen=True, slots=True)
class Filled:
    """Nothing."""


@feature.form(lambda error, fields: "which")
async def save(ask: Ask, carried: str | None, filled: Filled) -> Message:
    return Message([])


def element(field: Field) -> dict[str, Any]:
    view = checked(form(Form("Example", "Save", "Cancel", save, [field])).to_dict(), "modal")
    (block,) = view["blocks"]
    assert block["block_id"] == field.name
    found = block["element"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("many", "expanded", "kind"),
    [
        (False, False, "static_select"),
        (True, False, "multi_static_select"),
        (False, True, "radio_buttons"),
        (True, True, "checkboxes"),
    ],
)
def test_a_choice_is_a_menu_or_buttons_with_what_is_chosen(many: bool, expanded: bool, kind: str) -> None:
    offered = {"a": "Alpha", "b": "Beta"}
    shown = element(
        ChoiceField(name="which", label="Which", options=offered, chosen=["b"], many=many, expanded=expanded)
    )
    chosen = shown["initial_options"][0] if many else shown["initial_option"]
    assert (shown["type"], chosen["value"], chosen["text"]["text"]) == (kind, "b", "Beta")


@pytest.mark.parametrize("many", [False, True])
def test_more_options_than_a_menu_takes_stand_in_groups(many: bool) -> None:
    offered = {f"o{number:03}": f"Office {number:03}" for number in range(120)}
    shown = element(ChoiceField(name="which", label="Which", options=offered, chosen=["o119"], many=many))
    assert [group["label"]["text"] for group in shown["option_groups"]] == [
        "Office 000 – Office 099",
        "Office 100 – Office 119",
    ]
    chosen = shown["initial_options"][0] if many else shown["initial_option"]
    assert chosen == shown["option_groups"][1]["options"][19]


def test_people_are_chosen_by_id() -> None:
    one = element(PersonField(name="which", label="Who", chosen=["U0ANA"]))
    several = element(PersonField(name="which", label="Who", chosen={"U0BEN", "U0ANA"}, many=True))
    assert (one["type"], one["initial_user"]) == ("users_select", "U0ANA")
    assert (several["type"], several["initial_users"]) == ("multi_users_select", ["U0ANA", "U0BEN"])


def test_channels_shared_with_another_workspace_are_not_offered() -> None:
    shown = element(ChannelField(name="which", label="Where", value="C0GENERAL"))
    assert (shown["type"], shown["initial_conversation"]) == ("conversations_select", "C0GENERAL")
    assert shown["filter"]["exclude_external_shared_channels"]
