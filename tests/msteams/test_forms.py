"""Forms as dialogs, and what comes back from them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from markupsafe import Markup

from bot.chat import add_record, views
from bot.chat.features import router
from bot.chat.views import ChannelField, ChoiceField, DateField, Form, Note, PersonField, Text, TextField, TimeField
from bot.msteams import forms
from bot.msteams.buttons import CARRIES
from bot.msteams.forms import FORM, NONCE, OPENER, OURS, entries_of
from bot.msteams.sizes import LARGEST_MESSAGE, size_of
from tests.msteams.drawn import actions, assert_known, parts, shown

BEN, CARA = "0b000000-0000-0000-0000-00000000000b", "0c000000-0000-0000-0000-00000000000c"


def form(*body: views.Field | Text | Note) -> Form:
    return Form("Add a record", "Add", "Cancel", add_record.save, body)


def dialog(*body: views.Field | Text | Note, **how: Any) -> dict[str, Any]:
    card = forms.dialog(form(*body), {"19:general": "General"}, **how)
    assert_known(card)
    return card


def inputs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["id"]: part for part in parts(card, "Input.")}


def filled_in(card: dict[str, Any], **entries: str) -> dict[str, Any]:
    """What a client hands over: the form's own, and the value of each input as text."""
    (submit,) = actions(card)
    return {**submit["data"], **{name: one.get("value", "") for name, one in inputs(card).items()}, **entries}


def test_every_field_is_an_input_with_its_label_and_what_it_holds() -> None:
    card = dialog(
        Text(Markup("<b>Bakery</b>")),
        DateField(name="date", label="Date", hint="The day on which the work began.", value=date(2026, 11, 23)),
        TimeField(name="start", label="Start", value=time(9, 2)),
        TextField(name="note", label="Note", value="early", longest=3, multiline=True, required=False),
    )
    found = inputs(card)
    assert [(one["type"], one["label"], one["value"]) for one in found.values()] == [
        ("Input.Date", "Date", "2026-11-23"),
        ("Input.Time", "Start", "09:02"),
        ("Input.Text", "Note", "early"),
    ]
    assert [one["isRequired"] for one in found.values()] == [True, True, False]
    assert [one.get("errorMessage") for one in found.values()] == ["Choose a day.", "Choose a time.", None]
    assert (found["note"]["isMultiline"], found["note"]["maxLength"]) == (True, 5)  # what is in it can be sent again
    assert shown(card) == ["Bakery", "The day on which the work began."]


def test_choices_are_buttons_ticks_or_a_menu_with_search() -> None:
    few = {"hq": "Headquarters", "berlin": "Berlin *Mitte*"}
    many = {str(number): f"Office {number}" for number in range(300)}
    found = inputs(
        dialog(
            ChoiceField(name="office", label="Office", options=few, chosen=["berlin"]),
            ChoiceField(name="which_end", label="Which one?", options=few, expanded=True),
            ChoiceField(name="sure", label="Sure?", options=few, chosen=["hq", "berlin"], many=True, expanded=True),
            ChoiceField(name="which", label="Which one?", options=many, chosen=["299"]),
        )
    )
    assert [(one["style"], one.get("isMultiSelect"), one.get("value")) for one in found.values()] == [
        ("compact", False, "berlin"),
        ("expanded", False, None),
        ("expanded", True, "berlin,hq"),
        ("filtered", False, "299"),
    ]
    assert found["office"]["choices"][1] == {"title": "Berlin *Mitte*", "value": "berlin"}
    assert len(found["which"]["choices"]) == 300


def test_a_dialog_with_too_many_options_says_how_many_are_missing_and_keeps_the_chosen_one() -> None:
    many = {f"{number:064}": f"Office {number} {'x' * 60}" for number in range(5000)}
    card = dialog(ChoiceField(name="which", label="Which one?", options=many, chosen=[f"{4999:064}"]))
    assert size_of(card) < LARGEST_MESSAGE
    choices = inputs(card)["which"]["choices"]
    assert choices[-1]["value"] == f"{4999:064}"
    assert shown(card) == [f"{5000 - len(choices) + 1} more can't be shown here."]


