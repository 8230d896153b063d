"""The second witness: what the database's owner changes afterwards is found with its lines."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from cryptography.exceptions import InvalidSignature

from bot.attendance import erasure, recording
from bot.attendance.recording import NewRecord
from bot.operations import witness, witness_checkup
from bot.operations.witness import CannotTell, NotAKey, Witnessed
from bot.operations.witness_check import Tally, compare
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.runtime.settings import ServeSettings
from bot.workspaces import workspace_settings
from storage import audit, people
from storage.audit import Anchor
from storage.checkup import Finding, State
from storage.database import Database, Transaction
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, raw_connection

ANA = "U0ANA"
HEAD = Anchor(WORKSPACE, 7, "a" * 64)
AT = datetime(2026, 11, 23, 8, 2, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database) -> Services:
    return await workplace(database, {ANA: "UTC"})


@pytest.fixture
def key(tmp_path: Path) -> Path:
    witness.make_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "heads.jsonl"


class Watched:
    """A witness that writes to a file, as one replica does."""

    def __init__(self, services: Services, key: Path, file: Path) -> None:
        self.services, self.key, self.file = services, witness.read_key(key), file
        self.told: dict[str, Anchor] = {}
        self.write = witness.writer_to(str(file), None)  # type: ignore[arg-type]  # a file needs no session

    async def look(self) -> None:
        await witness.tell_new_heads(self.services.database, self.key, self.write, self.told)

    async def faults(self) -> tuple[list[str], Tally]:
        tally = Tally()

        def read(tx: Any) -> list[str]:
            lines = self.file.read_text().splitlines()
            return [
                f"{fault.where} {fault.what}" for fault in compare(tx.connection, lines, self.key.public_key(), tally)
            ]

        return await self.services.database.read(read), tally


@pytest.fixture
def watched(services: Services, key: Path, file: Path) -> Watched:
    return Watched(services, key, file)


@pytest.fixture
async def three_days(watched: Watched, clock: Clock) -> Watched:
    """Three records on three days, each seen by the witness."""
    for day in (18, 19, 20):
        clock.set(f"2026-11-{day}T17:00")
        new = NewRecord(ANA, utc(f"2026-11-{day}T08:00"), utc(f"2026-11-{day}T16:00"))
        await recording.record(watched.services, ADMIN, new)
        await watched.look()
    return watched


@pytest.fixture
def raw(services: Services, database_url: str) -> Any:
    with raw_connection(database_url) as opened:
        yield opened


def test_a_line_is_read_as_it_was_written_and_only_with_its_key(key: Path, tmp_path: Path) -> None:
    seen, signing = Witnessed(HEAD, AT), witness.read_key(key)
    line = seen.line(signing)
    assert Witnessed.read(line, signing.public_key()) == seen
    told = json.loads(line)
    for name, other in (("workspace", "T0OTHER"), ("sequence", 8), ("hash", "b" * 64), ("at", AT.isoformat() + "1")):
        with pytest.raises((InvalidSignature, ValueError)):
            Witnessed.read(json.dumps(told | {name: other}), signing.public_key())
    witness.make_key(tmp_path / "other.pem")
    with pytest.raises(InvalidSignature):
        Witnessed.read(line, witness.read_key(tmp_path / "other.pem").public_key())


ODD_NUMBER = '{"workspace": "T", "sequence": 1e999, "hash": "h", "at": "2026-01-01T00:00:00+00:00", "signature": ""}'


@pytest.mark.parametrize(
    "line",
    ["", "{}", "[]", "null", "7", "{", '{"workspace": "T"}', "[" * 100_000, '{"sequence": "x"}', ODD_NUMBER, "\0", "é"],
)
def test_a_line_that_is_none_of_ours_is_a_value_error(key: Path, line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says
        Witnessed.read(line, witness.read_key(key).public_key())


def test_the_key_is_for_its_user_alone_and_is_not_replaced(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    with pytest.raises(FileExistsError):
        witness.make_key(key)
    assert key.read_bytes() == before


@pytest.mark.parametrize("content", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_what_is_no_key_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content)
    with pytest.raises(NotAKey, match="holds no key"):
        witness.read_key(tmp_path / "key")
    with pytest.raises(NotAKey, match="can't be read"):
        witness.read_key(tmp_path / "nowhere")
    with pytest.raises(NotAKey, match="isn't a public key"):
        witness.read_public_key(content)


async def test_an_honest_ledger_agrees_with_its_witness(three_days: Watched) -> None:
    found, tally = await three_days.faults()
    assert found == []
    assert (tally.heads, tally.erased) == (3, 0)
    assert str(tally) == "Compared with 3 witnessed heads, the newest of 2026-11-20 17:00 UTC."


async def test_every_workspace_is_told_however_many_there_are(
    three_days: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "AT_ONCE", 2)
    for workspace_id in ("T0A", "T0B", "T0C", "T0Z"):
        by = Caller(workspace_id, "U0X", Via.CLI, Role.ADMIN)

        def write(tx: Transaction, by: Caller = by) -> None:
            people.add_workspace_if_new(
                tx.connection, by.workspace_id, platform=people.Platform.SLACK, zone="UTC", at=tx.now
            )
            record_audit_entry(tx, by, Action.UNINSTALL, by.workspace_id, {})

        await three_days.services.database.write(write)
    three_days.file.write_text("")
    await three_days.look()
    told = filter(None, three_days.file.read_text().splitlines())
    lines = [json.loads(line)["workspace"] for line in told]
    assert sorted(lines) == ["T0A", "T0B", "T0C", "T0Z"]


async def test_only_new_heads_are_told(three_days: Watched) -> None:
    before = three_days.file.read_text()
    await three_days.look()
    assert three_days.file.read_text() == before


async def test_several_replicas_and_restarts_do_no_harm(
    three_days: Watched, key: Path, file: Path, clock: Clock
) -> None:
    other = Watched(three_days.services, key, file)
    for _ in range(3):
        await recording.clock_in(three_days.services, caller(ANA), ANA)
        await asyncio.gather(other.look(), three_days.look())
        clock.advance(minutes=1)
        await recording.clock_out(three_days.services, caller(ANA), ANA)
        clock.advance(minutes=1)
        await asyncio.gather(three_days.look(), other.look(), Watched(three_days.services, key, file).look())
    assert (await three_days.faults())[0] == []


async def rewrite_chain(services: Services, raw: Raw) -> None:
    """As the database's owner can: another start of work in the first entry and its record, every hash made anew."""
    entries = await services.database.read(lambda tx: list(audit.entries(tx.connection)))
    raw.let_anything_through()
    previous = audit.FIRST_PREVIOUS_HASH
    for entry in entries:
        facts = entry.facts.replace("08:00", "09:00")
        new = replace(entry, facts=facts, previous_hash=previous)
        previous = audit.digest(new)
        raw.execute(
            "UPDATE audit_entries SET facts = ?, previous_hash = ?, hash = ? WHERE sequence = ?",
            [facts, new.previous_hash, previous, entry.sequence],
        )
    raw.execute("UPDATE audit_heads SET hash = ?", [previous])
    raw.execute(f"UPDATE pairs SET in_at = {raw.later('in_at', 3_600_000_000)}")


