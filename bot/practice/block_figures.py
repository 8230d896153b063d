"""What the large blocks hold: rich text, the rows of tables, and charts, with their keys and limits.

Source: https://docs.slack.dev/reference/block-kit/blocks, and `@slack/types` 3.2.0.
"""

from typing import Any

from bot.practice.block_elements import CONVERSATION, KIND, USER, WEB_ADDRESS, block_of
from bot.practice.model import Json
from bot.practice.shapes import Check, Wrong, anything, boolean, by_type, many, number, one_of, shape, string


def is_rectangle(block: Json, pointer: str) -> None:
    if any(len(row) != len(block["rows"][0]) for row in block["rows"]):
        raise Wrong("all rows must have the same number of cells", f"{pointer}/rows")


def is_short_enough(block: Json, pointer: str) -> None:
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
RICH_TEXT = block_of({"elements": many(by_type(_PARTS), 1000, 0)})
_CELL = {
    "raw_text": shape({**KIND, "text": string(20_000)}),
    "raw_number": shape({**KIND, "value": number(), "text": string(20_000)}),
}
HEAD_ROW, ROW = many(by_type(_CELL), 20), many(by_type({**_CELL, "rich_text": RICH_TEXT}), 20)


def data_rows(rows: Any, pointer: str) -> None:
    many(ROW, 101, 2)(rows, pointer)
    HEAD_ROW(rows[0], f"{pointer}/0")


_POINT = shape({"label": string(20, 1), "value": number()})
_SERIES = {"series": many(shape({"name": string(20, 1), "data": many(_POINT, 20)}), 6)}
_AXES = shape({"categories": many(string(20, 1), 20)}, {"x_label": string(50), "y_label": string(50)})
_GRAPH = shape({**KIND, **_SERIES, "axis_config": _AXES}, None, _points_fit_categories)
_PIE = shape({**KIND, "segments": many(_POINT, 12)})
CHART = by_type({"bar": _GRAPH, "line": _GRAPH, "area": _GRAPH, "pie": _PIE})
ALIGNED = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