def test_people_are_found_in_the_whole_organisation_and_come_back_as_ids() -> None:
    card = dialog(
        PersonField(name="person", label="Person", chosen=[BEN]),
        PersonField(name="members", label="Members", chosen=[CARA, BEN], many=True, required=False),
    )
    found = inputs(card)
    assert [(one["value"], one["isMultiSelect"]) for one in found.values()] == [(BEN, False), (f"{BEN},{CARA}", True)]
    assert found["person"]["choices.data"] == {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    entries = entries_of(filled_in(card, person=BEN.upper(), members=f"{CARA.upper()},{BEN}"))
    assert entries == {"person": BEN, "members": [CARA, BEN]}


def test_a_channel_is_chosen_by_typing_there_and_removed_by_a_tick() -> None:
    unset = dialog(ChannelField(name="log_channel", label="Channel", required=False))
    assert shown(unset) == ["Channel", "None yet. Add me to a channel, and type log here there."]
    assert inputs(unset) == {}
    card = dialog(ChannelField(name="log_channel", label="Channel", value="19:general", required=False))
    assert shown(card) == ["It's General. To choose another one, type log here there."]
    (tick,) = inputs(card).values()
    assert tick["choices"] == [{"title": "Post there", "value": "19:general"}]  # a name would be read as Markdown
    assert entries_of(filled_in(card)) == {"log_channel": "19:general"}
    assert entries_of(filled_in(card, log_channel="")) == {"log_channel": None}
    again = dialog(ChannelField(name="log_channel", label="Channel", value="19:general"), entries={"log_channel": None})
    assert "value" not in inputs(again)["log_channel"]


def test_a_channel_that_cant_be_chosen_in_teams_is_not_asked_for() -> None:
    assert dialog(ChannelField(name="anchor_channel", label="Channel"))["body"] == []


def test_what_is_wrong_stands_below_its_field_and_the_entries_stay() -> None:
    body = (
        DateField(name="date", label="Date", value=date(2026, 11, 23)),
        TimeField(name="end", label="End", hint="The next day if it's earlier.", value=time(17)),
        ChoiceField(name="sure", label="Sure?", options={"a": "A", "b": "B"}, many=True, expanded=True, required=False),
        TextField(name="note", label="Note", longest=100, value="before", required=False),
    )
    entries = {"date": "2026-11-24", "end": "18:00", "sure": ["a", "b"], "note": None}

    card = dialog(*body, entries=entries, errors={"end": "18:00 hasn't happened yet. <b>It's</b> 09:02."})

    assert {name: one.get("value") for name, one in inputs(card).items()} == {
        "date": "2026-11-24",
        "end": "18:00",
        "sure": "a,b",
        "note": None,
    }
    place = [part.get("id") for part in card["body"]].index("end")
    error, hint = card["body"][place + 1], card["body"][place + 2]
    assert shown(error) == ["18:00 hasn't happened yet. <b>It's</b> 09:02."]
    assert error["inlines"][0]["color"] == "Attention"
    assert shown(hint) == ["The next day if it's earlier."]


def test_a_form_comes_back_with_its_name_what_it_carries_and_its_opener() -> None:
    first, second = (filled_in(dialog(opener="opened by that")) for _ in range(2))
    assert (first[FORM], first[CARRIES], first[OPENER]) == ("add_record.save", "null", "opened by that")
    assert first[NONCE] != second[NONCE]  # each time it is shown, so that a second delivery is known


def test_entries_are_none_if_empty_and_a_list_where_there_can_be_several() -> None:
    card = dialog(
        TextField(name="note", label="Note", longest=100, value="a, b"),
        ChoiceField(name="sure", label="Sure?", options={"a": "A"}, many=True, expanded=True),
        TimeField(name="start", label="Start"),
    )
    assert entries_of(filled_in(card)) == {"note": "a, b", "sure": None, "start": None}
    assert entries_of(filled_in(card, sure="a,b", start="09:02")) == {
        "note": "a, b",
        "sure": ["a", "b"],
        "start": "09:02",
    }


def test_no_field_is_called_as_what_a_form_has_besides_its_entries() -> None:
    for form in router().forms.values():
        assert not OURS & set(form.filled.json_schema().get("properties", {}))
