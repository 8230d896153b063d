"""Agreements are lines that people type: read as they are meant, or refused with the line."""

from __future__ import annotations

import pytest

from bot.errors import NotReadable
from bot.rules.agreements import parse_agreements


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ('daily_rest 600 "TV X §4"', 'daily_rest 600 "TV X §4"'),
        ("day none “36 agreement”", 'day none "36 agreement"'),
        ('DE  break_block 10 „BV Y; §2“ ; week 3600 "CCT"\n', 'DE break_block 10 "BV Y; §2"\nweek 3600 "CCT"'),
    ],
)
def test_what_is_stored_reads_the_same(typed: str, stored: str) -> None:
    assert str(parse_agreements(typed)) == stored
    assert parse_agreements(stored) == parse_agreements(typed)


@pytest.mark.parametrize(
    "line",
    [
        "daily_rest 600",
        'daily_rest 10 "TV X"',
        'daily_rest "TV X"',
        'sleep 600 "TV X"',
        'daily_rest 600 ""',
        'daily_rest -600 "TV X"',
        'daily_rest 600 "TV X" and more',
        f'daily_rest 600 "{"x" * 101}"',
    ],
)
def test_a_line_without_basis_or_with_a_number_in_another_unit_is_refused(line: str) -> None:
    with pytest.raises(NotReadable) as refused:
        parse_agreements(f'day 600 "CCT"\n{line}')
    assert refused.value.words == line
