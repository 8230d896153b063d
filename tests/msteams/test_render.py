"""How each view looks in Teams."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from microsoft_teams.api.activities.message import MessageActivityInput

from bot.calendar.ranges import DateRange
from bot.chat import report, teams, views
from bot.chat.report_query import ReportQuery
from bot.chat.views import Button, Buttons, Chart, Confirm, Divider, Heading, Menu, Message, Note, Number, Table, Text
from bot.wording.markup import channel, code, mention, sentence
from tests.msteams.drawn import actions, card_of, parts, sent, shown

QUERY = ReportQuery(DateRange(date(2026, 11, 23), date(2026, 11, 29)))
ANA = "0a000000-0000-0000-0000-00000000000a"
NAMES = {ANA: "Ana Lima", "19:general": "General"}


def button(label: str, **how: Any) -> Button:
    return report.turn.button(label, QUERY, **how)


def drawn(*pieces: views.Piece, reader: str = "", **how: Any) -> dict[str, Any]:
    return card_of(sent(Message(pieces, **how), NAMES, reader))


def test_a_message_is_a_card_with_all_of_it_in_words() -> None:
    activity = sent(Message([Heading("Last week"), Text(sentence("{who} was in", who=mention(ANA)))]), NAMES)

    assert activity["summary"] == card_of(activity)["fallbackText"] == "Last week\nAna Lima was in"
    assert "text" not in activity  # it would be split from its card, and no id would come back
    assert MessageActivityInput.model_validate(activity).attachments


def test_text_has_a_run_for_each_look_and_an_element_for_each_line() -> None:
    said = sentence(
        "<b>{who}</b> typed {words}\n<s>09:00</s> in {where}",
        who=mention(ANA),
        words=code("in"),
        where=channel("19:general"),
    )

    first, second = drawn(Text(said))["body"]

    assert [run["text"] for run in first["inlines"]] == ["Ana Lima", " typed ", "in"]
    assert [(run.get("weight"), run.get("fontType")) for run in first["inlines"]] == [
        ("Bolder", None),
        (None, None),
        (None, "Monospace"),
    ]
    assert [run["text"] for run in second["inlines"]] == ["09:00", " in ", "General"]
    assert [run.get("strikethrough") for run in second["inlines"]] == [True, None, None]
    assert second["spacing"] == "None"


def test_a_heading_is_one_for_screen_readers_unless_markdown_could_be_in_it() -> None:
    for text in ("Last week · Mon 23 – Sun 29 Nov", "5 people are in", "Ana's records", "Zoë (Köln)"):
        (heading,) = drawn(Heading(text))["body"]
        assert (heading["type"], heading["style"], heading["text"]) == ("TextBlock", "heading", text)
    for text in ("Ana *Lima*", "[x](https://x.org)", "x.org", "1. Team", "- Team", "a_b_", "<at>Ana</at>", "a&amp;b"):
        (heading,) = drawn(Heading(text))["body"]
        assert heading["type"] == "RichTextBlock"
        assert shown({"body": [heading]}) == [text]


def test_small_print_is_small_and_a_divider_is_a_line_above_what_follows() -> None:
    note, rest = drawn(Note(Markup("small")), Divider(), Divider(), Text(Markup("below")), Divider())["body"]
    assert (note["inlines"][0]["size"], note["inlines"][0]["isSubtle"]) == ("Small", True)
    assert rest["separator"] is True


def test_a_button_hands_over_its_action_and_what_it_carries() -> None:
    (pressed,) = actions(drawn(Buttons([button("Next", style="primary")])))
    assert (pressed["type"], pressed["verb"], pressed["style"]) == ("Action.Execute", "report.turn", "positive")
    assert pressed["data"]["carries"] == report.turn.pack(QUERY)


def test_only_a_button_that_opens_a_form_opens_a_dialog() -> None:
    (opening,) = actions(drawn(Buttons([teams.new.button("New team…")])))
    assert (opening["type"], opening["data"]["msteams"]) == ("Action.Submit", {"type": "task/fetch"})
    assert (opening["data"]["opens"], opening["data"]["carries"]) == ("team.new", "null")


def test_six_buttons_are_shown_and_the_others_are_in_a_menu() -> None:
    found = actions(drawn(Buttons([button(str(number)) for number in range(8)])))
    assert [one.get("mode") for one in found] == [None] * 6 + ["secondary"] * 2


def test_a_row_has_its_button_beside_it_and_of_a_menu_the_first_item() -> None:
    for beside, modes in (
        (button("Show"), [None]),
        (Menu({"Again": report.turn, "Show": report.show_report}, QUERY), [None, "secondary"]),
    ):
        (row,) = drawn(Text(Markup("A row"), beside))["body"]
        said, pressed = row["columns"]
        assert (row["type"], said["width"], pressed["width"]) == ("ColumnSet", "stretch", "auto")
        assert [one.get("mode") for one in actions(pressed)] == modes


def test_a_question_is_hidden_until_its_button_is_pressed_and_needs_no_round_trip() -> None:
    sure = Confirm(title="Delete this?", question="Delete Ana's record?", yes="Delete it", no="Keep")
    card = drawn(
        Text(Markup("One"), button("Delete", style="danger", confirm=sure)),
        Text(Markup("Two"), button("Delete", style="danger", confirm=sure)),
    )

    questions = list(parts(card, "Container"))
    assert [question["isVisible"] for question in questions] == [False, False]
    for press, question in zip(actions(card, "Delete"), questions, strict=True):
        assert (press["type"], press["style"]) == ("Action.ToggleVisibility", "destructive")
        assert press["targetElements"] == [{"elementId": question["id"], "isVisible": True}]
        assert shown(question) == ["Delete this?", "Delete Ana's record?"]
        yes, no = actions(question)
        assert (yes["type"], yes["title"], yes["verb"]) == ("Action.Execute", "Delete it", "report.turn")
        assert no["targetElements"] == [{"elementId": question["id"], "isVisible": False}]


@pytest.mark.parametrize(("reader", "labels"), [("", []), ("somebody", []), (ANA, ["Delete"])])
def test_a_button_for_some_is_on_their_own_card_alone(reader: str, labels: list[str]) -> None:
    card = drawn(Text(Markup("Ana · 09:02"), button("Delete", only_for={ANA})), reader=reader)
    assert [one["title"] for one in actions(card)] == labels
    assert shown(card) == ["Ana · 09:02"]


def test_a_table_has_headers_figures_on_the_right_and_buttons_in_cells() -> None:
    rows: list[list[views.Cell]] = [
        [Number(20771, "Mon 23 Nov"), Number(7.5, "7 h 30 min"), "*Berlin*", button("Show")],
        [Number(20772, "Tue 24 Nov"), "", "", ""],
    ]
    (table,) = drawn(Table("Records", ["Day", "Worked", "Office", "Change"], rows))["body"]
    assert (table["type"], table["firstRowAsHeaders"]) == ("Table", True)
    assert [one.get("horizontalCellContentAlignment") for one in table["columns"]] == [None, "Right", None, None]
    header, first, second = ([shown(cell) for cell in row["cells"]] for row in table["rows"])
    assert header == [["Day"], ["Worked"], ["Office"], ["Change"]]
    assert first == [["Mon 23 Nov"], ["7 h 30 min"], ["*Berlin*"], []]
    assert second == [["Tue 24 Nov"], ["–"], ["–"], ["–"]]
    assert [one["title"] for one in actions(table)] == ["Show"]


def test_a_report_of_eighty_people_is_a_table() -> None:
    figures: list[views.Cell] = ["Wilhelmina Lima", *[Number(41.2, "41 h 10 min")] * 4]
    (part,) = drawn(Table("Worked time", ["Person", "Worked", "Days", "Breaks", "Records"], [figures] * 80))["body"]
    assert part["type"] == "Table"


@pytest.mark.parametrize(("columns", "kind"), [(6, "Table"), (7, "ColumnSet")])
def test_a_wide_table_is_better_as_rows_of_text(columns: int, kind: str) -> None:
    row = Text(Markup("09:02 – 17:30"), button("Delete"))
    (part,) = drawn(Table("Records", ["Column"] * columns, [["cell"] * columns], [row]))["body"]
    assert part["type"] == kind


def test_a_chart_has_its_figures_in_words_for_clients_without_charts() -> None:
    bars = [("Ana", Number(7.5, "7 h 30 min")), ("Ana", Number(8, "8 h"))]
    (chart,) = drawn(Chart("Hours by person", "Hours", "Hours (7.5 = 7 h 30 min)", bars))["body"]
    assert chart["data"] == [{"x": "Ana", "y": 7.5}, {"x": "Ana 2", "y": 8.0}]
    assert shown(chart["fallback"]) == ["Hours by person", "Ana · 7 h 30 min", "Ana 2 · 8 h"]


def many_records(count: int, remark: str = "x" * 150) -> Table:
    rows: list[list[views.Cell]] = [[f"{place}", button("Show"), button("Again"), remark] for place in range(count)]
    return Table("Records", ["No", "Show", "Again", "Remarks"], rows)


def test_a_table_that_is_too_large_is_in_words_and_one_with_rows_of_its_own_is_those() -> None:
    (table,) = drawn(many_records(30))["body"]
    assert table["type"] == "Table"
    header, *lines = drawn(many_records(120))["body"]
    assert shown(header) == ["No · Show · Again · Remarks"]
    assert [shown(line)[0].split(" ")[0] for line in lines] == [str(place) for place in range(120)]
    own = Table("Records", ["No"], [["x" * 900]] * 100, [Text(Markup("Short"), button("Show"))])
    assert actions(drawn(own))[0]["title"] == "Show"


@pytest.mark.parametrize(("keep_end", "first", "last"), [(False, "0 ", None), (True, None, "999 ")])
def test_of_a_message_that_is_too_large_the_first_or_last_lines_and_every_button_stay(
    keep_end: bool, first: str | None, last: str | None
) -> None:
    lines = [Text(Markup(f"{place} {'x' * 100}")) for place in range(1000)]
    pieces: list[views.Piece] = [Heading("History"), *lines, Buttons([button("Next")])]

    card = drawn(*pieces, keep_end=keep_end, left_out="{count} more rows are left out.")

    heading, *said = shown(card)
    assert heading == "History"
    told = [line for line in said if "left out" in line]
    assert told == [f"{1000 - (len(said) - 1)} more rows are left out."]
    assert said.index(told[0]) == (0 if keep_end else len(said) - 1)
    assert len(said) > 200
    assert said[0].startswith(first or "") or not first
    assert said[-1].startswith(last or "") or not last
    assert actions(card)[0]["title"] == "Next"


@settings(max_examples=10)
@given(st.data())
def test_whatever_a_message_has_it_is_small_enough(data: st.DataObject) -> None:
    text = st.builds(lambda typed, times: typed * times, st.text(max_size=20), st.sampled_from([1, 30, 700]))
    markup = st.builds(
        lambda typed, bold: sentence(bold, typed=typed), text, st.sampled_from(["{typed}", "<b>{typed}</b>\n{typed}"])
    )
    sure = st.builds(lambda question: Confirm(title=question, question=question, yes="Yes", no="No"), text)
    pressed = st.builds(lambda label, confirm: button(label, confirm=confirm), text, st.none() | sure)
    row = st.builds(lambda said, beside: Text(said, beside), markup, st.none() | pressed)
    cell = text | st.builds(Number, st.floats(allow_nan=False, allow_infinity=False), text) | pressed
    several = st.builds(lambda one, times: [one] * times, cell, st.sampled_from([1, 5, 40]))
    table = st.builds(
        lambda title, cells, others: Table(title, [title] * 3, [[one] * 3 for one in cells], others),
        text,
        several,
        st.lists(row, max_size=2),
    )
    chart = st.builds(
        lambda title, bars: Chart(title, title, title, bars),
        text,
        st.lists(st.tuples(text, st.builds(Number, st.just(1.0), text)), max_size=30),
    )
    piece = (
        row
        | st.builds(Heading, text)
        | st.builds(Note, markup)
        | st.just(Divider())
        | table
        | chart
        | st.builds(Buttons, st.lists(pressed, max_size=9))
    )
    pieces = data.draw(st.lists(piece, min_size=1, max_size=8)) * data.draw(st.sampled_from([1, 6]))

    sent(Message(pieces, keep_end=data.draw(st.booleans())))