async def test_a_chain_that_was_rewritten_whole_is_found(three_days: Watched, raw: Raw) -> None:
    await rewrite_chain(three_days.services, raw)
    found, _ = await three_days.faults()
    assert [what.split(" ", 2)[2] for what in found] == ["isn't the one that was anchored"] * 3


async def test_a_chain_that_was_cut_off_is_found(three_days: Watched, raw: Raw) -> None:
    raw.let_anything_through()
    raw.execute("DELETE FROM audit_entries WHERE sequence = 3")
    raw.execute("UPDATE audit_heads SET sequence = 2, hash = (SELECT hash FROM audit_entries WHERE sequence = 2)")
    found, _ = await three_days.faults()
    assert len(found) == 1
    assert found[0].startswith("entry 3 is missing: the audit trail ends at 2")


async def test_a_workspace_that_vanished_is_found(three_days: Watched) -> None:
    gone = Witnessed(replace(HEAD, workspace_id="T0GONE"), AT).line(three_days.key)
    with three_days.file.open("a") as lines:
        lines.write(gone)
    found, _ = await three_days.faults()
    assert len(found) == 1
    assert "T0GONE has no audit trail here" in found[0]


async def test_lines_of_another_key_and_damaged_lines_are_named_by_their_number(
    three_days: Watched, tmp_path: Path
) -> None:
    witness.make_key(tmp_path / "forger.pem")
    forged = Witnessed(HEAD, AT).line(witness.read_key(tmp_path / "forger.pem"))
    with three_days.file.open("a") as lines:
        lines.write(forged + "\n" + '{"workspace": "T0PRACT\n')
    found, tally = await three_days.faults()
    assert found == ["line 7 isn't signed with this key", "line 9 can't be read"]
    assert tally.heads == 3


async def test_an_empty_file_proves_nothing_and_is_a_fault(watched: Watched, file: Path) -> None:
    file.write_text("\n")
    assert (await watched.faults())[0] == ["file holds no line that is signed with this key"]


