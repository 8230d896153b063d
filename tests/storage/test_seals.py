"""A sealed secret opens at its own row only, and an exchanged one is found."""

from __future__ import annotations

import asyncio
import json

import pytest
from cryptography.fernet import Fernet

from bot.errors import DirectoryUnavailable
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Via
from bot.runtime.encryption import CannotOpen, Place, Sealer, is_bound
from bot.runtime.outbox_sender import NotSent
from bot.runtime.services import Services
from bot.runtime.settings import InvalidSettings
from bot.webhooks import deliveries
from bot.workspaces.installations import Credentials, InstalledWorkspaces
from storage import installations, people, seals, webhooks
from storage.database import Transaction
from storage.verify import verify
from storage.webhooks import Webhook
from tests.builders import ADMIN
from tests.storage.raw import Raw, Refused

KEY = "ncyWnB1Ydb1PwHbdmK0zU9TyRkiEvv8LkTLPFC0oKF0="
OTHER_KEY = "B" * 43 + "="
HERE, THERE = "T0HERE", "T0THERE"
PLACE = Place(HERE, "installation")
PUBLIC = "https://93.184.215.14/"


def unbound(content: dict[str, object], key: str = KEY) -> str:
    """As older versions sealed it: it opens everywhere."""
    return Fernet(key).encrypt(json.dumps(content).encode()).decode()


def old_credentials(token: str) -> str:
    return unbound({"token": token, "refresh_token": None, "expires_at": None})


async def never(refresh_token: str) -> Credentials:
    raise AssertionError("nothing is renewed here")


def workspaces(services: Services) -> InstalledWorkspaces:
    """A replica that has just started."""
    return InstalledWorkspaces(services.database, Sealer(KEY), never)


async def install(services: Services) -> None:
    for workspace_id, token in ((HERE, "xoxb-here"), (THERE, "xoxb-there")):
        await workspaces(services).install(workspace_id, Credentials(token), "U0ANA")


async def tokens(services: Services) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for workspace_id in (HERE, THERE):
        try:
            found[workspace_id] = (await workspaces(services).credentials(workspace_id)).token
        except DirectoryUnavailable:
            found[workspace_id] = None
    return found


async def sealed(services: Services) -> dict[str, str]:
    def read(tx: Transaction) -> dict[str, str]:
        return {one: installations.find(tx.connection, one) or "" for one in (HERE, THERE)}

    return await services.database.read(read)


async def faults(services: Services) -> list[str]:
    found = await services.database.read(lambda tx: list(verify(tx.connection)))
    return [f"{fault.where} {fault.what}" for fault in found]


def put(raw: Raw, workspace_id: str, seal: str) -> None:
    raw.execute("UPDATE installations SET sealed = ? WHERE workspace_id = ?", [seal, workspace_id])


@pytest.mark.parametrize(
    "elsewhere", [Place(THERE, "installation"), Place(HERE, "webhook"), Place(HERE, "installation", "row")]
)
def test_a_seal_opens_at_its_own_place_only(elsewhere: Place) -> None:
    made = Sealer(KEY).seal({"token": "xoxb-here"}, PLACE)
    assert Sealer(f"{OTHER_KEY},{KEY}").open(made, PLACE) == {"token": "xoxb-here"}
    for sealer, place in ((Sealer(KEY), elsewhere), (Sealer(OTHER_KEY), PLACE)):
        with pytest.raises(CannotOpen):
            sealer.open(made, place)


def test_the_parts_of_a_place_do_not_run_into_each_other() -> None:
    made = Sealer(KEY).seal({}, Place("T1", "webhook", "2"))
    with pytest.raises(CannotOpen):
        Sealer(KEY).open(made, Place("T1", "webhook2"))


@pytest.mark.parametrize("damaged", ["v2.", "v2.AAAA", "v2.é", "v2.%%%", "", "gAAAA", "é"])
def test_what_is_no_seal_does_not_open(damaged: str) -> None:
    with pytest.raises(CannotOpen):
        Sealer(KEY).open(damaged, PLACE)


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert len({Sealer(KEY).seal({"token": "x"}, PLACE) for _ in range(10)}) == 10


async def test_a_token_copied_to_another_workspace_does_not_open_there_and_verify_says_so(
    services: Services, raw: Raw
) -> None:
    await install(services)
    assert await tokens(services) == {HERE: "xoxb-here", THERE: "xoxb-there"}
    put(raw, HERE, (await sealed(services))[THERE])
    assert await tokens(services) == {HERE: None, THERE: "xoxb-there"}
    assert await faults(services) == [f"installation {HERE} isn't what the audit trail says (in its sealed secret)"]


async def test_an_older_token_of_the_same_workspace_is_found_by_verify(services: Services, raw: Raw) -> None:
    await install(services)
    before = (await sealed(services))[HERE]
    await workspaces(services).install(HERE, Credentials("xoxb-newer"), "U0ANA")
    assert await faults(services) == []
    put(raw, HERE, before)
    assert len(await faults(services)) == 1


async def before_the_upgrade(services: Services) -> None:
    """Two workspaces as older versions installed them; rows may begin with seals that open everywhere."""

    def write(tx: Transaction) -> None:
        for workspace_id, token in ((HERE, "xoxb-here"), (THERE, "xoxb-there")):
            people.add_workspace_if_new(tx.connection, workspace_id, zone="UTC", at=tx.now)
            installations.keep(tx.connection, workspace_id, old_credentials(token), "U0ANA", tx.now)
            record_audit_entry(tx, Caller(workspace_id, "U0ANA", Via.SLACK), Action.INSTALL, workspace_id, {})

    await services.database.write(write)


