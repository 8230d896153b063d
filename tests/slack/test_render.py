"""What the Slack door writes itself: names, what people typed, and menus."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.calendar.ranges import DateRange
from bot.chat import report, views
from bot.chat.report_query import ReportQuery
from bot.practice.block_kit import find_fault
from bot.slack import render
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
def test_only_ids_of_slack_become_mentions(user_id: str, shown: str) -> None:
    assert mrkdwn(mention(user_id)) == shown


@given(st.text())
def test_typed_text_never_notifies_people(typed: str) -> None:
    shown = escape(typed)
    assert not {"<!", "<@", "<#", "<h"} & {shown[start : start + 2] for start in range(len(shown))}
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == typed


def test_an_option_of_a_menu_names_its_action_and_the_menu_holds_what_it_carries() -> None:
    asked = ReportQuery(DateRange(date(2026, 11, 23), date(2026, 11, 29)), ["U0ANA"])
    menu = views.Menu({"Again": report.turn, "Show": report.show_report}, asked)

    (row,) = render.answer(views.Message([views.Text(Markup("A row"), menu)])).payload["blocks"]

    assert find_fault([row], "message", "/blocks") is None
    drawn = row["accessory"]
    assert [(option["text"]["text"], option["value"]) for option in drawn["options"]] == [
        ("Again", "report.turn"),
        ("Show", "report.show_report"),
    ]
    assert report.turn.unpack(drawn["action_id"].removeprefix(render.MENU)) == asked


def _records(count: int, remark: str = "") -> views.Table:
    turn = report.turn.button("Show", ReportQuery(DateRange(date(2026, 11, 1), date(2026, 11, 30))))
    rows: list[list[views.Cell]] = [[f"{n}", turn, turn, remark] for n in range(count)]
    return views.Table(
        "Records", ["No", "Show", "Again", "Remarks"], rows, [views.Text(Markup(f"{n}"), turn) for n in range(count)]
    )


def test_every_button_in_a_table_has_an_id_of_its_own() -> None:
    (drawn,) = render.answer(views.Message([_records(100)])).payload["blocks"]
    cells = [cell for row in drawn["rows"][1:] for cell in row[1:3]]
    assert find_fault([drawn], "message", "") is None
    assert len({cell["element"]["action_id"] for cell in cells}) == len(cells) == 200
    assert cells[0]["element"]["action_id"] == "report.turn#0"
    assert "confirm" not in cells[0]["element"]


@pytest.mark.parametrize("shown", [_records(40, "x" * 600), _records(40, "🌴" * 300)])
def test_records_that_are_too_much_for_a_table_are_a_list_with_the_same_buttons(shown: views.Table) -> None:
    drawn = render.answer(views.Message([shown])).payload["blocks"]
    assert find_fault(drawn, "message", "") is None
    assert [block["accessory"]["text"]["text"] for block in drawn] == ["Show"] * 40


@pytest.mark.parametrize(
    ("readers", "kind"), [(0, "overflow"), (1, "icon_button"), (10, "icon_button"), (11, "overflow")]
)
def test_a_button_for_some_is_a_bin_for_up_to_ten_and_a_menu_for_more(readers: int, kind: str) -> None:
    sure = views.Confirm(title="Sure?", question="Delete it?", yes="Delete", no="Keep")
    asked = ReportQuery(DateRange(date(2026, 11, 23), date(2026, 11, 29)))
    shown = report.turn.button("Delete", asked, confirm=sure, only_for={f"U{n}" for n in range(readers)})

    drawn = render.answer(views.Message([views.Text(Markup("A row"), shown)])).payload["blocks"]

    assert find_fault(drawn, "message", "") is None
    element = drawn[0].get("accessory") or drawn[1]["elements"][0]
    assert (element["type"], element["confirm"]["text"]["text"]) == (kind, "Delete it?")
    assert len(element.get("visible_to_user_ids", [])) == (readers if kind == "icon_button" else 0)
