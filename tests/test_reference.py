"""Every name in the pages is one that the program has. What the tables have is made from it: `tests/reference.py`."""

from __future__ import annotations

import re

import pytest
import typer

from bot.api.operations import OPERATIONS
from bot.cli import main
from tests.conftest import ROOT
from tests.reference import TEXTS, leaves, options, variables
from tests.test_docs import EVERYTHING, PAGES, in_code

PARTS_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")
KNOWN_COMMANDS = {name: set(options(command)) for name, command in leaves(typer.main.get_command(main.app))}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_in_a_page_exists_with_the_options_named(page: str) -> None:
    groups = {name.rpartition(" ")[0] for name in KNOWN_COMMANDS}
    for text in in_code(PAGES[page]):
        if re.match(r"attendance [a-z]", text):
            longest_first = sorted(KNOWN_COMMANDS, key=len, reverse=True)
            found = next((name for name in longest_first if re.match(rf"{name}(?= |$)", text)), None)
            assert found or text in groups, text
            named = set(re.findall(r"(?<= )--[a-z-]+", text))
            assert named <= (KNOWN_COMMANDS[found] if found else set()) | {"--help"}, text


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_named_in_a_page_is_a_setting(page: str) -> None:
    assert set(re.findall(r"\b(?:ATTENDANCE|SLACK|TEAMS)_[A-Z_]+\b", PAGES[page])) <= variables().keys()


def routes() -> set[str]:
    """The API's operations, and the other addresses that are served."""
    found = {f"{operation.method} {operation.path}" for operation in OPERATIONS}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if "practice" not in path.relative_to(ROOT).parts:
            added = re.findall(r'router\.add_(get|post)\(f?"(?:\{prefix\})?(/[^"]+)"', path.read_text())
            found |= {f"{method.upper()} {address}" for method, address in added}
    return found


def test_the_pages_for_programs_and_operators_have_every_request() -> None:
    assert routes() <= {*in_code(PAGES["docs/api.md"]), *in_code(PAGES["docs/operator.md"])}


@pytest.mark.parametrize("page", PAGES)
def test_every_request_named_in_a_page_is_answered(page: str) -> None:
    named = re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE|HEAD) /[^`…?]*)[`?]", PAGES[page])
    assert set(named) <= routes()


def test_every_metric_named_in_a_page_is_served() -> None:
    served = {name + part for name in TEXTS["metrics"] for part in ("", *PARTS_OF_A_HISTOGRAM)}
    assert set(re.findall(r"\b(?:attendance|process)_\w+", EVERYTHING)) <= served


def test_every_make_target_named_in_a_page_exists_and_has_its_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    found = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert found
    targets = set(found[1].split()) - {"help"}
    assert set(re.findall(r'@echo "make ([a-z-]+)', makefile)) == targets
    assert set(re.findall(r"(?:`|^ {4,})make ([a-z-]+)", EVERYTHING, re.MULTILINE)) <= targets
