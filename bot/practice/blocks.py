"""Block Kit as the practice workspace takes it: what it refuses, the ids that it gives, and the elements in it.

Limits: https://docs.slack.dev/reference/block-kit/blocks. Only those that a growing message can reach are checked.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from bot.practice.model import Json, Refused

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100

# fmt: off
BLOCK_TYPES = frozenset({
    "actions", "alert", "card", "carousel", "container", "context", "context_actions", "data_table",
    "data_visualization", "divider", "file", "header", "image", "input", "markdown", "rich_text", "section",
    "table", "video",
})
INTERACTIVE = frozenset({
    "button", "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker",
    "email_text_input", "multi_static_select", "multi_users_select", "number_input", "overflow", "plain_text_input",
    "radio_buttons", "static_select", "timepicker", "url_text_input", "users_select",
})
# fmt: on


def accepted(blocks: Any, limit: int = MESSAGE_BLOCKS) -> list[Json]:
    """The blocks with an id on each block and element, as Slack hands them back; or Refused("invalid_blocks")."""
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if len(blocks) > limit:
        raise Refused("invalid_blocks", f"no more than {limit} items allowed [json-pointer:/blocks]")
    blocks = json.loads(json.dumps(blocks))  # a copy: the ids below are the workspace's own
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        fault = _fault(block)
        if fault:
            raise Refused("invalid_blocks", f"{fault} [json-pointer:/blocks/{place}]")
        if block.setdefault("block_id", secrets.token_hex(4)) in seen:
            raise Refused("invalid_blocks", f"block_id already exists [json-pointer:/blocks/{place}/block_id]")
        seen.add(block["block_id"])
    for _, element in elements(blocks):
        element.setdefault("action_id", secrets.token_hex(4))
    return list(blocks)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each element that people can press or fill in, with the block it stands in."""
    for block in blocks:
        for element in _interactive(block):
            yield block, element


def options(element: Json) -> list[Json]:
    """All options of a select, overflow, radio group or set of checkboxes."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _interactive(part: Any) -> Iterator[Json]:
    if isinstance(part, list):
        for item in part:
            yield from _interactive(item)
    elif isinstance(part, dict):
        if part.get("type") in INTERACTIVE:
            yield part
        else:
            yield from _interactive(list(part.values()))


def _fault(block: Any) -> str | None:
    """What is wrong with one block, in a few words."""
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return "missing required field: type"
    match block["type"]:
        case "section":
            if not block.get("text") and not block.get("fields"):
                return "missing required field: text or fields"
            return _text_fault(block.get("text"), 3000) or _many(block, "fields", 10, 2000)
        case "header":
            return _text_fault(block.get("text"), 150, required=True)
        case "context":
            return _many(block, "elements", 10, 2000)
        case "actions":
            return _many(block, "elements", 25, 75) or ("no elements" if not block.get("elements") else None)
        case "data_table":
            return _table_fault(block)
        case "input":
            missing = next((key for key in ("label", "element") if not block.get(key)), None)
            return f"missing required field: {missing}" if missing else None
        case known if known in BLOCK_TYPES:
            return None
        case unknown:
            return f"unsupported type: {unknown}"


def _many(block: Json, key: str, count: int, length: int) -> str | None:
    parts = block.get(key, [])
    if len(parts) > count:
        return f"no more than {count} {key} allowed"
    texts = (part if isinstance(part.get("text"), str) else part.get("text") for part in parts)
    return next((fault for text in texts if (fault := _text_fault(text, length))), None)


def _text_fault(text: Any, length: int, required: bool = False) -> str | None:
    if text is None:
        return "missing required field: text" if required else None
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        return "text must be a plain_text or mrkdwn object"
    words = text.get("text")
    if not isinstance(words, str) or not words:
        return "text must not be empty"
    return f"text must be at most {length} characters" if len(words) > length else None


def _table_fault(block: Json) -> str | None:
    rows = block.get("rows")
    if not block.get("caption"):
        return "missing required field: caption"
    if not isinstance(rows, list) or not 2 <= len(rows) <= 101:
        return "a table has 2 to 101 rows"
    if not 1 <= len(rows[0]) <= 20 or any(len(row) != len(rows[0]) for row in rows):
        return "all rows must have the same 1 to 20 columns"
    return None
