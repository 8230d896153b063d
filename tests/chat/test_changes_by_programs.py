"""What a program changes with a token that somebody else made is told to the person, and stays in audit and history."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.attendance import batches, recording
from bot.attendance.recording import NewRecord
from bot.errors import BatchRefused, RoleBeyondPerson
from bot.people import admins, tokens
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from storage import audit
from storage.verify import verify
from tests.builders import ADMIN, utc
from tests.chat.conftest import ADA, ANA, BEN, PlainDoor, shown
from tests.chat.test_notices import drawn
from tests.conftest import WORKSPACE, Clock

BY_ADA = Caller(WORKSPACE, ADA, Via.FORM, Role.ADMIN)
CAME = "It came over the API, with the token Payroll that @U0ADA made. If that's wrong, ask them to correct it."
FRIDAY = NewRecord(BEN, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def with_token(
    services: Services, user_id: str, *, made_by: Caller = BY_ADA, role: Role = Role.EMPLOYEE
) -> Caller:
    """A program with a new token in the person's name. What is told of that is out already."""
    secret = await tokens.create(services, made_by, user_id, role, "Payroll")
    await drawn(services)
    caller = await tokens.caller_of(services, secret, None)
    assert caller is not None
    return caller


async def admins_program(services: Services, user_id: str) -> Caller:
    await admins.appoint(services, ADMIN, user_id)
    return await with_token(services, user_id, role=Role.ADMIN)


async def test_an_admin_who_acts_in_somebodys_name_is_seen_by_them_in_the_audit_and_in_the_history(
    door: PlainDoor,
) -> None:
    services = door.services
    worked = (await recording.record(services, Caller(WORKSPACE, BEN, Via.FORM), FRIDAY)).pair
    with pytest.raises(RoleBeyondPerson):
        await tokens.create(services, BY_ADA, BEN, Role.ADMIN, "Payroll")
    await admins.appoint(services, BY_ADA, BEN)
    secret = await tokens.create(services, BY_ADA, BEN, Role.ADMIN, "Payroll")
    as_ben = await tokens.caller_of(services, secret, None)
    assert as_ben is not None
    await recording.delete(services, as_ben, worked.clock_in.id)
    less = NewRecord(BEN, utc("2026-11-20T08:00"), utc("2026-11-20T14:00"))
    short = (await recording.record(services, as_ben, less)).pair

    assert await drawn(services) == [
        (
            BEN,
            [
                "@U0ADA made an access key for programs (API token Payroll, access: admin). What programs do with it "
                "is recorded under your name. If you don't need it, ask an admin to revoke it."
            ],
        ),
        (BEN, ["A program deleted your record, as you: Fri 20 Nov, 09:00 – 17:00, 8 h.", CAME]),
        (BEN, ["A program added a record for you, as you: Fri 20 Nov, 09:00 – 15:00, 6 h.", CAME]),
    ]
    entries = await services.database.read(lambda tx: list(audit.entries(tx.connection)))
    changes = [entry for entry in entries if entry.subject in (worked.clock_in.id, short.clock_in.id)][1:]
    used = {"id": as_ben.token and as_ben.token.token_id, "name": "Payroll", "made_by": ADA}
    assert [(entry.actor, entry.via, entry.action) for entry in changes] == [
        (BEN, "api", "delete"),
        (BEN, "api", "create"),
    ]
    assert [json.loads(entry.facts)["token"] for entry in changes] == [used, used]
    through = "over the API, with the token Payroll that @U0ADA made"
    assert shown(await door.type(BEN, "history 20 Nov"))[3::2] == [
        f"Mon 23 Nov, 09:02 · @U0BEN deleted the record · {through}",
        f"Mon 23 Nov, 09:02 · @U0BEN added the record · {through}",
    ]
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_the_person_is_told_what_a_token_that_somebody_else_made_did_as_them(
    door: PlainDoor, clock: Clock
) -> None:
    services = door.services
    as_ben = await admins_program(services, BEN)
    pair = (await recording.clock_in(services, as_ben, BEN, comment="early")).pair
    clock.advance(hours=8)
    await recording.clock_out(services, as_ben, BEN)
    await recording.delete(services, as_ben, pair.clock_in.id)
    await recording.restore(services, as_ben, pair.clock_in.id)
    await recording.record(services, as_ben, FRIDAY)

    assert await drawn(services) == [
        (BEN, ['A program clocked you in at 09:02, as you. "early"', CAME]),
        (BEN, ["A program deleted your record, as you: 09:02 – 17:02, 8 h.", CAME]),
        (BEN, ["A program restored your record, as you: 09:02 – 17:02, 8 h.", CAME]),
        (BEN, ["A program added a record for you, as you: Fri 20 Nov, 09:00 – 17:00, 8 h.", CAME]),
    ]


