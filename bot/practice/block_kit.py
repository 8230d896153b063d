"""Block Kit as Slack takes it: every block with its keys, its limits, and where it may stand.

Source: https://docs.slack.dev/reference/block-kit/blocks, and Slack's own types in `@slack/types` 3.2.0. `plan` and
`task_card`, which no bot of this kind sends, are left out.
"""

from bot.practice.block_elements import (
    BUTTONS,
    CHOICES,
    IMAGE,
    INPUTS,
    PICTURE,
    WEB_ADDRESS,
    block_of,
    has_one_source,
    plain,
    words,
)
from bot.practice.block_figures import ALIGNED, CHART, RICH_TEXT, ROW, data_rows, is_rectangle, is_short_enough
from bot.practice.model import Json
from bot.practice.shapes import Check, Wrong, anything, boolean, by_type, many, number, one_of, string


def _has_text(block: Json, pointer: str) -> None:
    if not block.get("text") and not block.get("fields"):
        raise Wrong("missing required field: text or fields", pointer)


def _action_ids_differ(block: Json, pointer: str) -> None:
    """Beside each other, elements are told apart by their `action_id`."""
    named = [element["action_id"] for element in block["elements"] if element.get("action_id")]
    for action_id in named:
        if named.count(action_id) > 1:
            raise Wrong(f"`action_id` {action_id!r} already exists in this block", f"{pointer}/elements")


_CONTEXT = {"image": IMAGE, "plain_text": plain(2000), "mrkdwn": words(2000)}
_ACCESSORY = by_type({**CHOICES, **BUTTONS, "image": IMAGE})
_CARD = block_of(
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
    "section": block_of(
        {},
        {"text": words(3000), "fields": many(words(2000), 10), "accessory": _ACCESSORY, "expand": boolean},
        _has_text,
    ),
    "header": block_of({"text": plain(150)}),
    "divider": block_of({}),
    "context": block_of({"elements": many(by_type(_CONTEXT), 10)}),
    "actions": block_of(
        {"elements": many(by_type({**CHOICES, **BUTTONS, "rich_text_input": INPUTS["rich_text_input"]}), 25)},
        None,
        _action_ids_differ,
    ),
    "input": block_of(
        {"label": plain(2000), "element": by_type(INPUTS)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": block_of({"alt_text": string(2000)}, {**PICTURE, "title": plain(2000)}, has_one_source),
    "markdown": block_of({"text": string(12_000, 1)}),
    "rich_text": RICH_TEXT,
    "table": block_of({"rows": many(ROW, 100)}, {"column_settings": many(ALIGNED, 20)}, is_rectangle),
    "data_table": block_of(
        {"caption": string(2000, 1), "rows": data_rows},
        {"page_size": number(1, 100), "row_header_column_index": number(0, 19)},
        is_rectangle,
        is_short_enough,
    ),
    "data_visualization": block_of({"title": string(50, 1), "chart": CHART}),
    "alert": block_of({"text": words(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": block_of({"elements": many(by_type({"card": _CARD}), 10)}),
    "context_actions": block_of({"elements": many(anything, 5)}),
    "file": block_of({"external_id": string(255), "source": one_of("remote")}),
    "video": block_of(
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
BLOCKS["container"] = block_of(
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
