"""Other programs get every change at least once, in order for each person at each address; on both engines."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event

from bot.attendance import erasure, recording
from bot.attendance.recording import NewRecord
from bot.errors import Forbidden, InvalidWebhook
from bot.people import admins
from bot.people.audit_entries import Action
from bot.permissions import Caller, Role, Via
from bot.runtime.background_jobs import workspaces_matching
from bot.runtime.encryption import Sealer
from bot.runtime.outbox_sender import Message, NotSent
from bot.runtime.services import Services
from bot.webhooks import calls, deliveries
from bot.workspaces.served_workspaces import ensure_workspace
from storage import audit, outbox, tables, webhook_events
from storage.database import Transaction
from storage.errors import UnknownWebhook
from storage.ledger_counts import LedgerCounts, count
from storage.webhooks import Webhook
from tests.builders import OPERATOR as ADMIN
from tests.builders import caller, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw

ANA, BEN = "U0ANA", "U0BEN"
PUBLIC = "https://93.184.215.14/hook"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
ELSEWHERE = Caller("T0OTHER", "cli:test", Via.CLI, Role.ADMIN)


class Elsewhere:
    """Takes calls, or those of some people not."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str]] = []
        self.tries: list[str] = []
        self.refuses: set[str] = set()
        self.secrets: set[str] = set()

    async def __call__(self, webhook: Webhook, call: Message, secret: str) -> str:
        self.tries.append(call.message_id)
        self.secrets.add(secret)
        if {call.ordering_key, webhook.webhook_id} & self.refuses:
            raise NotSent("500")
        kind = str(call.facts["type"]).removeprefix("attendance.")
        self.taken.append((webhook.webhook_id, str(call.ordering_key), kind))
        return "200"


async def add(services: Services, url: str = PUBLIC, sealer: Sealer | None = None) -> str:
    webhook, _ = await deliveries.add(services, ADMIN, url, may_reach=(), sealer=sealer)
    return webhook.webhook_id


async def a_day(services: Services, clock: Clock, user_id: str) -> None:
    """In, out, a record of last week, deleted and restored: five events."""
    await recording.clock_in(services, caller(user_id), user_id)
    clock.advance(minutes=1)
    await recording.clock_out(services, caller(user_id), user_id)
    new = NewRecord(user_id, utc("2026-11-16T08:00"), utc("2026-11-16T16:00"))
    pair = (await recording.record(services, ADMIN, new)).pair
    await recording.delete(services, ADMIN, pair.clock_in.id)
    await recording.restore(services, ADMIN, pair.clock_in.id)


async def call_all(services: Services, send: Elsewhere, sealer: Sealer | None = None) -> None:
    """What two rounds do: the first makes calls of events."""
    for _ in range(2):
        for address in await deliveries.with_due(services)():
            while await deliveries.call_due(services, send, sealer, address):
                pass


async def spread(services: Services) -> bool:
    return await services.database.write(lambda tx: webhook_events.spread(tx.connection, WORKSPACE))


IN_ORDER = ["clocked-in", "clocked-out", "created", "deleted", "restored"]


async def test_every_change_is_sent_once_and_in_order_to_every_address(services: Services, clock: Clock) -> None:
    first, second = await add(services), await add(services)
    await a_day(services, clock, ANA)
    await a_day(services, clock, BEN)
    send = Elsewhere()
    await call_all(services, send)
    for webhook_id in (first, second):
        for user_id in (ANA, BEN):
            told = [kind for where, whose, kind in send.taken if (where, whose) == (webhook_id, user_id)]
            assert told == IN_ORDER
    assert len(send.taken) == 20
    await call_all(services, send)
    assert len(send.taken) == 20


async def test_a_failed_call_holds_back_only_the_same_person_at_the_same_address(
    services: Services, clock: Clock
) -> None:
    broken, whole = await add(services), await add(services)
    await a_day(services, clock, ANA)
    await a_day(services, clock, BEN)
    send = Elsewhere()
    send.refuses = {ANA}
    await call_all(services, send)
    assert {whose for _, whose, _ in send.taken} == {BEN}
    assert len(send.taken) == 10
    assert len(send.tries) == 10 + 2, "one attempt for Ana at each address: the rest waits behind it"
    send.refuses = {broken}
    clock.advance(minutes=1)
    await call_all(services, send)
    assert [kind for where, whose, kind in send.taken if (where, whose) == (whole, ANA)] == IN_ORDER
    send.refuses = set()
    clock.advance(minutes=1)
    await call_all(services, send)
    assert [kind for where, whose, kind in send.taken if (where, whose) == (broken, ANA)] == IN_ORDER


