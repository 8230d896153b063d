"""What is typed to start a break: the kind, how long, and when, in any order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.calendar.back_words import after_back, in_how_long, without_the_break
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.break_words import read_break
from bot.chat.everyday_words import break_line
from bot.errors import NotAPerson, NotATime, TwoPeople, UnknownBreakKind

KINDS = parse_break_kinds("break unpaid, lunch unpaid 30, coffee paid 15, Tea Time paid")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", {}),
        ("break", {"kind": "break"}),
        ("LUNCH", {"kind": "lunch"}),
        ("lunch break", {"kind": "lunch"}),
        ("my lunch break now please", {"kind": "lunch"}),
        ("tea time", {"kind": "Tea Time"}),
        ("30", {"minutes": 30}),
        ("lunch 30", {"kind": "lunch", "minutes": 30}),
        ("30 min lunch", {"kind": "lunch", "minutes": 30}),
        ("10'", {"minutes": 10}),
        ("ten minutes", {"minutes": 10}),
        ("for half an hour", {"minutes": 30}),
        ("1.5h", {"minutes": 90}),
        ("2 h 30 min", {"minutes": 150}),
        ("0", {"minutes": 0}),
        ("9999", {"minutes": 9999}),
        ("12:30", {"at": "12:30"}),
        ("at 12:30", {"at": "12:30", "says_at": True}),
        ("since 12:25", {"at": "12:25", "says_at": True}),
        ("at 1", {"at": "01:00", "says_at": True, "is_vague": True}),
        ("coffee at 1pm", {"kind": "coffee", "at": "13:00", "says_at": True}),
        ("12:30-13:00", {"at": "12:30", "until": "13:00", "says_at": True}),
        ("lunch from 12 to 1", {"kind": "lunch", "at": "12:00", "until": "13:00", "says_at": True}),
        ("1-1:30", {"at": "01:00", "until": "01:30", "says_at": True, "is_vague": True}),
        ("09:00-9:15", {"at": "09:00", "until": "09:15", "says_at": True}),
        ("until 13:00", {"until": "13:00"}),
        ("till 1", {"until": "01:00", "is_vague": True}),
        ("10 min ago", {"ago": timedelta(minutes=10), "says_at": True}),
        ("lunch 20 at 12:30", {"kind": "lunch", "minutes": 20, "at": "12:30", "says_at": True}),
        ('lunch "with @ Ana"', {"kind": "lunch", "comment": "with @ Ana"}),
        ("@[U0BEN|ben] lunch", {"user_id": "U0BEN", "kind": "lunch"}),
    ],
)
def test_a_line_is_read(typed: str, read: dict[str, Any]) -> None:
    found = read_break(typed, KINDS)
    shown = {name: getattr(found, name) for name in found.__slots__}
    shown |= {name: shown[name] and f"{shown[name].time:%H:%M}" for name in ("at", "until")}
    nothing = {"says_at": False, "is_vague": False}
    assert {name: value for name, value in shown.items() if value != nothing.get(name)} == read


@pytest.mark.parametrize(
    ("typed", "words", "likely", "as_comment"),
    [
        ("lnch", "lnch", ["lunch"], '"lnch"'),
        ("lnch 30", "lnch", ["lunch"], '"lnch 30"'),
        ("tea", "tea", [], '"tea"'),
        ("lunch with Ben", "with Ben", [], 'lunch "with Ben"'),
        ("lunch coffee", "coffee", ["coffee"], 'lunch "coffee"'),
        ("-5", "-5", [], '"-5"'),
        ("9" * 30, "9" * 30, [], f'"{"9" * 30}"'),
        ("in 10 minutes", "in 10 minutes", [], '"in 10 minutes"'),
        ('30 for "one" thing', '"one" thing', [], ""),
    ],
)
def test_words_that_are_neither_a_kind_nor_a_time_may_be_a_comment(
    typed: str, words: str, likely: list[str], as_comment: str
) -> None:
    with pytest.raises(UnknownBreakKind) as refused:
        read_break(typed, KINDS)
    error = refused.value
    assert (error.words, error.likely, error.as_comment) == (words, likely, as_comment)
    assert list(error.kinds) == ["break", "lunch", "coffee", "Tea Time"]


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("at 25:00", NotATime), ("until 9999", NotATime), ("@ghost", NotAPerson), ("@[U1|a] @[U2|b]", TwoPeople)],
)
def test_what_no_clock_shows_and_nobody_is_called_is_refused(typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_break(typed, KINDS)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("lunch", "break lunch"),
        ("Lunch!", "break Lunch"),
        ("I'm on lunch break", "break lunch break"),
        ("going for a coffee", "break coffee"),
        ("pause", "break pause"),
        ("taking a short break", "break short break"),
        ("brb", "break"),
        ("brb 10", "break 10"),
        ("brb in 10 minutes", "break 10 minutes"),
        ("I'll be back in 10", "break 10"),
        ("brb lunch", "break lunch"),
        ("lunch 12:30-13:00", "break lunch 12:30-13:00"),
        ("smoke", "break smoke"),
        ("back", "back"),
        ("I'm back", "back"),
        ("back from lunch", "back from lunch"),
        ("I’m back since 8:30", "back since 8:30"),
        ("lunch is over", "back"),
        ("back in 10", "back in 10"),
        ("lunch?", None),
        ("back?", None),
        ("coffee machine is broken", None),
        ("lunch was great", None),
        ("backup of the files", None),
        ("10", None),
        ("12:30-13:00", None),
        ("hello", None),
        ("", None),
    ],
)
def test_what_people_say_in_a_direct_message_is_a_break_only_where_it_is_clear(said: str, line: str | None) -> None:
    assert break_line(said, KINDS) == line


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("from lunch", ""),
        ("from my lunch break at 13:00", "at 13:00"),
        ("from tea time", ""),
        ("from Paris", "from Paris"),
        ("at work", ""),
        ("since 8:30", "at 8:30"),
        ("at 13:00 sorry", "at 13:00 sorry"),
    ],
)
def test_what_the_break_was_is_left_out_of_a_return(said: str, left: str) -> None:
    assert without_the_break(said, KINDS) == left


def test_a_return_to_come_is_how_long_a_break_lasts() -> None:
    assert in_how_long("in 10 minutes") == "10 minutes"
    assert in_how_long("after lunch") is None
    assert after_back("black") is None
