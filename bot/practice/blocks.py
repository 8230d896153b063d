"""Blocks in the practice workspace: checking them, adding ids, finding their elements."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from bot.practice.model import Json, Refused, length

try:
    from bot.practice.block_kit import find_fault
except ModuleNotFoundError:  # `jsonschema` is a development tool: without it the demo checks nothing

    def find_fault(value: Any, definition: str, pointer: str) -> str | None:
        return None


LONGEST_TEXT = 40_000
"""Characters of a message (https://docs.slack.dev/reference/methods/chat.postMessage)."""

# fmt: off
INTERACTIVE = frozenset({
    "button", "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker",
    "email_text_input", "icon_button", "multi_static_select", "multi_users_select", "number_input", "overflow",
    "plain_text_input", "radio_buttons", "static_select", "timepicker", "url_text_input", "users_select",
})
# fmt: on


def accepted(blocks: Any, surface: str = "message") -> list[Json]:
    """The blocks as Slack hands them back, or Refused("invalid_blocks")."""
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    require_valid(blocks, surface, "/blocks", "invalid_blocks")
    return with_ids(blocks)


def require_valid(value: Any, definition: str, pointer: str, error: str) -> None:
    """Raises Refused(error) with the first fault (see `block_kit.find_fault`)."""
    if (found := find_fault(value, definition, pointer)) is not None:
        raise Refused(error, found)


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy with an id on each block and element."""
    blocks = json.loads(json.dumps(blocks))
    for block in blocks:
        block["block_id"] = block.get("block_id") or secrets.token_hex(4)
    for _, element in elements(blocks):
        element["action_id"] = element.get("action_id") or secrets.token_hex(4)
    return blocks


def content(arguments: Json) -> tuple[str, list[Json]]:
    """The text and blocks of a message."""
    text, blocks = arguments.get("text") or "", accepted(arguments.get("blocks") or [])
    if not isinstance(text, str):
        raise Refused("invalid_arguments", "must provide a string [json-pointer:/text]")
    if not text and not blocks:
        raise Refused("no_text")
    if length(text) > LONGEST_TEXT:
        raise Refused("msg_too_long")
    return text, blocks


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each element that people can press or fill in, with its block."""
    for block in blocks:
        for element in _interactive(block):
            yield block, element


def options(element: Json) -> list[Json]:
    """All options of a select, overflow, radio group or set of checkboxes."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def _interactive(part: Any) -> Iterator[Json]:
    if isinstance(part, list):
        for item in part:
            yield from _interactive(item)
    elif isinstance(part, dict):
        if part.get("type") in INTERACTIVE:
            yield part
        else:
            yield from _interactive(list(part.values()))
