"""Messages to people about what others did, drawn from the facts that the use cases wrote."""

from __future__ import annotations

from bot.attendance import recording
from bot.attendance.change_notifications import Kind
from bot.attendance.recording import NewRecord
from bot.chat.features import router
from bot.chat.routing import Ask
from bot.chat.views import Message as View
from bot.notifications import audit_heads, channel_posts
from bot.people.readers import reading_of
from bot.permissions import Caller, Role, Via
from bot.runtime.outbox_sender import Message, send_due
from bot.runtime.services import Services
from bot.wording import Reader
from bot.workspaces import workspace_settings
from bot.workspaces.installations import INSTALLED
from tests.builders import ADMIN, caller, one_by_one, utc
from tests.chat.conftest import ADA, ANA, PlainDoor, shown
from tests.conftest import WORKSPACE, Clock

IN_CHAT = Caller(WORKSPACE, ADA, Via.SLACK, Role.ADMIN)


async def drawn(services: Services) -> list[tuple[str, list[str]]]:
    """Each message that goes out: its recipient and its lines. Messages that aren't needed any more are left out, and
    drawings of Home tabs."""
    sent = [message for message in await waiting(services) if message.kind != Kind.HOMES]
    told = [(message.recipient, await notice(services, message)) for message in sent]
    return [(recipient, shown(message)) for recipient, message in told if message is not None]


async def waiting(services: Services) -> list[Message]:
    """The due messages of the outbox."""
    sent: list[Message] = []

    async def post(message: Message) -> None:
        sent.append(message)

    while await send_due(services, WORKSPACE, one_by_one(post)):
        pass
    return sent


async def notice(services: Services, message: Message) -> View | None:
    """One of the outbox's messages, as its recipient sees it."""
    zone = (await reading_of(services, WORKSPACE, message.recipient)).zone
    reader = Reader(message.recipient, services.database.clock(), zone=zone)
    ask = Ask(services, Caller(WORKSPACE, message.recipient, Via.SLACK), reader)
    return await router().notice(ask, message.kind, message.facts)


async def test_a_person_gets_a_message_for_each_change_somebody_else_makes(door: PlainDoor, clock: Clock) -> None:
    await door.type(ADA, f"clockin <@{ANA}> <!channel> hello")
    clock.advance(hours=8)
    await door.type(ADA, f"clockout <@{ANA}>")
    new = NewRecord(ANA, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
    pair = (await recording.record(door.services, IN_CHAT, new)).pair
    await recording.delete(door.services, IN_CHAT, pair.clock_in.id)
    await recording.restore(door.services, IN_CHAT, pair.clock_in.id)

    assert await drawn(door.services) == [
        (ANA, ['@U0ADA clocked you in at 09:02. "<!channel> hello"']),
        (ANA, ["@U0ADA clocked you out at 17:02. Your record: 09:02 – 17:02, 8 h."]),
        (ANA, ["@U0ADA added a record for you: Fri 20 Nov, 09:00 – 17:00, 8 h."]),
        (
            ANA,
            ["@U0ADA deleted your record: Fri 20 Nov, 09:00 – 17:00, 8 h. If that's wrong, ask them to undo it."],
        ),
        (ANA, ["@U0ADA restored your record: Fri 20 Nov, 09:00 – 17:00, 8 h."]),
    ]


async def test_a_change_of_an_earlier_day_says_the_day_once(door: PlainDoor, clock: Clock) -> None:
    await door.type(ADA, f"clockin <@{ANA}>")
    clock.advance(days=1)
    await door.type(ADA, f"clockout <@{ANA}> yesterday at 17:30")
    assert await drawn(door.services) == [
        (ANA, ["@U0ADA clocked you in on Mon 23 Nov at 09:02."]),
        (ANA, ["@U0ADA clocked you out. Your record: Mon 23 Nov, 09:02 – 17:30, 8 h 28 min."]),
    ]


async def test_people_get_no_message_about_their_own_changes(door: PlainDoor) -> None:
    await door.type(ANA, "clockin")
    assert await drawn(door.services) == []


async def test_the_outbox_keeps_no_address_of_anybody(door: PlainDoor) -> None:
    at_home = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN, ip="192.0.2.7")
    await recording.clock_in(door.services, at_home, ANA)
    kept: list[Message] = []

    async def post(message: Message) -> None:
        kept.append(message)

    await send_due(door.services, WORKSPACE, one_by_one(post))
    assert "192.0.2.7" not in str(kept)


async def test_seals_of_day_and_week_hold_the_head_of_the_chain(door: PlainDoor, clock: Clock) -> None:
    for day in ("2026-11-17", "2026-11-18"):
        new = NewRecord(ANA, utc(f"{day}T08:00"), utc(f"{day}T12:30"))
        await recording.record(door.services, caller(ANA), new)
    await workspace_settings.change(door.services, ADMIN, anchor_channel="C0LEDGER", anchor_to_people=True)
    clock.advance(hours=1)
    await audit_heads.publish(door.services, WORKSPACE)

    (_, of_the_day), (_, week) = await drawn(door.services)

    assert of_the_day[0] == "Today's seal of the attendance records"
    assert of_the_day[1].startswith(f'"{WORKSPACE}:3:')
    assert week[:2] == ["Your week · Mon 16 – Sun 22 Nov", "9 h on 2 days"]
    assert week[2].startswith(f'Seal of these records: "{WORKSPACE}:3:')


async def test_admins_learn_that_the_log_channel_is_closed_to_the_bot(door: PlainDoor) -> None:
    await workspace_settings.change(door.services, ADMIN, appointed={ADA})
    await channel_posts.channel_is_closed(door.services, WORKSPACE, "C0LOG")

    assert await drawn(door.services) == [
        (
            ADA,
            [
                "I can't post clock-ins in C0LOG because I'm not in that channel. "
                'Type "/invite @Attendance" there, or choose another channel in "/attendance settings".'
            ],
        )
    ]


async def test_the_person_who_installs_the_bot_learns_how_to_start(door: PlainDoor) -> None:
    ask = Ask(door.services, caller(ADA), Reader(ADA, door.services.database.clock()))
    told = await router().notice(ask, INSTALLED, {})
    assert told is not None
    assert shown(told)[0].startswith('✅ Attendance is installed. Type "/clockin" in any channel to start')
