"""`attendance token …`: API tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import console
from bot.cli.console import Session, command, user_id
from bot.people import tokens
from bot.permissions import Role

app = typer.Typer(help="API tokens: create, list, revoke.", no_args_is_help=True)


@command(app, "create", creates=True)
async def create_token(
    opened: Session,
    user: Annotated[str, typer.Option(help="Whom the token speaks for (U…).")],
    role: Annotated[Role, typer.Option(help="How far it reaches.")],
    name: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    expires: Annotated[
        str, typer.Option(help="The last day on which it works, such as 2027-01-31, or for how many days; never.")
    ] = "",
) -> None:
    """Create an API token. It is printed once, alone on stdout, and stored as a digest."""
    until = tokens.parse_expiry(expires)
    typer.echo(await tokens.create(opened.services, opened.caller, user_id(user), role, name, expires=until))


@command(app, "list")
async def list_tokens(opened: Session) -> None:
    """List the API tokens, never their secrets."""
    titles = ("created (UTC)", "last used (UTC)", "expires (UTC)", "revoked (UTC)")
    table = console.table("id", "user", "role", "name", *titles)
    for token in await tokens.all_of(opened.services, opened.caller):
        moments = (token.created_at, token.last_used_at, token.expires_at, token.revoked_at)
        times = (f"{at:%Y-%m-%d %H:%M}" if at else "" for at in moments)
        table.add_row(token.token_id, token.user_id, token.role, token.name or "", *times)
    console.show(table)


@command(app, "revoke")
async def revoke_token(opened: Session, token_id: Annotated[str, typer.Argument(help="As listed.")]) -> None:
    """Revoke an API token, at once."""
    await tokens.revoke(opened.services, opened.caller, token_id)
    typer.echo("Revoked.")
