"""`attendance doctor`: checks the setup and says how to fix it. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

from rich.console import Console
from rich.text import Text

from bot.cli.terminal import printable
from bot.operations.witness_checkup import check_witness
from bot.practice import app_manifest
from bot.rules.packs import WrongPack, packs
from bot.runtime.settings import InvalidSettings, Settings, read_leniently
from bot.slack import checkup as slack
from bot.slack import limits
from bot.slack.client import http_session
from bot.slack.connection import connect
from storage import budgets, people
from storage import checkup as ledger
from storage.checkup import Finding, State, broken, ok
from storage.database import Transaction, machine_clock, open_database
from storage.errors import Unavailable, UnusableDatabase
from storage.people import Platform

USES = {
    "command": frozenset(one["command"] for one in app_manifest.COMMANDS),
    "shortcut": frozenset(one["callback_id"] for one in app_manifest.SHORTCUTS),
    "event": app_manifest.EVENTS,
    "scope": frozenset(app_manifest.SCOPES.split(",")),
}
LOOKS = {State.OK: "green", State.WARNING: "yellow", State.BROKEN: "red"}


async def run_checks(address: str | None = None) -> list[Finding]:
    """Checks settings, database and chats. `address` is the bot's public one, if it has one."""
    settings, faults = read_leniently()
    found = [Finding("settings", fault.split()[0], State.BROKEN, *_halves(fault)) for fault in faults]
    if not faults:
        found.append(ok("all", "The settings are complete.", area="settings"))
    found += _rule_packs()
    looked = await ledger.check_database(settings.database_url)
    found += looked
    sound = all(one.state is State.OK for one in looked if one.name in ("reachable", "schema"))
    if sound:
        found += await _from_ledger(settings.database_url)
    if sound and settings.slack_client_id and settings.slack_client_secret and settings.encryption_key:
        found.append(await _installations(settings))
    found += await check_witness(settings)
    if settings.teams_app_id and settings.teams_app_secret and settings.teams_tenant_id:
        from bot.msteams.checkup import check_teams  # loaded only where Teams is used

        found += await check_teams(settings, address)
    if settings.slack_bot_token or settings.slack_client_id or not settings.teams_app_id:
        found += await slack.check_slack(settings, machine_clock, address, uses=USES)
    return found


def _rule_packs() -> list[Finding]:
    """The first that can't be used. Empty if all are sound, as they are unless somebody changed a file."""
    try:
        packs()
    except WrongPack as error:
        return [Finding("rules", "packs", State.BROKEN, *_halves(str(error)))]
    return []


def _halves(line: str) -> tuple[str, str]:
    """What is wrong and what to do. The line of a fault is these two sentences."""
    wrong, _, remedy = line.partition(". ")
    return f"{wrong}.", remedy


async def _from_ledger(url: str) -> list[Finding]:
    """How old the profiles are, and how many calls the bot may make at this moment. Nothing before it met anybody."""
    try:
        database = await open_database(url, create=False)
        try:
            ages, left = await database.read(_ages_and_calls)
        finally:
            await database.close()
    except (UnusableDatabase, Unavailable):
        return []  # the database's own findings say so
    if ages.oldest is None:
        return []
    oldest = f"{ages.oldest:%d %b %Y, %H:%M} UTC"
    says = f"{ages.number} people, {ages.old} last seen over a day ago (oldest {oldest})."
    found = [ok("profiles", says, area="people")]
    return [*found, ok("budgets", f"Calls left now: {_calls(left)}.", area="Slack")] if left else found


def _ages_and_calls(tx: Transaction) -> tuple[people.Ages, list[Mapping[str, int]]]:
    workspaces = people.all_workspaces(tx.connection, Platform.SLACK)
    left = [limits.left(budgets.read(tx.connection, one.workspace_id), tx.now) for one in workspaces]
    return people.ages(tx.connection, tx.now - timedelta(days=1)), left


def _calls(left: Sequence[Mapping[str, int]]) -> str:
    """The fewest in any workspace, by method."""
    return ", ".join(
        f"{method} {min(one[method] for one in left)} of {limits.RATES[method].burst}" for method in limits.RATES
    )


async def _installations(settings: Settings) -> Finding:
    """Whether the key can decrypt the tokens of the installed workspaces."""
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
        says = f"I can't read the installed workspaces. {error}"
        return broken("installations", says, "Fix the database first.", area="Slack")
    except InvalidSettings as error:
        return Finding("Slack", "installations", State.BROKEN, *_halves(str(error)))
    return ok("installations", f"The key can decrypt the tokens of {number} workspaces.", area="Slack")


def as_json(found: list[Finding]) -> str:
    """For programs: `healthy`, and every finding."""
    return json.dumps({"healthy": is_healthy(found), "findings": [asdict(one) for one in found]}, indent=2)


def is_healthy(found: list[Finding]) -> bool:
    """Whether nothing is broken. Warnings are allowed."""
    return all(one.state is not State.BROKEN for one in found)


def show(found: list[Finding]) -> None:
    """Prints a line for each finding with the remedy below it, and a summary."""
    console = Console(soft_wrap=True, highlight=False)
    names = max(len(f"{one.area} {one.name}") for one in found)
    for one in found:
        what = f"{f'{one.area} {one.name}':<{names}}  {printable(one.says)}"
        line = Text(f"{one.state:<8} ", LOOKS[one.state]) + Text(what)
        console.print(line)
        if one.remedy:
            console.print(Text(f"{'':<8} {'':<{names}}  → {printable(one.remedy)}"))
    broken_ones = sum(one.state is State.BROKEN for one in found)
    warnings = sum(one.state is State.WARNING for one in found)
    if not broken_ones and not warnings:
        console.print("Everything is fine.")
    else:
        console.print(f"{broken_ones} broken, {warnings} {'warning' if warnings == 1 else 'warnings'}.")
