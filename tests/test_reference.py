"""Every name that the program has is in the pages, and every name in the pages is one that the program has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import typer
from pydantic_core import PydanticUndefined

from bot import cli
from bot.api.operations import OPERATIONS
from bot.api.problems import TITLES
from bot.settings import ServeSettings
from tests.conftest import ROOT, RunningBot
from tests.test_docs import EVERYTHING, PAGES, in_code

OPERATOR, API, DEVELOPER = (PAGES[f"docs/{name}.md"] for name in ("operator", "api", "developer"))
EXPLAINED_ONCE_FOR_ALL = {"--workspace"}
PARTS_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")


def rows(page: str, head: str) -> list[list[str]]:
    """The cells of the table with that head."""
    lines = page.partition(f"\n{head}\n")[2].partition("\n\n")[0].splitlines()[1:]
    assert lines, head
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def leaves(command: Any, name: str = "attendance") -> Iterator[tuple[str, set[str]]]:
    """Every command with its options."""
    if isinstance(command, typer.core.TyperGroup):
        for word, under in command.commands.items():
            yield from leaves(under, f"{name} {word}")
        return
    typed = {one for option in command.params for one in [*option.opts, *option.secondary_opts]}
    yield name, {one for one in typed if one.startswith("--")}


KNOWN_COMMANDS = dict(leaves(typer.main.get_command(cli.app)))


def test_the_operators_page_has_every_command_with_its_options_and_no_other() -> None:
    told = {}
    for command, _, options in rows(OPERATOR, "| command | does | options |"):
        (name,) = in_code(command)
        told[name] = {option for option in in_code(options) if option.startswith("--")}
    assert told == {name: options - EXPLAINED_ONCE_FOR_ALL for name, options in KNOWN_COMMANDS.items()}
    assert all(f"`{option} " in OPERATOR for option in EXPLAINED_ONCE_FOR_ALL)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_in_a_page_exists_with_the_options_named(page: str) -> None:
    groups = {name.rpartition(" ")[0] for name in KNOWN_COMMANDS}
    for text in in_code(PAGES[page]):
        if re.match(r"attendance [a-z]", text):
            longest_first = sorted(KNOWN_COMMANDS, key=len, reverse=True)
            found = next((name for name in longest_first if re.match(rf"{name}(?= |$)", text)), None)
            assert found or text in groups, text
            options = set(re.findall(r"(?<= )--[a-z-]+", text))
            assert options <= (KNOWN_COMMANDS[found] if found else set()) | {"--help"}, text


def fields() -> dict[str, Any]:
    return {str(field.validation_alias.choices[0]): field for field in ServeSettings.model_fields.values()}  # type: ignore[union-attr]


def test_the_operators_page_has_every_setting_with_its_default_and_no_other() -> None:
    told: dict[str, str] = {}
    for names, default, _ in rows(OPERATOR, "| variable | default | |"):
        told |= dict.fromkeys(in_code(names), default)
    assert told == {name: _default(field.default) for name, field in fields().items()}


def _default(value: Any) -> str:
    assert value is not PydanticUndefined
    return "none" if value in (None, ()) else f"`{value}`"


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_named_in_a_page_is_a_setting(page: str) -> None:
    assert set(re.findall(r"\b(?:ATTENDANCE|SLACK)_[A-Z_]+\b", PAGES[page])) <= set(fields())


def routes() -> set[str]:
    """The API's operations, and what is served beside them."""
    found = {f"{operation.method} {operation.path}" for operation in OPERATIONS}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if "practice" not in path.relative_to(ROOT).parts:
            added = re.findall(r'router\.add_(get|post)\(f?"(?:\{prefix\})?(/[^"]+)"', path.read_text())
            found |= {f"{method.upper()} {address}" for method, address in added}
    return found


def test_the_pages_for_programs_and_operators_have_every_request_and_no_other() -> None:
    tables = rows(API, "| request | answers |") + rows(OPERATOR, "| request | for |")
    told = [code for request, _ in tables for code in in_code(request)]
    assert len(told) == len(set(told))
    assert set(told) == routes()
    assert {"GET /healthz", "GET /metrics", "POST /slack/events", "GET /slack/install"} <= set(told)


@pytest.mark.parametrize("page", PAGES)
def test_every_request_named_in_a_page_is_answered(page: str) -> None:
    named = re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE|HEAD) /[^`…?]*)[`?]", PAGES[page])
    assert set(named) <= routes()


def test_the_page_for_programs_has_every_error_code_and_no_other() -> None:
    told = {}
    for status, code, means, to_do in rows(API, "| status | code | means | do |"):
        assert means, code
        assert to_do, code
        told[code] = int(status)
    assert told == {f"`{code}`": status for code, (status, _) in TITLES.items()}


async def test_the_operators_page_has_every_metric_with_its_type_and_no_other(bot: RunningBot) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{bot.address}/metrics") as response:
        served = dict(re.findall(r"^# TYPE (\w+) (\w+)$", await response.text(), re.M))
    told = {}
    for metric, kind, means in rows(OPERATOR, "| metric | type, unit | means |"):
        (name,) = in_code(metric)
        told[name], _, unit = kind.partition(", ")
        assert unit, name
        assert means, name
    assert told == served
    samples = {name + part for name, kind in served.items() if kind == "histogram" for part in PARTS_OF_A_HISTOGRAM}
    assert set(re.findall(r"\b(?:attendance|process)_\w+", EVERYTHING)) <= set(served) | samples


def test_the_operators_page_has_every_log_line_and_no_other() -> None:
    told = [code for event, _ in rows(OPERATOR, "| event | means |") for code in in_code(event)]
    assert len(told) == len(set(told))
    assert set(told) == logged()


def logged() -> set[str]:
    """The event of each call of a logger, and what background jobs and the edge log under a name given to them."""
    found = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]:
        if "practice" not in path.relative_to(ROOT).parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and (said := _said(node)):
                    found.add(said)
    return found


def _said(call: ast.Call) -> str | None:
    of_a_logger = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log"
    named = ast.unparse(call.func)
    place = 0 if of_a_logger or named in ("report", "go_round_forever") else {"self._call": 1}.get(named)
    if place is None or len(call.args) <= place:
        return None
    said = call.args[place]
    return said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else None


def test_the_developers_page_has_every_make_target_and_no_other() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.M)[1].split()) - {"help"}  # type: ignore[index]
    told = [code.removeprefix("make ") for one, _ in rows(DEVELOPER, "| target | does |") for code in in_code(one)]
    assert sorted(told) == sorted(targets)
    assert set(re.findall(r"(?:`|^ {4,})make ([a-z-]+)", EVERYTHING, re.M)) <= targets
    variables = set(re.findall(r"(?<=[( ])[A-Z]+_[A-Z]+\b", makefile.partition("\ndemo:")[0]))
    assert {name for name in in_code(DEVELOPER) if re.fullmatch("[A-Z]+_[A-Z]+", name)} == variables
