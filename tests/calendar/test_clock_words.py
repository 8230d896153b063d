"""What people type to clock in or out, and what happens to the rest of the line."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.calendar.clock_times import read_time
from bot.calendar.clock_words import Clocking, read_clocking
from bot.calendar.doubts import Doubt
from bot.calendar.typed import mention
from bot.calendar.worktime import TimeOfDay
from bot.errors import NotAnOffice, NotAPerson, NotATime, NotUnderstood, TwoPeople
from bot.reports.worked_time import Office
from storage.errors import Refusal

TODAY = date(2026, 11, 24)  # a Tuesday
OFFICES = [
    Office("T", "hq", "Berlin Mitte", "Europe/Berlin"),
    Office("T", "berlin", "Berlin", "Europe/Berlin"),
    Office("T", "x", "in", "UTC"),
]
PERSON = frozenset({Doubt.PERSON})
EIGHT_THIRTY = TimeOfDay(time(8, 30))


def read(typed: str) -> Clocking:
    return read_clocking(typed, TODAY, OFFICES)


@pytest.mark.parametrize(
    ("typed", "as_"),
    [
        ("", Clocking()),
        ("good morning", Clocking(comment="good morning")),
        ("at 8:30", Clocking(at=EIGHT_THIRTY, is_vague=True)),
        ("At 8:30 AM late train", Clocking(at=EIGHT_THIRTY, comment="late train")),
        ("in hq", Clocking(office_id="hq")),
        ("in Berlin Mitte hello", Clocking(office_id="hq", comment="hello")),
        ("in berlin hello", Clocking(office_id="berlin", comment="hello")),
        ("in berlin at 8:30 hello", Clocking(at=EIGHT_THIRTY, is_vague=True, office_id="berlin", comment="hello")),
        ("at 8:30 in hq", Clocking(at=EIGHT_THIRTY, is_vague=True, office_id="hq")),
        ("in in", Clocking(office_id="x")),
        ("@[U0BEN|ben] at 8:30 hello", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, is_vague=True, comment="hello")),
        ("@[7faf8ab2-9d1c|]", Clocking(user_id="7faf8ab2-9d1c")),
        ("at 8:30 @[U0BEN] hello", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, is_vague=True, comment="hello")),
        ("in hq @[U0BEN|ben] at 8:30", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, is_vague=True, office_id="hq")),
        ("at 8:30 in hq @[U0BEN]", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, is_vague=True, office_id="hq")),
        ("@[U0BEN] at 8:30 @[U0BEN] hello", Clocking(user_id="U0BEN", at=EIGHT_THIRTY, is_vague=True, comment="hello")),
        ("at 8:30 hello @[U0BEN]", Clocking(at=EIGHT_THIRTY, is_vague=True, comment="hello @U0BEN", doubts=PERSON)),
        ("@[U0BEN] for @[U0ANA]", Clocking(user_id="U0BEN", comment="for @U0ANA", doubts=PERSON)),
        ('"@[U0BEN] asked me to"', Clocking(comment="@U0BEN asked me to")),
        ("hello @[U0BEN]", Clocking(comment="hello @U0BEN", doubts=PERSON)),
        ("hello @[U0BEN|ben], and @[U0ANA]", Clocking(comment="hello @ben, and @U0ANA", doubts=PERSON)),
        ("@[U0BEN", Clocking(comment="@[U0BEN")),
        ("attending a course", Clocking(comment="attending a course")),
        ("inside all day", Clocking(comment="inside all day")),
        ('"in a hurry"', Clocking(comment="in a hurry")),
        ('"@home today"', Clocking(comment="@home today")),
        ("@ home", Clocking(comment="@ home")),
        ("covering for @ben", Clocking(comment="covering for @ben", doubts=PERSON)),
        ("“at last”", Clocking(comment="at last")),
        ('"at"', Clocking(comment="at")),
        ('"a" and "b"', Clocking(comment='"a" and "b"')),
        ("“a” and “b”", Clocking(comment="“a” and “b”")),
        ('"', Clocking(comment='"')),
        ('at 8:30 "in a hurry"', Clocking(at=EIGHT_THIRTY, is_vague=True, comment="in a hurry")),
    ],
)
def test_words_are_read(typed: str, as_: Clocking) -> None:
    assert read(typed) == as_


@pytest.mark.parametrize(
    ("typed", "refusal", "quoted"),
    [
        ("at", NotATime, "at"),
        ("in hq At ", NotATime, "at"),
        ("@[U0BEN] at", NotATime, "at"),
        ("in paris", NotAnOffice, "paris"),
        ("in berlinale", NotAnOffice, "berlinale"),
        ("at 8:30 in a hurry", NotAnOffice, "a"),
        ("at 8:30+99:99", NotATime, "8:30+99:99"),
        ("@benn at 8:30", NotAPerson, "@benn"),
        ("at 8:30 @benn", NotAPerson, "@benn"),
    ],
)
def test_unreadable_words_are_quoted(typed: str, refusal: type[NotUnderstood], quoted: str) -> None:
    with pytest.raises(refusal) as refused:
        read(typed)
    assert refused.value.words == quoted


@pytest.mark.parametrize("typed", ["@[U0BEN] @[U0ANA]", "@[U0BEN] at 8:30 @[U0ANA] hello"])
def test_two_people_are_refused(typed: str) -> None:
    with pytest.raises(TwoPeople):
        read(typed)


def test_of_two_offices_that_differ_in_case_the_exact_one_is_meant() -> None:
    offices = [Office("T", "hq", "Branch", "Europe/Berlin"), Office("T", "HQ", "Alley", "America/New_York")]
    for order in (offices, offices[::-1]):
        assert read_clocking("in hq", TODAY, order).office_id == "hq"
        assert read_clocking("in HQ", TODAY, order).office_id == "HQ"


@given(st.text() | st.from_regex(r"(@\[U[A-Z0-9]+\] )?(at \S+ )?(in \S+ )?(@\[U[A-Z0-9]+\] )?.*"))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        found = read(typed)
    except Refusal:
        return
    assert found.comment is None or 0 < len(found.comment) <= 2000


@pytest.mark.parametrize("name", ["ben", "", "Ben Fischer", "x]y|z", "\n"])
def test_a_person_whom_a_door_names_is_found_whatever_they_are_called(name: str) -> None:
    typed = f"{mention('U0BEN', name)} at 8:30"
    assert read(typed) == Clocking(user_id="U0BEN", at=EIGHT_THIRTY, is_vague=True)


WORDS = ["good", "morning", "bus", "the", "late", "meeting", "hello", "half", "quarter", "past", "nine", "9", "05"]
TIMES = ["8:30", "at 8:30", "17:30", "at 17:30", "5pm", "at 5 pm", "at 8", "at noon", "0830", "at 0830", "８：３０"]
TIMES += ["half past 8", "quarter past eight", "at quarter to 9", "ten to nine", "8 o'clock", "half nine", "at 9 05"]
DAYS = ["yesterday", "today", "tomorrow", "monday", "on friday", "23 Nov", "01.11.2026", "2026-11-20"]
PEOPLE = ["@[U0BEN|ben]", "@[U0ANA|ana]"]
SIGNS = [",", ".", "!", "-", "and", "\u200b", "to", ";"]


@given(st.lists(st.sampled_from([*WORDS, *TIMES, *DAYS, *PEOPLE, *SIGNS]), max_size=7).map(" ".join))
@example("at 8:30 bus at 17:30")
@example("good 23 Nov")
@example("good 0830")
@example("morning 1730")
def test_a_certain_reading_is_confirmed_by_a_second_reader(typed: str) -> None:
    try:
        found = read(typed)
    except NotUnderstood:
        return
    if found.doubts or found.until:
        return  # which is asked about
    times, days, people = second_reading(typed)
    assert times == ({found.at.time} if found.at else set())
    assert days <= {found.day or TODAY}
    assert people == ({found.user_id} if found.user_id else set())


HOURS = {"8": 8, "eight": 8, "9": 9, "nine": 9}


def second_reading(typed: str) -> tuple[set[time], set[date], set[str]]:
    """Every time, day and person anywhere in the words, found word by word."""
    people = {word[2:].partition("|")[0] for word in typed.split() if word.startswith("@[")}
    plain = typed.translate({ord("："): ":", 0x200B: None, **{0xFF10 + digit: str(digit) for digit in range(10)}})
    words = [word.strip(",;!") for word in plain.split() if not word.startswith("@[")]
    times, days = set(), set()
    for number, word in enumerate([word for word in words if word]):
        kept = [word for word in words if word]
        before = kept[number - 1] if number else ""
        after = kept[number + 1] if number + 1 < len(kept) else ""
        hour, colon, minute = word.partition(":")
        spoken = {"half": 30, "quarter": 15, "ten": 10}.get(before)
        if after in HOURS and spoken and (word == "past" or (word == "to" and before != "half")):
            minutes = HOURS[after] * 60 + (spoken if word == "past" else -spoken)
            times.add(time(*divmod(minutes, 60)))
        if word == "o'clock" and before in HOURS:
            times.add(time(HOURS[before]))
        if colon:
            times.add(time(int(hour), int(minute)))
        elif word == "noon":
            times.add(time(12))
        elif word == "0830":
            times.add(time(8, 30))
        elif word.endswith("pm") and word[:-2].isdigit():
            times.add(time(int(word[:-2]) + 12))
        elif word.isdigit() and after == "pm":
            times.add(time(int(word) + 12))
        elif word == "9" and before == "at" and after == "05":
            times.add(time(9, 5))
        elif word.isdigit() and before == "at":
            times.add(time(int(word)))
    named = {"yesterday": 1, "today": 0, "tomorrow": -1, "monday": 1, "friday": 4, "01.11.2026": 23, "2026-11-20": 4}
    days |= {TODAY - timedelta(days=named[word]) for word in words if word in named}
    if re.search(r"\b23 Nov\b", plain):
        days.add(date(2026, 11, 23))
    return times, days, people


@pytest.mark.parametrize(
    "typed",
    [
        "17:30",
        "at 17:30",
        "half past 17",
        "half past five p.m.",
        "5:30 p.m.",
        "5:30pm",
        "1730",
        "17h30",
        "17.30.",
        "１７：３０",
        "@ 17:30",
    ],
)
def test_a_form_reads_a_time_as_a_command_does(typed: str) -> None:
    assert read_time(typed) == TimeOfDay(time(17, 30))


@pytest.mark.parametrize("typed", ["", "late", "25:00", "17:30 dentist", "9-17:30"])
def test_a_form_reads_nothing_else_as_a_time(typed: str) -> None:
    with pytest.raises(NotATime):
        read_time(typed)
