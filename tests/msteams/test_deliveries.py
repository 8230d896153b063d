"""What the outbox sends in Teams: to people in their own chat, and to the log channel. What waits while Microsoft is
away is sent once afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.attendance import recording
from bot.attendance.change_notifications import Kind
from bot.calendar.working_hours import parse_working_hours
from bot.chat.features import router
from bot.chat.routing import Ask
from bot.chat.views import Form
from bot.msteams import drawing
from bot.msteams.access_tokens import AccessTokens
from bot.msteams.activities import Activity
from bot.msteams.connector import Connector, NotTaken
from bot.msteams.deliveries import TO_TEAMS, post_messages
from bot.msteams.directory import TeamsDirectory
from bot.msteams.first_admins import FirstAdmins
from bot.msteams.limits import MOST_IN_POST
from bot.msteams.people import People
from bot.notifications import reminders
from bot.permissions import Caller, Role, Via
from bot.practice.model import Fault
from bot.practice.msteams import cards
from bot.practice.msteams.limits import Limits
from bot.practice.msteams.model import Post
from bot.practice.msteams.people import ADA, ANA, BEN, KEI, MARCO, NORA, TENANT_ID, Person
from bot.practice.msteams.service import GENERAL, TeamsService
from bot.runtime.budgets import DirectCalls
from bot.runtime.outbox_sender import send_due
from bot.runtime.services import Profile, Services
from bot.wording import Reader
from bot.workspaces import workspace_settings
from storage import msteams, outbox, people
from storage.database import Database, Transaction
from storage.msteams import Channel, Contact
from storage.people import Platform
from tests.builders import NobodyElse, workplace
from tests.conftest import WORKSPACE, Clock
from tests.msteams.conftest import Seconds

PEOPLE = (ANA, BEN, MARCO, ADA, KEI, NORA)
BOSS = Caller(TENANT_ID, ADA.user_id, Via.TEAMS, Role.ADMIN)
OPERATOR = Caller(TENANT_ID, "cli:test", Via.CLI, Role.ADMIN)


class Tenant:
    """A tenant with its ledger, and the outbox that sends to it."""

    def __init__(self, services: Services, teams: TeamsService, connector: Connector, clock: Clock) -> None:
        self.services, self.teams, self.clock = services, teams, clock
        self.direct, self.outcomes = DirectCalls(), list[str]()
        self._post = post_messages(services, connector, self.direct)
        directory = TeamsDirectory(services.database, connector)
        self._people = People(services, directory, FirstAdmins(services, ()))

    async def send(self) -> None:
        """Sends what is due and has room."""
        count = self.outcomes.append
        while await send_due(self.services, TENANT_ID, self._post, count, way=TO_TEAMS, direct=self.direct):
            pass

    async def send_all(self, within: timedelta = timedelta(hours=2)) -> None:
        """Until nothing waits any more."""
        until = self.clock.now + within
        while await self.services.database.read(lambda tx: self._waits(tx)):
            assert self.clock.now < until, "it still waits"
            await self.send()
            self.clock.advance(seconds=5)

    @staticmethod
    def _waits(tx: Transaction) -> bool:
        return bool(outbox.due_lots(tx.connection, TENANT_ID, tx.now + timedelta(days=1)))

    def told(self, person: Person) -> list[str]:
        """What the person was told in their own chat."""
        return [self.teams.words(person.user_id, one) for one in self.posts(person)]

    def posts(self, person: Person) -> list[Post]:
        return self.teams.seen_by(person.user_id, self.teams.personal(person.user_id))

    def logged(self) -> list[list[str]]:
        """The lines of each post in the log channel."""
        return [self.teams.shown(ANA.user_id, one).lines for one in self.teams.seen_by(ANA.user_id, GENERAL)]

    async def clock_in(self, person: Person, by: Caller = BOSS) -> str:
        return (await recording.clock_in(self.services, by, person.user_id)).pair.clock_in.id

    async def writes(self, person: Person) -> None:
        """They write something to the bot."""
        await self._people.meet(Activity.model_validate(self.teams.activity("message", person.user_id)))

    async def contact(self, person: Person) -> Contact | None:
        return await self.services.database.read(
            lambda tx: msteams.find_person(tx.connection, TENANT_ID, person.user_id)
        )


def own(person: Person) -> Caller:
    return Caller(TENANT_ID, person.user_id, Via.TEAMS, Role.EMPLOYEE)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as session:
        yield session


@pytest.fixture
async def tenant(database: Database, teams: TeamsService, connector: Connector, clock: Clock) -> Tenant:
    def write(tx: Transaction) -> None:
        people.add_workspace_if_new(tx.connection, TENANT_ID, platform=Platform.TEAMS, zone="Europe/Berlin", at=tx.now)
        for one in PEOPLE:
            profile = Profile(TENANT_ID, one.user_id, one.name, "Europe/Berlin", False, False, False, False, tx.now)
            people.upsert_profile(tx.connection, profile, tx.now)
            contact = Contact(one.teams_id, teams.service_url, None)
            msteams.remember_person(tx.connection, TENANT_ID, one.user_id, contact)
        msteams.remember_channel(tx.connection, TENANT_ID, Channel(GENERAL, teams.service_url, "General", None))

    await database.write(write)
    teams.limits = Limits(lambda: clock.now.timestamp())
    return Tenant(Services(database, NobodyElse()), teams, connector, clock)


@pytest.fixture
async def logged(tenant: Tenant) -> Tenant:
    await workspace_settings.change(tenant.services, OPERATOR, log_channel=GENERAL, log_comments=True)
    return tenant


async def test_people_are_told_in_their_own_chat_which_is_opened_once(tenant: Tenant) -> None:
    await tenant.clock_in(ANA)
    await tenant.send()
    tenant.clock.advance(hours=8)
    await recording.clock_out(tenant.services, BOSS, ANA.user_id)
    await tenant.send()

    assert tenant.told(ANA) == [
        "Ada Clarke clocked you in at 09:02.",
        "Ada Clarke clocked you out at 17:02. Your record: 09:02 – 17:02, 8\N{NO-BREAK SPACE}h.",
    ]
    assert tenant.teams.count("create") == 1
    (first, _) = tenant.posts(ANA)
    assert first.summary == "Ada Clarke clocked you in at 09:02."
    assert first.body["channelData"] == {"notification": {"alert": True}}
    assert "entities" not in first.body, "a name, and no notification for Ada"


async def test_somebody_without_the_app_is_told_once_they_write(tenant: Tenant) -> None:
    chat = tenant.teams.conversations[tenant.teams.personal(ANA.user_id)]
    chat.has_bot = False
    await tenant.clock_in(ANA)
    await tenant.clock_in(BEN)
    with capture_logs() as lines:
        await tenant.send_all()
    assert tenant.told(BEN) == ["Ada Clarke clocked you in at 09:02."]
    (line,) = [line for line in lines if line["event"] == "message-not-sent"]
    assert (line["given_up"], line["log_level"]) == (True, "warning")
    assert sorted(tenant.outcomes) == ["not-reached", "sent"], "no message is lost that an operator could save"
    assert "the app isn't installed" in line["reason"]
    assert tenant.told(ANA) == []

    chat.has_bot = True
    tenant.clock.advance(hours=3)
    await tenant.writes(ANA)
    await tenant.writes(ANA)
    await tenant.send_all()
    assert tenant.told(ANA) == ["Ada Clarke clocked you in at 09:02."]


@pytest.mark.parametrize(
    "code", ["403 ConversationBlockedByUser", "404 ConversationNotFound", "403 BotDisabledByAdmin"]
)
async def test_a_chat_that_is_gone_is_forgotten(tenant: Tenant, code: str) -> None:
    await tenant.clock_in(ANA)
    await tenant.send()
    tenant.clock.advance(minutes=2)
    await recording.clock_out(tenant.services, BOSS, ANA.user_id)
    status, error = code.split()
    tenant.teams.faults["send"] = Fault(status=int(status), error=error, times=1)
    await tenant.send_all()
    contact = await tenant.contact(ANA)
    assert contact is not None
    assert contact.conversation_id is None
    assert tenant.teams.count("send") == 2, "once each"


async def test_the_page_of_a_proxy_loses_nothing(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    async def page(*_: object, **__: object) -> str:
        raise NotTaken(404, "")

    await tenant.clock_in(ANA)
    with monkeypatch.context() as away:
        away.setattr(Connector, "send", page)
        await tenant.send()
    tenant.clock.advance(minutes=2)
    await tenant.send()
    assert tenant.told(ANA) == ["Ada Clarke clocked you in at 09:02."]


async def test_a_question_is_updated_where_it_was_asked(tenant: Tenant) -> None:
    hours = parse_working_hours("mon-fri 09:00-17:00")
    await workspace_settings.change(tenant.services, OPERATOR, working_hours=hours, reminders=True)
    tenant.clock.set("2026-11-24T08:10")
    await reminders.queue_due_reminders(tenant.services, TENANT_ID)
    await tenant.send_all()
    (question,) = tenant.posts(ANA)
    assert tenant.told(ANA)[0].startswith("Good morning! You haven't clocked in yet.")
    (removed,) = tenant.posts(BEN)
    removed.deleted = True

    await tenant.clock_in(ANA, own(ANA))
    await tenant.clock_in(BEN, own(BEN))
    await tenant.send_all()
    assert tenant.told(ANA) == ["✅ You clocked in at 09:10."]
    assert question.edited == 1
    assert tenant.posts(BEN) == [], "what somebody removed stays away"


async def test_a_text_of_an_earlier_version_is_sent_as_it_is_and_homes_say_nothing(tenant: Tenant) -> None:
    def fill(tx: Transaction) -> None:
        text = {"text": "<!channel> *hello* <b>"}
        outbox.add(tx.connection, TENANT_ID, ANA.user_id, Kind.TEXT, tx.now, facts=text)
        outbox.add(tx.connection, TENANT_ID, ANA.user_id, Kind.HOME, tx.now)
        outbox.add(tx.connection, TENANT_ID, "homes", Kind.HOMES, tx.now)

    await tenant.services.database.write(fill)
    await tenant.send_all()
    assert tenant.told(ANA) == ["<!channel> *hello* <b>"]
    assert tenant.teams.count("send") == 1


async def test_a_shift_has_one_post_which_its_clock_out_updates(logged: Tenant) -> None:
    await logged.clock_in(ANA, own(ANA))
    await logged.send_all()
    (post,) = logged.teams.seen_by(ANA.user_id, GENERAL)
    assert logged.logged() == [["Ana Silva clocked in at 09:02"]]
    assert logged.teams.shown(ANA.user_id, post).labels == ["Delete", "Change…"], "which check who pressed"
    logged.clock.advance(hours=8)
    await recording.clock_out(logged.services, own(ANA), ANA.user_id)
    await logged.send_all()
    ((line,),) = logged.logged()
    assert line.startswith("Ana Silva · 09:02 – 17:02")


async def test_what_waited_for_the_log_channel_is_in_few_posts_with_a_button_for_each(logged: Tenant) -> None:
    names = [f"Maximiliana Featherstonehaugh-Cholmondeley {number:02}" for number in range(MOST_IN_POST + 1)]
    users = {f"b0000000-0000-4000-8000-{number:012}": name for number, name in enumerate(names)}

    def meet(tx: Transaction) -> None:
        for user_id, name in users.items():
            profile = Profile(TENANT_ID, user_id, name, "Europe/Berlin", False, False, False, False, tx.now)
            people.upsert_profile(tx.connection, profile, tx.now)

    await logged.services.database.write(meet)
    for user_id in users:
        caller = Caller(TENANT_ID, user_id, Via.TEAMS, Role.EMPLOYEE)
        await recording.clock_in(logged.services, caller, user_id, comment="good morning " * 4)
    await logged.send_all()
    full, last = logged.teams.seen_by(ANA.user_id, GENERAL)
    assert [logged.teams.shown(ANA.user_id, post).labels for post in (full, last)] == [
        ["Delete", "Change…"] * MOST_IN_POST,
        ["Delete", "Change…"],
    ]
    lines = [line for post in logged.logged() for line in post if " clocked in at " in line]
    assert lines == [f"{name} clocked in at 09:02" for name in names]


async def test_admins_learn_that_the_bot_was_removed_from_the_log_channel(logged: Tenant) -> None:
    await workspace_settings.change(logged.services, OPERATOR, appointed={ADA.user_id})
    logged.teams.conversations[GENERAL].has_bot = False
    await logged.clock_in(ANA, own(ANA))
    await logged.send()
    logged.clock.advance(minutes=1)
    await logged.send()
    assert logged.told(ADA) == [
        "I can't post clock-ins in the log channel because I'm not in it any more. "
        "Add me there again, or type log here in another channel."
    ]
    logged.teams.conversations[GENERAL].has_bot = True
    await logged.send_all()
    assert len(logged.logged()) == 1, "what waited is posted"


async def test_the_settings_name_the_log_channel(logged: Tenant) -> None:
    reader = Reader(ADA.user_id, logged.clock.now, slashes=False)

    async def named() -> str:
        form = await router().typed(Ask(logged.services, OPERATOR, reader), "settings")
        assert isinstance(form, Form)
        drawn = await drawing.dialog(logged.services, TENANT_ID, form)
        lines = cards.Shown(drawn["card"]["content"], {}).lines
        (below,) = [line for line in lines if line.endswith("To choose another one, type log here there.")]
        return below.removeprefix("It's ").partition(". ")[0]

    assert await named() == "General"
    url, sales = logged.teams.service_url, "19:sales@thread.tacv2"
    for channel, name in (
        (Channel(GENERAL, url, "Welcome", sales), "Welcome"),
        (Channel("19:unnamed@thread.tacv2", url, "", sales), "a channel of Sales"),
        (Channel("19:chat@thread.v2", url, "", None), "a group chat"),
    ):

        def meet(tx: Transaction, channel: Channel = channel) -> None:
            msteams.remember_channel(tx.connection, TENANT_ID, Channel(sales, url, "Sales", sales))
            msteams.remember_channel(tx.connection, TENANT_ID, channel)

        await logged.services.database.write(meet)
        await workspace_settings.change(logged.services, OPERATOR, log_channel=channel.conversation_id)
        assert await named() == name


FAULTS = {
    "slow": Fault(delay=0.05),
    "silent": Fault(delay=0.6, status=503),
    "away": Fault(status=503),
    "failing": Fault(status=500),
    "too big": Fault(status=413, error="MessageSizeTooBig"),
    "limited": Fault(status=429, error="TooManyRequests", retry_after=30),
    "token away": Fault(status=503),
    "token refused": Fault(status=401),
}


@pytest.mark.parametrize("fault", list(FAULTS))
async def test_what_waits_while_microsoft_is_away_is_sent_once_afterwards(
    logged: Tenant, tokens: AccessTokens, seconds: Seconds, fault: str
) -> None:
    teams, told = logged.teams, PEOPLE[:3]
    for kind in ("token",) if fault.startswith("token") else ("send", "update", "create"):
        teams.faults[kind] = FAULTS[fault]
    for person in told:
        await logged.clock_in(person)
        with capture_logs():
            await logged.send()
        logged.clock.advance(minutes=1)
    called = sum(teams.count(kind) for kind in ("send", "update", "create", "token"))
    assert called < 40, "no storm"

    teams.faults.clear()
    seconds.now += 60  # a refusal of the token is remembered for a minute
    await logged.send_all(timedelta(minutes=20))
    for minute, person in enumerate(told, start=2):
        assert logged.told(person) == [f"Ada Clarke clocked you in at 09:0{minute}."]
    lines = [line for post in logged.logged() for line in post if "clocked in" in line or "–" in line]
    for person in told:
        assert len([line for line in lines if line.startswith(person.name)]) == 1, person.name


async def test_a_limit_of_one_conversation_delays_only_that(tenant: Tenant) -> None:
    tenant.teams.faults["send"] = Fault(status=429, error="TooManyRequests", retry_after=30, times=1)
    await tenant.clock_in(ANA)
    await tenant.send()
    await tenant.clock_in(BEN)
    await tenant.send()
    assert (tenant.told(ANA), len(tenant.told(BEN))) == ([], 1)
    tenant.clock.advance(minutes=1)
    await tenant.send()
    assert len(tenant.told(ANA)) == 1


async def test_a_message_that_is_refused_keeps_none_of_the_others(tenant: Tenant) -> None:
    """Several changes are one message. If Teams refuses it, each is sent alone, and only the bad one is given up."""
    tenant.teams.faults["send"] = Fault(status=400, error="BadSyntax", times=2)
    await tenant.clock_in(ANA)
    tenant.clock.advance(minutes=10)
    await recording.clock_out(tenant.services, BOSS, ANA.user_id)
    await tenant.send()
    assert tenant.told(ANA) == [
        "Ada Clarke clocked you out at 09:12. Your record: 09:02 – 09:12, 10\N{NO-BREAK SPACE}min."
    ]


async def test_slacks_outbox_goes_on_while_teams_hangs(tenant: Tenant, database: Database) -> None:
    slack = await workplace(database, {"U0ANA": "Europe/Berlin"})
    await recording.clock_in(slack, Caller(WORKSPACE, "U0ADMIN", Via.SLACK, Role.ADMIN), "U0ANA")
    sent: list[str] = []

    async def to_slack(messages: object) -> None:
        sent.append(repr(messages))

    hold = asyncio.Event()
    tenant.teams.faults["create"] = Fault(hold=hold)
    await tenant.clock_in(ANA)
    hanging = asyncio.create_task(tenant.send())
    await asyncio.sleep(0)
    await send_due(slack, WORKSPACE, to_slack)
    assert len(sent) == 1
    hold.set()
    await hanging