async def test_the_person_is_told_what_a_token_of_somebody_else_did_to_their_records(
    door: PlainDoor, clock: Clock
) -> None:
    services = door.services
    as_ana = await admins_program(services, ANA)
    pair = (await recording.clock_in(services, as_ana, BEN)).pair
    clock.advance(hours=8)
    await recording.clock_out(services, as_ana, BEN)
    await recording.delete(services, as_ana, pair.clock_in.id)
    await recording.restore(services, as_ana, pair.clock_in.id)
    await recording.record(services, as_ana, FRIDAY)

    everything = await drawn(services)
    clock.advance(days=1)
    await recording.clock_in(services, as_ana, ADA)
    everything += await drawn(services)
    told = [(whom, lines) for whom, lines in everything if whom == BEN]
    assert [lines[0] for _, lines in told] == [
        "@U0ANA clocked you in at 09:02.",
        "@U0ANA deleted your record: 09:02 – 17:02, 8 h.",
        "@U0ANA restored your record: 09:02 – 17:02, 8 h.",
        "@U0ANA added a record for you: Fri 20 Nov, 09:00 – 17:00, 8 h.",
    ]
    assert [lines[1:] for _, lines in told] == [[CAME]] * 4
    once_a_day = "A program made changes in your name today, with the API token Payroll that @U0ADA made. "
    assert [lines for whom, lines in everything if whom == ANA] == [
        [f"{once_a_day}If you don't know what it does, ask them."]
    ] * 2


async def test_a_token_that_a_person_made_for_themselves_tells_them_nothing(door: PlainDoor, clock: Clock) -> None:
    services = door.services
    await admins.appoint(services, ADMIN, BEN)
    own = await with_token(services, BEN, made_by=Caller(WORKSPACE, BEN, Via.FORM), role=Role.ADMIN)
    pair = (await recording.clock_in(services, own, BEN)).pair
    clock.advance(hours=8)
    await recording.clock_out(services, own, BEN)
    await recording.delete(services, own, pair.clock_in.id)
    await batches.add_all(services, own, [FRIDAY])
    assert await drawn(services) == []


@pytest.mark.parametrize("made_by", [ADMIN, Caller(WORKSPACE, "cli:eva", Via.CLI, Role.ADMIN)])
async def test_a_token_made_on_the_command_line_is_told_to_its_person_too(door: PlainDoor, made_by: Caller) -> None:
    await tokens.create(door.services, made_by, BEN, Role.EMPLOYEE, "Payroll")
    ((whom, (told,)),) = await drawn(door.services)
    maker = "An admin of the bot" if made_by.user_id == "cli:eva" else "@U0ADMIN"
    assert whom == BEN
    assert told.startswith(f"{maker} made an access key for programs (API token Payroll, access: employee).")


