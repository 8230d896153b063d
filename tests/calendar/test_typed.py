"""What people type after a command, and what becomes of the rest."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.typed import Clocking, mention, office_in, parse_clocking, people_in
from bot.calendar.worktime import TimeOfDay
from bot.errors import NotAnOffice, NotAPerson, NotATime, NotUnderstood
from bot.reports.worked_time import Office
from storage.errors import Refusal

OFFICES = [
    Office("T", "hq", "Berlin Mitte", "Europe/Berlin"),
    Office("T", "berlin", "Berlin", "Europe/Berlin"),
    Office("T", "x", "in", "UTC"),
]
EIGHT_THIRTY = TimeOfDay(time(8, 30))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", Clocking()),
        ("good morning", Clocking(comment="good morning")),
        ("at 8:30", Clocking(at=EIGHT_THIRTY)),
        ("At 8:30 AM late train", Clocking(at=EIGHT_THIRTY, comment="late train")),
        ("in hq", Clocking(office_id="hq")),
        ("in Berlin Mitte hello", Clocking(office_id="hq", comment="hello")),
        ("in berlin hello", Clocking(office_id="berlin", comment="hello")),
        ("in berlin at 8:30 hello", Clocking(at=EIGHT_THIRTY, office_id="berlin", comment="hello")),
        ("at 8:30 in hq", Clocking(at=EIGHT_THIRTY, office_id="hq")),
        ("in in", Clocking(office_id="x")),
        ("@[U0BEN|ben] at 8:30 hello", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, comment="hello")),
        ("@[7faf8ab2-9d1c|]", Clocking(user_id="7faf8ab2-9d1c")),
        ("at 8:30 @[U0BEN] hello", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, comment="hello")),
        ("in hq @[U0BEN|ben] at 8:30", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, office_id="hq")),
        ("at 8:30 in hq @[U0BEN]", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, office_id="hq")),
        ("@[U0BEN] at 8:30 @[U0BEN] hello", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, comment="hello")),
        ("at 8:30 hello @[U0BEN]", Clocking(at=EIGHT_THIRTY, comment="hello @U0BEN")),
        ("@[U0BEN] for @[U0ANA]", Clocking(user_id="U0BEN", comment="for @U0ANA")),
        ('"@[U0BEN] asked me to"', Clocking(comment="@U0BEN asked me to")),
        ("hello @[U0BEN]", Clocking(comment="hello @U0BEN")),
        ("hello @[U0BEN|ben], and @[U0ANA]", Clocking(comment="hello @ben, and @U0ANA")),
        ("@[U0BEN", Clocking(comment="@[U0BEN")),
        ("attending a course", Clocking(comment="attending a course")),
        ("inside all day", Clocking(comment="inside all day")),
        ('"in a hurry"', Clocking(comment="in a hurry")),
        ('"@home today"', Clocking(comment="@home today")),
        ("@ home", Clocking(comment="@ home")),
        ("covering for @ben", Clocking(comment="covering for @ben")),
        ("“at last”", Clocking(comment="at last")),
        ('"at"', Clocking(comment="at")),
        ('"a" and "b"', Clocking(comment='"a" and "b"')),
        ("“a” and “b”", Clocking(comment="“a” and “b”")),
        ('"', Clocking(comment='"')),
        ('at 8:30 "in a hurry"', Clocking(at=EIGHT_THIRTY, comment="in a hurry")),
    ],
)
def test_words_are_read(typed: str, read: Clocking) -> None:
    assert parse_clocking(typed, "/clockin", OFFICES) == read


@pytest.mark.parametrize(
    ("typed", "refusal", "quoted"),
    [
        ("at noon", NotATime, "noon"),
        ("at", NotATime, "at"),
        ("in hq At ", NotATime, "At"),
        ("@[U0BEN] at", NotATime, "at"),
        ("in paris", NotAnOffice, "paris"),
        ("in berlinale", NotAnOffice, "berlinale"),
        ("in", NotAnOffice, ""),
        ("at 8:30 in a hurry", NotAnOffice, "a"),
        ("at 8:30+99:99", NotATime, "8:30+99:99"),
        ("@benn at 8:30", NotAPerson, "@benn"),
        ("at 8:30 @benn", NotAPerson, "@benn"),
        ("@[U0BEN] @[U0ANA]", NotUnderstood, "more than one person"),
        ("@[U0BEN] at 8:30 @[U0ANA] hello", NotUnderstood, "more than one person"),
    ],
)
def test_what_can_not_be_read_is_quoted(typed: str, refusal: type[NotUnderstood], quoted: str) -> None:
    with pytest.raises(refusal) as refused:
        parse_clocking(typed, "/clockin", OFFICES)
    assert refused.value.words == quoted


def test_of_two_offices_that_differ_in_case_the_one_typed_to_the_letter_is_meant() -> None:
    offices = [Office("T", "hq", "Branch", "Europe/Berlin"), Office("T", "HQ", "Alley", "America/New_York")]
    for order in (offices, offices[::-1]):
        assert parse_clocking("in hq", "/clockin", order).office_id == "hq"
        assert parse_clocking("in HQ", "/clockin", order).office_id == "HQ"


@given(st.text() | st.from_regex(r"(@\[U[A-Z0-9]+\] )?(at \S+ )?(in \S+ )?(@\[U[A-Z0-9]+\] )?.*"))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        read = parse_clocking(typed, "/clockin", OFFICES)
    except Refusal:
        return
    assert read.comment is None or 0 < len(read.comment) <= 2000


def test_people_and_an_office_are_found_among_the_words_of_a_report() -> None:
    assert people_in("last @[U0A|ana] week @[U0B] @[U0A]") == (["U0A", "U0B"], "last week")
    office, rest = office_in("last week in berlin mitte", "/attendance report", OFFICES)
    assert (office and office.office_id, rest) == ("hq", "last week")
    assert office_in("in berlin", "/attendance report", OFFICES)[1] == ""
    assert office_in("last week", "/attendance report", OFFICES) == (None, "last week")


@pytest.mark.parametrize("name", ["ben", "", "Ben Fischer", "x]y|z", "\n"])
def test_a_person_whom_a_door_names_is_found_whatever_they_are_called(name: str) -> None:
    typed = f"{mention('U0BEN', name)} at 8:30"
    assert parse_clocking(typed, "/clockin", OFFICES) == Clocking(user_id="U0BEN", at=EIGHT_THIRTY)
