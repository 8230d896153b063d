"""The reference tables of the pages, which cog writes: names from the program, words from docs/reference.yml.

`make docs` writes them, `make lint` checks that they are up to date.
"""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer
import yaml
from pydantic.fields import FieldInfo

from bot.api.codes import TITLES
from bot.cli import main
from bot.operations.metrics import Metrics
from bot.rules.packs import Day, Limits, NightWork, WeekAverage, WeeklyRest, packs
from bot.runtime.settings import ServeSettings
from storage.database import open_database

ROOT = Path(__file__).parent.parent
TEXTS = yaml.safe_load((ROOT / "docs" / "reference.yml").read_text())


def commands() -> None:
    """Each command with its options, by its own help."""
    rows = (
        (f"`{name}`", command.help, ", ".join(f"`{option}`" for option in options(command) if option != "--workspace"))
        for name, command in leaves(typer.main.get_command(main.app))
    )
    _print_table(("command", "does", "options"), rows)


def leaves(command: Any, name: str = "attendance") -> Iterator[tuple[str, Any]]:
    """Every command by its whole name; a group has its own under it."""
    if isinstance(command, typer.core.TyperGroup):
        for word in command.list_commands(typer.Context(command)):
            if not (under := command.commands[word]).hidden:
                yield from leaves(under, f"{name} {word}")
    else:
        yield name, command


def options(command: Any) -> list[str]:
    """Its long ones, `--no-…` too."""
    typed = (name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts))
    return [name for name in typed if name.startswith("--")]


def settings() -> None:
    """Each variable with its default."""
    defaults = {name: f"`{field.default}`" if field.default else "none" for name, field in variables().items()}
    texts = _texts("settings", defaults)
    _print_table(("variable", "default", ""), ((f"`{name}`", defaults[name], texts[name]) for name in texts))


def variables() -> dict[str, FieldInfo]:
    """The fields of the settings by their variables."""
    return {str(field.validation_alias): field for field in ServeSettings.model_fields.values()}


def codes() -> None:
    """Each error code of the API with its status."""
    texts = _texts("codes", TITLES)
    rows = ((str(TITLES[code][0]), f"`{code}`", *texts[code]) for code in texts)
    _print_table(("status", "code", "means", "do"), rows)


def metrics() -> None:
    """Each metric with its type."""
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", asyncio.run(_exposition()), re.MULTILINE))
    rows = ((f"`{name}`", f"{types[name]}, {unit}", means) for name, (unit, means) in _texts("metrics", types).items())
    _print_table(("metric", "type, unit", "means"), rows)


async def _exposition() -> str:
    with TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{folder}/ledger.db")
        try:
            metrics = Metrics(database)
            _ = metrics.teams  # shown where Teams is served
            return (await metrics.exposition()).decode()
        finally:
            await database.close()


def make_targets() -> None:
    """Each target, as `make help` tells it."""
    told = re.findall(r'@echo "(make [a-z-]+) +(.+)"', (ROOT / "Makefile").read_text())
    _print_table(("target", "does"), ((f"`{target}`", does) for target, does in told))


def rule_packs() -> None:
    """Each number of the rule packs with its article."""
    rows = []
    for pack in sorted(packs().values(), key=lambda pack: pack.name):
        rows += [(f"{pack.name} (`{pack.code}`)", *row) for row in _limits(pack)]
        if pack.minors:
            rows += [(f"{pack.name}, under 18", *row) for row in _limits(pack.minors)]
    _print_table(("where", "rule", "asks", "article"), rows)


def _limits(limits: Limits) -> Iterator[tuple[str, str, str]]:
    for tier in limits.breaks:
        work = "work in one go" if tier.measure == "stretch" else "work"
        when = f"over {_hours(tier.over)}" if tier.over else f"from {_hours(tier.at_least)}"
        yield (
            "`break`",
            f"{_hours(tier.minutes)}{' in one piece' if tier.one_piece else ''} for {work} {when}",
            tier.article,
        )
    plain: list[tuple[str, Any, str]] = [
        ("`break`", limits.break_block, "a break counts from {} on"),
        ("`stretch`", limits.stretch, "at most {} without a break"),
        ("`day`", limits.day, "at most {}"),
        ("`rest`", limits.daily_rest, "{} between two days"),
        ("`weekly-rest`", limits.weekly_rest, "{} unbroken in a week"),
        ("`week`", limits.week, "at most {}"),
        ("`week`", limits.week_average, "at most {} on average"),
        ("`night`", limits.night, "night workers: at most {} a day"),
    ]
    for rule, limit, asks in plain:
        if limit:
            yield rule, asks.format(_hours(limit.minutes)) + _more(limit), limit.article
    if night := limits.forbidden_night:
        yield "`night`", f"no work between {night.starts:%H:%M} and {night.ends:%H:%M}", night.article


def _more(limit: Any) -> str:
    match limit:
        case Day(measure="span"):
            return " from the first clock-in to the last clock-out"
        case WeeklyRest(days=14):
            return ", or twice as long in the week before or after"
        case WeekAverage():
            return f" over {limit.weeks} weeks" if limit.weeks else f" over {limit.months} months"
        case NightWork():
            at = f", if more than {_hours(limit.counts_over)} are" if limit.counts_over else ", if any of it is"
            average = f", on average over {limit.days} days" if limit.days else ""
            return f"{average}{at} between {limit.starts:%H:%M} and {limit.ends:%H:%M}"
    return ""


def _hours(minutes: int | None) -> str:
    hours, rest = divmod(minutes or 0, 60)
    return "\u00a0".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest else [])]).replace(
        " ", "\u00a0"
    )


def log_lines() -> None:
    """Each event of the log; those that mean the same share a row."""
    told: list[tuple[list[str], str]] = TEXTS["log_lines"]
    _require_equal("log_lines", {event for events, _ in told for event in events}, logged())
    _print_table(("event", "means"), ((", ".join(f"`{event}`" for event in events), means) for events, means in told))


def logged() -> set[str]:
    """The event of each call of a logger, and what background jobs and the edge log under a name given to them."""
    sources = [path for folder in ("bot", "storage") for path in (ROOT / folder).rglob("*.py")]
    trees = [ast.parse(path.read_text()) for path in sources if "practice" not in path.relative_to(ROOT).parts]
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {event for call in calls if (event := _event(call))}


def _event(call: ast.Call) -> str | None:
    of_a_logger = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log"
    named = ast.unparse(call.func)
    place = 0 if of_a_logger or named in ("report", "run_forever") else {"self._call": 1, "self._logged": 1}.get(named)
    if place is None or len(call.args) <= place:
        return None
    event = call.args[place]
    return event.value if isinstance(event, ast.Constant) and isinstance(event.value, str) else None


def _texts(kind: str, names: Iterable[str]) -> dict[str, Any]:
    """What docs/reference.yml says of these names, which has to be of all of them and of no other."""
    texts: dict[str, Any] = TEXTS[kind]
    _require_equal(kind, set(texts), set(names))
    return texts


def _require_equal(kind: str, told: set[str], known: set[str]) -> None:
    if differing := told ^ known:
        raise LookupError(f"{kind} in docs/reference.yml and in the program differ: {sorted(differing)}")


def _print_table(head: tuple[str, ...], rows: Iterable[tuple[str | None, ...]]) -> None:
    print()
    _print_row(head)
    print("|---" * len(head) + "|")
    for row in rows:
        _print_row(row)
    print()


def _print_row(cells: tuple[str | None, ...]) -> None:
    escaped = (" " + (cell or "").replace("|", "\\|") for cell in cells)
    print(f"|{' |'.join(escaped)} |".replace("  |", " |"))
