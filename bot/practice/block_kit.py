"""Checks blocks and views with `block_kit.schema.json`, and reports faults in Slack's words.

The schema is JSON Schema with more keywords, the functions of `_KEYWORDS`, and with lengths in UTF-16 units.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.practice.model import Json, length

# If it's installed, jsonschema reads its grammars for seconds, for a format that no schema here has.
sys.modules.setdefault("rfc3987_syntax", ModuleType("rfc3987_syntax"))

from jsonschema import Draft202012Validator, ValidationError, validators  # noqa: E402  # after the line above

Errors = Iterator[ValidationError]

_SCHEMA = json.loads((Path(__file__).parent / "block_kit.schema.json").read_text())
_DEFINITIONS: dict[str, Any] = _SCHEMA["$defs"]


def find_fault(value: Any, definition: str, pointer: str) -> str | None:
    """The first fault, worded like `response_metadata.messages`, or None. `pointer` is the path to `value`.

    `definition` is one of the schema: "message", "home" or "modal" for blocks, "view/home" or "view/modal" for a view.
    """
    error = next(_VALIDATOR.descend(value, _schema_of(definition)), None)
    if error is None:
        return None
    place = "".join(f"/{key}" for key in error.absolute_path)
    return f"{_words(error)} [json-pointer:{pointer}{place}]"


def _schema_of(definition: str) -> Json:
    family, _, kind = definition.partition("/")
    return {"kinds": [definition]} if kind else dict(_DEFINITIONS[family])


def _kinds(validator: Any, known: list[str], value: Any, schema: Json) -> Errors:
    """Checks an object with the definition that its `type` names."""
    if not isinstance(value, dict):
        yield ValidationError("must provide an object")
        return
    kind = value.get("type")
    if kind is None:
        yield ValidationError("missing required field: type")
    elif named := next((name for name in known if name.partition("/")[2] == kind), None):
        family, _, kind = named.partition("/")
        yield from validator.descend(value, _DEFINITIONS[family][kind])
    else:
        yield ValidationError(f"unsupported type: {str(kind)[:100]}", path=["type"])


def _min_length(validator: Any, least: int, value: Any, schema: Json) -> Errors:
    if isinstance(value, str) and length(value) < least:
        yield ValidationError(f"must be more than {least - 1} characters")


def _max_length(validator: Any, most: int, value: Any, schema: Json) -> Errors:
    if isinstance(value, str) and length(value) > most:
        yield ValidationError(f"must be less than {most + 1} characters")


def _max_total_length(validator: Any, most: int, rows: list[list[Json]], schema: Json) -> Errors:
    if sum(length(words) for row in rows for cell in row for words in _words_in(cell)) > most:
        yield ValidationError(f"must be less than {most + 1} characters")


def _words_in(cell: Json) -> list[str]:
    if cell["type"] != "action_cell":
        return [cell.get("text", "")]
    return [cell["element"]["text"]["text"], cell.get("fallback", {}).get("text", "")]


def _distinct_actions(validator: Any, _: bool, rows: list[list[Json]], schema: Json) -> Errors:
    """The buttons in a table need different action ids."""
    cells = [cell["element"] for row in rows for cell in row if cell["type"] == "action_cell"]
    yield from _distinct(validator, "action_id", cells, schema)


def _distinct(validator: Any, key: str, parts: list[Json], schema: Json) -> Errors:
    """Parts of a list that have this key must differ in it."""
    named = [part[key] for part in parts if part.get(key)]
    if twice := next((name for name in named if named.count(name) > 1), None):
        yield ValidationError(f"`{key}` {twice!r} already exists")


def _rectangle(validator: Any, _: bool, rows: list[list[Json]], schema: Json) -> Errors:
    if any(len(row) != len(rows[0]) for row in rows):
        yield ValidationError("all rows must have the same number of cells")


def _points_fit_categories(validator: Any, _: bool, chart: Json, schema: Json) -> Errors:
    categories = chart["axis_config"]["categories"]
    for place, series in enumerate(chart["series"]):
        if [point["label"] for point in series["data"]] != categories:
            yield ValidationError("each series needs one point for each category", path=["series", place, "data"])


def _initial_is_offered(validator: Any, _: bool, element: Json, schema: Json) -> Errors:
    """The initial choice must be exactly one of the options."""
    groups = [group["options"] for group in element.get("option_groups", ())]
    offered = [*element.get("options", ()), *(option for group in groups for option in group)]
    chosen = element.get("initial_options") or [element[key] for key in ("initial_option",) if key in element]
    if any(option not in offered for option in chosen):
        yield ValidationError("initial options must be among the options")


_KEYWORDS = {
    "kinds": _kinds,
    "minLength": _min_length,
    "maxLength": _max_length,
    "maxTotalLength": _max_total_length,
    "distinct": _distinct,
    "distinctActions": _distinct_actions,
    "rectangle": _rectangle,
    "pointsFitCategories": _points_fit_categories,
    "initialIsOffered": _initial_is_offered,
}
# Each looks at a value whose shape is right: a schema's keywords are tried in its order, up to the first fault.
_extend: Any = validators.extend  # it has no types
_VALIDATOR: Draft202012Validator = _extend(Draft202012Validator, _KEYWORDS)(
    _SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
)

_PROVIDE = {
    "string": "a string",
    "array": "an array",
    "object": "an object",
    "boolean": "a boolean",
    "number": "a number",
}
_WORDS: dict[str, Callable[[Any, Any, Any], str]] = {
    "type": lambda expected, value, schema: f"must provide {_PROVIDE[expected]}",
    "required": lambda expected, value, schema: (
        f"missing required field: {next(key for key in expected if key not in value)}"
    ),
    "additionalProperties": lambda expected, value, schema: (
        f"invalid additional property: {next(key for key in value if key not in schema['properties'])}"
    ),
    "maxItems": lambda expected, value, schema: f"no more than {expected} items allowed",
    "minItems": lambda expected, value, schema: f"no fewer than {expected} items allowed",
    "maxContains": lambda expected, value, schema: (
        f"no more than {expected} {schema['contains']['properties']['type']['const']} blocks allowed"
    ),
    "enum": lambda expected, value, schema: f"must be one of {', '.join(expected)}",
    "pattern": lambda expected, value, schema: f"must be {schema['description']}",
    "format": lambda expected, value, schema: f"must be {schema['description']}",
    "anyOf": lambda expected, value, schema: f"missing required field: {' or '.join(_required_by(expected))}",
    "oneOf": lambda expected, value, schema: f"must define either {' or '.join(_required_by(expected))}",
}


def _words(error: ValidationError) -> str:
    """The fault in Slack's words, or in those of `_KEYWORDS`."""
    words = _WORDS.get(str(error.validator))
    return words(error.validator_value, error.instance, error.schema) if words else error.message


def _required_by(schemas: list[Json]) -> list[str]:
    return [f"`{schema['required'][0]}`" for schema in schemas]
