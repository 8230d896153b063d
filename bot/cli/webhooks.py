"""`attendance webhook …`: addresses of other programs that are told of every change."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import console
from bot.cli.console import Session, command
from bot.runtime.outbox_sender import Message
from bot.webhooks import deliveries

app = typer.Typer(help="Webhooks: programs that are told of every change.", no_args_is_help=True)

MOST_SHOWN = 50


@command(app, "add", creates=True)
async def add(
    opened: Session, url: Annotated[str, typer.Argument(metavar="URL", help="Such as https://example.com/attendance.")]
) -> None:
    """Register an address. The secret that calls are signed with is printed once, alone on stdout."""
    webhook, secret = await deliveries.add(
        opened.services,
        opened.caller,
        url,
        may_reach=opened.settings.webhooks_may_reach,
        sealer=opened.settings.sealer,
    )
    typer.echo(f"Webhook {webhook.webhook_id} is told of every change from now on. Its secret:", err=True)
    typer.echo(secret)


@command(app, "list")
async def list_(opened: Session) -> None:
    """List the addresses, never their secrets."""
    table = console.table("id", "address", "by", "since (UTC)")
    for webhook in await deliveries.all_of(opened.services, opened.caller):
        since = f"{webhook.created_at:%Y-%m-%d %H:%M}"
        table.add_row(webhook.webhook_id, webhook.url, webhook.created_by, since)
    console.show(table)


@command(app, "remove")
async def remove(opened: Session, webhook_id: Annotated[str, typer.Argument(help="As listed.")]) -> None:
    """Remove an address, with all that it was not told yet."""
    await deliveries.remove(opened.services, opened.caller, webhook_id)
    typer.echo("Removed.")


@command(app, "log")
async def log(
    opened: Session,
    webhook_id: Annotated[str | None, typer.Argument(help="Only this address.")] = None,
    most: Annotated[int, typer.Option(min=1, max=10_000, help="So many, the newest.")] = MOST_SHOWN,
) -> None:
    """List what was told and what waits, the newest first, with the answer to the last attempt."""
    table = console.table("event", "type", "person", "when (UTC)", "state", "attempts", "last answer", "webhook")
    for call in await deliveries.log_of(opened.services, opened.caller, webhook_id, most):
        when, attempts = f"{call.created_at:%Y-%m-%d %H:%M:%S}", str(call.attempts)
        answer = call.answer or ""
        person = call.ordering_key or ""
        facts = (call.message_id, call.facts["type"], person, when, _state(call), attempts, answer)
        table.add_row(*facts, call.recipient)
    console.show(table)


@command(app, "resend")
async def resend(
    opened: Session,
    webhook_id: Annotated[str, typer.Argument(help="As listed.")],
    event: Annotated[list[str] | None, typer.Argument(metavar="EVENT", help="As logged; several may follow.")] = None,
) -> None:
    """Tell an address those events again; with none named, all that were given up on."""
    count = await deliveries.resend(opened.services, opened.caller, webhook_id, event or [])
    typer.echo(
        f"{count} to be told again."
        if count
        else "There is nothing to be told again: what waits is tried by itself, and unknown ids are passed over."
    )


def _state(call: Message) -> str:
    if call.sent_at:
        return "taken"
    return "given up" if call.given_up_at else "waiting"
