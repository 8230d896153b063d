"""Reads Adaptive Cards as a Teams client does: what is visible, what can be pressed and filled in. Refuses those that
no client would draw."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.practice.msteams.elements import KNOWN, NEEDED
from bot.practice.msteams.model import Json, Refused

MOST_REFRESHED_FOR = 60
NEWEST_VERSION = (1, 5)
_HOLDING = ("body", "items", "columns", "rows", "cells", "actions", "inlines")
"""Where the parts of a card are. A table's columns have no type."""
_VALUES = {
    "Input.Date": re.compile(r"\d{4}-\d\d-\d\d"),
    "Input.Time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    "Input.Number": re.compile(r"-?\d+(\.\d+)?"),
}


class NotFilledIn(Exception):
    """The client doesn't send it: an input is missing, or isn't as it has to be."""


def checked(card: Any) -> Json:
    """The card. Raises Refused for one that a client doesn't draw."""
    try:
        return _checked(card)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise _bad(repr(error)) from error


def _checked(card: Any) -> Json:
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        raise _bad("it isn't an AdaptiveCard")
    version = str(card.get("version", ""))
    if not re.fullmatch(r"1\.\d", version) or tuple(map(int, version.split("."))) > NEWEST_VERSION:
        raise _bad(f"version {version!r}")
    parts = list(parts_of(card))
    for part in parts:
        _check_part(part)
    ids = [part["id"] for part in parts if part.get("id")]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise _bad(f"the id {twice!r} is there twice")
    for part in parts:
        for target in part.get("targetElements", ()):
            if _target(target) not in ids:
                raise _bad(f"nothing to show or hide as {_target(target)!r}")
    _check_refresh(card)
    return card


def _check_part(part: Json) -> None:
    kind = part.get("type")
    if kind not in KNOWN:
        if "fallback" in part:
            return
        raise _bad(f"unknown element {kind!r}")
    if unknown := sorted(part.keys() - KNOWN[kind]):
        raise _bad(f"{kind} has no property {unknown[0]!r}")
    if missing := sorted(name for name in NEEDED[kind] if part.get(name) in (None, "", [])):
        raise _bad(f"{kind} needs {missing[0]!r}")
    if not isinstance(part.get("text", ""), str) or not isinstance(part.get("title", ""), str):
        raise _bad(f"{kind} needs words")
    if kind == "Action.Execute" and not isinstance(part.get("verb", ""), str):
        raise _bad("a verb that isn't text")
    if kind == "Table" and any(
        len(row["cells"]) != len(part["columns"]) for row in part.get("rows", ()) if row["cells"]
    ):
        raise _bad("a row that is longer or shorter than the table")
    if kind.startswith("Input."):
        _check_input(part)


def _check_input(part: Json) -> None:
    kind, value = part["type"], part.get("value")
    if part.get("isRequired") and not (part.get("label") and part.get("errorMessage")):
        raise _bad(f"{part['id']} is required, without label or errorMessage")
    if value is not None and not isinstance(value, str) and kind != "Input.Number":
        raise _bad(f"the value of {part['id']} isn't text")
    if value and kind in _VALUES and not _VALUES[kind].fullmatch(str(value)):
        raise _bad(f"the value of {part['id']} is {value!r}")
    if kind == "Input.ChoiceSet":
        offered = [choice["value"] for choice in part.get("choices", ())]
        if not offered and "choices.data" not in part:
            raise _bad(f"{part['id']} offers nothing")
        chosen = str(value).split(",") if value and part.get("isMultiSelect") else [value] if value else []
        if "choices.data" not in part and set(chosen) - set(offered):
            raise _bad(f"{part['id']} is set to what it doesn't offer")


def _check_refresh(card: Json) -> None:
    refresh = card.get("refresh")
    if refresh is None:
        return
    if refresh.get("action", {}).get("type") != "Action.Execute" or not refresh["action"].get("verb"):
        raise _bad("a refresh that executes nothing")
    if len(refresh.get("userIds") or ()) > MOST_REFRESHED_FOR:
        raise _bad(f"a refresh for more than {MOST_REFRESHED_FOR} people")


def parts_of(part: Any) -> Iterator[Json]:
    """The card and everything in it, in the order shown."""
    if not isinstance(part, dict):
        raise _bad("a part that isn't an object")
    yield part
    for name in _HOLDING:
        if name == "columns" and part.get("type") == "Table":
            continue
        for inner in part.get(name) or ():
            if not (part.get("type") == "RichTextBlock" and isinstance(inner, str)):
                yield from parts_of(_typed(name, inner))
    for name in ("card", "selectAction", "inlineAction"):
        if name in part:
            yield from parts_of(part[name])


def _typed(name: str, inner: Any) -> Any:
    """Columns, rows and cells may leave out what they are."""
    kinds = {"columns": "Column", "rows": "TableRow", "cells": "TableCell"}
    return {"type": kinds[name], **inner} if name in kinds and isinstance(inner, dict) else inner


