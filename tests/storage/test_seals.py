"""A sealed secret opens at its own row only, and an exchanged one is found."""

from __future__ import annotations

import asyncio
import json

import pytest
from cryptography.fernet import Fernet

from bot.errors import DirectoryUnavailable
from bot.operations.older_seals import bind_older_seals
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Via
from bot.runtime.encryption import CannotOpen, Place, Sealer
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
from tests.storage.raw import Raw, Refused, but_for_the_rules

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
        return {one: (installations.find(tx.connection, one) or ("", ""))[1] for one in (HERE, THERE)}

    return await services.database.read(read)


async def faults(services: Services) -> list[str]:
    found = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
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


async def before_the_upgrade(services: Services, raw: Raw) -> None:
    """Two workspaces as older versions installed them, with seals that open everywhere."""

    def write(tx: Transaction) -> None:
        for workspace_id, token in ((HERE, "xoxb-here"), (THERE, "xoxb-there")):
            people.add_workspace_if_new(
                tx.connection, workspace_id, platform=people.Platform.SLACK, zone="UTC", at=tx.now
            )
            installations.keep(tx.connection, workspace_id, old_credentials(token), "U0ANA", tx.now)
            record_audit_entry(tx, Caller(workspace_id, "U0ANA", Via.SLACK), Action.INSTALL, workspace_id, {})

    with raw.rule_off("installations_begin_bound", "installations"):
        await services.database.write(write)


async def start(services: Services, key: str = KEY) -> None:
    """What the bot does with older seals before it serves."""
    await bind_older_seals(services.database, Sealer(key))


async def test_older_seals_are_bound_when_the_bot_starts(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services, raw)
    assert not any(seal.startswith("v2.") for seal in (await sealed(services)).values())
    await start(services)
    assert all(seal.startswith("v2.") for seal in (await sealed(services)).values())
    assert await tokens(services) == {HERE: "xoxb-here", THERE: "xoxb-there"}
    assert await faults(services) == []


async def test_older_seals_open_nowhere_while_the_bot_serves(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services, raw)
    assert await tokens(services) == {HERE: None, THERE: None}


async def test_doctor_knows_the_key_of_older_seals_before_the_bot_starts(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services, raw)
    await workspaces(services).check_key()
    with pytest.raises(InvalidSettings):
        await InstalledWorkspaces(services.database, Sealer(OTHER_KEY), never).check_key()


async def test_older_seals_wait_for_a_start_with_the_key_that_opens_them(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services, raw)
    await start(services, OTHER_KEY)
    await start(services, f"{OTHER_KEY},{KEY}")
    assert all(seal.startswith("v2.") for seal in (await sealed(services)).values())


async def test_replicas_may_bind_older_seals_at_once(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services, raw)
    await added(services, None)
    await asyncio.gather(*(start(services) for _ in range(8)))
    assert await tokens(services) == {HERE: "xoxb-here", THERE: "xoxb-there"}
    assert await faults(services) == []


async def test_a_damaged_row_does_not_keep_the_bot_from_starting(services: Services, raw: Raw) -> None:
    await install(services)
    put(raw, HERE, "v2.damaged")
    await workspaces(services).check_key()
    with pytest.raises(InvalidSettings):
        await InstalledWorkspaces(services.database, Sealer(OTHER_KEY), never).check_key()


async def test_the_database_takes_no_older_seal_in_place_of_another(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services, raw)
    old = await sealed(services)
    with pytest.raises(Refused):
        put(raw, HERE, old[THERE])
    await start(services)
    for seal in old.values():
        with pytest.raises(Refused):
            put(raw, HERE, seal)
    assert await tokens(services) == {HERE: "xoxb-here", THERE: "xoxb-there"}


