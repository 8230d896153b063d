"""The database itself refuses what breaks rules 1 to 4, whoever writes to it and in whatever way."""

from __future__ import annotations

import sqlite3

import pytest

from tests.builders import inserted, raw_pair

HOUR = 3_600_000_000
START = int(raw_pair()["in_at"])  # type: ignore[call-overload]
OPEN = {f"out_{name}": None for name in ("id", "at", "recorded_at", "by", "via", "zone")}
OTHER_IDS = {"in_id": "other-in", "out_id": "other-out"}

VERBS = ["INSERT", "INSERT OR REPLACE", "INSERT OR FAIL", "REPLACE"]


def write(raw: sqlite3.Connection, row: dict[str, object], verb: str = "INSERT") -> None:
    raw.execute(*inserted(row, verb))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("why", "row"),
    [
        ("a second open clock-in", {**OTHER_IDS, **OPEN, "in_at": START + 9 * HOUR}),
        ("a pair within an open clock-in", {**OTHER_IDS, "in_at": START + 9 * HOUR, "out_at": START + 10 * HOUR}),
        ("a pair that reaches into it", {**OTHER_IDS, "in_at": START - HOUR, "out_at": START + 1}),
    ],
)
def test_nothing_overlaps_an_open_clock_in(
    raw: sqlite3.Connection, verb: str, why: str, row: dict[str, object]
) -> None:
    write(raw, raw_pair(**OPEN))
    with pytest.raises(sqlite3.IntegrityError, match="overlap"):
        write(raw, raw_pair(**row), verb)
    assert raw.execute("SELECT in_id FROM pairs").fetchall() == [("raw-in",)], why


@pytest.mark.parametrize("verb", VERBS)
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
def test_pairs_never_overlap(raw: sqlite3.Connection, verb: str, why: str, start: int, end: int | None) -> None:
    write(raw, raw_pair())
    end_columns = OPEN if end is None else {"out_at": START + end * HOUR}
    with pytest.raises(sqlite3.IntegrityError, match="overlap"):
        write(raw, raw_pair(**OTHER_IDS | {"in_at": START + start * HOUR} | end_columns), verb)
    assert raw.execute("SELECT in_id FROM pairs").fetchall() == [("raw-in",)], why


def test_back_to_back_is_fine_and_so_are_other_people_workspaces_and_deleted_pairs(raw: sqlite3.Connection) -> None:
    raw.execute("INSERT INTO workspaces VALUES ('T0OTHER', 'UTC', 0)")
    write(raw, raw_pair())
    write(raw, raw_pair(in_id="a", out_id="b", in_at=START + 8 * HOUR, out_at=START + 9 * HOUR))
    write(raw, raw_pair(in_id="c", out_id="d", in_at=START - HOUR, out_at=START))
    write(raw, raw_pair(**OTHER_IDS, user_id="U0BEN"))
    write(raw, raw_pair(**OTHER_IDS, workspace_id="T0OTHER"))
    write(raw, raw_pair(in_id="e", out_id="f", deleted_at=1, deleted_by="U0ADMIN"))
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
        ("a way that is none", {"in_via": "pigeon"}),
    ],
)
def test_half_a_pair_or_a_wrong_one_is_refused(raw: sqlite3.Connection, why: str, columns: dict[str, object]) -> None:
    for verb in VERBS:
        with pytest.raises(sqlite3.IntegrityError):
            write(raw, raw_pair(**columns), verb)
    assert raw.execute("SELECT count(*) FROM pairs").fetchone() == (0,), why


@pytest.mark.parametrize(
    "columns", [{"out_at": START + 24 * HOUR}, {"work_date": "2026-11-22"}, {"work_date": "2026-11-24"}]
)
def test_the_edge_of_a_rule_is_within_it(raw: sqlite3.Connection, columns: dict[str, object]) -> None:
    write(raw, raw_pair(**columns))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "twice", [{"in_id": "raw-in"}, {"out_id": "raw-out"}, {"in_id": "raw-out"}, {"out_id": "raw-in", "in_id": "new"}]
)
def test_event_ids_are_used_once_in_a_workspace(raw: sqlite3.Connection, verb: str, twice: dict[str, object]) -> None:
    """A REPLACE would otherwise delete the pair in the way, without a word."""
    write(raw, raw_pair())
    later = {"in_at": START + 9 * HOUR, "out_at": START + 10 * HOUR}
    with pytest.raises(sqlite3.IntegrityError):
        write(raw, raw_pair(**OTHER_IDS | later | twice), verb)
    assert raw.execute("SELECT in_id, out_id FROM pairs").fetchall() == [("raw-in", "raw-out")]