@pytest.fixture
async def long_ago(watched: Watched, clock: Clock) -> Watched:
    """Records of 2021 to 2025 that the witness saw; two years are kept, and what is older was erased."""
    for year in range(2021, 2026):
        clock.set(f"{year}-06-02T18:00")
        new = NewRecord(ANA, utc(f"{year}-06-02T08:00"), utc(f"{year}-06-02T16:00"))
        await recording.record(watched.services, ADMIN, new)
        await watched.look()
    await workspace_settings.change(watched.services, ADMIN, keep_records_for_years=2)
    await watched.look()
    clock.set("2026-11-23T08:00")
    while await erasure.erase_old(watched.services, WORKSPACE):
        pass
    await watched.look()
    return watched


async def test_what_was_erased_by_its_age_is_counted_and_no_fault(long_ago: Watched) -> None:
    found, tally = await long_ago.faults()
    assert found == []
    assert (tally.heads, tally.erased) == (7, 4)
    assert str(tally).endswith("4 of them are older than the records that are kept.")


async def test_an_erasure_of_what_was_too_young_is_found(long_ago: Watched, raw: Raw) -> None:
    """The owner erases more than the entry of the erasure says: the chain begins at an entry of this year."""
    (start,) = raw.rows("audit_starts")
    raw.let_anything_through()
    young = int(str(start[1])) + 2
    raw.execute(
        "UPDATE audit_starts SET sequence = ?, hash = (SELECT hash FROM audit_entries WHERE sequence = ?)",
        [young, young],
    )
    raw.execute("DELETE FROM audit_entries WHERE sequence <= ?", [young])
    found, _ = await long_ago.faults()
    assert found
    assert all("is gone, and no entry says why" in what or "was erased as older" in what for what in found)


async def test_an_entry_that_was_written_after_the_day_of_its_erasure_is_found(long_ago: Watched, raw: Raw) -> None:
    """With an entry forged to fit: only the witness knows when what is gone was written."""
    (start,) = raw.rows("audit_starts")
    late = Witnessed(Anchor(WORKSPACE, 2, "c" * 64), utc("2026-01-02T08:00")).line(long_ago.key)
    first = Witnessed(Anchor(WORKSPACE, 1, "b" * 64), utc("2026-01-01T08:00")).line(long_ago.key)
    long_ago.file.write_text(first + late)
    assert int(str(start[1])) > 2
    found, _ = await long_ago.faults()
    assert found == ["entry 2 was erased as older than 2024-11-21, but it was written after 2026-01-01 08:00 UTC"]


async def test_a_file_that_can_not_be_written_is_told_later(three_days: Watched, tmp_path: Path, clock: Clock) -> None:
    missing = tmp_path / "mount" / "heads.jsonl"
    away = Watched(three_days.services, tmp_path / "key.pem", missing)
    with pytest.raises(CannotTell, match="can't be written"):
        await away.look()
    missing.parent.mkdir()
    await away.look()
    assert len(list(filter(None, missing.read_text().splitlines()))) == 1


async def test_what_was_written_in_part_costs_no_other_line(
    watched: Watched, key: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that fills up, by whichever replica, before or after a restart."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:10]))
    await recording.clock_in(watched.services, caller(ANA), ANA)
    with pytest.raises(CannotTell, match="took only a part"):
        await watched.look()
    monkeypatch.undo()
    other = Watched(watched.services, key, file)
    await other.look()
    faults, tally = await other.faults()
    assert (faults, tally.heads) == (["line 2 can't be read"], 1)


async def test_an_odd_line_is_named_and_keeps_no_other_from_being_compared(three_days: Watched, file: Path) -> None:
    file.write_text(f"{ODD_NUMBER}\n{file.read_text()}")
    faults, tally = await three_days.faults()
    assert faults == ["line 1 can't be read"]
    assert tally.heads


@pytest.mark.parametrize("has_reader", [False, True])
async def test_only_a_regular_file_is_written(tmp_path: Path, has_reader: bool) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK) if has_reader else None
    with pytest.raises(CannotTell, match="fifo"):
        await witness._File(fifo).append("x\n")
    if reader is not None:
        os.close(reader)


