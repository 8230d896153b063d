"""A card shows what people typed exactly as they typed it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.views import Buttons, Confirm, Heading, Message, Note, Table, Text
from bot.wording.markup import mention, sentence
from tests.hostile_words import WORDS
from tests.msteams.drawn import card_of, parts, sent, shown
from tests.msteams.test_render import button

TYPED = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "[x](https://x.org)",
                "https://x.org",
                "<at>Ana</at>",
                "**b**",
                "~~s~~",
                "`c`",
                "<script>",
                "&lt;",
                "1. ",
                "- ",
                "{{DATE(2026-11-23T09:02:00Z,SHORT)}}",
                "\u202e",
                "\n",
                "\0",
                "\x85",
                "\r\n",
                "\ud800",
                "{",
                " ",
            ]
        ),
        max_size=6,
    ).map("".join),
)


def as_shown(typed: str) -> list[str]:
    """Line by line, with a sign for what no chat can show."""
    lines = re.sub("\r\n?|\u2028|\u2029", "\n", typed).split("\n")
    return [re.sub("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", line) for line in lines if line]


@given(TYPED)
def test_a_paragraph_shows_every_line_as_it_was_typed(typed: str) -> None:
    card = card_of(sent(Message([Text(sentence("{typed}", typed=typed))])))
    assert shown(card) == as_shown(typed)
    assert {part["type"] for part in parts(card)} <= {"AdaptiveCard", "RichTextBlock", "TextRun"}


@given(TYPED.filter(lambda typed: len(typed) <= 70))  # longer labels are cut
def test_names_headings_cells_and_questions_show_what_was_typed(typed: str) -> None:
    sure = Confirm(title=typed, question=typed, yes="Yes", no="No")
    message = Message(
        [
            Heading(typed),
            Note(sentence("{who}", who=mention("u1"))),
            Table(typed, ["Name"], [[typed]]),
            Buttons([button("Delete", confirm=sure)]),
        ]
    )
    one_line = " ".join(as_shown(typed.replace("\n", " "))).strip() or "–"

    card = card_of(sent(message, {"u1": typed}))

    for line in shown(card):
        if line not in ("Name", *as_shown(typed)):
            assert line.split() == one_line.split()
    for block in parts(card, "TextBlock"):  # which reads Markdown
        assert not re.search(r"[\\`*_\[\]~#<>&{|]|\w\.\w|^\s*([-+]|\d+[.)])\s", block["text"])
    assert "\ud800" not in str(card)


@given(st.sampled_from(["DATE", "TIME"]), st.text("({})", max_size=4))
def test_no_run_has_what_cards_replace_by_a_date(function: str, more: str) -> None:
    typed = f"{more}{{{{{function}(2026-11-23T09:02:00Z)}}}}{more}"
    card = card_of(sent(Message([Text(sentence("{typed}", typed=typed))])))
    assert shown(card) == [typed]
    assert not [run for run in parts(card, "TextRun") if re.search(r"\{\{(DATE|TIME)", run["text"])]


@pytest.mark.parametrize("word", WORDS)
def test_hostile_words_are_sent(word: str) -> None:
    activity = sent(Message([Text(sentence("{word}", word=word))]))
    assert "\ud800" not in activity["summary"]