@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
@pytest.mark.parametrize(
    ("why", "assignment"),
    [
        ("moving it onto its neighbour", f"in_at = in_at - {2 * HOUR}"),
        (
            "opening it below a later one",
            ", ".join(f"out_{n} = NULL" for n in ("id", "at", "recorded_at", "by", "via", "zone")),
        ),
        ("giving it to somebody else", "user_id = 'U0BEN'"),
        ("taking it to another workspace", "workspace_id = 'T0OTHER'"),
        ("changing its ids", "out_id = 'x'"),
        ("taking another's id", "in_id = 'early-in'"),
        ("turning it around", "out_at = in_at - 1"),
        ("stretching it", f"out_at = out_at + {20 * HOUR}"),
    ],
)
def test_a_pair_can_not_be_changed_into_a_wrong_one(
    raw: sqlite3.Connection, verb: str, why: str, assignment: str
) -> None:
    raw.execute("INSERT INTO workspaces VALUES ('T0OTHER', 'UTC', 0)")
    write(raw, raw_pair())
    write(raw, raw_pair(in_id="early-in", out_id="early-out", in_at=START - 3 * HOUR, out_at=START - HOUR))
    write(raw, raw_pair(in_id="late-in", out_id="late-out", in_at=START + 9 * HOUR, out_at=START + 10 * HOUR))
    before = raw.execute("SELECT * FROM pairs ORDER BY in_id").fetchall()
    try:
        raw.execute(f"{verb} pairs SET {assignment} WHERE in_id = 'raw-in'")
    except sqlite3.IntegrityError:
        pass
    else:
        assert verb == "UPDATE OR IGNORE", f"{why} went through"
    assert raw.execute("SELECT * FROM pairs ORDER BY in_id").fetchall() == before, why


def test_a_pair_does_not_come_back_to_life_over_another(raw: sqlite3.Connection) -> None:
    write(raw, raw_pair(deleted_at=1, deleted_by="U0ADMIN"))
    write(raw, raw_pair(**OTHER_IDS))
    with pytest.raises(sqlite3.IntegrityError, match="overlap"):
        raw.execute("UPDATE pairs SET deleted_at = NULL, deleted_by = NULL WHERE in_id = 'raw-in'")


def test_an_upsert_is_no_way_around(raw: sqlite3.Connection) -> None:
    write(raw, raw_pair())
    statement, values = inserted(raw_pair())
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(f"{statement} ON CONFLICT DO UPDATE SET out_at = in_at - 1", values)


def test_pairs_are_never_removed(raw: sqlite3.Connection) -> None:
    write(raw, raw_pair())
    with pytest.raises(sqlite3.IntegrityError, match="never removed"):
        raw.execute("DELETE FROM pairs")


ENTRY = "INTO audit_entries VALUES ('T0PRACTICE', {sequence}, 0, 'U', 'api', 'create', 's', '{{}}', '', '')"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET actor = 'somebody else'",
        "UPDATE OR REPLACE audit_entries SET sequence = 1 WHERE sequence = 2",
        "DELETE FROM audit_entries",
        "INSERT OR REPLACE " + ENTRY.format(sequence=1),
        "REPLACE " + ENTRY.format(sequence=2),
        "INSERT " + ENTRY.format(sequence=2),
        "INSERT " + ENTRY.format(sequence=4),
        "INSERT " + ENTRY.format(sequence=0),
    ],
)
def test_the_audit_only_grows(raw: sqlite3.Connection, tampering: str) -> None:
    for sequence in (1, 2):
        raw.execute("INSERT " + ENTRY.format(sequence=sequence))
    before = raw.execute("SELECT * FROM audit_entries").fetchall()
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(tampering)
    assert raw.execute("SELECT * FROM audit_entries").fetchall() == before
