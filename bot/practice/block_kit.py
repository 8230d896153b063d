"""Block Kit as Slack takes it: every block and element with its keys, its limits, and where it may stand.

Source: https://docs.slack.dev/reference/block-kit, and Slack's own types in `@slack/types` 3.2.0. `PlanBlock` and
`TaskCardBlock`, which no bot of this kind sends, are left out.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.practice.model import Json
from bot.practice.shapes import (
    Check,
    Wrong,
    anything,
    boolean,
    by_type,
    many,
    matching,
    number,
    one_of,
    shape,
    string,
)


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
_PICTURE = {"image_url": WEB_ADDRESS, "slack_file": anything}


def _has_one_source(image: Json, pointer: str) -> None:
    if bool(image.get("image_url")) == bool(image.get("slack_file")):
        raise Wrong("must define either `image_url` or `slack_file`", pointer)


IMAGE = shape({**KIND, "alt_text": string(2000)}, _PICTURE, _has_one_source)
_CONTEXT = {"image": IMAGE, "plain_text": plain(2000), "mrkdwn": words(2000)}
_BLOCK = {"block_id": ID}


def _block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *also: Check) -> Check:
    return shape({**KIND, **required}, {**_BLOCK, **(optional or {})}, *also)


def _has_text(block: Json, pointer: str) -> None:
    if not block.get("text") and not block.get("fields"):
        raise Wrong("missing required field: text or fields", pointer)


def _action_ids_differ(block: Json, pointer: str) -> None:
    """Beside each other, elements are told apart by their `action_id`."""
    named = [element["action_id"] for element in block["elements"] if element.get("action_id")]
    for action_id in named:
        if named.count(action_id) > 1:
            raise Wrong(f"`action_id` {action_id!r} already exists in this block", f"{pointer}/elements")


def _is_rectangle(block: Json, pointer: str) -> None:
    if any(len(row) != len(block["rows"][0]) for row in block["rows"]):
        raise Wrong("all rows must have the same number of cells", f"{pointer}/rows")


def _is_short_enough(block: Json, pointer: str) -> None:
    if sum(len(cell.get("text") or "") for row in block["rows"] for cell in row) > 20_000:
        raise Wrong("must be less than 20001 characters", f"{pointer}/rows")


def _points_fit_categories(chart: Json, pointer: str) -> None:
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) != len(categories):
        raise Wrong("categories must differ", f"{pointer}/axis_config/categories")
    for place, series in enumerate(chart["series"]):
        if [point["label"] for point in series["data"]] != categories:
            raise Wrong("each series needs one point for each category", f"{pointer}/series/{place}/data")


_SPAN: dict[str, Check] = {
    name: shape({**KIND, **needed}, {"style": anything, **more})
    for name, needed, more in (
        ("text", {"text": string(12_000)}, {}),
        ("link", {"url": WEB_ADDRESS}, {"text": string(12_000), "unsafe": boolean}),
        ("emoji", {"name": string(100)}, {"unicode": string(100), "url": string(3000)}),
        ("user", {"user_id": USER}, {}),
        ("usergroup", {"usergroup_id": string(50)}, {}),
        ("channel", {"channel_id": CONVERSATION}, {}),
        ("team", {"team_id": string(50)}, {}),
        ("broadcast", {"range": one_of("here", "channel", "everyone")}, {}),
        ("color", {"value": string(50)}, {}),
        ("date", {"timestamp": number(), "format": string(1000)}, {"fallback": string(1000), "url": string(3000)}),
    )
}
_SPANS = {"elements": many(by_type(_SPAN), 1000, 0)}
_BORDER = {"border": number(0, 1)}
_PARTS: dict[str, Check] = {
    "rich_text_section": shape({**KIND, **_SPANS}),
    "rich_text_quote": shape({**KIND, **_SPANS}, _BORDER),
    "rich_text_preformatted": shape({**KIND, **_SPANS}, {**_BORDER, "language": string(50)}),
    "rich_text_list": shape(
        {
            **KIND,
            "style": one_of("bullet", "ordered"),
            "elements": many(by_type({"rich_text_section": shape({**KIND, **_SPANS})}), 1000, 0),
        },
        {**_BORDER, "indent": number(0, 8), "offset": number(0)},
    ),
}
RICH_TEXT = _block({"elements": many(by_type(_PARTS), 1000, 0)})
_CELL = {
    "raw_text": shape({**KIND, "text": string(20_000)}),
    "raw_number": shape({**KIND, "value": number(), "text": string(20_000)}),
}
_HEAD_ROW, _ROW = many(by_type(_CELL), 20), many(by_type({**_CELL, "rich_text": RICH_TEXT}), 20)


def _data_rows(rows: Any, pointer: str) -> None:
    many(_ROW, 101, 2)(rows, pointer)
    _HEAD_ROW(rows[0], f"{pointer}/0")


_POINT = shape({"label": string(20, 1), "value": number()})
_SERIES = {"series": many(shape({"name": string(20, 1), "data": many(_POINT, 20)}), 6)}
_AXES = shape({"categories": many(string(20, 1), 20)}, {"x_label": string(50), "y_label": string(50)})
_GRAPH = shape({**KIND, **_SERIES, "axis_config": _AXES}, None, _points_fit_categories)
_PIE = shape({**KIND, "segments": many(_POINT, 12)})
_CHART = by_type({"bar": _GRAPH, "line": _GRAPH, "area": _GRAPH, "pie": _PIE})
_ALIGNED = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_ACCESSORY = by_type({**CHOICES, **BUTTONS, "image": IMAGE})
_CARD = _block(
    {},
    {
        "title": words(150),
        "subtitle": words(150),
        "body": words(200),
        "hero_image": IMAGE,
        "icon": IMAGE,
        "actions": many(by_type(BUTTONS), 3),
    },
)

BLOCKS: dict[str, Check] = {
    "section": _block(
        {},
        {"text": words(3000), "fields": many(words(2000), 10), "accessory": _ACCESSORY, "expand": boolean},
        _has_text,
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "context": _block({"elements": many(by_type(_CONTEXT), 10)}),
    "actions": _block(
        {"elements": many(by_type({**CHOICES, **BUTTONS, "rich_text_input": INPUTS["rich_text_input"]}), 25)},
        None,
        _action_ids_differ,
    ),
    "input": _block(
        {"label": plain(2000), "element": by_type(INPUTS)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": _block({"alt_text": string(2000)}, {**_PICTURE, "title": plain(2000)}, _has_one_source),
    "markdown": _block({"text": string(12_000, 1)}),
    "rich_text": RICH_TEXT,
    "table": _block({"rows": many(_ROW, 100)}, {"column_settings": many(_ALIGNED, 20)}, _is_rectangle),
    "data_table": _block(
        {"caption": string(2000, 1), "rows": _data_rows},
        {"page_size": number(1, 100), "row_header_column_index": number(0, 19)},
        _is_rectangle,
        _is_short_enough,
    ),
    "data_visualization": _block({"title": string(50, 1), "chart": _CHART}),
    "alert": _block({"text": words(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": _block({"elements": many(by_type({"card": _CARD}), 10)}),
    "context_actions": _block({"elements": many(anything, 5)}),
    "file": _block({"external_id": string(255), "source": one_of("remote")}),
    "video": _block(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": WEB_ADDRESS, "video_url": WEB_ADDRESS},
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": WEB_ADDRESS,
            "provider_name": string(50),
            "title_url": WEB_ADDRESS,
        },
    ),
}
_IN_CONTAINER = ("actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video")
BLOCKS["container"] = _block(
    {"child_blocks": many(by_type({name: BLOCKS[name] for name in _IN_CONTAINER}), 10)},
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT,
        "subtitle": words(150),
        "icon": IMAGE,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
        "width": one_of("narrow", "standard", "wide", "full"),
    },
)

_EVERYWHERE = {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
_WIDE = {"carousel", "container", "data_table", "data_visualization", "table"}
SURFACES: dict[str, dict[str, Check]] = {
    surface: {name: BLOCKS[name] for name in names}
    for surface, names in {
        "message": _EVERYWHERE | _WIDE | {"context_actions", "file", "markdown"},
        "home": _EVERYWHERE | _WIDE,
        "modal": _EVERYWHERE | {"alert"},
    }.items()
}
"""The blocks of each surface."""
MOST_BLOCKS = {"message": 50, "home": 100, "modal": 100}
MOST_OF_A_KIND = {"data_visualization": 2, "table": 1}
"""In one message."""