async def test_a_failing_call_is_given_up_after_a_day_and_can_be_sent_again(services: Services, clock: Clock) -> None:
    webhook_id = await add(services)
    await recording.clock_in(services, caller(ANA), ANA)
    send = Elsewhere()
    send.refuses = {ANA}
    at = []
    while clock.now < utc("2026-11-25T08:00"):
        before = len(send.tries)
        await call_all(services, send)
        if len(send.tries) > before:
            at.append(clock.now)
        clock.advance(seconds=5 if len(at) < 5 else 900)
    pauses = [later - earlier for earlier, later in pairwise(at)]
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert max(pauses) == timedelta(minutes=15)
    assert at[-1] - at[0] <= timedelta(days=1)
    (call,) = await deliveries.log_of(services, ADMIN, webhook_id, 50)
    assert (call.answer, call.attempts, call.given_up_at) == ("500", len(at), at[-1])

    send.refuses = set()
    assert await deliveries.resend(services, ADMIN, webhook_id, []) == 1
    await call_all(services, send)
    assert send.taken == [(webhook_id, ANA, "clocked-in")]
    (call,) = await deliveries.log_of(services, ADMIN, None, 50)
    assert (call.answer, call.sent_at, call.given_up_at) == ("200", clock.now, None)
    assert await deliveries.resend(services, ADMIN, webhook_id, []) == 0
    assert await deliveries.resend(services, ADMIN, webhook_id, [call.message_id, "unknown"]) == 1
    await call_all(services, send)
    assert send.taken == [(webhook_id, ANA, "clocked-in")] * 2


async def test_a_call_is_claimed_by_one_replica_alone_and_once_more_where_that_crashes(
    services: Services, clock: Clock
) -> None:
    webhook_id = await add(services)
    await recording.clock_in(services, caller(ANA), ANA)
    await spread(services)
    due = await services.database.read(lambda tx: outbox.due_in_order(tx.connection, WORKSPACE, webhook_id, tx.now, 20))

    def claim(tx: Transaction) -> list[Message]:
        return outbox.claim_in_order(tx.connection, WORKSPACE, webhook_id, due, tx.now)

    assert [len(await services.database.write(claim)) for _ in range(2)] == [1, 0]
    send = Elsewhere()
    await call_all(services, send)
    assert send.tries == []
    clock.advance(minutes=1)
    await call_all(services, send)
    assert len(send.taken) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_finding_waiting_calls_does_not_read_sent_ones(services: Services) -> None:
    """SQLite knows nothing of how few wait among all that was told in a month: its plan has to."""

    def plans(tx: Transaction) -> list[str]:
        asked: list[str] = []
        driver: Any = tx.connection.connection.dbapi_connection
        driver.set_trace_callback(asked.append)
        outbox.recipients_with_due(tx.connection, tx.now)
        outbox.due_in_order(tx.connection, WORKSPACE, "w", tx.now, 20)
        outbox.claim_in_order(tx.connection, WORKSPACE, "w", ["1", "2"], tx.now)
        webhook_events.spread(tx.connection, WORKSPACE)
        driver.set_trace_callback(None)
        return [
            "; ".join(step[3] for step in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all())
            for statement in asked
            if "outbox" in statement
        ]

    with_due, due, claim, events = await services.database.write(plans)
    one = "(workspace_id=? AND message_id=? AND recipient=?)"
    assert "SCAN outbox USING INDEX outbox_due_in_order" in with_due
    assert "SEARCH outbox USING INDEX outbox_due_in_order (workspace_id=? AND recipient=?" in due
    assert [plan.count(" outbox ") for plan in (with_due, due, claim)] == [1, 1, 2]
    assert claim.count(one) == 2
    assert events.startswith("SEARCH outbox USING INDEX outbox_due_in_order (workspace_id=? AND recipient=?")
    assert "TEMP B-TREE" not in events


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_waiting_calls_are_read_once(services: Services) -> None:
    """A join of it with itself took five seconds for five thousand calls: PostgreSQL knows nothing of a young table."""

    def plans(tx: Transaction) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def note(connection: object, cursor: object, statement: str, parameters: Any, *_: object) -> None:
            asked.append((statement, parameters))

        event.listen(tx.connection, "before_cursor_execute", note)
        outbox.recipients_with_due(tx.connection, tx.now)
        outbox.due_in_order(tx.connection, WORKSPACE, "w", tx.now, 20)
        event.remove(tx.connection, "before_cursor_execute", note)
        return [
            "; ".join(row[0] for row in tx.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))
            for statement, parameters in asked
        ]

    for plan in await services.database.read(plans):
        assert plan.count(" on outbox") == plan.count("using outbox_due_in_order") == 1
        assert "Sort Key: outbox" not in plan


