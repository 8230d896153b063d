"""The database itself refuses what breaks rules 1 to 4, whoever writes to it and how."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import RAW_START, inserted, raw_pair, utc
from tests.storage.raw import Raw, Refused, microseconds

HOUR = 3_600_000_000
OVERLAP = "overlap|one_open"
START = RAW_START
OPEN = {f"out_{name}": None for name in ("id", "at", "recorded_at", "by", "via", "zone")}
OTHER_IDS = {"in_id": "other-in", "out_id": "other-out"}


@pytest.mark.parametrize(
    ("why", "row"),
    [
        ("a second open clock-in", {**OTHER_IDS, **OPEN, "in_at": START + 9 * HOUR}),
        ("a pair within an open clock-in", {**OTHER_IDS, "in_at": START + 9 * HOUR, "out_at": START + 10 * HOUR}),
        ("a pair that reaches into it", {**OTHER_IDS, "in_at": START - HOUR, "out_at": START + 1}),
    ],
)
def test_nothing_overlaps_an_open_clock_in(raw: Raw, why: str, row: dict[str, object]) -> None:
    raw.insert(raw_pair(**OPEN))
    for verb in raw.verbs:
        with pytest.raises(Refused, match=OVERLAP):
            raw.insert(raw_pair(**row), verb)
    assert raw.execute("SELECT in_id FROM pairs").fetchall() == [("raw-in",)], why


@pytest.mark.parametrize(
    ("why", "start", "end"),
    [
        ("the same time", 0, 8),
        ("within it", 1, 2),
        ("around it", -1, 9),
        ("into its beginning", -1, 1),
        ("out of its end", 7, 9),
        ("from its very start", 0, 1),
        ("to its very end", 7, 8),
        ("open from within it", 1, None),
    ],
)
def test_pairs_never_overlap(raw: Raw, why: str, start: int, end: int | None) -> None:
    raw.insert(raw_pair())
    end_columns = OPEN if end is None else {"out_at": START + end * HOUR}
    for verb in raw.verbs:
        with pytest.raises(Refused, match=OVERLAP):
            raw.insert(raw_pair(**OTHER_IDS | {"in_at": START + start * HOUR} | end_columns), verb)
    assert raw.execute("SELECT in_id FROM pairs").fetchall() == [("raw-in",)], why


def test_back_to_back_is_fine_and_so_are_other_people_workspaces_and_deleted_pairs(raw: Raw) -> None:
    raw.another_workspace()
    raw.insert(raw_pair())
    raw.insert(raw_pair(in_id="a", out_id="b", in_at=START + 8 * HOUR, out_at=START + 9 * HOUR))
    raw.insert(raw_pair(in_id="c", out_id="d", in_at=START - HOUR, out_at=START))
    raw.insert(raw_pair(**OTHER_IDS, user_id="U0BEN"))
    raw.insert(raw_pair(**OTHER_IDS, workspace_id="T0OTHER"))
    raw.insert(raw_pair(in_id="e", out_id="f", deleted_at=1, deleted_by="U0ADMIN"))
    assert raw.execute("SELECT count(*) FROM pairs").fetchone() == (6,)


@pytest.mark.parametrize(
    ("why", "columns"),
    [
        ("out before in", {"out_at": START - 1}),
        ("out at in", {"out_at": START}),
        ("longer than a day", {"out_at": START + 24 * HOUR + 1}),
        *(
            (f"an out half without its {name}", {f"out_{name}": None})
            for name in ("id", "at", "recorded_at", "by", "via", "zone")
        ),
        *(
            (f"an in half without its {name}", {f"in_{name}": None})
            for name in ("id", "at", "recorded_at", "by", "via", "zone")
        ),
        ("an open half with a comment", OPEN | {"out_comment": "x"}),
        ("an open half with an office", OPEN | {"out_office_id": "hq"}),
        ("an open half with an address", OPEN | {"out_ip": "::1"}),
        ("one id for both events", {"out_id": "raw-in"}),
        ("an empty id", {"in_id": ""}),
        ("a deletion by nobody", {"deleted_at": START}),
        ("a deletion at no time", {"deleted_by": "U0ADMIN"}),
        ("a work date two days off", {"work_date": "2026-11-25"}),
        ("a work date that is none", {"work_date": "2026-02-30"}),
        ("a work date in words", {"work_date": "monday"}),
        ("a time in words", {"in_at": "morning"}),
    ],
)
def test_half_a_pair_or_a_wrong_one_is_refused(raw: Raw, why: str, columns: dict[str, object]) -> None:
    for verb in raw.verbs:
        with pytest.raises(Refused):
            raw.insert(raw_pair(**columns), verb)
    assert raw.execute("SELECT count(*) FROM pairs").fetchone() == (0,), why


@pytest.mark.parametrize(
    "columns", [{"out_at": START + 24 * HOUR}, {"work_date": "2026-11-22"}, {"work_date": "2026-11-24"}]
)
def test_the_edge_of_a_rule_is_within_it(raw: Raw, columns: dict[str, object]) -> None:
    raw.insert(raw_pair(**columns))
    assert raw.execute("SELECT count(*) FROM pairs").fetchone() == (1,)


@pytest.mark.parametrize(
    "twice", [{"in_id": "raw-in"}, {"out_id": "raw-out"}, {"in_id": "raw-out"}, {"out_id": "raw-in", "in_id": "new"}]
)
def test_event_ids_are_used_once_in_a_workspace(raw: Raw, twice: dict[str, object]) -> None:
    """A REPLACE would otherwise delete the pair in the way, without a word."""
    raw.insert(raw_pair())
    later = {"in_at": START + 9 * HOUR, "out_at": START + 10 * HOUR}
    for verb in raw.verbs:
        with pytest.raises(Refused):
            raw.insert(raw_pair(**OTHER_IDS | later | twice), verb)
    assert raw.execute("SELECT in_id, out_id FROM pairs").fetchall() == [("raw-in", "raw-out")]


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("moving it onto its neighbour", lambda raw: f"in_at = {raw.later('in_at', -2 * HOUR)}"),
        ("opening it below a later one", lambda raw: ", ".join(f"{name} = NULL" for name in OPEN)),
        ("giving it to somebody else", lambda raw: "user_id = 'U0BEN'"),
        ("taking it to another workspace", lambda raw: "workspace_id = 'T0OTHER'"),
        ("changing its ids", lambda raw: "out_id = 'x'"),
        ("taking another's id", lambda raw: "in_id = 'early-in'"),
        ("turning it around", lambda raw: f"out_at = {raw.later('in_at', -1)}"),
        ("stretching it", lambda raw: f"out_at = {raw.later('out_at', 20 * HOUR)}"),
    ],
)
def test_a_pair_can_not_be_changed_into_a_wrong_one(raw: Raw, why: str, change: Callable[[Raw], str]) -> None:
    raw.another_workspace()
    raw.insert(raw_pair())
    raw.insert(raw_pair(in_id="early-in", out_id="early-out", in_at=START - 3 * HOUR, out_at=START - HOUR))
    raw.insert(raw_pair(in_id="late-in", out_id="late-out", in_at=START + 9 * HOUR, out_at=START + 10 * HOUR))
    before = raw.rows("pairs")
    for verb in ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE") if raw.is_sqlite else ("UPDATE",):
        try:
            raw.execute(f"{verb} pairs SET {change(raw)} WHERE in_id = 'raw-in'")
        except Refused:
            pass
        else:
            assert verb == "UPDATE OR IGNORE", f"{why} went through"
        assert raw.rows("pairs") == before, why


def test_a_pair_does_not_come_back_to_life_over_another(raw: Raw) -> None:
    raw.insert(raw_pair(deleted_at=1, deleted_by="U0ADMIN"))
    raw.insert(raw_pair(**OTHER_IDS))
    with pytest.raises(Refused, match="overlap"):
        raw.execute("UPDATE pairs SET deleted_at = NULL, deleted_by = NULL WHERE in_id = 'raw-in'")


def test_an_upsert_can_not_break_a_rule(raw: Raw) -> None:
    raw.insert(raw_pair())
    statement, values = inserted(raw_pair())
    conflict = f"ON CONFLICT (workspace_id, in_id) DO UPDATE SET out_at = {raw.later('EXCLUDED.in_at', -1)}"
    with pytest.raises(Refused):
        raw.execute(f"{statement} {conflict}", [raw.value(*pair) for pair in zip(raw_pair(), values, strict=True)])


def test_a_pair_can_not_be_replaced_through_its_rowid(raw: Raw) -> None:
    if not raw.is_sqlite:
        return  # PostgreSQL has no such places
    raw.insert(raw_pair())
    elsewhere = raw_pair(in_id="new-in", out_id="new-out", in_at=START + 9 * HOUR, out_at=START + 10 * HOUR, rowid=1)
    with pytest.raises(Refused, match="in that place"):
        raw.insert(elsewhere, "INSERT OR REPLACE")
    assert raw.count() == 1


@pytest.mark.parametrize("seconds", ["00:00:00", "23:59:59.999900", "23:59:59.999999"])
@pytest.mark.parametrize("year", ["1969", "2026"])
def test_the_work_date_may_be_a_day_from_the_clock_in_to_the_microsecond(raw: Raw, year: str, seconds: str) -> None:
    start = microseconds(utc(f"{year}-11-23T{seconds}"))
    for day, fine in (("21", False), ("22", True), ("24", True), ("25", False)):
        row = raw_pair(in_id=day, out_id=f"{day}-out", in_at=start, out_at=start + 1, work_date=f"{year}-11-{day}")
        row |= {"deleted_at": 1, "deleted_by": "U0ADMIN"}
        if fine:
            raw.insert(row)
        else:
            with pytest.raises(Refused, match="work_date_near"):
                raw.insert(row)


@pytest.mark.parametrize("removal", ["DELETE FROM pairs", "TRUNCATE pairs CASCADE"])
def test_pairs_are_never_removed(raw: Raw, removal: str) -> None:
    raw.insert(raw_pair())
    if raw.is_sqlite and removal.startswith("TRUNCATE"):
        return  # SQLite does not know the word
    with pytest.raises(Refused, match="never removed"):
        raw.execute(removal)
    assert raw.count() == 1


@pytest.mark.parametrize(
    "tampering",
    [
        lambda raw: raw.execute("UPDATE audit_entries SET actor = 'somebody else'"),
        lambda raw: raw.execute("UPDATE audit_entries SET sequence = 1 WHERE sequence = 2"),
        lambda raw: raw.execute("DELETE FROM audit_entries"),
        lambda raw: raw.execute("UPDATE audit_heads SET sequence = 7"),
        lambda raw: raw.execute("UPDATE audit_heads SET hash = 'one', sequence = 1"),
        lambda raw: raw.execute("DELETE FROM audit_heads"),
        lambda raw: raw.add_entry(1, "0" * 64, "other", raw.verbs[1 % len(raw.verbs)]),
        lambda raw: raw.add_entry(2, "one", "other", raw.verbs[-1]),
        lambda raw: raw.add_entry(2, "one", "other"),
        lambda raw: raw.add_entry(3, "one", "other"),
        lambda raw: raw.add_entry(4, "two", "other"),
        lambda raw: raw.add_entry(0, "0" * 64, "other"),
    ],
)
def test_the_audit_only_grows(raw: Raw, tampering: Callable[[Raw], object]) -> None:
    raw.add_entry(1, "0" * 64, "one")
    raw.add_entry(2, "one", "two")
    before = [raw.rows(table) for table in ("audit_entries", "audit_heads")]
    with pytest.raises(Refused):
        tampering(raw)
    assert [raw.rows(table) for table in ("audit_entries", "audit_heads")] == before
