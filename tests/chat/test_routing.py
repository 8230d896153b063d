"""Features and the router that joins them."""

from __future__ import annotations

import pytest

from bot.chat.features import router
from bot.chat.routing import Ask, Feature, Router
from bot.chat.views import Message


def feature_with(word: str) -> Feature:
    feature = Feature("one")

    @feature.word(word)
    async def show(ask: Ask) -> Message:
        return Message([])

    return feature


def test_a_word_that_two_features_declare_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="declared twice: report"):
        Router([feature_with("report"), feature_with("report")])


def test_names_of_actions_and_forms_are_all_different() -> None:
    joined = router()
    assert not joined.actions.keys() & joined.forms.keys()
    assert all(name.count(".") == 1 for name in (*joined.actions, *joined.forms))