async def test_a_batch_is_told_once_to_each_person(door: PlainDoor) -> None:
    services = door.services
    as_ana = await admins_program(services, ANA)
    of_ben = [
        NewRecord(BEN, utc(f"2026-{month}-{day:02}T08:00"), utc(f"2026-{month}-{day:02}T16:00"))
        for month in ("09", "10")
        for day in range(1, 31)
    ]
    of_ada = NewRecord(ADA, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
    added = await batches.add_all(services, as_ana, [*of_ben, of_ada, *of_ben[:3]])
    assert sum(isinstance(row, Exception) for row in added.rows) == 3

    assert [one for one in await drawn(services) if one[0] != ANA] == [
        (ADA, ["@U0ANA added a record for you: Fri 20 Nov, 09:00 – 17:00, 8 h.", CAME]),
        (BEN, ["@U0ANA added 60 records for you: Tue 1 Sep – Fri 30 Oct.", CAME]),
    ]


async def test_a_refused_batch_is_told_to_nobody(door: PlainDoor) -> None:
    as_ana = await admins_program(door.services, ANA)
    with pytest.raises(BatchRefused):
        await batches.add_all(door.services, as_ana, [FRIDAY, FRIDAY], all_or_nothing=True)
    assert await drawn(door.services) == []


async def add_hours(services: Services, program: Caller, count: int, user_id: str = BEN) -> list[str]:
    """Half an hour in each of the hours since 1 October, one record for each call. Their clock-ins' ids."""
    starts = [utc("2026-10-01T08:00") + timedelta(hours=n) for n in range(count)]
    new = [NewRecord(user_id, start, start + timedelta(minutes=30)) for start in starts]
    return [(await recording.record(services, program, one)).pair.clock_in.id for one in new]


@pytest.mark.parametrize("own_token", [True, False])
async def test_many_changes_of_a_kind_are_one_message_and_another_when_they_are_over(
    door: PlainDoor, clock: Clock, own_token: bool
) -> None:
    services = door.services
    program = await admins_program(services, BEN if own_token else ANA)
    ids = await add_hours(services, program, 50)
    clock.advance(seconds=1)
    for in_id in ids[:26]:
        await recording.delete(services, program, in_id)
    by, as_you = ("A program", ", as you") if own_token else ("@U0ANA", "")
    at_once = [lines for whom, lines in await drawn(services) if whom == BEN]
    assert at_once == [
        [f"{by} added a record for you{as_you}: Thu 1 Oct, 10:00 – 10:30, 30 min.", CAME],
        [f"{by} deleted your record{as_you}: Thu 1 Oct, 10:00 – 10:30, 30 min.", CAME],
    ]
    clock.advance(minutes=5)
    assert [lines for whom, lines in await drawn(services) if whom == BEN] == [
        ["A program added 49 more for you: Thu 1 – Sat 3 Oct.", CAME],
        ["A program deleted 25 more of your records: Thu 1 – Fri 2 Oct.", CAME],
    ]
    await recording.delete(services, program, ids[30])
    assert [lines[0].partition(":")[0] for whom, lines in await drawn(services) if whom == BEN] == [
        f"{by} deleted your record{as_you}"
    ]


async def test_each_person_and_each_token_has_messages_of_its_own(door: PlainDoor) -> None:
    services = door.services
    programs = [await admins_program(services, ANA), await with_token(services, ANA, role=Role.ADMIN)]
    for n, program in enumerate(programs):
        for user_id in (BEN, ADA):
            start = utc("2026-10-01T08:00") + timedelta(days=n)
            await recording.record(services, program, NewRecord(user_id, start, start + timedelta(hours=8)))
    told = [whom for whom, lines in await drawn(services) if lines[0].startswith("@U0ANA added a record")]
    assert sorted(told) == [ADA, ADA, BEN, BEN]


async def test_several_batches_are_told_like_several_changes(door: PlainDoor, clock: Clock) -> None:
    services = door.services
    as_ana = await admins_program(services, ANA)
    for month in ("08", "09", "10"):
        days = [f"2026-{month}-{day:02}" for day in range(1, 11)]
        await batches.add_all(services, as_ana, [NewRecord(BEN, utc(f"{d}T08:00"), utc(f"{d}T16:00")) for d in days])
    told = [lines[0] for whom, lines in await drawn(services) if whom == BEN]
    clock.advance(minutes=5)
    told += [lines[0] for whom, lines in await drawn(services) if whom == BEN]
    assert told == [
        "@U0ANA added 10 records for you: Sat 1 – Mon 10 Aug.",
        "A program added 20 more for you: Tue 1 Sep – Sat 10 Oct.",
    ]


@pytest.mark.parametrize("own_token", [True, False])
async def test_a_terminal_that_clocks_people_in_and_out_tells_them_once_a_day(
    door: PlainDoor, clock: Clock, own_token: bool
) -> None:
    services = door.services
    terminal = await admins_program(services, BEN if own_token else ANA)
    told = []
    for _ in range(2):
        for way in (recording.clock_in, recording.clock_out) * 3:
            await way(services, terminal, BEN)
            clock.advance(minutes=30)
            told += [lines[0] for whom, lines in await drawn(services) if whom == BEN]
        clock.advance(hours=21)
    assert told == (
        ["A program clocked you in at 09:02, as you.", "A program clocked you in at 09:02, as you."]
        if own_token
        else ["@U0ANA clocked you in at 09:02.", "@U0ANA clocked you in at 09:02."]
    )


async def test_a_clock_in_for_an_earlier_time_is_told_at_once_although_the_terminal_was_told_of(
    door: PlainDoor, clock: Clock
) -> None:
    services = door.services
    terminal = await admins_program(services, ANA)
    await recording.clock_in(services, terminal, BEN)
    clock.advance(hours=4)
    await recording.clock_out(services, terminal, BEN, at=clock() - timedelta(hours=2))
    assert [lines[0] for whom, lines in await drawn(services) if whom == BEN] == [
        "@U0ANA clocked you in at 09:02.",
        "@U0ANA clocked you out at 11:02. Your record: 09:02 – 11:02, 2 h.",
    ]