@dataclass(frozen=True)
class Shown:
    """A card as somebody sees it. `toggled`: what they showed or hid, by id."""

    card: Json
    toggled: Mapping[str, bool]

    @property
    def lines(self) -> list[str]:
        """Its words, from top to bottom. The cells of a table's row are one line, with ` | ` between them."""
        return [line for line in self._lines(self.card) if line]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def buttons(self) -> list[Json]:
        """Everything that can be pressed."""
        found = [part for part in self._parts(self.card) if str(part.get("type")).startswith("Action.")]
        return [one for one in found if one.get("isEnabled", True)]

    @property
    def labels(self) -> list[str]:
        return [button["title"] for button in self.buttons]

    @property
    def inputs(self) -> dict[str, Json]:
        """What can be filled in, by id."""
        return {part["id"]: part for part in self._parts(self.card) if str(part.get("type")).startswith("Input.")}

    def filled(self, given: Mapping[str, str]) -> dict[str, str]:
        """The values of all inputs, with these filled in. Raises NotFilledIn."""
        if unknown := given.keys() - self.inputs.keys():
            raise LookupError(f"no input {sorted(unknown)}; shown: {sorted(self.inputs)}")
        values = {name: given.get(name, str(one.get("value") or "")) for name, one in self.inputs.items()}
        for name, one in self.inputs.items():
            _check_value(one, values[name])
        return values

    def after(self, toggle: Json) -> dict[str, bool]:
        """What is shown and hidden after a press of an Action.ToggleVisibility."""
        visible = {part["id"]: part.get("isVisible", True) for part in parts_of(self.card) if part.get("id")}
        visible |= self.toggled
        changed = dict(self.toggled)
        for target in toggle["targetElements"]:
            wanted = target.get("isVisible") if isinstance(target, dict) else None
            changed[_target(target)] = not visible[_target(target)] if wanted is None else wanted
        return changed

    def _is_visible(self, part: Json) -> bool:
        return self.toggled.get(part.get("id", ""), part.get("isVisible", True))

    def _parts(self, part: Json) -> Iterator[Json]:
        if not self._is_visible(part):
            return
        part = self._drawn(part)
        yield part
        for name in _HOLDING:
            if not (name == "columns" and part.get("type") == "Table"):
                for inner in part.get(name) or ():
                    if isinstance(inner, dict):
                        yield from self._parts(inner)
        for name in ("selectAction", "inlineAction"):
            if name in part:
                yield from self._parts(part[name])

    def _lines(self, part: Json) -> Iterator[str]:
        if not self._is_visible(part):
            return
        part = self._drawn(part)
        match part.get("type"):
            case "TextBlock" | "Badge":
                yield part.get("text", "")
            case "RichTextBlock":
                yield "".join(one if isinstance(one, str) else one["text"] for one in part["inlines"])
            case "FactSet":
                yield from (f"{fact['title']} | {fact['value']}" for fact in part["facts"])
            case "Table":
                for row in part.get("rows", ()):
                    cells = (" ".join(self._inner_lines(cell)) for cell in row["cells"])
                    yield " | ".join(cells)
            case str(kind) if kind.startswith("Input."):
                yield part.get("label", "")
                yield part.get("title", "")
            case str(kind) if kind.startswith("Chart."):
                yield part.get("title", "")
            case _:
                yield from self._inner_lines(part)

    def _inner_lines(self, part: Json) -> Iterator[str]:
        for name in ("body", "items", "columns"):
            for inner in part.get(name) or ():
                yield from self._lines(inner)

    def _drawn(self, part: Json) -> Json:
        """Itself, or its fallback where Teams doesn't know it."""
        kind, fallback = part.get("type"), part.get("fallback")
        is_known = kind is None or kind in KNOWN
        return part if is_known or not isinstance(fallback, dict) else fallback


def _check_value(one: Json, value: str) -> None:
    name, kind = one["id"], one["type"]
    if not value:
        if one.get("isRequired"):
            raise NotFilledIn(f"{name}: {one['errorMessage']}")
        return
    if kind in _VALUES and not _VALUES[kind].fullmatch(value):
        raise NotFilledIn(f"{name}: {value!r}")
    if len(value) > one.get("maxLength", len(value)) or not re.fullmatch(one.get("regex", "(?s).*"), value):
        raise NotFilledIn(f"{name}: {value[:50]!r}")
    if kind == "Input.ChoiceSet" and "choices.data" not in one:
        offered = {choice["value"] for choice in one["choices"]}
        if set(value.split(",") if one.get("isMultiSelect") else [value]) - offered:
            raise NotFilledIn(f"{name}: {value!r} isn't offered")


def _target(target: Any) -> str:
    return str(target["elementId"] if isinstance(target, dict) else target)


def _bad(what: str) -> Refused:
    return Refused(400, "BadSyntax", f"Adaptive Card: {what}")
