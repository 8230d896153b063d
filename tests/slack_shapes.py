"""Whether what the bot sends is what Slack takes: shapes by Slack's own types, sizes by Slack's reference."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

SCHEMA = json.loads((Path(__file__).parent / "data" / "slack-surfaces.schema.json").read_text())

# docs.slack.dev, Block Kit reference: the longest text of each kind of object, in characters.
LONGEST = {
    "header": 150,
    "section": 3000,
    "button": 75,
    "button.value": 2000,
    "action_id": 255,
    "block_id": 255,
    "option": 75,
    "input.label": 2000,
    "hint": 2000,
    "confirm.title": 100,
    "confirm.text": 300,
    "confirm.confirm": 30,
    "confirm.deny": 30,
}


def check_message(text: str, blocks: list[dict[str, Any]]) -> None:
    """Fails with the offending part unless Slack would take this message."""
    assert text.strip(), "every block message says the same in its text"
    assert len(blocks) <= 50
    assert len(json.dumps(blocks)) < 100_000
    _check_shape("Message", {"blocks": _but_charts(blocks)})
    _check_sizes(blocks)


def check_view(view: dict[str, Any]) -> None:
    """Fails with the offending part unless Slack would take this modal or Home tab."""
    if view["type"] == "modal":
        assert len(view["title"]["text"]) <= 24
    assert len(view.get("private_metadata", "")) <= 3000
    assert len(view["blocks"]) <= 100
    _check_shape("View", view | {"blocks": _but_charts(view["blocks"])})
    _check_sizes(view["blocks"])


def _but_charts(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The types do not know charts yet: those are checked here."""
    drawn = [block for block in blocks if block["type"] == "data_visualization"]
    assert len(drawn) <= 2
    for chart in drawn:
        _check_chart(chart)
    return [block for block in blocks if block not in drawn]


def _check_shape(definition: str, instance: dict[str, Any]) -> None:
    found = _validator(definition).iter_errors(instance)
    errors = [f"{list(error.absolute_path)}: {error.message[:300]}" for error in found]
    assert not errors, errors


@cache
def _validator(definition: str) -> Draft7Validator:
    """Made once: each keeps a registry of the whole schema."""
    return Draft7Validator({"$ref": f"#/definitions/{definition}", "definitions": SCHEMA["definitions"]})


def _check_sizes(blocks: list[dict[str, Any]]) -> None:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(ids) == len(set(ids)), "block ids are unique in a message"
    for block in blocks:
        assert len(block.get("block_id", "")) <= LONGEST["block_id"]
        if block["type"] in ("header", "section") and "text" in block:
            assert 1 <= len(block["text"]["text"]) <= LONGEST[block["type"]]
        for element in [*block.get("elements", []), *(block[key] for key in ("accessory", "element") if key in block)]:
            _check_element(element)
        if block["type"] == "data_table":
            _check_table(block)


def _check_chart(block: dict[str, Any]) -> None:
    """A bar chart, by docs.slack.dev."""
    assert 1 <= len(block["title"]) <= 50
    assert block["chart"]["type"] == "bar"
    categories = block["chart"]["axis_config"]["categories"]
    assert 1 <= len(categories) <= 20
    assert len(set(categories)) == len(categories)
    assert all(1 <= len(category) <= 20 for category in categories)
    for series in block["chart"]["series"]:
        assert [point["label"] for point in series["data"]] == categories


def _check_element(element: dict[str, Any]) -> None:
    if "action_id" in element:
        assert 1 <= len(element["action_id"]) <= LONGEST["action_id"]
    if element["type"] == "button":
        assert len(element["text"]["text"]) <= LONGEST["button"]
        assert len(element.get("value", "")) <= LONGEST["button.value"]
    for part in ("title", "text", "confirm", "deny") if "confirm" in element else ():
        assert len(element["confirm"][part]["text"]) <= LONGEST[f"confirm.{part}"]
    for option in element.get("options", []):
        assert len(option["text"]["text"]) <= LONGEST["option"]
    assert len(element.get("options", [])) <= 100


def _check_table(block: dict[str, Any]) -> None:
    rows = block["rows"]
    assert 2 <= len(rows) <= 101
    assert {len(row) for row in rows} == {len(rows[0])}
    assert 1 <= len(rows[0]) <= 20
    assert 1 <= block.get("page_size", 5) <= 100
    assert block["caption"]
    assert sum(len(cell.get("text", "")) for row in rows for cell in row) <= 20_000