async def test_a_bug_in_one_call_holds_up_no_other(services: Services, clock: Clock) -> None:
    await add(services)
    for user_id in (ANA, BEN):
        await recording.clock_in(services, caller(user_id), user_id)

    class Buggy(Elsewhere):
        async def __call__(self, webhook: Webhook, call: Message, secret: str) -> str:
            return str({BEN: "200"}[str(call.ordering_key)])

    await call_all(services, Buggy())
    answers = {call.ordering_key: call.answer for call in await deliveries.log_of(services, ADMIN, None, 50)}
    assert answers == {ANA: "a bug here: see the log", BEN: "200"}


async def test_calls_of_a_month_ago_are_deleted(services: Services, clock: Clock) -> None:
    await add(services)
    send = Elsewhere()
    for _ in range(2):
        await recording.clock_in(services, caller(ANA), ANA)
        clock.advance(hours=1)
        await recording.clock_out(services, caller(ANA), ANA)
        await call_all(services, send)
        clock.advance(days=31)
    assert await workspaces_matching(erasure.workspaces_with_old_data, services)() == [WORKSPACE]
    await erasure.erase_old(services, WORKSPACE)
    assert [kind for _, _, kind in send.taken] == ["clocked-in", "clocked-out"] * 2
    assert await deliveries.log_of(services, ADMIN, None, 50) == []
    assert await workspaces_matching(erasure.workspaces_with_old_data, services)() == []


async def test_a_removed_address_gets_no_more_calls_and_its_secret_is_gone(services: Services, raw: Raw) -> None:
    webhook_id = await add(services)
    await recording.clock_in(services, caller(ANA), ANA)
    await deliveries.remove(services, ADMIN, webhook_id)
    send = Elsewhere()
    await call_all(services, send)
    assert send.tries == []
    assert await deliveries.all_of(services, ADMIN) == []
    assert raw.count("outbox") == 0
    assert "whsec_" not in str(raw.rows("webhooks"))
    assert not await deliveries.call_due(services, send, None, f"{WORKSPACE} {webhook_id}"), "nor is that an error"
    with pytest.raises(UnknownWebhook):
        await deliveries.remove(services, ADMIN, webhook_id)
    with pytest.raises(UnknownWebhook):
        await deliveries.resend(services, ADMIN, webhook_id, [])
    with pytest.raises(UnknownWebhook):
        await deliveries.log_of(services, ADMIN, webhook_id, 50)


async def test_a_call_that_was_written_while_its_address_was_removed_is_taken_away(services: Services) -> None:
    webhook_id = await add(services)
    await recording.clock_in(services, caller(ANA), ANA)
    assert (await services.database.read(counted)).calls_waiting == 1
    await deliveries.remove(services, ADMIN, webhook_id)

    def as_if_spread_meanwhile(tx: Transaction) -> None:
        row = outbox.NOTHING | outbox.new_row(WORKSPACE, calls.KIND, None, tx.now)
        outbox.INSERT.write_all(tx.connection, [row | {"recipient": webhook_id, "ordering_key": ANA, "number": 1}])

    await services.database.write(as_if_spread_meanwhile)
    await call_all(services, Elsewhere())
    assert (await services.database.read(counted)).calls_waiting == 0


def counted(tx: Transaction) -> LedgerCounts:
    return count(tx.connection, tx.now)


async def test_secrets_are_encrypted_if_there_is_a_key(services: Services, raw: Raw, clock: Clock) -> None:
    sealer = Sealer(KEY)
    _, secret = await deliveries.add(services, ADMIN, PUBLIC, may_reach=(), sealer=sealer)
    assert secret.startswith("whsec_")
    assert secret not in str([raw.rows(table) for table in tables.metadata.tables])
    await recording.clock_in(services, caller(ANA), ANA)
    send = Elsewhere()
    await call_all(services, send, sealer=None)
    (call,) = await deliveries.log_of(services, ADMIN, None, 50)
    assert call.answer == "its secret isn't sealed with this ATTENDANCE_ENCRYPTION_KEY"
    clock.advance(minutes=1)
    await call_all(services, send, sealer)
    assert send.secrets == {secret}


async def test_there_are_ten_at_most(services: Services) -> None:
    for _ in range(deliveries.MOST):
        await add(services)
    with pytest.raises(InvalidWebhook) as refused:
        await add(services)
    assert refused.value.why == "can't be added, because there are 10 webhooks already. Remove one first"


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.MANAGER])
async def test_only_admins_add_see_and_remove_them(services: Services, role: Role) -> None:
    webhook_id = await add(services)
    nobody = Caller(WORKSPACE, ANA, Via.API, role)
    for deed in (
        deliveries.add(services, nobody, "https://nowhere.invalid/", may_reach=(), sealer=None),
        deliveries.all_of(services, nobody),
        deliveries.log_of(services, nobody, webhook_id, 1),
        deliveries.resend(services, nobody, webhook_id, []),
        deliveries.remove(services, nobody, webhook_id),
    ):
        with pytest.raises(Forbidden):
            await deed


