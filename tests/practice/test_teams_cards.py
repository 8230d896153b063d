"""The practice service reads cards as a Teams client does, and refuses those that no client draws."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.msteams.cards import NotFilledIn, Shown, checked
from bot.practice.msteams.limits import Limits
from bot.practice.msteams.model import Refused

DELETE = {"type": "Action.Execute", "title": "Delete", "verb": "delete", "data": {"id": "1"}}
ASK = {"type": "Action.ToggleVisibility", "title": "Delete", "targetElements": ["sure"]}
KEEP = {
    "type": "Action.ToggleVisibility",
    "title": "Keep",
    "targetElements": [{"elementId": "sure", "isVisible": False}],
}
START = {"type": "Input.Time", "id": "start", "label": "Start", "isRequired": True, "errorMessage": "When?"}
OFFICE = {
    "type": "Input.ChoiceSet",
    "id": "office",
    "label": "Office",
    "choices": [{"title": "Berlin", "value": "hq"}, {"title": "London", "value": "ldn"}],
    "value": "hq",
}


def card(*body: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body)} | fields


def text(words: str, **fields: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": words} | fields


QUESTION = card(
    text("Mon 23 Nov"),
    {"type": "ActionSet", "actions": [ASK]},
    {"type": "Container", "id": "sure", "isVisible": False, "items": [text("Delete it?")]},
)
QUESTION["body"][2]["items"].append({"type": "ActionSet", "actions": [DELETE, KEEP]})


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ({"type": "message"}, "isn't an AdaptiveCard"),
        ([], "isn't an AdaptiveCard"),
        (card(text("x"), version="1.6"), "version"),
        (card({"type": "TextBlok", "text": "x"}), "unknown element 'TextBlok'"),
        (card(text("x", wrp=True)), "TextBlock has no property 'wrp'"),
        (card(text("")), "TextBlock needs 'text'"),
        (card(text(7)), "needs words"),  # type: ignore[arg-type]  # as nobody should
        (card(7), "isn't an object"),
        (card({"type": "Container", "items": [{"type": "Nested"}]}), "unknown element 'Nested'"),
        (card({"type": "ActionSet", "actions": [{"type": "Action.Http", "title": "x"}]}), "unknown element"),
        (card({"type": "ActionSet", "actions": [{"type": "Action.Execute", "verb": "x"}]}), "needs 'title'"),
        (card({**START, "id": ""}), "needs 'id'"),
        (card(START, START), "'start' is there twice"),
        (card({**START, "errorMessage": ""}), "without label or errorMessage"),
        (card({**START, "value": "9 am"}), "the value of start"),
        (card({**OFFICE, "value": "rome"}), "doesn't offer"),
        (card({**OFFICE, "choices": []}), "offers nothing"),
        (card({"type": "ActionSet", "actions": [ASK]}), "nothing to show or hide as 'sure'"),
        (card(text("x"), refresh={"action": {"type": "Action.Submit"}}), "a refresh that executes nothing"),
        (card(text("x"), refresh={"action": DELETE, "userIds": ["29:1"] * 61}), "more than 60 people"),
        (card({"type": "Table", "columns": [{"width": 1}], "rows": [{"cells": []}]}), "TableRow needs 'cells'"),
        (
            card(
                {
                    "type": "Table",
                    "columns": [{"width": 1}, {"width": 1}],
                    "rows": [{"cells": [{"items": [text("x")]}]}],
                }
            ),
            "longer or shorter",
        ),
    ],
)
def test_a_card_that_no_client_draws_is_refused(odd: Any, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        checked(odd)
    assert (refused.value.status, refused.value.code) == (400, "BadSyntax")


def test_what_a_client_does_not_know_is_drawn_by_its_fallback() -> None:
    made = card({"type": "Chart.Newest", "data": [], "fallback": text("Bars")})
    checked(made)
    assert Shown(made, {}).lines == ["Bars"]


def test_words_are_read_from_top_to_bottom() -> None:
    table = {
        "type": "Table",
        "columns": [{"width": 1}, {"width": 1}],
        "rows": [{"cells": [{"items": [text("Ana")]}, {"items": [text("8 h")]}]}],
    }
    rich = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "gone", "strikethrough": True}, " by Ada"]}
    facts = {"type": "FactSet", "facts": [{"title": "Day", "value": "Monday"}]}
    columns = {
        "type": "ColumnSet",
        "columns": [{"type": "Column", "items": [text("left")]}, {"items": [text("right")]}],
    }
    made = card(text("Hours"), table, rich, facts, columns, text("hidden", isVisible=False))
    checked(made)
    assert Shown(made, {}).lines == ["Hours", "Ana | 8 h", "gone by Ada", "Day | Monday", "left", "right"]


def test_a_question_is_shown_and_hidden_without_the_bot() -> None:
    checked(QUESTION)
    closed = Shown(QUESTION, {})
    assert (closed.lines, closed.labels) == (["Mon 23 Nov"], ["Delete"])
    asked = Shown(QUESTION, closed.after(closed.buttons[0]))
    assert (asked.lines, asked.labels) == (["Mon 23 Nov", "Delete it?"], ["Delete", "Delete", "Keep"])
    assert Shown(QUESTION, asked.after(asked.buttons[2])).labels == ["Delete"]
    assert Shown(QUESTION, asked.after(asked.buttons[0])).labels == ["Delete"]


def test_a_form_is_sent_with_what_it_showed_and_what_was_filled_in() -> None:
    form = Shown(card(START, OFFICE), {})
    assert form.filled({"start": "09:02"}) == {"start": "09:02", "office": "hq"}
    for wrong in ({}, {"start": "9:02"}, {"start": "09:02", "office": "rome"}):
        with pytest.raises(NotFilledIn):
            form.filled(wrong)
    with pytest.raises(LookupError, match="no input"):
        form.filled({"begin": "09:02"})


def test_limits_hold_for_each_conversation_and_for_the_tenant() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])

    def sends(conversation_id: str, times: int) -> list[int]:
        return [limits.retry_after("send", conversation_id, "t") for _ in range(times)]

    assert sends("a", 8) == [0] * 7 + [1]
    now[0] = 1.0
    assert sends("a", 2) == [0, 1], "eight in two seconds"
    assert limits.retry_after("members", "a", "t") == 0, "another kind has its own"
    for second in range(2, 30):
        now[0] = float(second)
        sends("a", 7)
    assert limits.taken["send"] == 60
    assert sends("a", 1) == [1], "sixty in thirty seconds"
    now[0] = 100.0
    assert sum(1 for number in range(60) if limits.retry_after("send", f"c{number}", "t")) == 10
    assert limits.retry_after("send", "elsewhere", "other") == 0, "another tenant has its own"
