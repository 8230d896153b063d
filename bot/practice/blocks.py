"""Blocks as the practice workspace keeps them: what it refuses, the ids that it gives, and the elements in them."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from bot.practice.block_kit import MOST_BLOCKS, MOST_OF_A_KIND, SURFACES
from bot.practice.model import Json, Refused
from bot.practice.shapes import Wrong, by_type, many

LONGEST_TEXT = 40_000
"""Characters of a message (https://docs.slack.dev/reference/methods/chat.postMessage)."""

# fmt: off
INTERACTIVE = frozenset({
    "button", "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker",
    "email_text_input", "multi_static_select", "multi_users_select", "number_input", "overflow", "plain_text_input",
    "radio_buttons", "static_select", "timepicker", "url_text_input", "users_select",
})
# fmt: on


def accepted(blocks: Any, surface: str = "message", pointer: str = "/blocks") -> list[Json]:
    """The blocks with an id on each block and element, as Slack hands them back; or Refused("invalid_blocks")."""
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    try:
        many(by_type(SURFACES[surface]), MOST_BLOCKS[surface], 0)(blocks, pointer)
        _differ(blocks, pointer)
    except Wrong as wrong:
        raise Refused("invalid_blocks", str(wrong)) from wrong
    blocks = json.loads(json.dumps(blocks))  # a copy: the ids below are the workspace's own
    for block in blocks:
        block["block_id"] = block.get("block_id") or secrets.token_hex(4)
    for _, element in elements(blocks):
        element["action_id"] = element.get("action_id") or secrets.token_hex(4)
    return list(blocks)


def content(arguments: Json) -> tuple[str, list[Json]]:
    """The text and blocks of a message."""
    text, blocks = arguments.get("text") or "", accepted(arguments.get("blocks") or [])
    if not isinstance(text, str):
        raise Refused("invalid_arguments", "must provide a string [json-pointer:/text]")
    if not text and not blocks:
        raise Refused("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refused("msg_too_long")
    return text, blocks


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each element that people can press or fill in, with the block it stands in."""
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


def _differ(blocks: list[Json], pointer: str) -> None:
    """No id twice, and of some kinds no more than Slack draws."""
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise Wrong(f"`block_id` {twice!r} already exists", pointer)
    kinds = [block["type"] for block in blocks]
    for kind, most in MOST_OF_A_KIND.items():
        if kinds.count(kind) > most:
            raise Wrong(f"no more than {most} {kind} blocks allowed", pointer)
