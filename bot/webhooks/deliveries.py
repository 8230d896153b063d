"""Webhooks: signed calls to other programs for every change to records, in order for each person.

`bot.webhooks.calls` makes the calls, `bot.api.webhook_client` sends them.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from urllib.parse import urlsplit

from bot import permissions
from bot.errors import InvalidWebhook
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.tokens import tell_of_use
from bot.permissions import OPERATOR, Caller, Operation, Role
from bot.runtime.background_jobs import Served
from bot.runtime.encryption import CannotOpen, Place, Sealer
from bot.runtime.outbox_sender import Count, NotSent, attempt
from bot.runtime.services import Services
from bot.runtime.tasks import finish_despite_cancel
from bot.webhooks import network_policy
from bot.webhooks.network_policy import Networks, Unreachable
from storage import installations, outbox, seals, webhook_events, webhooks
from storage.audit import SEAL_DIGEST
from storage.database import Transaction
from storage.errors import UnknownUser, UnknownWebhook
from storage.ids import new_id
from storage.outbox import Message
from storage.webhooks import Webhook

LOOK_EVERY_SECONDS = 0.5  # first an event is found, then the calls made of it
RESTS = 2  # times as long as it looked for calls that are due, which takes long if many wait, or made calls of events
LONGEST_REST_SECONDS = 1.0  # after a look
ADDRESSES_AT_ONCE = 32  # and four of a workspace: each may take its 10 seconds to say nothing
CALLS_AT_ONCE = 10  # to one address

MOST = 10  # of a workspace: each costs every event a row
LONGEST_URL = 2000
PREFIX = "whsec_"  # as Standard Webhooks writes secrets: whatever follows is the key in base64


Send = Callable[[Webhook, Message, str], Awaitable[str]]
"""Calls the address, signed with the secret; returns its answer's status. Raises NotSent."""


async def add(
    services: Services, caller: Caller, url: str, *, may_reach: Networks, sealer: Sealer | None
) -> tuple[Webhook, str]:
    """Registers an address. Returns it with its secret, which is never shown again.

    Signing needs the secret itself, so it is encrypted rather than hashed, if there is a `sealer`. Raises
    Forbidden or InvalidWebhook.
    """
    await services.database.read(
        lambda tx: permissions.require_operation(tx, caller, Operation.ADMINISTER)
    )  # then resolve
    await _refuse_unreachable(url, may_reach)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()

    def write(tx: Transaction) -> Webhook:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        if len(webhooks.all_of(tx.connection, caller.workspace_id)) >= MOST:
            raise InvalidWebhook(f"can't be added, because there are {MOST} webhooks already. Remove one first")
        webhook_id = new_id()
        kept = sealer.seal({"secret": secret}, _place(caller.workspace_id, webhook_id)) if sealer else secret
        webhook = Webhook(caller.workspace_id, webhook_id, url, kept, caller.user_id, tx.now)
        webhooks.add(tx.connection, webhook)
        tell_of_use(tx, caller)
        facts = {"url": url, SEAL_DIGEST: seals.digest_of(kept)}
        record_audit_entry(tx, caller, Action.ADD_WEBHOOK, webhook.webhook_id, facts)
        return webhook

    return await services.write(write), secret


async def all_of(services: Services, caller: Caller) -> list[Webhook]:
    """Every address of the workspace. Raises Forbidden."""

    def read(tx: Transaction) -> list[Webhook]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        return webhooks.all_of(tx.connection, caller.workspace_id)

    return await services.database.read(read)


async def remove(services: Services, caller: Caller, webhook_id: str) -> None:
    """Removes an address and its waiting calls. Raises Forbidden or UnknownWebhook."""

    def write(tx: Transaction) -> None:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        webhooks.remove(tx.connection, caller.workspace_id, webhook_id, tx.now)
        tell_of_use(tx, caller)
        record_audit_entry(tx, caller, Action.REMOVE_WEBHOOK, webhook_id, {})

    await services.write(write)


async def log_of(services: Services, caller: Caller, webhook_id: str | None, most: int) -> list[Message]:
    """The newest calls to that address or to all, each with its last attempt. Raises Forbidden or UnknownWebhook."""

    def read(tx: Transaction) -> list[Message]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        if webhook_id is not None:
            webhooks.find(tx.connection, caller.workspace_id, webhook_id)
        return outbox.latest_in_order(tx.connection, caller.workspace_id, webhook_id, most)

    return await services.database.read(read)


async def resend(services: Services, caller: Caller, webhook_id: str, event_ids: Collection[str]) -> int:
    """Sends the calls of those events again; without any, all that were given up. Returns how many.

    Raises Forbidden or UnknownWebhook.
    """

    def write(tx: Transaction) -> int:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        webhooks.find(tx.connection, caller.workspace_id, webhook_id)
        again = outbox.send_again(tx.connection, caller.workspace_id, webhook_id, event_ids, tx.now)
        tell_of_use(tx, caller)
        facts = {"events": sorted(event_ids), "calls": again}
        record_audit_entry(tx, caller, Action.RESEND_CALLS, webhook_id, facts)
        return again

    return await services.database.write(write)


