"""`attendance token …`: API tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import tables
from bot.cli.arguments import user_id
from bot.cli.console import Session, command, one_word_of
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.people import tokens
from bot.permissions import Role

app = typer.Typer(cls=Group, help="API tokens, for programs.", no_args_is_help=True)


@command(app, "create", adds_workspace=True)
async def create_token(
    opened: Session,
    user: Annotated[str, typer.Option(help="The person the token acts for (U…, or an Entra object id).")],
    role: Annotated[Role, one_word_of(Role, "a role", "What it may do.")],
    name: Annotated[str | None, typer.Option(help="A name to recognise it by.")] = None,
    expires: Annotated[
        str, typer.Option(help="Its last day (2027-01-31) or a number of days (90). Default: it doesn't expire.")
    ] = "",
) -> None:
    """Creates an API token and prints it, once."""
    until = tokens.parse_expiry(expires)
    say(await tokens.create(opened.services, opened.caller, await user_id(opened, user), role, name, expires=until))


@command(app, "list")
async def list_tokens(opened: Session) -> None:
    """Lists the API tokens, without their secrets."""
    names, rows = await tables.names_of(opened), []
    for token in await tokens.all_of(opened.services, opened.caller):
        moments = (token.created_at, token.last_used_at, token.expires_at, token.revoked_at)
        times = (f"{at:%Y-%m-%d %H:%M}" if at else "" for at in moments)
        maker = names(token.created_by) if token.created_by else ""
        rows.append((token.token_id, names(token.user_id), token.role, token.name or "", maker, *times))
    titles = ("created (UTC)", "last used (UTC)", "expires (UTC)", "revoked (UTC)")
    tables.show(("id", "acts for", "role", "name", "made by", *titles), rows)


@command(app, "revoke")
async def revoke_token(
    opened: Session, token_id: Annotated[str, typer.Argument(metavar="ID", help="The id, as token list shows it.")]
) -> None:
    """Revokes an API token. It stops working at once."""
    await tokens.revoke(opened.services, opened.caller, token_id)
    say("Revoked.")
