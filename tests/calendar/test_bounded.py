"""However much somebody types, reading it takes a moment: others wait meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from difflib import SequenceMatcher
from time import process_time
from unittest.mock import Mock

import pytest

from bot.calendar import vocabulary, words
from bot.calendar.clock_times import read_time
from bot.calendar.clock_words import read_clocking
from bot.calendar.ranges import parse_range
from bot.calendar.typed import mention, office_in, one_person_in, people_in
from bot.calendar.words import ALIKE, alike, words_of
from bot.chat import direct_messages
from bot.errors import NotADateRange
from bot.slack.typed_text import as_typed
from bot.wording.catalogue import ENGLISH, Language, reading_in
from storage.errors import Refusal
from storage.offices import Office

TODAY = date(2026, 11, 25)
OFFICES = [Office("hq", "Berlin Mitte", "Europe/Berlin", "UTC")]
LONGEST = 40_000  # characters of a message


@pytest.mark.parametrize("typed", [" ".join(f"w{number}" for number in range(320)), "a " * 20_000, "a" * LONGEST])
def test_a_long_line_is_compared_with_nothing(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(words, "SequenceMatcher", None)
    with pytest.raises(NotADateRange) as refused:
        parse_range(typed, TODAY)
    assert refused.value.likely == []


@pytest.mark.parametrize(("word", "known"), [("a" * LONGEST, "yesterday"), ("ab", "yesterday"), ("", "today")])
def test_words_of_very_different_length_are_not_compared(
    monkeypatch: pytest.MonkeyPatch, word: str, known: str
) -> None:
    assert SequenceMatcher(None, word, known, autojunk=False).ratio() < ALIKE
    monkeypatch.setattr(words, "SequenceMatcher", None)
    assert alike(word, known) == 0.0


READERS: dict[str, Callable[[str], object]] = {
    "a range": lambda text: parse_range(text, TODAY),
    "a clock-in": lambda text: read_clocking(text, TODAY, OFFICES),
    "a time": read_time,
    "an office": lambda text: office_in(text, OFFICES),
    "people": people_in,
    "one person": one_person_in,
    "words": words_of,
    "Slack's notation": as_typed,
    "a comment": direct_messages._reasoned,
    "in": direct_messages._IN.match,
    "a greeting": direct_messages._GREETING.fullmatch,
}
REPEATED = [
    "a",
    " ",
    "1",
    ".",
    "!",
    "\n",
    "\n ",
    "@[",
    "@[a|",
    "<@U1|",
    "<#C1|",
    "<http:a|",
    "in ",
    "to ",
    "a ",
    "é",
    "1 ",
    ".. ",
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("repeated", REPEATED)
def test_the_longest_message_is_read_in_a_moment(reader: str, repeated: str) -> None:
    middle = (repeated * LONGEST)[:LONGEST]
    for text in (middle, f"in a{middle}b", f"in {middle}\n?x"):
        began = process_time()
        with suppress(Refusal):
            READERS[reader](text)
        assert process_time() - began < 1


@pytest.mark.parametrize("tag", ["de", "ja"])
@pytest.mark.parametrize("repeated", ["um ", "rein ", "von 9 bis ", "今", "9時", "出勤 ", "。", "!", "あ"])
def test_no_language_takes_longer_to_read(tag: str, repeated: str) -> None:
    with reading_in(Language(tag, ENGLISH.locale, ENGLISH.messages)):
        for length in (vocabulary.LONGEST, LONGEST):
            began = process_time()
            for reader in (vocabulary.typed_words, vocabulary.in_english, vocabulary.command_in):
                reader((repeated * length)[:length])
            list(vocabulary.commands_within((repeated * length)[:length]))
            assert process_time() - began < 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("at 8:30 because the train was late.", "at 8:30 the train was late"),
        (", 1.11.", "1.11."),
        ("1.11.!", "1.11."),
        ("8:30 !", "8:30"),
        ("good morning ...", "good morning"),
    ],
)
def test_the_end_of_a_message_is_not_read_as_a_word(words: str, said: str) -> None:
    assert direct_messages._reasoned(words) == said


def test_a_mention_is_read_again_however_long_the_name() -> None:
    assert one_person_in(f"{mention('U0BEN', 'b' * 500)} today") == ("U0BEN", "today")


def test_a_long_comment_is_searched_once_for_each_office(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(wraps=words_of)
    monkeypatch.setattr(words, "words_of", read)
    offices = [Office("T0", f"o{number}", f"Office {number}", "UTC") for number in range(100)]

    found = read_clocking("a " * 900 + "office 7 office 71", TODAY, offices)

    assert found.likely_office == "o7"
    assert read.call_count <= 2 * len(offices) + 1