async def test_another_workspace_can_not_see_or_change_them_and_its_changes_are_not_sent(
    services: Services,
) -> None:
    webhook_id = await add(services)
    await ensure_workspace(services, "T0OTHER")
    await recording.clock_in(services, caller(ANA), ANA)
    assert await deliveries.all_of(services, ELSEWHERE) == []
    assert await deliveries.log_of(services, ELSEWHERE, None, 50) == []
    for deed in (
        deliveries.log_of(services, ELSEWHERE, webhook_id, 50),
        deliveries.resend(services, ELSEWHERE, webhook_id, []),
        deliveries.remove(services, ELSEWHERE, webhook_id),
    ):
        with pytest.raises(UnknownWebhook):
            await deed
    theirs, _ = await deliveries.add(services, ELSEWHERE, PUBLIC, may_reach=(), sealer=None)
    await recording.clock_in(services, caller(BEN), BEN)
    await spread(services)
    told = await deliveries.log_of(services, ADMIN, None, 50)
    assert {call.recipient for call in told} == {webhook_id}
    assert await deliveries.log_of(services, ELSEWHERE, theirs.webhook_id, 50) == []


async def test_adding_removing_and_sending_again_are_audited(services: Services) -> None:
    webhook_id = await add(services)
    await deliveries.resend(services, ADMIN, webhook_id, ["one", "another"])
    await deliveries.remove(services, ADMIN, webhook_id)
    entries = await services.database.read(lambda tx: list(audit.entries(tx.connection)))
    found = [(entry.action, entry.subject, entry.actor, json.loads(entry.facts)) for entry in entries]
    kept = found[-3][3].pop("secret_digest")
    assert len(kept) == 64  # by which `verify` knows the row
    assert found[-3:] == [
        (Action.ADD_WEBHOOK, webhook_id, ADMIN.user_id, {"url": PUBLIC}),
        (Action.RESEND_CALLS, webhook_id, ADMIN.user_id, {"events": ["another", "one"], "calls": 0}),
        (Action.REMOVE_WEBHOOK, webhook_id, ADMIN.user_id, {}),
    ]


async def made_by_ben(services: Services) -> Elsewhere:
    """His webhook, with a call that is due."""
    await admins.appoint(services, ADMIN, BEN)
    ben = Caller(WORKSPACE, BEN, Via.API, Role.ADMIN)
    await deliveries.add(services, ben, PUBLIC, may_reach=(), sealer=None)
    await recording.clock_in(services, caller(ANA), ANA)
    return Elsewhere()


async def test_a_webhook_is_called_while_its_maker_is_an_admin(services: Services, clock: Clock) -> None:
    elsewhere = await made_by_ben(services)
    await admins.dismiss(services, ADMIN, BEN)
    await call_all(services, elsewhere)
    assert elsewhere.tries == []
    (call,) = await deliveries.log_of(services, ADMIN, None, 50)
    assert call.answer == "its maker isn't an admin any more"
    await admins.appoint(services, ADMIN, BEN)
    clock.advance(minutes=1)
    await call_all(services, elsewhere)
    assert len(elsewhere.taken) == 1


@pytest.mark.parametrize("flag", ["guest", "bot", "deactivated"])
async def test_a_webhook_is_called_while_its_maker_is_a_full_member(services: Services, raw: Raw, flag: str) -> None:
    elsewhere = await made_by_ben(services)
    raw.execute(f"UPDATE people SET {flag} = {'1' if raw.is_sqlite else 'true'} WHERE user_id = ?", [BEN])
    await call_all(services, elsewhere)
    assert elsewhere.tries == []


async def test_without_webhooks_a_clock_in_asks_the_database_nothing_more(services: Services, clock: Clock) -> None:
    """The question rides on the one that is asked anyway."""
    asked: list[str] = []

    def listen(tx: Transaction) -> None:
        """To the driver on SQLite, where the hot path's statements go straight to it."""
        driver: Any = tx.connection.connection.dbapi_connection
        if tx.connection.dialect.name == "sqlite":
            driver.set_trace_callback(asked.append)
        else:
            event.listen(tx.connection.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    await recording.clock_in(services, caller(ANA), ANA)
    await services.database.write(listen)
    await recording.clock_in(services, caller(BEN), BEN)
    assert len([statement for statement in asked if "webhooks" in statement]) == 1
    assert [statement for statement in asked if "outbox" in statement] == []
