"""People type in their own language: each line does what its English equivalent does, and keeps its comment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import NullTranslations

import pytest

from bot.calendar.break_kinds import parse_break_kinds
from bot.chat.refused import refused
from bot.chat.views import Form, Message, Outcome
from bot.people import teams_and_offices
from bot.wording.catalogue import ENGLISH, Language
from bot.workspaces import workspace_settings
from storage.errors import Refusal
from tests.builders import ADMIN, workplace
from tests.chat.conftest import ANA, PlainDoor, fields_of, labels, shown
from tests.chat.typed_word_rows import ASKED, ROWS, SITUATIONS
from tests.conftest import Clock

LANGUAGES = {tag: Language(tag, ENGLISH.locale, NullTranslations()) for tag in ROWS}
"""Answers stay English, so that they can be compared."""


def test_the_tables_are_long_enough() -> None:
    for tag, rows in ROWS.items():
        assert sum(map(len, rows.values())) >= 40, tag
        assert len(ASKED[tag]) >= 8, tag
        assert set(rows) == set(SITUATIONS), tag


@pytest.mark.parametrize("tag", ROWS)
async def test_a_line_does_what_its_english_equivalent_does(door: PlainDoor, clock: Clock, tag: str) -> None:
    await set_up(door, clock)
    compared = {
        (situation, typed): (f"U{at}A", f"U{at}B", english)
        for situation, rows in ROWS[tag].items()
        for at, (typed, english) in enumerate(rows, start=100 * SITUATIONS.index(situation))
    }
    by_situation = {
        situation: [
            one for (where, _typed), (a, b, _english) in compared.items() if where == situation for one in (a, b)
        ]
        for situation in SITUATIONS
    }
    await situate(door, clock, by_situation)
    differ = {}
    for situation in SITUATIONS:
        clock.set(NOW[situation])
        for (where, typed), (one, other, english) in compared.items():
            if where != situation:
                continue
            door.language = LANGUAGES[tag]
            said = await outcome_of(door, one, typed)
            door.language = ENGLISH
            expected = read(await outcome_of(door, other, english), other)
            is_done = expected[0][0].startswith("✅")
            if is_done and labels(said)[-1:] and labels(said)[-1].endswith(AS_COMMENT):
                said = await door.press(one, said, labels(said)[-1])  # which English does without asking
            if (native := read(said, one)) != expected:
                differ[typed] = (native, expected)
    assert differ == {}


@pytest.mark.parametrize("tag", ROWS)
@pytest.mark.parametrize("situation", ["away", "in"])
async def test_what_could_mean_something_else_records_nothing(
    door: PlainDoor, clock: Clock, tag: str, situation: str
) -> None:
    people = [f"U{at}A" for at, _line in enumerate(ASKED[tag])]
    await set_up(door, clock)
    await situate(door, clock, {"away": [], "on a break": [], "in": [], situation: people})
    clock.set(NOW[situation])
    recorded = {}
    for user_id, typed in zip(people, ASKED[tag], strict=True):
        door.language = ENGLISH
        before = await door.say(user_id, "status")
        door.language = LANGUAGES[tag]
        said = await answer(door, user_id, typed)
        door.language = ENGLISH
        if shown(before) != shown(await door.say(user_id, "status")):
            recorded[typed] = said
    assert recorded == {}


@pytest.mark.parametrize(
    ("tag", "half_read", "comment"),
    [
        ("de", "um acht Uhr fünfunddreißig Kollegen", "um 8:30 Stau auf der A7"),
        ("es", "a las ocho y treinta y cinco personas", "a las 8:30 reunión con clientes"),
        ("fr", "à huit heures quarante cinq colis", "à 8h30 réunion avec les clients"),
        ("pt-BR", "às oito e quarenta e cinco caixas", "às 8:30 reunião com clientes"),
        ("nl", "om acht uur dertig pakketten", "om 8:30 file op de A2"),
        ("it", "alle otto e cinquanta pacchi", "alle 8:30 riunione con i clienti"),
    ],
)
async def test_after_a_command_only_what_sounds_like_a_time_is_asked_about(
    door: PlainDoor, clock: Clock, tag: str, half_read: str, comment: str
) -> None:
    """What follows `/clockin` is a time and a comment, and no sentence about something else."""
    await set_up(door, clock)
    clock.set(NOW["away"])
    door.language = LANGUAGES[tag]
    asked = await door.type(ANA, f"clockin {half_read}")
    assert not any(said.startswith("✅") for said in shown(asked))
    assert shown(await door.type(ANA, f"clockin {comment}"))[0].startswith("✅ Clocked in at 08:30.")


@pytest.mark.parametrize("tag", ["de", "es", "fr", "ja"])
async def test_words_of_another_language_are_read_as_before(door: PlainDoor, clock: Clock, tag: str) -> None:
    """Those of an English reader are no commands."""
    lines = [typed for rows in ROWS[tag].values() for typed, english in rows if typed.lower()[:3] != english[:3]]
    lines = [line for line in lines if not line.lower().startswith(("pause", "danke"))]
    door.language = ENGLISH
    done = [line for line in lines if "✅" in str(await answer(door, ANA, line))]
    assert done == []


@pytest.mark.parametrize(
    ("tag", "typed", "line"),
    [
        ("de", "berict letzte woche", "report letzte woche"),
        ("de", "bericht lezte woche", "report letzte woche"),
        ("es", "informe la semana pasda", "report la semana pasada"),
        ("it", "resoconto setimana scorsa", "report settimana scorsa"),
    ],
)
async def test_a_misspelled_line_is_offered_in_the_readers_words(
    door: PlainDoor, tag: str, typed: str, line: str
) -> None:
    door.language = LANGUAGES[tag]
    offered = await door.refusing(ANA, door.say(ANA, typed))
    door_line = await door.say(ANA, line)
    assert shown(await door.press(ANA, offered, labels(offered)[0])) == shown(door_line)


@pytest.mark.parametrize(
    ("tag", "typed", "line"),
    [
        ("de", "rien um 8", "rein um 8"),
        ("de", "Einstempln um halb neun", "einstempeln um halb neun"),
        ("es", "pasua", "pausa"),
        ("de", "berict lezte woche", "bericht letzte woche"),
        ("de", "reprot gestern", "report gestern"),
    ],
)
async def test_a_misspelled_command_is_quoted_as_the_reader_types_it(
    door: PlainDoor, tag: str, typed: str, line: str
) -> None:
    door.language = LANGUAGES[tag]
    offered = await outcome_of(door, ANA, typed)
    assert shown(offered) == [f'⚠️ Did you mean "{line}"?']


async def test_a_misspelled_command_does_what_it_is_offered_as(door: PlainDoor, clock: Clock) -> None:
    await set_up(door, clock)
    clock.set(NOW["away"])
    door.language = LANGUAGES["de"]
    offered = await outcome_of(door, ANA, "rien um 8")
    assert shown(await door.press(ANA, offered, "Clock in"))[0] == "✅ Clocked in at 08:00."


@pytest.mark.parametrize(
    ("tag", "typed", "quoted", "command"),
    [
        ("de", "rein um acht Uhr drei Kollegen", "um acht Uhr drei Kollegen", "in at 8:30"),
        ("de", "rein um dreiviertel neun", "um dreiviertel neun", "in at 8:30"),
        ("de", "raus vor einer Viertelstunde", "vor einer Viertelstunde", "out at 17:30"),
        ("es", "entrada a las ocho y pico", "a las ocho y pico", "in at 8:30"),
        ("fr", "arrivée à dix huit", "arrivée à dix huit", "in at 8:30"),
        ("pt-BR", "entrada às vinte e três", "entrada às vinte e três", "in at 8:30"),
        ("pt-BR", "entrada às oito e dez caixas", "às oito e dez caixas", "in at 8:30"),
        ("nl", "in om acht uur drie collega's", "om acht uur drie collega's", "in at 8:30"),
        ("it", "entrata alle nove e tre quarti", "alle nove e tre quarti", "in at 8:30"),
    ],
)
async def test_a_time_that_isnt_read_is_asked_for_in_figures(
    door: PlainDoor, clock: Clock, tag: str, typed: str, quoted: str, command: str
) -> None:
    """A button for the time that is half read may only come after that, and takes the words along."""
    await set_up(door, clock)
    clock.set(NOW["away"])
    door.language = ENGLISH
    if "out" in command:
        await door.say(ANA, "in at 8")
    door.language = LANGUAGES[tag]
    asked = await outcome_of(door, ANA, typed)
    assert isinstance(asked, Message)
    assert shown(asked) == [f'I couldn\'t read "{quoted}" as a time. Try "{command}".']
    assert all(label.endswith(AS_COMMENT) for label in labels(asked))


async def test_a_time_after_a_command_is_asked_for_with_that_command(door: PlainDoor, clock: Clock) -> None:
    await set_up(door, clock)
    clock.set(NOW["away"])
    door.language = LANGUAGES["de"]
    asked = await door.type(ANA, "clockin um acht Uhr drei Kollegen")
    assert shown(asked) == ['I couldn\'t read "um acht Uhr drei Kollegen" as a time. Try "/clockin at 8:30".']
    assert labels(asked) == ["Clock in at 08:00, with that as comment"]


@pytest.mark.parametrize(
    ("tag", "typed"),
    [
        ("de", "um 10 Pakete anzunehmen"),
        ("de", "um 10 neue Kunden zu treffen, danke"),
        ("nl", "om 10 pakketten aan te nemen"),
    ],
)
async def test_a_number_in_what_somebody_comes_for_may_be_no_time(
    door: PlainDoor, clock: Clock, tag: str, typed: str
) -> None:
    await set_up(door, clock)
    clock.set(NOW["away"])
    door.language = LANGUAGES[tag]
    asked = await door.type(ANA, f"clockin {typed}")
    assert shown(asked) == [f'What do you mean by "{typed}"?']
    assert labels(asked) == ["Clock in at 10:00, with that as comment", "Clock in now, with that as comment"]


@pytest.mark.parametrize(
    ("tag", "typed", "comment"),
    [
        ("de", "um 8:30 zu spät gekommen", "zu spät gekommen"),
        ("de", "um 8:30 Uhr um Pakete anzunehmen", "um Pakete anzunehmen"),
        ("de", "um 8:30, um 10 Pakete anzunehmen", "um 10 Pakete anzunehmen"),
        ("nl", "om 8:30 helaas te laat", "helaas te laat"),
    ],
)
async def test_a_time_before_what_somebody_comes_for_is_one(
    door: PlainDoor, clock: Clock, tag: str, typed: str, comment: str
) -> None:
    await set_up(door, clock)
    clock.set(NOW["away"])
    door.language = LANGUAGES[tag]
    asked = await door.type(ANA, f"clockin {typed}")
    assert "08:30" in shown(asked)[0] + labels(asked)[0]
    assert comment in shown(asked)[0]


@pytest.mark.parametrize("typed", ["午前12時に出勤", "午後12時に出勤", "出勤 午前12時"])
async def test_twelve_in_japanese_is_noon_or_midnight(door: PlainDoor, clock: Clock, typed: str) -> None:
    await set_up(door, clock)
    clock.set(NOW["away"])
    door.language = LANGUAGES["ja"]
    asked = await outcome_of(door, ANA, typed)
    assert isinstance(asked, Message)
    assert labels(asked)[:2] == ["Clock in at 00:00", "Clock in at 12:00"]
    assert shown(await door.press(ANA, asked, "Clock in at 12:00"))[0] == "✅ Clocked in at 12:00."


@pytest.mark.parametrize(("tag", "typed"), [("de", "In Ordnung"), ("nl", "In orde"), ("it", "in effetti")])
async def test_a_sentence_that_only_begins_with_in_is_quoted_whole(
    door: PlainDoor, clock: Clock, tag: str, typed: str
) -> None:
    await set_up(door, clock)
    door.language = LANGUAGES[tag]
    asked = await outcome_of(door, ANA, typed)
    assert isinstance(asked, Message)
    assert shown(asked) == [f'What do you mean by "{typed}"?']
    done = await door.press(ANA, asked, "Clock in now, with that as comment")
    assert shown(done)[0].endswith(f'"{typed}"')


async def test_a_sentence_isnt_taken_for_a_misspelled_command(door: PlainDoor) -> None:
    door.language = LANGUAGES["de"]
    answer_to_bin = await door.refusing(ANA, door.say(ANA, "bin kurz weg"))
    assert labels(answer_to_bin) == ["Show help"]


async def test_a_kind_of_break_has_its_own_name_in_any_language(door: PlainDoor, clock: Clock) -> None:
    kinds = parse_break_kinds("Pause unpaid, Mittagspause unpaid 30")
    await workspace_settings.change(door.services, ADMIN, break_kinds=kinds)
    door.language = LANGUAGES["de"]
    await door.say(ANA, "rein")
    clock.advance(hours=1)
    assert shown(await door.say(ANA, "Mittagspause"))[0] == "✅ Break started at 10:02 (Mittagspause)."


AS_COMMENT = "with that as comment"
NOW = {"away": "2026-11-24T11:40", "on a break": "2026-11-24T11:45", "in": "2026-11-24T16:45"}
"""12:40, 12:45 and 17:45 in Berlin."""


async def set_up(door: PlainDoor, clock: Clock) -> None:
    now, clock.now = clock.now, clock.now.replace(year=2025)
    await teams_and_offices.set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    clock.now = now


async def situate(door: PlainDoor, clock: Clock, people: Mapping[str, list[str]]) -> None:
    everybody = [one for some in people.values() for one in some]
    await workplace(door.services.database, dict.fromkeys(everybody, "Europe/Berlin"))
    door.language = ENGLISH
    clock.set("2026-11-24T08:02")
    for one in [*people["on a break"], *people["in"]]:
        await door.say(one, "in")
    clock.set("2026-11-24T11:02")
    for one in people["on a break"]:
        await door.say(one, "break")


async def answer(door: PlainDoor, user_id: str, line: str) -> tuple[list[str], list[str]]:
    """What they read and can press."""
    return read(await outcome_of(door, user_id, line), user_id)


async def outcome_of(door: PlainDoor, user_id: str, line: str) -> Outcome:
    try:
        return await door.say(user_id, line)
    except Refusal as error:
        return refused(error, (await door._ask(user_id)).reader)


def read(outcome: Outcome, user_id: str) -> tuple[list[str], list[str]]:
    """What it says, and its buttons. Words that an answer only repeats are left out."""
    if isinstance(outcome, Form):
        return [str(fields_of(outcome))], []
    assert isinstance(outcome, Message)
    said = [one if one.startswith("✅") else re.sub(r'"[^"]*"', '"…"', one) for one in shown(outcome)]
    return [one.replace(user_id, "U") for one in said], [one.replace(user_id, "U") for one in labels(outcome)]
