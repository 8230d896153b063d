"""`attendance webhook …`: addresses that get every change."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import tables
from bot.cli.console import Session, command, number
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.runtime.outbox_sender import Message
from bot.webhooks import deliveries

app = typer.Typer(cls=Group, help="Webhooks: addresses that get every change.", no_args_is_help=True)

MOST_SHOWN = 50


@command(app, "add", adds_workspace=True)
async def add(
    opened: Session,
    url: Annotated[str, typer.Argument(metavar="URL", help="For example https://example.com/attendance.")],
) -> None:
    """Adds an address and prints the secret that signs the calls, once."""
    webhook, secret = await deliveries.add(
        opened.services,
        opened.caller,
        url,
        may_reach=opened.settings.webhooks_may_reach,
        sealer=opened.settings.sealer,
    )
    say(f"Webhook {webhook.webhook_id} gets every change from now on. Its secret, shown only once:", err=True)
    say(secret)


@command(app, "list")
async def list_(opened: Session) -> None:
    """Lists the addresses, without their secrets."""
    names, rows = await tables.names_of(opened), []
    for webhook in await deliveries.all_of(opened.services, opened.caller):
        since = f"{webhook.created_at:%Y-%m-%d %H:%M}"
        rows.append((webhook.webhook_id, webhook.url, names(webhook.created_by), since))
    tables.show(("id", "address", "added by", "since (UTC)"), rows)


@command(app, "remove")
async def remove(
    opened: Session, webhook_id: Annotated[str, typer.Argument(metavar="ID", help="The id, as webhook list shows it.")]
) -> None:
    """Removes an address, and all calls that wait for it."""
    await deliveries.remove(opened.services, opened.caller, webhook_id)
    say("Removed.")


@command(app, "log")
async def log(
    opened: Session,
    webhook_id: Annotated[str | None, typer.Argument(metavar="ID", help="Only this address, by its id.")] = None,
    most: Annotated[
        int, typer.Option(parser=number("--most", 1, 10_000), metavar="NUMBER", help="How many to show.")
    ] = MOST_SHOWN,
) -> None:
    """Lists the calls, newest first, with the answer to the last attempt."""
    names, rows = await tables.names_of(opened), []
    for call in await deliveries.log_of(opened.services, opened.caller, webhook_id, most):
        when, attempts = f"{call.created_at:%Y-%m-%d %H:%M:%S}", str(call.attempts)
        answer = call.answer or ""
        person = names(call.ordering_key) if call.ordering_key else ""
        facts = (call.message_id, call.facts["type"], person, when, _state(call), attempts, answer)
        rows.append((*facts, call.recipient))
    titles = ("event", "type", "person", "when (UTC)", "state", "attempts", "last answer", "webhook")
    tables.show(titles, rows)


@command(app, "resend")
async def resend(
    opened: Session,
    webhook_id: Annotated[str, typer.Argument(metavar="ID", help="The id, as webhook list shows it.")],
    event: Annotated[
        list[str] | None, typer.Argument(metavar="EVENT", help="The id, as webhook log shows it. Several are fine.")
    ] = None,
) -> None:
    """Sends calls again: those you name, or all that were given up on."""
    count = await deliveries.resend(opened.services, opened.caller, webhook_id, event or [])
    say(
        f"{count} will be sent again."
        if count
        else "There's nothing to send again. Calls that wait are tried again automatically."
    )


def _state(call: Message) -> str:
    if call.sent_at:
        return "delivered"
    return "given up" if call.given_up_at else "waiting"
