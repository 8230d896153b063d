"""The report fits into a terminal of 80 columns, whatever people are called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product

import pytest
from rich.cells import cell_len

from bot.calendar.ranges import DateRange
from bot.cli import tables, terminal_report
from bot.cli.tables import Names
from bot.reports.worked_time import PersonRow, Report
from storage.pairs import Pair, PairEvent
from tests.builders import utc
from tests.conftest import WORKSPACE

WEEK = DateRange(date(2026, 11, 16), date(2026, 11, 22))
ZERO = timedelta()


def person(number: int, name: str, *, breaks: timedelta = ZERO, by_hand: int = 0) -> PersonRow:
    return PersonRow(f"U012AB3CD{number}", name, timedelta(hours=206, minutes=46), 5, 10, breaks, by_hand)


def printed(
    people: list[PersonRow],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    unresolved: Sequence[Pair] = (),
) -> list[str]:
    monkeypatch.setattr(tables, "WIDE", 80)
    total = sum((one.worked for one in people), ZERO)
    zones = ["Europe/Berlin", "Asia/Tokyo"]
    made = Report(WEEK, None, people, None, total, [], unresolved, [], zones, utc("2026-11-23T09:00"))
    terminal_report.show(made, Names({}))
    return capsys.readouterr().out.splitlines()


NAMES = ("Ana", "Maximilian Oberhuber-Kirchschläger von und zu Traunstein", "山田 太郎" * 5, "🌴" * 30)


@pytest.mark.parametrize(("breaks", "by_hand"), list(product((ZERO, timedelta(hours=12, minutes=30)), (0, 3))))
def test_each_person_has_one_line_in_80_columns(
    breaks: timedelta, by_hand: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people = [person(number, name, breaks=breaks, by_hand=by_hand) for number, name in enumerate(NAMES)]
    lines = printed(people, monkeypatch, capsys)
    table = lines[lines.index("") + 1 :]
    rows = [line for line in table if "206" in line]
    assert len(rows) == len(NAMES)
    assert all(f"U012AB3CD{number}" in row for number, row in enumerate(rows))
    assert max(map(cell_len, lines)) <= 80
    head = " ".join(table[: table.index(rows[0])])
    assert ("breaks" in head, "entered" in head) == (bool(breaks), bool(by_hand))


def test_with_every_column_filled_the_number_of_records_makes_room(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    breaks = timedelta(hours=12, minutes=30)
    at = utc("2026-11-16T08:00")
    clock_in = PairEvent("id", at, at, "U012AB3CD1", "slack", "Europe/Berlin")
    forgotten = Pair(WORKSPACE, "U012AB3CD1", WEEK.first, clock_in)
    lines = printed(
        [person(number, name, breaks=breaks, by_hand=3) for number, name in enumerate(NAMES)],
        monkeypatch,
        capsys,
        unresolved=[forgotten],
    )
    rows = [line for line in lines if "206" in line]
    assert len(rows) == len(NAMES)
    assert max(map(cell_len, rows)) <= 80
    assert "records" not in " ".join(lines[: lines.index(rows[0])])


def test_a_name_is_shortened_only_where_the_table_is_too_wide(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed([person(0, "Maximilian Oberhuber"), person(1, NAMES[1])], monkeypatch, capsys)
    assert any(line.startswith("Maximilian Oberhuber  ") for line in lines)
    assert any(line.startswith("Maximilian Ober") and "…" in line for line in lines)


def test_the_first_line_says_whose_days_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed([person(0, "Ana"), person(1, "Ben")], monkeypatch, capsys)
    assert lines[0] == "Mon 16 – Sun 22 Nov · 2 people · each day in the person's local time"
    assert lines[1] == "Total: 413 h 32 min"
