"""What blocks are put together from: texts, options, confirm dialogs, and every element, with their keys and limits.

Source: https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects, and `@slack/types` 3.2.0.
"""

import re
from collections.abc import Mapping
from datetime import date

from bot.practice.model import Json
from bot.practice.shapes import Check, Wrong, anything, boolean, by_type, many, matching, number, one_of, shape, string


def _is_date(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


KIND: Mapping[str, Check] = {"type": string(50)}
ID = string(255)
WEB_ADDRESS = string(3000, 1)
DATE = matching("a date as YYYY-MM-DD", _is_date)
TIME = matching("a time as HH:mm", re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII).fullmatch)
USER = matching("a user id", re.compile(r"[UW][A-Z0-9]+", re.ASCII).fullmatch)
CONVERSATION = matching("a conversation id", re.compile(r"[CDGUW][A-Z0-9]+", re.ASCII).fullmatch)


def plain(most: int, least: int = 1) -> Check:
    return by_type({"plain_text": shape({**KIND, "text": string(most, least)}, {"emoji": boolean})})


def words(most: int) -> Check:
    """Plain text or mrkdwn."""
    mrkdwn = shape({**KIND, "text": string(most, 1)}, {"verbatim": boolean})
    return by_type({"plain_text": shape({**KIND, "text": string(most, 1)}, {"emoji": boolean}), "mrkdwn": mrkdwn})


CONFIRM = shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
PLACEHOLDER = {"placeholder": plain(150)}
FOCUS = {"focus_on_load": boolean}
ASKS = {"confirm": CONFIRM}


def option(text: Check) -> Check:
    return shape({"text": text, "value": string(150, 1)}, {"description": words(75), "url": WEB_ADDRESS})


def _element(optional: Mapping[str, Check], required: Mapping[str, Check] | None = None, *also: Check) -> Check:
    return shape({**KIND, **(required or {})}, {"action_id": string(255, 1), **optional}, *also)


def _initial_is_offered(element: Json, pointer: str) -> None:
    """What is chosen at first has to be one of the options, whole and unchanged."""
    groups = [group["options"] for group in element.get("option_groups") or ()]
    offered = [*(element.get("options") or ()), *(one for group in groups for one in group)]
    chosen = element.get("initial_options") or [one for one in (element.get("initial_option"),) if one]
    if any(one not in offered for one in chosen):
        raise Wrong("initial options must be among the options", pointer)


def _options_or_groups(element: Json, pointer: str) -> None:
    if bool(element.get("options")) == bool(element.get("option_groups")):
        raise Wrong("must define either `options` or `option_groups`", pointer)


_PLAIN_OPTION, _ANY_OPTION = option(plain(75)), option(words(75))
_GROUP = shape({"label": plain(75), "options": many(_PLAIN_OPTION, 100)})
_CHOICE = {"options": many(_PLAIN_OPTION, 100), "option_groups": many(_GROUP, 100)}
_MOST = {"max_selected_items": number(1)}
_FILTER = {
    "filter": shape(
        {}, {"include": anything, "exclude_bot_users": boolean, "exclude_external_shared_channels": boolean}
    )
}
_WHERE = {"default_to_current_conversation": boolean, "response_url_enabled": boolean, **_FILTER}
_TYPED = {**FOCUS, **PLACEHOLDER, "dispatch_action_config": shape({"trigger_actions_on": many(string(50), 2)})}
_SELECT = {**ASKS, **FOCUS, **PLACEHOLDER}

SELECTS: dict[str, Check] = {
    "static_select": _element(
        {**_SELECT, **_CHOICE, "initial_option": _PLAIN_OPTION}, None, _options_or_groups, _initial_is_offered
    ),
    "multi_static_select": _element(
        {**_SELECT, **_CHOICE, **_MOST, "initial_options": many(_PLAIN_OPTION, 100)},
        None,
        _options_or_groups,
        _initial_is_offered,
    ),
    "users_select": _element({**_SELECT, "initial_user": USER}),
    "multi_users_select": _element({**_SELECT, **_MOST, "initial_users": many(USER, 1000, 0)}),
    "channels_select": _element({**_SELECT, "initial_channel": CONVERSATION, "response_url_enabled": boolean}),
    "multi_channels_select": _element({**_SELECT, **_MOST, "initial_channels": many(CONVERSATION, 1000, 0)}),
    "conversations_select": _element({**_SELECT, **_WHERE, "initial_conversation": CONVERSATION}),
    "multi_conversations_select": _element(
        {**_SELECT, **_WHERE, **_MOST, "initial_conversations": many(CONVERSATION, 1000, 0)}
    ),
    "external_select": _element({**_SELECT, "min_query_length": number(0), "initial_option": _PLAIN_OPTION}),
    "multi_external_select": _element(
        {**_SELECT, **_MOST, "min_query_length": number(0), "initial_options": many(_PLAIN_OPTION, 100)}
    ),
}
CHOICES: dict[str, Check] = {
    **SELECTS,
    "checkboxes": _element(
        {**ASKS, **FOCUS, "initial_options": many(_ANY_OPTION, 10)},
        {"options": many(_ANY_OPTION, 10)},
        _initial_is_offered,
    ),
    "radio_buttons": _element(
        {**ASKS, **FOCUS, "initial_option": _ANY_OPTION}, {"options": many(_ANY_OPTION, 10)}, _initial_is_offered
    ),
    "datepicker": _element({**_SELECT, "initial_date": DATE}),
    "timepicker": _element({**_SELECT, "initial_time": TIME, "timezone": string(100)}),
    "datetimepicker": _element({**ASKS, **FOCUS, "initial_date_time": number(10**9, 10**10 - 1)}),
}
_STYLE = {"style": one_of("primary", "danger"), "accessibility_label": string(75)}
BUTTONS: dict[str, Check] = {
    "button": _element({**ASKS, **_STYLE, "url": WEB_ADDRESS, "value": string(2000)}, {"text": plain(75)}),
    "workflow_button": _element(_STYLE, {"text": plain(75), "workflow": anything}),
    "overflow": _element(ASKS, {"options": many(_PLAIN_OPTION, 5)}),
}
_TEXT_INPUT = {"multiline": boolean, "min_length": number(0, 3000), "max_length": number(1, 3000)}
INPUTS: dict[str, Check] = {
    **CHOICES,
    "plain_text_input": _element({**_TYPED, **_TEXT_INPUT, "initial_value": string(3000)}),
    "email_text_input": _element({**_TYPED, "initial_value": string(3000)}),
    "url_text_input": _element({**_TYPED, "initial_value": string(3000)}),
    "number_input": _element(
        {**_TYPED, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
        {"is_decimal_allowed": boolean},
    ),
    "rich_text_input": _element({**_TYPED, "initial_value": anything, "min_lines": number(), "max_lines": number()}),
    "file_input": _element({"filetypes": many(string(100), 100), "max_files": number(1, 10)}),
}
PICTURE = {"image_url": WEB_ADDRESS, "slack_file": anything}


def has_one_source(image: Json, pointer: str) -> None:
    if bool(image.get("image_url")) == bool(image.get("slack_file")):
        raise Wrong("must define either `image_url` or `slack_file`", pointer)


IMAGE = shape({**KIND, "alt_text": string(2000)}, PICTURE, has_one_source)


BLOCK_ID = {"block_id": ID}


def block_of(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *also: Check) -> Check:
    """A block with these keys beside its `type` and `block_id`."""
    return shape({**KIND, **required}, {**BLOCK_ID, **(optional or {})}, *also)
