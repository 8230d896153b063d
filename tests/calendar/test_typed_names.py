"""People named without `@`."""

from __future__ import annotations

import pytest

from bot.calendar.typed_names import people_named
from bot.calendar.words import words_of

NAMES = {"U1": "Ben Fischer", "U2": "Ana", "U3": "Kate Weber", "U4": "Ben Adams", "U5": "Zoë"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("for", []),
        ("Ana", [(("U2",), 1)]),
        ("for ana", [(("U2",), 2)]),
        ("ben fischer at 8", [(("U1",), 2), (("U4", "U1"), 1)]),
        ("Ben", [(("U4", "U1"), 1)]),
        ("Bne", [(("U4", "U1"), 1)]),
        ("Ben Fisher", [(("U4", "U1"), 1), (("U1",), 2)]),
        ("anna", [(("U2",), 1)]),
        ("ZOË", [(("U5",), 1)]),
        ("late", []),
        ("bus", []),
        ("good morning", []),
        ("filling in for Ben", []),
    ],
)
def test_names_and_near_misses_are_found_at_the_start(typed: str, found: list[tuple[tuple[str, ...], int]]) -> None:
    assert list(people_named(words_of(typed), NAMES)) == found
