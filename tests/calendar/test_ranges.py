"""Ranges of days as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.calendar.ranges import parse_range
from bot.errors import EndsBeforeItBegins, NotADateRange
from bot.wording import Reader
from bot.wording.markup import plain
from bot.wording.refusals import refusal

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("", "2026-11-25", "2026-11-25"),
        ("today", "2026-11-25", "2026-11-25"),
        ("  Today ", "2026-11-25", "2026-11-25"),
        ("yesterday", "2026-11-24", "2026-11-24"),
        ("this week", "2026-11-23", "2026-11-29"),
        ("last  week", "2026-11-16", "2026-11-22"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-10-01", "2026-10-01", "2026-10-01"),
        ("2026-10-01 2026-10-31", "2026-10-01", "2026-10-31"),
        ("2026-10-01..2026-10-31", "2026-10-01", "2026-10-31"),
        ("2026-10-01 .. 2026-10-31", "2026-10-01", "2026-10-31"),
        ("2026-10-01 - 2026-10-31", "2026-10-01", "2026-10-31"),
        ("2026-10-01-2026-10-31", "2026-10-01", "2026-10-31"),
        ("2026-10-01 to 2026-10-31", "2026-10-01", "2026-10-31"),
        ("wednesday", "2026-11-25", "2026-11-25"),
        ("Thursday", "2026-11-19", "2026-11-19"),
        ("mon", "2026-11-23", "2026-11-23"),
        ("november", "2026-11-01", "2026-11-30"),
        ("december", "2025-12-01", "2025-12-31"),
        ("October 2025", "2025-10-01", "2025-10-31"),
        ("oct", "2026-10-01", "2026-10-31"),
        ("23 Nov", "2026-11-23", "2026-11-23"),
        ("Nov 23", "2026-11-23", "2026-11-23"),
        ("nov 23rd, 2025", "2025-11-23", "2025-11-23"),
        ("1st of November", "2026-11-01", "2026-11-01"),
        ("26 November", "2025-11-26", "2025-11-26"),
        ("29 feb", "2024-02-29", "2024-02-29"),
        ("01.11.2026", "2026-11-01", "2026-11-01"),
        ("1.11.", "2026-11-01", "2026-11-01"),
        ("1.11.25", "2025-11-01", "2025-11-01"),
        ("23/11/2026", "2026-11-23", "2026-11-23"),
        ("11/23/2026", "2026-11-23", "2026-11-23"),
        ("2026-W48", "2026-11-23", "2026-11-29"),
        ("2020-w53", "2020-12-28", "2021-01-03"),
        ("last 7 days", "2026-11-19", "2026-11-25"),
        ("the past 1 day", "2026-11-25", "2026-11-25"),
        ("last 2 weeks", "2026-11-09", "2026-11-22"),
        ("last 3 months", "2026-08-01", "2026-10-31"),
        ("last 11 months", "2025-12-01", "2026-10-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last friday", "2026-11-20", "2026-11-20"),
        ("last wednesday", "2026-11-18", "2026-11-18"),
        ("on Tuesday", "2026-11-24", "2026-11-24"),
        ("from 1 Nov to 5 Nov", "2026-11-01", "2026-11-05"),
        ("23 Dec - 5 Jan", "2025-12-23", "2026-01-05"),
        ("1-5 Nov", "2026-11-01", "2026-11-05"),
        ("from 28 to 30 sept 2025", "2025-09-28", "2025-09-30"),
        ("from monday to today", "2026-11-23", "2026-11-25"),
        ("between 01.11.2026 and 05.11.2026", "2026-11-01", "2026-11-05"),
        ("september to november", "2026-09-01", "2026-11-30"),
        ("2026-W47 to 2026-W48", "2026-11-16", "2026-11-29"),
        ("since Monday", "2026-11-23", "2026-11-25"),
    ],
)
def test_words_mean_days(typed: str, first: str, last: str) -> None:
    found = parse_range(typed, TODAY)
    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize(
    "typed",
    ["tomorrow?", "next", "2026-13", "2026-02-30", "2026-10-31 2026-10-01", "0000-01", "9999-99", "m", "ju", "0000",
     "26", "october monday", "monday 2026", "1 2", "2026-10-01 2026-10-02 2026-10-03", "<!channel>",
     "01/11/2026", "tomorrow", "2026-W54", "31 sept", "0 nov", "last 0 days", "30-31 Nov", "from 1 Nov", "23 nova"],
)  # fmt: skip
def test_unreadable_ranges_are_quoted(typed: str) -> None:
    with pytest.raises(NotADateRange) as refused:
        parse_range(typed, TODAY)
    assert refused.value.words == typed


@pytest.mark.parametrize(
    ("typed", "likely"),
    [
        ("lst week", ["last week"]),
        ("lastweek", ["last week"]),
        ("lats 7 days", ["last 7 days"]),
        ("octobr 2025", ["october 2025"]),
        ("23 Nvo", ["23 nov"]),
        ("since mondya", ["since monday"]),
        ("next week", []),
        ("frobnicate", []),
    ],
)
def test_a_mistyped_range_has_its_likely_meaning(typed: str, likely: list[str]) -> None:
    with pytest.raises(NotADateRange) as refused:
        parse_range(typed, TODAY)
    assert list(refused.value.likely) == likely


@pytest.mark.parametrize(
    ("typed", "swapped"),
    [
        ("2026-11-20..2026-11-10", "2026-11-10 to 2026-11-20"),
        ("2026-11-20 to 2026-11-10", "2026-11-10 to 2026-11-20"),
        ("2026-11-20 2026-11-10", "2026-11-10 to 2026-11-20"),
        ("5 Nov to 1 Nov", "2026-11-01 to 2026-11-05"),
    ],
)
def test_a_range_typed_backwards_is_suggested_the_other_way(typed: str, swapped: str) -> None:
    with pytest.raises(EndsBeforeItBegins) as refused:
        parse_range(typed, TODAY)
    reader = Reader("", datetime(2026, 11, 25, tzinfo=UTC), in_chat=False)
    assert plain(refusal(refused.value, reader)) == f'"{typed}" ends before it begins. Did you mean "{swapped}"?'


@given(st.text() | st.from_regex(r"\d{4}-\d{2}(-\d{2})?( (to )?\d{4}-\d{2}-\d{2})?", fullmatch=True), st.dates())
@example("last month", date(1, 1, 1))
@example("yesterday", date(1, 1, 1))
@example("tomorrow", date(9999, 12, 31))
@example("last 3 months", date(1, 1, 1))
@example("29 feb", date(3, 1, 1))
@example("since 2027", date(2026, 1, 1))
@example("this week", date(9999, 12, 31))
def test_any_text_on_any_day_is_a_range_in_order_or_refused(typed: str, today: date) -> None:
    try:
        found = parse_range(typed, today)
    except NotADateRange:
        return
    assert found.first <= found.last
    assert found.days == (found.last - found.first).days + 1
