"""`attendance doctor`: checks the setup and says how to fix it. Changes nothing."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from bot.runtime.settings import InvalidSettings, Settings, read_leniently
from bot.slack import checkup as slack
from bot.slack.client import http_session
from bot.slack.connection import connect
from storage import checkup as ledger
from storage.checkup import Finding, State, broken, ok
from storage.database import machine_clock, open_database
from storage.errors import Unavailable, UnusableDatabase

LOOKS = {State.OK: "green", State.WARNING: "yellow", State.BROKEN: "red"}


async def run_checks(address: str | None = None) -> list[Finding]:
    """Checks settings, database and Slack. `address` is the bot's public one, if it has one."""
    settings, faults = read_leniently()
    found = [Finding("settings", fault.split()[0], State.BROKEN, *_halves(fault.partition(" ")[2])) for fault in faults]
    if not faults:
        found.append(ok("all", "complete and readable", area="settings"))
    looked = await ledger.check_database(settings.database_url)
    found += looked
    sound = all(one.state is State.OK for one in looked if one.name in ("reachable", "schema"))
    if sound and settings.slack_client_id and settings.slack_client_secret and settings.encryption_key:
        found.append(await _installations(settings))
    return [*found, *await slack.check_slack(settings, machine_clock, address)]


def _halves(line: str) -> tuple[str, str]:
    """A fault of a setting reads "what is wrong: what to do"."""
    wrong, _, remedy = line.partition(": ")
    return (wrong, remedy[:1].upper() + remedy[1:]) if remedy else (line, "Fix it in the environment or in .env.")


async def _installations(settings: Settings) -> Finding:
    """Whether the key opens what the installed workspaces' tokens were sealed with."""
    try:
        database = await open_database(settings.database_url, create=False)
        try:
            async with http_session() as session:
                installed = connect(settings, database, session).installed
                assert installed is not None
                await installed.check_key()
                number = len(await installed.served())
        finally:
            await database.close()
    except (UnusableDatabase, Unavailable) as error:
        return broken("installations", f"can't be read: {error}", "Fix the database first.", area="Slack")
    except InvalidSettings as error:
        return Finding("Slack", "installations", State.BROKEN, *_halves(str(error)))
    return ok("installations", f"{number} workspaces, whose tokens the key opens", area="Slack")


def as_json(found: list[Finding]) -> str:
    """For programs: `healthy`, and every finding."""
    return json.dumps({"healthy": is_healthy(found), "findings": [asdict(one) for one in found]}, indent=2)


def is_healthy(found: list[Finding]) -> bool:
    """Whether nothing is broken; warnings may stand."""
    return all(one.state is not State.BROKEN for one in found)


def show(found: list[Finding]) -> None:
    """A line each on stdout, what to do below it, and a line that sums it up."""
    console = Console(soft_wrap=True, highlight=False)
    names = max(len(f"{one.area} {one.name}") for one in found)
    for one in found:
        line = Text(f"{one.state:<8} ", LOOKS[one.state]) + Text(f"{f'{one.area} {one.name}':<{names}}  {one.says}")
        console.print(line)
        if one.remedy:
            console.print(Text(f"{'':<8} {'':<{names}}  → {one.remedy}"))
    broken_ones = sum(one.state is State.BROKEN for one in found)
    warnings = sum(one.state is State.WARNING for one in found)
    if not broken_ones and not warnings:
        console.print("All is well.")
    else:
        console.print(f"{broken_ones} broken, {warnings} {'warning' if warnings == 1 else 'warnings'}.")
