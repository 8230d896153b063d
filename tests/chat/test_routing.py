"""Features and the router that joins them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args, get_type_hints

import pytest

from bot.chat import did_you_mean, home
from bot.chat.features import router
from bot.chat.routing import Ask, Feature, Router
from bot.chat.views import Form, Message


def feature_with(word: str) -> Feature:
    feature = Feature("one")

    @feature.word(word)
    async def show(ask: Ask) -> Message:
        return Message([])

    return feature


def test_a_word_that_two_features_declare_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="declared twice: report"):
        Router([feature_with("report"), feature_with("report")])


def test_a_button_that_does_nothing_is_refused_at_start() -> None:
    feature = Feature("one")
    press = feature.button("press")
    with pytest.raises(ValueError, match=r"nothing says what these do: one\.press"):
        Router([feature])

    @feature.does(press)
    async def done(ask: Ask) -> Message:
        return Message([])

    assert Router([feature]).actions == {"one.press": press}


def test_names_of_actions_and_forms_are_all_different() -> None:
    joined = router()
    assert not joined.actions.keys() & joined.forms.keys()
    assert all(name.count(".") == 1 for name in (*joined.actions, *joined.forms))


def test_a_button_says_whether_it_opens_a_form() -> None:
    opened = {"add": True, "Settings": True, "report": False, "team": False}
    for word, opens in opened.items():
        assert did_you_mean.type_it.opens_form(did_you_mean.Line(word, "", datetime.now(UTC))) is opens
        assert home.take.opens_form(home.Shortcut(word)) is opens
    answers = {name: get_type_hints(action.run)["return"] for name, action in router().actions.items()}
    always = {name for name, returned in answers.items() if Form in (returned, *get_args(returned))}
    by_word = {"did_you_mean.type_it", "home.take", "pinned.clock_in", "pinned.start_break", "pinned.clock_out"}
    for name, action in router().actions.items():
        if name not in by_word:
            assert action.opens_form(None) is (name in always - {"waiting_clock_in.clock_in_as_typed"}), name