async def test_the_database_takes_no_older_seal_in_a_new_row(services: Services, raw: Raw) -> None:
    for number, seal in enumerate((old_credentials("xoxb-there"), "V2.x", "anything")):
        insert_workspace(raw, f"T0NEW{number}")
        with pytest.raises(Refused):
            insert_installation(raw, f"T0NEW{number}", seal)
    webhook = await added(services, Sealer(KEY))
    for seal in (unbound({"secret": "whsec_x"}), "V2.x", "WHSEC_x"):
        with pytest.raises(Refused):
            copy_webhook(raw, webhook, seal)
    copy_webhook(raw, webhook, "whsec_of_a_bot_without_a_key")


async def test_no_installation_becomes_another_workspaces(services: Services, raw: Raw) -> None:
    await before_the_upgrade(services, raw)
    insert_workspace(raw, "T0NEW")
    with pytest.raises(Refused):
        raw.execute("UPDATE installations SET workspace_id = 'T0NEW' WHERE workspace_id = ?", [THERE])
    await workspaces(services).uninstalled(THERE, services.database.clock())
    with pytest.raises(Refused):
        raw.execute("UPDATE installations SET workspace_id = 'T0NEW' WHERE workspace_id = ?", [THERE])


@pytest.mark.parametrize(
    "change",
    [
        "workspace_id = 'T0NEW'",
        "webhook_id = 'another'",
        "url = 'https://elsewhere.example/'",
        "created_by = 'U0BEN'",
        "created_at = {later}",
    ],
)
async def test_no_webhook_becomes_another(services: Services, raw: Raw, change: str) -> None:
    insert_workspace(raw, "T0NEW")
    await added(services, Sealer(KEY))
    with pytest.raises(Refused):
        raw.execute(f"UPDATE webhooks SET {change}".format(later=raw.later("created_at", 1)))


async def test_a_removed_webhook_never_lives_again(services: Services, raw: Raw) -> None:
    webhook = await added(services, Sealer(KEY))
    await deliveries.remove(services, ADMIN, webhook.webhook_id)
    with pytest.raises(Refused):
        raw.execute("UPDATE webhooks SET removed_at = NULL")


async def test_an_older_seal_is_not_bound_where_another_was_told_of_even_with_the_rules_switched_off(
    services: Services, raw: Raw
) -> None:
    await before_the_upgrade(services, raw)
    old = await sealed(services)
    await start(services)
    raw.let_anything_through()
    put(raw, HERE, old[THERE])
    await start(services)
    assert await tokens(services) == {HERE: None, THERE: "xoxb-there"}
    assert (await sealed(services))[HERE] == old[THERE]
    assert any("installation T0HERE" in fault for fault in await faults(services))


def insert_workspace(raw: Raw, workspace_id: str) -> None:
    raw.execute("INSERT INTO workspaces VALUES (?, 'UTC', ?, 'slack')", [workspace_id, raw.value("met_at", 0)])


def insert_installation(raw: Raw, workspace_id: str, seal: str) -> None:
    at = raw.value("installed_at", 0)
    raw.execute("INSERT INTO installations VALUES (?, ?, 'U0ANA', ?, NULL, NULL)", [workspace_id, seal, at])


def copy_webhook(raw: Raw, webhook: Webhook, seal: str) -> None:
    kept = "url, ?, created_by, created_at, removed_at FROM webhooks WHERE webhook_id = ?"
    raw.execute(f"INSERT INTO webhooks SELECT workspace_id, 'copied', {kept}", [seal, webhook.webhook_id])


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
    await start(services)
    (stored,) = await services.database.read(lambda tx: webhooks.all_of(tx.connection, ADMIN.workspace_id))
    assert stored.secret.startswith("v2.")
    assert deliveries._opened(Sealer(KEY), stored) == webhook.secret
    assert await faults(services) == []


async def test_an_unbound_secret_signs_nothing_where_there_is_a_key(services: Services) -> None:
    for secret in (unbound({"secret": "whsec_of_somebody_else"}), "whsec_of_somebody_else"):
        with pytest.raises(NotSent):
            deliveries._opened(Sealer(KEY), Webhook(HERE, "w", PUBLIC, secret, "U0ANA", services.database.clock()))


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