def with_due(services: Services) -> Served:
    """The addresses with due calls, each as one text for `background_jobs`, so that a slow one delays no other. And the
    workspaces with events to be spread over theirs, as if `outbox.ALL` were one."""

    again_at = 0.0

    async def due() -> Sequence[str]:
        nonlocal again_at
        if (started := time.monotonic()) < again_at:
            return ()
        found = await services.database.read(lambda tx: outbox.recipients_with_due(tx.connection, tx.now))
        again_at = time.monotonic() + min(RESTS * (time.monotonic() - started), LONGEST_REST_SECONDS)
        return [f"{workspace_id} {webhook_id}" for workspace_id, webhook_id in found]

    return due


async def call_due(
    services: Services, send: Send, sealer: Sealer | None, address: str, count: Count = lambda outcome: None
) -> bool:
    """Sends a few of an address's due calls, or makes calls of a few events. Returns whether to go on.

    Nothing is sent for a workspace that removed the bot, or while the webhook's maker isn't an admin. Calls about one
    person go one at a time: the next is sent once the one before was accepted or given up.
    """
    workspace_id, webhook_id = address.split()
    if webhook_id == outbox.ALL:
        return await _spread(services, workspace_id)
    due = await services.database.read(
        lambda tx: outbox.due_in_order(tx.connection, workspace_id, webhook_id, tx.now, CALLS_AT_ONCE)
    )
    if not due:
        return False

    def claim(tx: Transaction) -> tuple[Webhook, bool, list[Message]] | None:
        if installations.is_ended(tx.connection, workspace_id):
            outbox.give_up_all(tx.connection, workspace_id, tx.now)
            return None
        try:
            webhook = webhooks.find(tx.connection, workspace_id, webhook_id)
        except UnknownWebhook:  # somebody clocked in at the moment when it was removed
            outbox.remove_in_order(tx.connection, workspace_id, webhook_id)
            return None
        calls = outbox.claim_in_order(tx.connection, workspace_id, webhook_id, due, tx.now)
        return webhook, _is_an_admins(tx, webhook), calls

    claimed = await services.database.write(claim)
    if claimed is None:
        return False
    webhook, is_an_admins, calls = claimed

    async def post(calls: Sequence[Message]) -> str:
        (call,) = calls
        if not is_an_admins:
            raise NotSent("its maker isn't an admin any more")
        return await send(webhook, call, _opened(sealer, webhook))

    async def is_taken(call: Message) -> bool:
        return await attempt(services, [call], post, count) is None

    # Each to its end, though another fails: or a stop would find it on its way.
    ended = await finish_despite_cancel(asyncio.gather(*map(is_taken, calls), return_exceptions=True))
    for outcome in ended:
        if isinstance(outcome, BaseException):
            raise outcome
    return True in ended


async def _spread(services: Services, workspace_id: str) -> bool:
    """Makes calls of a few events, and then rests where others share the program: it calculates and writes."""
    started = time.perf_counter()
    is_more = await services.database.write(lambda tx: webhook_events.spread(tx.connection, workspace_id))
    if is_more and services.database.serves_several:
        await asyncio.sleep(RESTS * (time.perf_counter() - started))
    return is_more


def _is_an_admins(tx: Transaction, webhook: Webhook) -> bool:
    """Whether its maker is an admin now, and a full member; or it was made at the command line."""
    if webhook.created_by.startswith(OPERATOR):
        return True
    try:
        return permissions.role_of_person(tx, webhook.workspace_id, webhook.created_by) is Role.ADMIN
    except UnknownUser:
        return False


def _opened(sealer: Sealer | None, webhook: Webhook) -> str:
    """The decrypted secret. Raises NotSent."""
    if sealer is None and webhook.secret.startswith(PREFIX):
        return webhook.secret
    try:
        if sealer is None:
            raise CannotOpen
        return str(sealer.open(webhook.secret, _place(webhook.workspace_id, webhook.webhook_id))["secret"])
    except CannotOpen as error:
        raise NotSent("its secret isn't sealed with this ATTENDANCE_ENCRYPTION_KEY") from error


def _place(workspace_id: str, webhook_id: str) -> Place:
    return Place(workspace_id, "webhook", webhook_id)


async def _refuse_unreachable(url: str, allowed: Networks) -> None:
    """Refuses a bad address when it is registered. Each call checks again. Raises InvalidWebhook."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidWebhook("isn't a web address. Use one like https://example.com/attendance") from error
    printable = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("https", "http") or not host or not printable or len(url) > LONGEST_URL:
        raise InvalidWebhook("isn't a web address. Use one like https://example.com/attendance")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidWebhook("has a name, a password or a fragment. Leave that out: calls are signed instead")
    try:
        found = await network_policy.addresses_of(host)
    except Unreachable as error:
        raise InvalidWebhook(str(error)) from error
    if not all(network_policy.is_allowed_destination(address, allowed) for address in found):
        raise InvalidWebhook("is in a private network. To allow it, set ATTENDANCE_WEBHOOKS_MAY_REACH")
    if parts.scheme == "http" and not all(network_policy.is_allowed(address, allowed) for address in found):
        raise InvalidWebhook("begins with http, which others on the way can read. Use https")
