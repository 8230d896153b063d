"""Reads cards as Microsoft's own models do, and as people see them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from microsoft_teams import cards
from microsoft_teams.cards import AdaptiveCard
from pydantic import BaseModel

from bot.chat.views import Form, Message, Outcome
from bot.msteams import forms, render
from bot.msteams.sizes import as_json
from bot.practice.msteams.cards import checked

LARGEST = 100 * 1024  # bytes in UTF-16, which the service takes

_READ: set[str] = set()
"""The parts that were read already, by their type and properties."""
_MODELS: dict[str, type[BaseModel]] = {
    get_args(field.annotation)[0]: model
    for model in vars(cards).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and (field := model.model_fields.get("type"))
}


def looked_at(outcome: Outcome) -> Outcome:
    """The outcome, after it was drawn for Teams and read there."""
    if isinstance(outcome, Message):
        sent(outcome)
    elif isinstance(outcome, Form):
        assert_known(forms.dialog(outcome, {}))
    return outcome


def sent(message: Message, names: Mapping[str, str] | None = None, reader: str = "") -> dict[str, Any]:
    """The activity as the service gets it, after checking that it takes it."""
    names = names or {}
    card = as_json(render.card(message, names, reader=reader))
    assert_known(card)
    activity = json.dumps(render.message(card, render.summary(message, names)), ensure_ascii=False)
    assert len(activity.encode("utf-16-le")) < LARGEST - 4000  # for the addresses around it
    read: dict[str, Any] = json.loads(activity)
    return read


def card_of(activity: Mapping[str, Any]) -> dict[str, Any]:
    (attachment,) = activity["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    content: dict[str, Any] = attachment["content"]
    return content


def assert_known(card: Mapping[str, Any]) -> None:
    """Every part has a type and properties that Microsoft's models know, and a client would draw it."""
    assert AdaptiveCard.model_validate(card).version == "1.5"
    checked(card)
    for part in parts(card, without=("data",)):
        if (looks := f"{part['type']} {sorted(part)}") in _READ:
            continue  # which takes longer than to draw it
        _READ.add(looks)
        read = _MODELS[part["type"]].model_validate(part)
        for model in _models(read):
            assert not model.model_extra, (part["type"], model.model_extra)


def parts(part: Any, kind: str = "", without: Sequence[str] = ("data", "fallback")) -> Iterator[dict[str, Any]]:
    """Every part of a card that has a type (this one), from top to bottom."""
    if isinstance(part, dict):
        if "type" in part and part["type"].startswith(kind):
            yield part
        for name, inside in part.items():
            if name not in without:
                yield from parts(inside, kind, without)
    elif isinstance(part, list):
        for inside in part:
            yield from parts(inside, kind, without)


def shown(card: Mapping[str, Any]) -> list[str]:
    """The lines that people see, as they see them."""
    found = []
    for part in parts(card):
        if part["type"] == "RichTextBlock":
            found.append("".join(run if isinstance(run, str) else run["text"] for run in part["inlines"]))
        elif part["type"] == "TextBlock":
            found.append(part["text"])
    return found


def actions(card: Mapping[str, Any], title: str = "") -> list[dict[str, Any]]:
    """Its buttons (of that title), those of hidden questions too."""
    return [part for part in parts(card, "Action.") if not title or part["title"] == title]


def _models(read: Any) -> Iterator[BaseModel]:
    """The models in it, except those of parts with a type of their own, which are read as what they are."""
    if isinstance(read, BaseModel):
        yield read
        for value in read.__dict__.values():
            yield from _models_inside(value)


def _models_inside(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, list):
        for one in value:
            yield from _models_inside(one)
    elif isinstance(value, BaseModel) and "type" not in type(value).model_fields and not _is_base(value):
        yield from _models(value)


def _is_base(model: BaseModel) -> bool:
    """Read as any element or action."""
    return type(model) in (cards.CardElement, cards.Action, cards.SubmitActionData)
