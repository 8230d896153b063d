"""Reads JSON from the bot, which may be invalid."""

import json
from typing import Any

from bot.practice.model import Refused


def json_of(raw: bytes | str) -> Any:
    """The value. Refused("invalid_json") for invalid JSON, too deep nesting or NaN."""
    try:
        return json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Refused("invalid_json") from error


def object_of(raw: bytes | str) -> dict[str, Any]:
    """The same, for an object."""
    value = json_of(raw)
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value


def _refuse(name: str) -> None:
    raise ValueError(name)
