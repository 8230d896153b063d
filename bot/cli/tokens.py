"""`attendance token …`: API tokens."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from bot.calendar.ranges import DateRange
from bot.cli import tables
from bot.cli.arguments import user_id
from bot.cli.console import CANNOT_START, Session, command, fail, number, one_word_of
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.people import reading_tokens, tokens
from bot.people.reading_tokens import LONGEST_LIFE, NewReader
from bot.permissions import ReadingRole, Role

app = typer.Typer(cls=Group, help="API tokens, for programs.", no_args_is_help=True)


EVERYONE = "everyone"


class Access(StrEnum):
    """What `--role` takes."""

    EMPLOYEE = Role.EMPLOYEE.value
    MANAGER = Role.MANAGER.value
    ADMIN = Role.ADMIN.value
    INSPECTOR = ReadingRole.INSPECTOR.value
    REPRESENTATIVE = ReadingRole.REPRESENTATIVE.value


_READS = "For an inspector or representative: "


@command(app, "create", adds_workspace=True)
async def create_token(
    opened: Session,
    user: Annotated[
        str,
        typer.Option(
            help="The person the token acts for (U…, or an Entra object id). An inspector's or representative's token "
            "acts for nobody: here goes the admin who answers for it."
        ),
    ],
    role: Annotated[Access, one_word_of(Access, "a role", "What it may do.")],
    name: Annotated[str | None, typer.Option(help="A name to recognise it by.")] = None,
    expires: Annotated[
        str, typer.Option(help="Its last day (2027-01-31) or a number of days (90). Default: it doesn't expire.")
    ] = "",
    people: Annotated[
        str | None, typer.Option(help=f"{_READS}whose records, for example U012ANA,U012BEN. Or everyone.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help=f"{_READS}the first work date, like 2026-10-01.")] = None,
    last: Annotated[str | None, typer.Option("--until", help=f"{_READS}the last work date.")] = None,
    days: Annotated[
        int | None,
        typer.Option(
            parser=number("--days", 1, LONGEST_LIFE),
            metavar="NUMBER",
            help=f"{_READS}for how many days it works. Default: {LONGEST_LIFE}, the most.",
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option(help=f"{_READS}why. It's kept in the audit trail.")] = None,
) -> None:
    """Creates an API token and prints it, once."""
    user, reads = await user_id(opened, user), (people, first, last, days, reason)
    if role.value in set(ReadingRole):
        if expires:
            fail("--expires isn't for this role. Use --days.", CANNOT_START)
        new = await _reader(opened, ReadingRole(role.value), user, name, *reads)
        say(await reading_tokens.create(opened.services, opened.caller, new))
        return
    if any(one is not None for one in reads):
        fail(f"--people, --from, --until, --days and --reason don't go with --role {role.value}.", CANNOT_START)
    until = tokens.parse_expiry(expires)
    say(await tokens.create(opened.services, opened.caller, user, Role(role.value), name, expires=until))


async def _reader(
    opened: Session,
    role: ReadingRole,
    answers: str,
    name: str | None,
    people: str | None,
    first: str | None,
    last: str | None,
    days: int | None,
    reason: str | None,
) -> NewReader:
    """Ends the command where something is missing."""
    given = {"--people": people, "--from": first, "--until": last, "--reason": reason}
    if not (people and first and last and reason):
        missing = ", ".join(flag for flag, value in given.items() if not value)
        fail(f"--role {role.value} also needs {missing}.", CANNOT_START)
    user_ids = None if people == EVERYONE else [await user_id(opened, one.strip()) for one in people.split(",")]
    span = DateRange(_day(first), _day(last))
    return NewReader(role, answers, user_ids, span, days or LONGEST_LIFE, reason, name)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{text} isn't a day. Type it like 2027-05-01.", CANNOT_START)


@command(app, "list")
async def list_tokens(opened: Session) -> None:
    """Lists the API tokens, without their secrets."""
    names, rows = await tables.names_of(opened), []
    for token in await tokens.all_of(opened.services, opened.caller):
        moments = (token.created_at, token.last_used_at, token.expires_at, token.revoked_at)
        times = (f"{at:%Y-%m-%d %H:%M}" if at else "" for at in moments)
        maker = names(token.created_by) if token.created_by else ""
        rows.append((token.token_id, names(token.user_id), token.role, token.name or "", maker, *times, _reads(token)))
    titles = ("created (UTC)", "last used (UTC)", "expires (UTC)", "revoked (UTC)", "reads")
    tables.show(("id", "acts for", "role", "name", "made by", *titles), rows)


def _reads(token: tokens.Token) -> str:
    """`2026-10-01..2026-10-31 of U012ANA: why`. Empty for a token that doesn't only read."""
    if (reach := token.reach) is None:
        return ""
    whose = EVERYONE if reach.user_ids is None else ",".join(sorted(reach.user_ids))
    return f"{reach.first}..{reach.last} of {whose}: {' '.join(reach.reason.split())}"


@command(app, "revoke")
async def revoke_token(
    opened: Session, token_id: Annotated[str, typer.Argument(metavar="ID", help="The id, as token list shows it.")]
) -> None:
    """Revokes an API token. It stops working at once."""
    await tokens.revoke(opened.services, opened.caller, token_id)
    say("Revoked.")
