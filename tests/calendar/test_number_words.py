"""Numbers in letters, up to 59, are read whole, and are no minutes where they count something."""

from __future__ import annotations

import tomllib
from datetime import date, time

import pytest

from bot.calendar.clock_words import read_clocking
from bot.calendar.doubts import Doubt
from bot.calendar.number_words import Numbers
from bot.calendar.tokens import tokens_of
from bot.calendar.vocabulary import LOCALE, in_english
from tests.calendar.test_vocabulary import reading

TODAY = date(2026, 11, 24)
TAGS = ("de", "es", "fr", "pt-BR", "nl", "it")


def numbers_of(tag: str) -> Numbers:
    with (LOCALE / tag.replace("-", "_") / "words.toml").open("rb") as file:
        return Numbers(tomllib.load(file)["numbers"])


@pytest.mark.parametrize("tag", TAGS)
def test_every_number_of_minutes_has_a_name(tag: str) -> None:
    known = numbers_of(tag).known.values()
    assert {value for value in known if value < 60} == set(range(60))


@pytest.mark.parametrize(
    ("tag", "typed", "value"),
    [
        ("de", "fünfunddreißig", 35),
        ("de", "fuenfunddreissig", 35),
        ("de", "Dreißig", 30),
        ("de", "einundzwanzig", 21),
        ("de", "zwoundvierzig", 42),
        ("de", "fünf und dreißig", 35),
        ("fr", "quatre vingt", 80),
        ("es", "treinta y cinco", 35),
        ("es", "treintaicinco", 35),
        ("es", "veintitrés", 23),
        ("es", "veintitres", 23),
        ("es", "cuarenta y un", 41),
        ("es", "dieciseis", 16),
        ("fr", "trente-cinq", 35),
        ("fr", "trente cinq", 35),
        ("fr", "vingt et un", 21),
        ("fr", "vingt-et-une", 21),
        ("fr", "dix sept", 17),
        ("it", "trentacinque", 35),
        ("it", "trenta cinque", 35),
        ("it", "ventuno", 21),
        ("it", "cinquantotto", 58),
        ("it", "trentatré", 33),
        ("nl", "vijfendertig", 35),
        ("nl", "vijf en dertig", 35),
        ("nl", "tweeëntwintig", 22),
        ("nl", "tweeentwintig", 22),
        ("nl", "eenenvijftig", 51),
        ("pt-BR", "trinta e cinco", 35),
        ("pt-BR", "cinquenta e duas", 52),
        ("pt-BR", "catorze", 14),
        ("pt-BR", "dezesseis", 16),
        ("de", "null fünf", 5),
    ],
)
def test_numbers_are_read_whole_in_their_usual_spellings(tag: str, typed: str, value: int) -> None:
    tokens = tokens_of(typed)
    found = numbers_of(tag).at(tokens, 0)
    assert found is not None
    assert (found.value, found.end) == (value, len(tokens))


TIMES = {
    "de": {
        "um acht Uhr fünfunddreißig": "8:35",
        "um acht Uhr fuenfunddreissig": "8:35",
        "um siebzehn Uhr": "17:00",
        "um siebzehn Uhr dreißig": "17:30",
        "um siebzehn dreißig": "17:30",
        "um acht Uhr null fünf": "8:05",
        "um ein Uhr": "1:00",
        "um ein Uhr zwanzig": "1:20",
        "um einundzwanzig Uhr": "21:00",
        "um dreizehn Uhr und fünf Minuten": "13:05",
    },
    "es": {
        "a las ocho y treinta y cinco": "8:35",
        "a las ocho treinta y cinco": "8:35",
        "a las diecisiete treinta": "17:30",
        "a las diecisiete": "17:00",
        "a las veintitrés": "23:00",
        "a las diecisiete horas": "17:00",
        "a las ocho treinta horas": "8:30",
        "a las ocho cero cinco": "8:05",
    },
    "fr": {
        "à huit heures trente-cinq": "8:35",
        "à huit heures trente cinq": "8:35",
        "à huit heures vingt et un": "8:21",
        "à dix-huit heures": "18:00",
        "à dix huit heures": "18:00",
        "à dix-sept heures quarante cinq": "17:45",
        "à dix-sept trente": "17:30",
        "à vingt et une heures": "21:00",
    },
    "pt-BR": {
        "às oito e quarenta e cinco": "8:45",
        "às dezessete e trinta": "17:30",
        "às dezessete trinta": "17:30",
        "às dezessete horas": "17:00",
        "às vinte e três horas": "23:00",
        "às vinte e duas e trinta": "22:30",
        "às oito horas e trinta": "8:30",
    },
    "nl": {
        "om acht uur vijfendertig": "8:35",
        "om acht uur vijf en dertig": "8:35",
        "om acht uur dertig": "8:30",
        "om zeventien uur": "17:00",
        "om zeventien dertig": "17:30",
        "om drieëntwintig uur": "23:00",
    },
    "it": {
        "alle otto e trentacinque": "8:35",
        "alle diciassette e trenta": "17:30",
        "alle diciassette trenta": "17:30",
        "alle diciassette": "17:00",
        "alle ventuno e ventotto": "21:28",
        "alle ore otto e trenta": "8:30",
    },
}


