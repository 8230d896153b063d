"""Words in the reader's language are read as the English that means the same. Comments stay as they are typed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.break_kinds import DEFAULT
from bot.calendar.break_words import read_break
from bot.calendar.clock_times import read_time
from bot.calendar.clock_words import read_clocking
from bot.calendar.doubts import Doubt
from bot.calendar.ranges import find_range, parse_range
from bot.calendar.vocabulary import LOCALE, codes, command_in, commands_within, in_english, spoken_line, typed_words
from bot.calendar.words import words_of
from bot.chat import everyday_words
from bot.chat.features import router
from bot.errors import NotADateRange, NotATime
from bot.wording.catalogue import ENGLISH, Language, reading_in
from tests.chat.typed_clocking_rows import ROWS as ENGLISH_ROWS
from tests.chat.typed_word_rows import ROWS

TODAY = date(2026, 11, 24)  # a Tuesday
TAGS = ("de", "es", "fr", "pt-BR", "nl", "it", "ja")
ENGLISH_LINES = [
    *(row.typed for row in ENGLISH_ROWS),
    *(
        "in",
        "out",
        "break",
        "back",
        "clock me in at 8:30",
        "lunch 30",
        "brb 10",
        "done for today",
        "I'm back since 8:30",
    ),
    *(
        "in at 9, out at 12",
        "add 9 out 12",
        "in yesterday 9 out 5 stocktaking",
        "2 h 30 min",
        "1 h 30 min ago",
        "so late",
    ),
    *("report last week", "report from 1 Nov to 5 Nov", "report 1-5 nov", "last friday", "since monday", "do 9-12"),
    *(
        "who is in?",
        "undo that",
        "reminders off",
        "what are my hours",
        "I want to go to the die shop",
        "over 10 minutes",
    ),
    *(
        "a fur coat",
        "sign last month",
        "settings",
        "help",
        "status",
        "mine 2026",
        "history yesterday",
        "9 am",
        "am i in",
        "i am in",
        "report mon",
        "mon 9-12",
    ),
]
NOTES = ["", "Stau", "東京", "reunión", "trein", "Zahnarzt, danach Büro", "#4711"]


@contextmanager
def reading(tag: str) -> Iterator[None]:
    with reading_in(Language(tag, ENGLISH.locale, NullTranslations())):
        yield


def test_every_language_has_a_table() -> None:
    assert {code.replace("_", "-") for code in codes()} == set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_english_lines_are_the_same_for_readers_of_every_language(tag: str) -> None:
    with reading(tag):
        for line in ENGLISH_LINES:
            assert [word.form for word in typed_words(line)] == [word.form for word in words_of(line)], line
            assert command_in(line) is None, line
            assert list(commands_within(line)) == [], line
            assert in_english(line) == line


@given(st.text(max_size=60))
def test_nothing_is_changed_for_readers_of_english(text: str) -> None:
    assert typed_words(text) == words_of(text)
    assert in_english(text) == text
    assert command_in(text) is None


@pytest.mark.parametrize("tag", TAGS)
@given(text=st.text(max_size=60))
def test_any_text_is_read_and_each_word_has_its_place(tag: str, text: str) -> None:
    with reading(tag):
        starts = [word.start for word in typed_words(text)]
        line = spoken_line(text)
    assert starts == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)
    assert all(0 <= line.place(at) <= len(text) for at in range(len(line.english) + 1))


@pytest.mark.parametrize("tag", TAGS)
def test_words_of_a_language_are_known_to_its_readers_alone(tag: str) -> None:
    for rows in ROWS[tag].values():
        for typed, _english in rows:
            assert in_english(typed) == typed
            assert command_in(typed) is None
    with reading("ja" if tag != "ja" else "de"):
        assert not any(command_in(typed) for rows in ROWS[tag].values() for typed, _english in rows)


TIMES = {
    "de": {
        "um 8:30": "at 8:30",
        "um halb neun": "at half past 8",
        "um 17 Uhr": "at 17 o'clock",
        "um Viertel nach 8": "at quarter past 8",
        "vor 10 Minuten": "10 minutes ago",
        "um 5 Uhr nachmittags": "at 5 pm",
    },
    "es": {"a las 8:30": "at 8:30", "a las nueve y media": "at half past 9", "hace media hora": "half an hour ago"},
    "fr": {"à 8h30": "at 8h30", "à 9 h moins le quart": "at quarter to 9", "il y a 10 minutes": "10 minutes ago"},
    "pt-BR": {"às 8h30": "at 8h30", "às oito e meia": "at half past 8", "há 10 minutos": "10 minutes ago"},
    "nl": {"om 8:30": "at 8:30", "om half negen": "at half past 8", "10 minuten geleden": "10 minutes ago"},
    "it": {"alle 8:30": "at 8:30", "alle otto e mezza": "at half past 8", "un'ora fa": "an hour ago"},
    "ja": {"8時半に": "at 8:30", "8時30分": "8:30", "10分前": "10 minutes ago"},
}
DAYS = {
    "de": {"": "", "gestern": "yesterday", "am Montag": "on monday", "am 3. März": "on 3 march"},
    "es": {"": "", "ayer": "yesterday", "el lunes": "monday", "el 3 de marzo": "3 march"},
    "fr": {"": "", "hier": "yesterday", "lundi": "monday", "le 3 mars": "3 march"},
    "pt-BR": {"": "", "ontem": "yesterday", "na segunda-feira": "monday", "3 de março": "3 march"},
    "nl": {"": "", "gisteren": "yesterday", "op maandag": "on monday", "3 maart": "3 march"},
    "it": {"": "", "ieri": "yesterday", "lunedì": "monday", "il 3 marzo": "3 march"},
    "ja": {"": "", "昨日": "yesterday", "月曜日に": "monday", "3月3日": "3 mar"},
}


@pytest.mark.parametrize("tag", TAGS)
@given(data=st.data())
def test_times_days_and_comments_are_read_as_in_english(tag: str, data: st.DataObject) -> None:
    """In any order, with any comment after them."""
    time, day = data.draw(st.sampled_from([*TIMES[tag]])), data.draw(st.sampled_from([*DAYS[tag]]))
    is_day_first, note = data.draw(st.booleans()), data.draw(st.sampled_from(NOTES))
    typed = [day, time, note] if is_day_first else [time, day, note]
    english = [DAYS[tag][day], TIMES[tag][time], note] if is_day_first else [TIMES[tag][time], DAYS[tag][day], note]
    expected = read_clocking(" ".join(filter(None, english)), TODAY, None)
    with reading(tag):
        assert read_clocking(" ".join(filter(None, typed)), TODAY, None) == expected


@pytest.mark.parametrize(
    ("tag", "typed", "comment", "doubt"),
    [
        ("de", "um 9 Pause mit Ben, dann gestern um 8", "Pause mit Ben, dann gestern um 8", Doubt.DAY),
        ("de", "vorgestern um 9", "vorgestern um 9", Doubt.DAY),
        ("de", "gegen 9", "gegen 9", Doubt.TIME),
        ("de", "krank", "krank", Doubt.AWAY),
        ("de", "noch nicht", "noch nicht", Doubt.NO),
        ("de", "raus", "raus", Doubt.COMMAND),
        ("es", "mañana reunión", "mañana reunión", Doubt.DAY),
        ("es", "sobre las 9", "sobre las 9", Doubt.TIME),
        ("fr", "vers 9h", "vers 9h", Doubt.TIME),
        ("fr", "avant-hier", "avant-hier", Doubt.DAY),
        ("pt-BR", "anteontem às 9", "anteontem às 9", Doubt.DAY),
        ("nl", "vanmiddag", "vanmiddag", Doubt.DAY),
        ("it", "verso le 9", "verso le 9", Doubt.TIME),
        ("ja", "17時ごろ", "17時ごろ", Doubt.TIME),
        ("ja", "会議は明日", "会議は明日", None),
    ],
)
def test_what_may_be_more_than_a_comment_is_in_doubt(tag: str, typed: str, comment: str, doubt: Doubt | None) -> None:
    with reading(tag):
        read = read_clocking(typed, TODAY, None)
    assert read.comment == comment
    assert doubt is None or doubt in read.doubts


@pytest.mark.parametrize(
    ("tag", "typed"),
    [
        ("de", "guten Morgen zusammen"),
        ("de", "um zu helfen"),
        ("de", "so viel wie die anderen"),
        ("de", "so, da bin ich, am Flughafen"),
        ("fr", "mon train"),
        ("es", "buenos días"),
        ("fr", "avec Julie de la compta"),
        ("it", "con Ana da casa"),
        ("nl", "om te helpen"),
        ("ja", "今日子さんと明日香さん"),
    ],
)
def test_other_words_are_a_comment(tag: str, typed: str) -> None:
    with reading(tag):
        read = read_clocking(typed, TODAY, None)
    assert (read.comment, read.doubts, read.at, read.day) == (typed, frozenset(), None, None)


@pytest.mark.parametrize(
    ("tag", "typed", "english"),
    [
        ("de", "Mittagspause 30", "lunch 30"),
        ("de", "eine halbe Stunde", "half an hour"),
        ("de", "von 12:30 bis 13 Uhr", "12:30-13"),
        ("es", "almuerzo de 13 a 14", "lunch 13-14"),
        ("fr", "pause déjeuner jusqu'à 13h", "lunch until 13h"),
        ("fr", "pause une heure et demie", "pause 90 minutes"),
        ("pt-BR", "almoço das 12:30 às 13:00", "lunch 12:30-13:00"),
        ("nl", "een kwartier", "15 minutes"),
        ("it", "pausa pranzo dalle 12:30 alle 13", "lunch 12:30-13"),
        ("ja", "昼休み12時〜13時", "lunch 12:00-13:00"),
        ("ja", "1時間半", "90 minutes"),
    ],
)
def test_breaks_are_read_as_in_english(tag: str, typed: str, english: str) -> None:
    expected = read_break(english, DEFAULT)
    with reading(tag):
        assert read_break(typed, DEFAULT) == expected


@pytest.mark.parametrize(
    ("tag", "typed", "english"),
    [
        ("de", "letzte Woche", "last week"),
        ("de", "vom 1. bis 5. November", "1-5 november"),
        ("de", "seit Montag", "since monday"),
        ("de", "Oktober 2025", "october 2025"),
        ("es", "del 1 al 5 de noviembre", "1-5 november"),
        ("es", "los últimos 7 días", "last 7 days"),
        ("fr", "du 1er au 5 novembre", "1-5 november"),
        ("fr", "l'année dernière", "last year"),
        ("pt-BR", "12 de out", "12 oct"),
        ("pt-BR", "mês passado", "last month"),
        ("nl", "van 1 t/m 5 november", "1-5 november"),
        ("it", "lo scorso mese", "last month"),
        ("ja", "先月", "last month"),
        ("ja", "２０２６年１０月", "2026-10"),
        ("ja", "月曜から火曜まで", "monday to tuesday"),
    ],
)
def test_ranges_are_read_as_in_english(tag: str, typed: str, english: str) -> None:
    expected = parse_range(english, TODAY)
    with reading(tag):
        assert parse_range(typed, TODAY) == expected


@pytest.mark.parametrize(
    ("tag", "typed"), [("de", "so"), ("fr", "mar"), ("pt-BR", "12 out"), ("pt-BR", "marco"), ("nl", "afgelopen week")]
)
def test_words_with_another_meaning_are_no_range(tag: str, typed: str) -> None:
    before = find_range(typed, TODAY)
    with reading(tag):
        assert find_range(typed, TODAY) == before


def test_a_misspelled_range_is_suggested_in_the_readers_words() -> None:
    with reading("de"), pytest.raises(NotADateRange) as refused:
        parse_range("lezte woche", TODAY)
    assert refused.value.likely == ["letzte woche"]


def test_a_time_that_no_clock_shows_is_refused() -> None:
    for tag, typed in (("de", "um 25 Uhr"), ("es", "a las 8:75"), ("it", "alle 25")):
        with reading(tag), pytest.raises(NotATime):
            read_clocking(typed, TODAY, None)


def test_times_in_forms_are_read_too() -> None:
    expected = read_time("17:30")
    with reading("de"):
        assert read_time("17 Uhr 30") == expected


PLACES = re.compile(r"\{(?:\d+[+-])?([a-z]+)(?:[+-]\d+)?\}")


@pytest.mark.parametrize("tag", TAGS)
def test_a_table_says_each_phrase_once_in_lower_case(tag: str) -> None:
    with (LOCALE / tag.replace("-", "_") / "words.toml").open("rb") as file:
        table = tomllib.load(file)
    assert table.keys() <= {"fillers", "purpose", "sounds_like_a_time", "numbers", "first", "alone", "words", "times"}
    for part in ("first", "alone", "words", "times"):
        said = [phrase for phrases in table.get(part, {}).values() for phrase in phrases]
        assert all(phrase == phrase.lower() and phrase.split() for phrase in said)
        for english, phrases in table.get(part, {}).items():
            for phrase in phrases:
                assert {one[0] for one in PLACES.findall(english)} <= {one[0] for one in PLACES.findall(phrase)}, phrase
    twice = [
        phrase
        for phrase in table["words"]
        for other in table["words"]
        if phrase < other
        if set(table["words"][phrase]) & set(table["words"][other])
    ]
    assert twice == []


@pytest.mark.parametrize("tag", TAGS)
def test_every_command_is_one_in_english(tag: str) -> None:
    """None that the bot doesn't know: a line begins with each."""
    known = router().words
    with (LOCALE / tag.replace("-", "_") / "words.toml").open("rb") as file:
        table = tomllib.load(file)
    for english in {*table["first"], *table["alone"]}:
        word = english.partition(" ")[0].rstrip("?")
        line = everyday_words.as_line(english) or everyday_words.break_line(english, DEFAULT)
        said = everyday_words.begins_or_ends(english) or everyday_words.topic_of(english)
        assert word in known or line or said or word in ("hi", "i"), english
