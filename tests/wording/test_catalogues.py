"""The check of the catalogues names what is wrong, and nothing that is shipped is broken."""

from __future__ import annotations

from typing import Any

import pytest
from babel.messages.catalog import Catalog

from bot.wording.languages import language_accepted, language_of, offered
from tests.catalogues import broken, codes, faults, limits_of_program, read

MESSAGES: list[Any] = [
    "Clock in",
    "Still working? You've been clocked in {since}.",
    "✅ <b>Noted.</b>",
    "Settings",
    ("{count} day", "{count} days"),
]


def catalogue(**translations: str) -> Catalog:
    """A German one, with these for some of the messages by their first words."""
    made = Catalog("de")
    for message in MESSAGES:
        first = message if isinstance(message, str) else message[0]
        known = {"Clock": "Kommen", "Still": "Noch da? {since}", "✅": "✅ <b>Gut.</b>", "Settings": "Optionen"}
        word = first.split()[0]
        made.add(message, translations.get(word, known.get(word, ("{count} Tag", "{count} Tage"))))
    return made


def template() -> Catalog:
    made = Catalog()
    for message in MESSAGES:
        made.add(message)
    return made


def found(made: Catalog) -> list[str]:
    return list(faults(made, template(), {"Clock in": 20, "Settings": 8}))


def test_a_whole_catalogue_has_no_faults() -> None:
    assert found(catalogue()) == []


@pytest.mark.parametrize(
    ("translations", "fault"),
    [
        ({"Clock": ""}, "missing: 'Clock in'"),
        ({"{count}": ("", "")}, "missing: '{count} day'"),
        ({"Still": "Noch da?"}, "has no placeholders instead of {since}: "),
        ({"Still": "Noch da? {seit}"}, "has {seit} instead of {since}: "),
        ({"Still": "Noch da? {since"}, "has {a brace alone} instead of {since}: "),
        ({"✅": "✅ Gut."}, "has other tags: "),
        ({"✅": "<b>Gut.</b>"}, "begins or ends with other signs: "),
        ({"Settings": "Einstellungen"}, "longer than 8: "),
        ({"{count}": ("ein Tag", "{count} Tage")}, ""),
        ({"{count}": ("{count} Tag",)}, "1 plural forms instead of 2: "),
    ],
)
def test_each_fault_is_named(translations: dict[str, Any], fault: str) -> None:
    assert [one[: len(fault)] for one in found(catalogue(**translations))] == ([fault] if fault else [])


def test_unused_and_fuzzy_messages_are_named() -> None:
    made = catalogue()
    made.add("Gone", "Weg")
    made.add("Settings", "Optionen", flags=["fuzzy"])
    assert sorted(found(made)) == ["fuzzy: 'Settings'", "unused: 'Gone'"]


def test_what_is_shipped_is_not_broken() -> None:
    limits = limits_of_program()
    for code in codes():
        made = read(code)
        faulty = [
            f"{code}: {fault}: {one.id!r}"
            for one in made
            if one.id and one.string and all(one.string)
            for fault in broken(one, made.num_plurals, limits.get(one.id if isinstance(one.id, str) else one.id[0]))
        ]
        assert faulty == []


def test_every_catalogue_is_offered_by_its_own_name() -> None:
    assert offered() == {
        "en": "English",
        "de": "Deutsch",
        "es": "Español",
        "fr": "Français",
        "it": "Italiano",
        "ja": "日本語",
        "nl": "Nederlands",
        "pt-BR": "Português (Brasil)",
    }


@pytest.mark.parametrize(
    ("tags", "tag"),
    [
        (("de", "de-AT", None), "de-AT"),
        (("de", "es-MX", None), "de"),
        ((None, "es_MX", "de"), "es-MX"),
        ((None, "pl-PL", "de"), "de"),
        ((None, "pt-PT", "de"), "pt-PT"),
        ((None, "DE-de", None), "de-DE"),
        ((None, "de-ZZ", None), "de-DE"),
        ((None, "pl", None), None),
        ((None, None, None), None),
    ],
)
def test_the_first_language_that_the_bot_speaks_is_read(tags: tuple[str | None, ...], tag: str | None) -> None:
    language = language_of(*tags)
    assert (language.tag if language else None) == tag


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de-AT"),
        ("en;q=0.5, es ; q=0.7", "es"),
        ("tlh,nn;q=0.9,en-US;q=0.8,de;q=0.7", "en-US"),
        ("de;q=0, es;q=0.1", "es"),
        ("*", "en"),
        ("", "en"),
        ("de;q=2,<script>;q=1,;;,", "en"),
    ],
)
def test_a_browser_says_which_languages_its_reader_prefers(accepted: str, tag: str) -> None:
    assert language_accepted(accepted).tag == tag
