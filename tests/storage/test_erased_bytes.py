"""What was erased is in no byte of SQLite's files any more, and can't be tried out on what is left."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Generator
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.attendance import erasure, recording
from bot.attendance.idempotency import IdempotentRequest
from bot.attendance.recording import NewRecord
from bot.errors import KeyReused
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import idempotency
from storage.database import Database, Transaction, open_database
from tests.builders import ADMIN, NobodyElse, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw

ANA, BEN = "U0ANA", "U0BEN"
SECRET = "at the oncologist"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
async def serving(file: Path, clock: Clock) -> AsyncIterator[Database]:
    """The ledger of a process that serves."""
    database = await open_database(f"sqlite:///{file}", clock=clock, serving=True)
    yield database
    await database.close()


def on_disk(file: Path) -> bytes:
    return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))


async def worked_days(services: Services, year: int = 2026, *, deleting: bool = True) -> None:
    """Twenty days with comments; some were deleted, of which messages wait."""
    who = Caller(WORKSPACE, ANA, Via.API, Role.ADMIN, "203.0.113.7")
    for day in range(1, 21):
        times = utc(f"{year}-11-{day:02}T06:00"), utc(f"{year}-11-{day:02}T07:00")
        made = await recording.record(services, who, NewRecord(ANA, *times, in_comment=f"{SECRET} {day}"))
        if deleting and day % 3 == 0:
            await recording.delete(services, ADMIN, made.pair.clock_in.id)


async def test_an_erased_comment_is_in_no_byte_of_the_files(serving: Database, file: Path) -> None:
    services = await workplace(serving, {ANA: "UTC"})
    await worked_days(services)
    assert SECRET.encode() in on_disk(file)
    await erasure.erase_person(services, ADMIN, ANA)
    assert SECRET.encode() not in on_disk(file)
    assert b"203.0.113.7" not in on_disk(file)


async def test_nor_where_the_command_line_erased_it_beside_the_bot_once_the_bot_has_looked(
    serving: Database, file: Path, clock: Clock
) -> None:
    await worked_days(await workplace(serving, {ANA: "UTC"}))
    beside = await open_database(f"sqlite:///{file}", clock=clock)
    await erasure.erase_person(Services(beside, NobodyElse()), ADMIN, ANA)
    await beside.close()
    await serving.forget_erased()
    assert SECRET.encode() not in on_disk(file)


async def test_nor_after_the_command_line_alone(file: Path, clock: Clock) -> None:
    database = await open_database(f"sqlite:///{file}", clock=clock)
    services = await workplace(database, {ANA: "UTC"})
    await worked_days(services)
    await erasure.erase_person(services, ADMIN, ANA)
    await database.close()
    assert SECRET.encode() not in on_disk(file)


async def test_nor_after_records_went_by_their_age(serving: Database, file: Path, clock: Clock) -> None:
    clock.set("2023-11-23T08:00")
    services = await workplace(serving, {ANA: "UTC"})
    await worked_days(services, 2023, deleting=False)
    await workspace_settings.change(services, ADMIN, keep_records_for_years=1)
    clock.set("2026-11-23T08:00")
    while await erasure.erase_old(services, WORKSPACE):
        pass
    assert SECRET.encode() not in on_disk(file)


async def test_a_long_answer_holds_up_nobody_and_the_log_is_emptied_after_it(serving: Database, file: Path) -> None:
    services = await workplace(serving, {ANA: "UTC"})
    await worked_days(services)

    def parts(tx: Transaction) -> Generator[object, None, None]:
        yield from tx.connection.exec_driver_sql("SELECT in_id FROM pairs").all()

    async with aclosing(serving.stream(parts)) as answer:
        await anext(answer)
        async with asyncio.timeout(20):
            await erasure.erase_person(services, ADMIN, ANA)
            await recording.clock_in(services, caller(ANA), ANA)
    await serving.forget_erased()
    assert SECRET.encode() not in on_disk(file)


@pytest.mark.parametrize("whose", [ANA, BEN])
async def test_no_digest_is_left_that_comments_could_be_tried_out_on(services: Services, raw: Raw, whose: str) -> None:
    """Ana's own request, one of Ben's that was answered with her record, and one from the chat that names nobody."""
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    answers = {"hers": f'{{"userId": "{ANA}"}}', "chat": "done", "other": '{"userId": "U0BEN"}'}

    def keep(tx: Transaction) -> None:
        for key, answer in answers.items():
            idempotency.claim(tx.connection, WORKSPACE, whose, key, digest)
            idempotency.remember(tx.connection, WORKSPACE, whose, key, answer, tx.now)

    await services.database.write(keep)
    await erasure.erase_person(services, ADMIN, ANA)
    left = {str(row[2]) for row in raw.rows("idempotency_keys") if digest in row}
    assert left == (set() if whose == ANA else {"other"})


async def test_a_request_that_is_repeated_after_the_erasure_still_has_one_effect(services: Services, raw: Raw) -> None:
    new = NewRecord(ANA, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"), in_comment=SECRET)
    once = IdempotentRequest(caller(ANA), "key", "digest", lambda made: f'{{"userId": "{ANA}"}}').services(services)
    await recording.record(once, caller(ANA), new)
    other = IdempotentRequest(caller(ANA), "key", "another", str).services(services)
    with pytest.raises(KeyReused):
        await recording.record(other, caller(ANA), new)
    await erasure.erase_person(services, ADMIN, ANA)
    with pytest.raises(KeyReused):
        await recording.record(once, caller(ANA), new)
    assert raw.count() == 1
