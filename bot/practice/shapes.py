"""How the shape of a JSON value is told and checked: what is missing, too much, too long or of another type, and where.

Faults are worded as Slack words them in `response_metadata.messages`, each with the JSON pointer to its place.
"""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], None]
"""Raises Wrong unless the value, which stands at that pointer, is as it should be."""


class Wrong(Exception):
    """The fault in Slack's words."""

    def __init__(self, fault: str, pointer: str) -> None:
        super().__init__(f"{fault} [json-pointer:{pointer}]")


def string(most: int, least: int = 0) -> Check:
    """Characters are counted as Slack counts them, in UTF-16 units."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, str):
            raise Wrong("must provide a string", pointer)
        length = len(value.encode("utf-16-le", "surrogatepass")) // 2
        if length > most:
            raise Wrong(f"must be less than {most + 1} characters", pointer)
        if length < least:
            raise Wrong(f"must be more than {least - 1} characters", pointer)

    return check


def matching(words: str, fits: Callable[[str], object]) -> Check:
    """A string that `fits`; `words` say what it should be."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, str) or not fits(value):
            raise Wrong(f"must be {words}", pointer)

    return check


def number(least: float = -1e15, most: float = 1e15) -> Check:
    def check(value: Any, pointer: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise Wrong(f"must be a number from {least:g} to {most:g}", pointer)

    return check


def boolean(value: Any, pointer: str) -> None:
    if not isinstance(value, bool):
        raise Wrong("must provide a boolean", pointer)


def anything(value: Any, pointer: str) -> None:
    """Whatever it is."""


def one_of(*values: Any) -> Check:
    def check(value: Any, pointer: str) -> None:
        if value not in values:
            raise Wrong(f"must be one of {', '.join(map(str, values))}", pointer)

    return check


def many(check_one: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, list):
            raise Wrong("must provide an array", pointer)
        if len(value) > most:
            raise Wrong(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            raise Wrong(f"no fewer than {least} items allowed", pointer)
        for place, one in enumerate(value):
            check_one(one, f"{pointer}/{place}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *also: Check) -> Check:
    """An object with these keys and no others. `also` are checks of the object as a whole, once its parts are right."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            raise Wrong("must provide an object", pointer)
        for key in required:
            if value.get(key) is None:
                raise Wrong(f"missing required field: {key}", pointer)
        for key, part in value.items():
            if key not in known:
                raise Wrong(f"invalid additional property: {key}", pointer)
            if part is not None:
                known[key](part, f"{pointer}/{key}")
        for whole in also:
            whole(value, pointer)

    return check


def by_type(known: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check it has to pass."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            raise Wrong("must provide an object", pointer)
        kind = value.get("type")
        if kind is None:
            raise Wrong("missing required field: type", pointer)
        if not isinstance(kind, str) or kind not in known:
            raise Wrong(f"unsupported type: {str(kind)[:100]}", f"{pointer}/type")
        known[kind](value, pointer)

    return check