async def test_older_seals_open_and_are_bound_at_their_first_use(services: Services) -> None:
    await before_the_upgrade(services)
    assert not any(map(is_bound, (await sealed(services)).values()))
    assert await tokens(services) == {HERE: "xoxb-here", THERE: "xoxb-there"}
    assert all(map(is_bound, (await sealed(services)).values()))
    assert await tokens(services) == {HERE: "xoxb-here", THERE: "xoxb-there"}
    assert await faults(services) == []


async def test_many_may_use_an_older_seal_for_the_first_time_at_once(services: Services) -> None:
    await before_the_upgrade(services)
    replicas = [workspaces(services) for _ in range(3)]
    found = await asyncio.gather(*(replicas[number % 3].credentials(HERE) for number in range(12)))
    assert {credentials.token for credentials in found} == {"xoxb-here"}
    assert await faults(services) == []


async def test_a_damaged_row_does_not_keep_the_bot_from_starting(services: Services, raw: Raw) -> None:
    await install(services)
    put(raw, HERE, "v2.damaged")
    await workspaces(services).check_key()
    with pytest.raises(InvalidSettings):
        await InstalledWorkspaces(services.database, Sealer(OTHER_KEY), never).check_key()


async def test_many_calls_of_a_webhook_may_find_its_older_secret_at_once(services: Services) -> None:
    webhook = await added(services, None)
    found = await asyncio.gather(*(deliveries._bound(services, Sealer(KEY), webhook) for _ in range(8)))
    assert {deliveries._opened(Sealer(KEY), one) for one in found if one} == {webhook.secret}
    assert None not in found
    assert await faults(services) == []


async def test_the_database_takes_no_older_seal_in_place_of_another(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services)
    old = await sealed(services)
    with pytest.raises(Refused):
        put(raw, HERE, old[THERE])
    await tokens(services)
    for seal in old.values():
        with pytest.raises(Refused):
            put(raw, HERE, seal)
    assert await tokens(services) == {HERE: "xoxb-here", THERE: "xoxb-there"}


async def test_an_older_seal_does_not_open_after_the_rewrite_even_with_the_rules_switched_off(
    services: Services, raw: Raw
) -> None:
    await before_the_upgrade(services)
    old = await sealed(services)
    await tokens(services)
    raw.let_anything_through()
    put(raw, HERE, old[THERE])
    assert await tokens(services) == {HERE: None, THERE: "xoxb-there"}
    assert (await sealed(services))[HERE] == old[THERE]
    assert any("installation T0HERE" in fault for fault in await faults(services))


async def added(services: Services, sealer: Sealer | None) -> Webhook:
    webhook, _ = await deliveries.add(services, ADMIN, PUBLIC, may_reach=(), sealer=sealer)
    return webhook


async def test_a_webhooks_secret_opens_at_its_own_row_only(services: Services, raw: Raw) -> None:
    first, second = [await added(services, Sealer(KEY)) for _ in range(2)]
    raw.execute("UPDATE webhooks SET secret = ? WHERE webhook_id = ?", [first.secret, second.webhook_id])
    exchanged = await services.database.read(
        lambda tx: webhooks.find(tx.connection, ADMIN.workspace_id, second.webhook_id)
    )
    with pytest.raises(NotSent):
        deliveries._opened(Sealer(KEY), exchanged)
    assert await faults(services) == [
        f"webhook {second.webhook_id} isn't what the audit trail says (in its sealed secret)"
    ]


async def test_a_secret_from_before_there_was_a_key_is_sealed_for_its_row(services: Services, raw: Raw) -> None:
    webhook = await added(services, None)
    with pytest.raises(Refused):
        raw.execute("UPDATE webhooks SET secret = ?", ["whsec_of_somebody_else"])
    assert await deliveries._bound(services, Sealer(KEY), webhook) == webhook
    (stored,) = await services.database.read(lambda tx: webhooks.all_of(tx.connection, ADMIN.workspace_id))
    assert is_bound(stored.secret)
    assert deliveries._opened(Sealer(KEY), stored) == webhook.secret
    assert await faults(services) == []


async def test_a_webhooks_secret_that_was_exchanged_with_the_rules_off_signs_nothing(
    services: Services, raw: Raw
) -> None:
    webhook = await added(services, Sealer(KEY))
    raw.let_anything_through()
    raw.execute("UPDATE webhooks SET secret = ?", [unbound({"secret": "whsec_of_somebody_else"})])
    (stored,) = await services.database.read(lambda tx: webhooks.all_of(tx.connection, ADMIN.workspace_id))
    assert await deliveries._bound(services, Sealer(KEY), stored) is None
    assert [webhook.webhook_id in fault for fault in await faults(services)] == [True]


def test_a_digest_says_nothing_of_the_secret_without_its_seal() -> None:
    made = [Sealer(KEY).seal({"token": "x"}, PLACE) for _ in range(2)]
    assert seals.digest_of(made[0]) != seals.digest_of(made[1])


async def test_rotation_leaves_the_ledger_whole(services: Services) -> None:
    async def renewed(refresh_token: str) -> Credentials:
        return Credentials("xoxb-renewed", "xoxe-2", services.database.clock())

    here = InstalledWorkspaces(services.database, Sealer(KEY), renewed)
    await here.install(HERE, Credentials("xoxb-old", "xoxe-1", services.database.clock()), "U0ANA")
    await here.renew(HERE)
    assert await tokens(services) == {HERE: "xoxb-renewed", THERE: None}
    assert await faults(services) == []
