"""`attendance token …`: API tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import console
from bot.access import Role
from bot.console import Workspace, run, session, user_id

app = typer.Typer(help="API tokens: create, list, revoke.", no_args_is_help=True)


@app.command("create")
def create_token(
    user: Annotated[str, typer.Option(help="Whom the token speaks for (U…).")],
    role: Annotated[Role, typer.Option(help="How far it reaches.")],
    name: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    expires: Annotated[
        str, typer.Option(help="The last day on which it works, such as 2027-01-31, or for how many days; never.")
    ] = "",
    workspace: Workspace = None,
) -> None:
    """Create an API token. It is printed once, alone on stdout, and stored as a digest."""
    from bot import tokens as use_cases

    async def work() -> str:
        async with session(workspace) as opened:
            until = use_cases.parse_expiry(expires)
            return await use_cases.create(opened.services, opened.caller, user_id(user), role, name, expires=until)

    typer.echo(run(work()))


@app.command("list")
def list_tokens(workspace: Workspace = None) -> None:
    """List the API tokens, never their secrets."""
    from bot import tokens as use_cases

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            titles = ("created (UTC)", "last used (UTC)", "expires (UTC)", "revoked (UTC)")
            table = console.table("id", "user", "role", "name", *titles)
            for token in await use_cases.all_of(opened.services, opened.caller):
                moments = (token.created_at, token.last_used_at, token.expires_at, token.revoked_at)
                times = (f"{at:%Y-%m-%d %H:%M}" if at else "" for at in moments)
                table.add_row(token.token_id, token.user_id, token.role, token.name or "", *times)
            console.show(table)

    run(work())


@app.command("revoke")
def revoke_token(token_id: Annotated[str, typer.Argument(help="As listed.")], workspace: Workspace = None) -> None:
    """Revoke an API token, at once."""
    from bot import tokens as use_cases

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            await use_cases.revoke(opened.services, opened.caller, token_id)

    run(work())
    typer.echo("Revoked.")
