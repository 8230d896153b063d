"""The state of form elements: what Slack sends when someone has filled in a view."""

from collections.abc import Mapping
from typing import Any

from bot.practice.blocks import elements, options
from bot.practice.model import Json, View

Values = dict[str, dict[str, Json]]
"""Element states by block id and action id, as in `view.state.values`."""

# The key of the value in an element's state, and the key of its initial value in the element.
_HELD = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
}
_MANY = ("selected_options", "selected_users")


def state(blocks: list[Json]) -> Values:
    """The initial state of blocks."""
    values: Values = {}
    for block, element in elements(blocks):
        if element["type"] in _HELD:
            held, initial = _HELD[element["type"]]
            start = element.get(initial, [] if held in _MANY else None)
            values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], held: start}
    return values


def fill(view: View, entered: Mapping[str, Any]) -> Values:
    """The state of a view into which a person entered plain values, by block id.

    Options are named by their value, checkboxes by a list of values, people by id. None empties a field. Fields that
    aren't named keep their initial state.
    """
    values = state(view.blocks)
    unknown = sorted(entered.keys() - values.keys())
    if unknown:
        raise LookupError(f"the view has no field {', '.join(unknown)}, only {', '.join(values)}")
    for block, element in elements(view.blocks):
        if block["block_id"] in entered and element["type"] in _HELD:
            values[block["block_id"]][element["action_id"]] |= entry(element, entered[block["block_id"]])
    return values


def entry(element: Json, value: Any) -> Json:
    """What an element adds to its state or action when `value` is entered or chosen in it."""
    held = "selected_option" if element["type"] == "overflow" else _HELD[element["type"]][0]
    if held == "selected_option":
        return {held: None if value is None else _option(element, value)}
    if held == "selected_options":
        return {held: [_option(element, one) for one in value or []]}
    return {held: value}


def _option(element: Json, value: str) -> Json:
    for option in options(element):
        if option["value"] == value:
            return option
    shown = ", ".join(option["value"] for option in options(element))
    raise LookupError(f"{element['action_id']} offers no {value}, only {shown}")
