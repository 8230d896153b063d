"""Markup: what people typed stays what they typed in every style, and nothing is cut in two."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.chat.plain import plain
from bot.slack.render import mrkdwn
from bot.wording.markup import code, cut, length, mention, sentence

TYPED = st.text(st.characters(codec="utf-8"), max_size=60)


@given(TYPED)
def test_typed_text_reads_the_same_in_plain(typed: str) -> None:
    assert plain(sentence("{typed}!", typed=typed)) == f"{typed}!"


LOOK_LIKE = str.maketrans("\u2217\uff3f\u223c\u02cb", "*_~`")


@example("0__")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\u2217\uff3f\u223c\u02cb"), max_size=60))
def test_typed_text_has_none_of_slacks_signs(typed: str) -> None:
    told = mrkdwn(sentence("<b>{typed}</b>", typed=typed))
    assert (told[0], told[-1]) == ("*", "*")
    inside = told[1:-1]
    assert not re.search(r"(?<!\w)[*_~`]|[*_~`](?!\w)", inside)
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert inside.translate(LOOK_LIKE) == escaped, "what takes a sign's place looks like it"


@given(TYPED, st.integers(min_value=4, max_value=80))
def test_a_cut_text_fits_and_stays_whole_in_its_parts(typed: str, longest: int) -> None:
    whole = sentence("{who} <b>said</b> <s>{typed}</s> {typed}", who=mention("U0ANA"), typed=typed)

    told = mrkdwn(whole, longest)

    assert length(told) <= longest
    fits = length(mrkdwn(whole)) <= longest
    assert (told == mrkdwn(whole)) == fits
    assert fits or "…" in told
    ours = told.replace("<@U0ANA>", "")
    assert "<" not in ours
    assert ">" not in ours
    assert re.sub(r"&(?:amp|lt|gt);", "", ours).count("&") == 0


@given(TYPED, st.integers(min_value=1, max_value=40))
def test_a_cut_plain_text_is_counted_as_chats_count(typed: str, longest: int) -> None:
    assert length(cut(typed, longest)) <= longest
    assert cut(typed, 200) == typed


def test_an_id_of_another_kind_is_text_and_not_a_mention() -> None:
    assert mrkdwn(mention("cli:root")) == "cli:root"
    assert mrkdwn(mention("<!channel>|x")) == "&lt;!channel&gt;|x"
    assert plain(Markup("{} typed {}").format(mention("U0ANA"), code("/clockin"))) == '@U0ANA typed "/clockin"'
