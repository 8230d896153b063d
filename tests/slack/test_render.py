"""What the Slack door writes itself: names, and what people typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.render import escape, mrkdwn
from bot.wording.markup import mention


@pytest.mark.parametrize(
    ("user_id", "shown"),
    [
        ("U0ANA", "<@U0ANA>"),
        ("W0123", "<@W0123>"),
        ("cli:root", "cli:root"),
        ("", ""),
        ("!channel", "!channel"),
        ("U0ANA> <!channel", "U0ANA&gt; &lt;!channel"),
        ("U0ANA|ana", "U0ANA|ana"),
        ("U0ANA\n", "U0ANA\n"),
        ("U٠ANA", "U٠ANA"),
    ],
)
def test_what_looks_like_slacks_id_becomes_a_mention_and_nothing_else(user_id: str, shown: str) -> None:
    assert mrkdwn(mention(user_id)) == shown


@given(st.text())
def test_whatever_is_typed_nothing_in_it_is_markup_that_calls_people(typed: str) -> None:
    shown = escape(typed)
    assert not {"<!", "<@", "<#", "<h"} & {shown[start : start + 2] for start in range(len(shown))}
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == typed