@pytest.mark.parametrize(("tag", "typed"), [(tag, typed) for tag, times in TIMES.items() for typed in times])
@pytest.mark.parametrize("after", ["", ", Ana"])
def test_times_in_letters_are_those_on_the_clock(tag: str, typed: str, after: str) -> None:
    with reading(tag):
        read = read_clocking(typed + after, TODAY, None)
    assert read.at is not None
    assert read.at.time == time.fromisoformat(TIMES[tag][typed].zfill(5))
    assert (read.comment or "", read.doubts) == (after.lstrip(", "), frozenset())


@pytest.mark.parametrize(
    ("tag", "typed"),
    [
        ("de", "um acht Uhr drei Kollegen"),
        ("de", "um acht Uhr drei und zwanzig Kollegen"),
        ("de", "um acht Uhr dreißig Pakete angenommen"),
        ("es", "a las ocho y diez personas"),
        ("es", "a las ocho veinte cajas"),
        ("fr", "à huit heures dix collègues"),
        ("fr", "à huit heures vingt et un colis"),
        ("pt-BR", "às oito e dez caixas"),
        ("nl", "om acht uur drie collega's"),
        ("it", "alle otto e dieci colleghi"),
        ("de", "um siebzehn Kollegen zu treffen"),
        ("pt-BR", "as vinte caixas chegaram"),
        ("pt-BR", "às vinte e três"),  # 23:00, or 20:03
        ("es", "a las veinte y tres"),
        ("fr", "à dix huit"),
    ],
)
def test_a_number_that_may_count_something_is_asked_about(tag: str, typed: str) -> None:
    with reading(tag):
        read = read_clocking(typed, TODAY, None)
    assert Doubt.TIME in read.doubts
    assert read.at is None or read.at.time.minute == 0


@pytest.mark.parametrize(
    ("tag", "typed", "comment"),
    [
        ("de", "um acht Uhr fünfunddreißig weil Stau war", "weil Stau war"),
        ("de", "um acht Uhr dreißig - Stau", "- Stau"),
        ("es", "a las ocho y diez porque llovía", "porque llovía"),
        ("fr", "à huit heures dix avec Julie", "avec Julie"),
        ("it", "alle otto e dieci con Ana", "con Ana"),
        ("nl", "om acht uur dertig met Ben", "met Ben"),
        ("pt-BR", "às oito e dez com Ana", "com Ana"),
    ],
)
def test_what_a_number_cannot_count_is_a_comment(tag: str, typed: str, comment: str) -> None:
    with reading(tag):
        read = read_clocking(typed, TODAY, None)
    assert (read.comment, read.doubts) == (comment, frozenset())
    assert read.at is not None
    assert read.at.time.minute > 0


@pytest.mark.parametrize(
    ("typed", "figures"),
    [
        ("八時半に", "8時半に"),
        ("十七時四十五分", "17時45分"),
        ("二十一時から", "21時から"),
        ("午後一時に", "午後1時に"),
        ("九時〜十八時", "9時〜18時"),
        ("三十分前", "30分前"),
        ("十分間", "10分間"),
        ("二時間半", "2時間半"),
    ],
)
def test_japanese_numbers_say_the_same_as_figures(typed: str, figures: str) -> None:
    with reading("ja"):
        assert in_english(typed) == in_english(figures) != figures


@pytest.mark.parametrize("typed", ["一時", "一時的に", "十分です", "百二十分"])
def test_japanese_words_that_only_look_like_numbers_stay_words(typed: str) -> None:
    """For a while, for now, enough; and a number that is longer than what is known."""
    with reading("ja"):
        read = read_clocking(typed, TODAY, None)
    assert (read.comment, read.at, read.ago) == (typed, None, None)
