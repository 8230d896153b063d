"""Commands and options that aren't there: a sentence with the nearest one, instead of a list of them all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile
from typing import Any

import typer

from bot.calendar.words import similar
from bot.cli.console import CANNOT_START, fail

_SAME = (
    ("list", "show", "ls", "get", "view", "all"),
    ("set", "add", "create", "new", "edit", "change", "update"),
    ("archive", "remove", "revoke", "delete", "rm", "drop"),
    ("restore", "unarchive"),
    ("serve", "start", "run"),
)
"""Words that people type for one another."""
_DAYS = frozenset(
    f"--{word}" for word in ("day", "days", "date", "week", "month", "year", "range", "from", "to", "since")
)
_DAYS |= {"--until", "--start", "--end", "--start-date", "--end-date"}
FEW = 6


class Group(typer.core.TyperGroup):
    """A group of commands that says what was meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        leading = list(takewhile(lambda word: word.startswith("-"), args))
        if not ctx.resilient_parsing:
            for told in _mistakes(" ".join(["attendance", *_names(ctx)]), self.get_params(ctx), leading):
                fail(told, CANNOT_START)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, *rest = args
        if not ctx.resilient_parsing and not name.startswith("-"):
            path = " ".join(["attendance", *_names(ctx)])
            command = self.commands.get(name)
            if command is None:
                fail(
                    _no_command(path, name, [known for known, one in self.commands.items() if not one.hidden]),
                    CANNOT_START,
                )
            if not isinstance(command, typer.core.TyperGroup):
                for told in _mistakes(f"{path} {name}", command.params, rest):
                    fail(told, CANNOT_START)
        return super().resolve_command(ctx, args)


def _names(ctx: Any) -> Iterator[str]:
    """Of the groups that were typed, without the program's own."""
    if ctx.parent:
        yield from _names(ctx.parent)
        yield ctx.info_name


def _no_command(path: str, name: str, known: Collection[str]) -> str:
    same = [one for words in _SAME if name in words for one in words if one in known]
    if near := next(iter([*similar(name, known), *same]), None):
        return f"There's no command {path} {name}. Did you mean {path} {near}?"
    if len(known) > FEW:
        return f"There's no command {path} {name}. {path} --help lists them all."
    *others, last = known
    choice = f"{', '.join(others)} or {last}" if others else last
    return f"There's no command {path} {name}. Use {choice}."


def _mistakes(path: str, params: Sequence[Any], args: Sequence[str]) -> Iterator[str]:
    """A sentence for each option that the command doesn't have, and for words after one that takes only options."""
    options = [one for one in params if one.param_type_name == "option"]
    known = {name: one for one in options for name in (*one.opts, *one.secondary_opts)}
    has_words = len(options) < len(params)
    takes_days = any(one.name == "range_" for one in params)
    words = iter(args)
    for word in words:
        name, has_value, _ = word.partition("=")
        if word == "--":
            return
        if not name.startswith("-") or name == "-":
            if not has_words and options:
                yield _only_options(path, name, known)
        elif name in known:
            if not (known[name].is_flag or has_value):
                next(words, None)
        elif name != "--help":
            yield _no_option(path, name, known, takes_days=takes_days)


def _no_option(path: str, name: str, known: Collection[str], *, takes_days: bool) -> str:
    if takes_days and name in _DAYS:
        return f"{path} has no option {name}. Type the days without one, like {path} 2026-10."
    if near := _nearest(name, known):
        return f"{path} has no option {name}. Did you mean {near}? To see them all, type {path} --help."
    return f"{path} has no option {name}. To see those it has, type {path} --help."


def _only_options(path: str, word: str, known: Collection[str]) -> str:
    told = f"{path} takes only options, and {word} isn't one."
    if near := _nearest(f"--{word}", known):
        return f"{told} Did you mean {near}? To see them all, type {path} --help."
    return f"{told} To see those it has, type {path} --help."


def _nearest(name: str, known: Collection[str]) -> str | None:
    """The option that is spelled like it, or that has it in its name, or the other way round: `--zone` for
    `--timezone`."""
    wanted = name.lstrip("-").replace("_", "-").lower()
    names = {one.removeprefix("--"): one for one in known if not one.startswith("--no-") and len(one) > 2}
    within = [one for one in names if min(len(one), len(wanted)) > 2 and (one in wanted or wanted in one)]
    parts = [one for one in names if set(one.split("-")) & set(wanted.split("-"))]
    found = next(iter([*similar(wanted, names), *within, *parts]), None)
    return names[found] if found else None
