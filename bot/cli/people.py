"""`attendance person …`: what working-time rules ask about people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from bot.cli import tables
from bot.cli.arguments import user_id
from bot.cli.console import Session, command, fail
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.people import working_conditions
from bot.wording import ANY_READER
from bot.wording.working_conditions import in_words

app = typer.Typer(cls=Group, help="What working-time rules ask about people.", no_args_is_help=True)


@command(app, "set")
async def set_conditions(
    opened: Session,
    user: Annotated[str, typer.Argument(metavar="USER", help="The person (U…, or an Entra object id).")],
    adult_from: Annotated[
        str | None,
        typer.Option(help="The 18th birthday of a young person, for example 2027-05-01. Use no for nobody young."),
    ] = None,
    night_worker: Annotated[bool | None, typer.Option(help="Works at night regularly.")] = None,
    exempt: Annotated[bool | None, typer.Option(help="Working-time rules don't apply to the person.")] = None,
) -> None:
    """Sets what working-time rules ask about a person. What you don't name stays as it is."""
    user = await user_id(opened, user)
    now = await working_conditions.set_conditions(
        *(opened.services, opened.caller, user),
        adult_from=... if adult_from is None else _day(adult_from),
        night_worker=night_worker,
        exempt=exempt,
    )
    reader = replace(ANY_READER, now=opened.services.database.clock())
    say(f"{(await tables.names_of(opened))(user)}: {in_words(now, reader) or 'adult, works by day'}.")


def _day(text: str) -> date | None:
    if text == "no":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{text} isn't a day. Type it like 2027-05-01, or use no.")


@command(app, "list")
async def list_conditions(opened: Session) -> None:
    """Lists the people who are under 18, work at night or are exempt."""
    names = await tables.names_of(opened)
    rows = [
        (
            names(one.user_id),
            str(one.adult_from or ""),
            "yes" if one.night_worker else "",
            "yes" if one.exempt else "",
        )
        for _, one in await working_conditions.all_of(opened.services, opened.caller)
    ]
    tables.show(("person", "adult from", "night worker", "exempt"), rows)