async def test_a_disk_that_hangs_holds_one_thread_and_not_the_end_of_the_process(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda descriptor: hangs.wait())
    monkeypatch.setattr(witness, "PATIENCE_SECONDS", 0.0)
    target = witness._File(file)
    for _ in range(3):
        with pytest.raises(CannotTell, match="hangs"):
            await target.append("x\n")
    found = [thread for thread in threading.enumerate() if thread.name == "witness"]
    assert [thread.daemon for thread in found] == [True]
    hangs.set()
    found[0].join()
    monkeypatch.undo()
    await target.append("y\n")
    assert file.read_text().split() == ["x", "y"]


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[str, list[str], Callable[[int], None]]]:
    """An address that takes lines: where it is, what came, and a way to have it refuse."""
    came: list[str] = []
    status = 204

    async def take(request: web.Request) -> web.Response:
        if status == 204:
            came.extend((await request.text()).splitlines())
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else None)

    def answer(code: int) -> None:
        nonlocal status
        status = code

    app = web.Application()
    app.router.add_post("/heads", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/heads", came, answer
    finally:
        await runner.cleanup()


async def test_an_address_gets_the_lines_and_what_it_missed_later(services: Services, key: Path, clock: Clock) -> None:
    signing = witness.read_key(key)
    told: dict[str, Anchor] = {}
    async with receiving() as (address, came, answer), ClientSession() as session:
        write = witness.writer_to(address, session)
        await recording.clock_in(services, caller(ANA), ANA)
        for status in (500, 302, 404):
            answer(status)
            with pytest.raises(CannotTell, match=f"answered {status}"):
                await witness.tell_new_heads(services.database, signing, write, told)
        answer(204)
        clock.advance(minutes=1)
        await recording.clock_out(services, caller(ANA), ANA)
        await witness.tell_new_heads(services.database, signing, write, told)
        (line,) = came
    assert Witnessed.read(line, signing.public_key()).anchor.sequence == 2


class Logged:
    """A log that tells when the witness is back."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []
        self.is_back = asyncio.Event()

    def warning(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))
        self.is_back.set()


async def test_an_address_that_is_away_is_said_once_and_again_when_it_is_back(
    services: Services, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "LOOK_EVERY_SECONDS", 0)
    await recording.clock_in(services, caller(ANA), ANA)
    tries = 0

    async def write(lines: str) -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise CannotTell("away")

    logged = Logged()
    monkeypatch.setattr(witness, "log", logged)
    task = asyncio.create_task(witness.run(services.database, witness.read_key(key), write))
    async with asyncio.timeout(10):
        await logged.is_back.wait()
    task.cancel()
    said = [(event, facts.get("failures")) for event, facts in logged.lines]
    assert said == [("witness-not-told", None), ("witness-told-again", 3)]


async def seen_by_doctor(url: str, key: Path, destination: str) -> dict[str, Finding]:
    made = ServeSettings.model_construct(database_url=url, witness=destination, witness_key=str(key))
    return {one.name: one for one in await witness_checkup.check_witness(made)}


async def test_doctor_says_whether_the_witness_has_the_newest(
    three_days: Watched, database_url: str, key: Path, file: Path, clock: Clock
) -> None:
    found = await seen_by_doctor(database_url, key, str(file))
    assert {name: one.state for name, one in found.items()} == dict.fromkeys(("key", "reachable", "fresh"), State.OK)
    assert witness.public_text(three_days.key.public_key()) in found["key"].says
    new = NewRecord(ANA, utc("2026-11-16T08:00"), utc("2026-11-16T16:00"))
    await recording.record(three_days.services, ADMIN, new)
    late = await seen_by_doctor(database_url, key, str(file))
    assert (late["fresh"].state, late["fresh"].says) == (
        State.WARNING,
        f"The file lacks the newest entries of {WORKSPACE}.",
    )
    assert "witness-not-told" in late["fresh"].remedy


async def test_doctor_trusts_no_line_of_another_key(
    three_days: Watched, database_url: str, tmp_path: Path, file: Path
) -> None:
    witness.make_key(tmp_path / "other.pem")
    found = await seen_by_doctor(database_url, tmp_path / "other.pem", str(file))
    assert found["fresh"].state is State.WARNING


async def test_doctor_names_what_keeps_the_witness_from_being_told(
    services: Services, database_url: str, key: Path, tmp_path: Path
) -> None:
    nowhere = await seen_by_doctor(database_url, key, str(tmp_path / "nowhere" / "heads.jsonl"))
    assert (nowhere["reachable"].state, "can't be written" in nowhere["reachable"].says) == (State.BROKEN, True)
    keyless = await seen_by_doctor(database_url, tmp_path / "no-key", str(tmp_path / "heads.jsonl"))
    assert [(one.name, one.state) for one in keyless.values()] == [("key", State.BROKEN)]
    async with receiving() as (address, came, answer):
        with_password = address.replace("http://", "http://bot:hunter2@")
        reached = (await seen_by_doctor(database_url, key, with_password))["reachable"]
        assert (reached.state, "hunter2" in reached.says) == (State.OK, False)
        answer(403)
        refused = (await seen_by_doctor(database_url, key, address))["reachable"]
        assert (refused.state, "answered 403" in refused.says) == (State.BROKEN, True)
    assert came == []
