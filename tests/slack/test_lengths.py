"""Slack counts UTF-16 units, in which an emoji is two: it takes every answer, whatever people are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.calendar.typed import LONGEST_COMMENT
from bot.chat import views
from bot.chat.clock_buttons import press_clock_in
from bot.chat.offices import save
from bot.practice.block_kit import find_fault
from bot.slack.forms import form
from bot.slack.render import answer

names = st.text(st.sampled_from("🌴👩‍🚀a é\u0301<&~*\u200b\n漢 "), max_size=90) | st.text(max_size=90)


@given(st.lists(names, min_size=1, max_size=5))
def test_whatever_people_are_called_slack_takes_the_whole_message(called: list[str]) -> None:
    sure = views.Confirm(title=called[0] + "?", question=called[0] + "?", yes="Yes", no="No")
    pieces: list[views.Piece] = [
        views.Heading(f"Hours of {called[0]}"),
        views.Chart(f"Hours of {called[0]}", "Hours", "Hours", [(name, views.Number(1.0, "1 h")) for name in called]),
        views.Table(called[0] + ".", ["Person", "Hours"], [[name, views.Number(1, "1 h")] for name in called]),
        views.Text(Markup("<b>{}</b>.").format(called[0])),
        views.Note(Markup("{}.").format(called[0])),
        views.Buttons([views.Button(f"Show {called[0]}", press_clock_in, confirm=sure)]),
    ]
    payload = answer(views.Message(pieces)).payload
    assert find_fault(payload["blocks"], "message", "/blocks") is None
    assert len(payload["blocks"]) == len(pieces)


@given(st.lists(names.map(lambda name: name.strip() or "-"), min_size=1, max_size=5, unique=True))
def test_whatever_offices_and_people_are_called_slack_opens_the_form(called: list[str]) -> None:
    offices = {f"office{place}": name for place, name in enumerate(called)}
    body: list[views.Field | views.Text | views.Note] = [
        views.Text(Markup("{}.").format(called[0])),
        views.ChoiceField(name="office", label=called[0], options=offices, chosen=["office0"]),
        views.ChoiceField(name="shown", label="Office", options=offices, expanded=True),
        views.TextField(name="name", label="Name", hint=called[0], value=called[0], longest=len(called[0])),
    ]
    view = form(views.Form("Office", "Save", "Cancel", save, body)).to_dict()
    assert find_fault(view, "view/modal", "/view") is None
    field = view["blocks"][-1]["element"]
    assert len(field["initial_value"].encode("utf-16-le")) // 2 <= field["max_length"], "nobody could send it unchanged"


def test_the_longest_comment_of_emoji_fits_its_field() -> None:
    field = views.TextField(name="comment", label="Comment", value="🌴" * LONGEST_COMMENT, longest=LONGEST_COMMENT)
    view = form(views.Form("Record", "Save", "Cancel", save, [field])).to_dict()
    assert find_fault(view, "view/modal", "/view") is None


def test_a_block_that_slack_refuses_becomes_text_and_the_others_stay() -> None:
    pieces: list[views.Piece] = [
        views.Heading("Hours"),
        views.Table("", ["Person", ""], [["Ana", "8 h"]]),
        views.Text(Markup("That is all.")),
        views.Note(Markup("")),
    ]
    payload = answer(views.Message(pieces)).payload
    assert find_fault(payload["blocks"], "message", "/blocks") is None
    assert [block["type"] for block in payload["blocks"]] == ["header", "section", "section"]
    assert "Ana · 8 h" in payload["blocks"][1]["text"]["text"]
