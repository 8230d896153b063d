"""What the documents say exists; what exists is in them."""

from __future__ import annotations

import ast
import re
import shlex

import pytest
import typer
from sqlalchemy import create_engine, inspect

from bot import cli
from storage import migrations
from storage.tables import metadata
from tests.conftest import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")])
SHOWN = re.compile(r"^ {4,}(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(attendance .*)$", re.MULTILINE)
COMMANDS = sorted({line for path in DOCUMENTS for line in SHOWN.findall(path.read_text())})
NOT_LED_BY_THE_WORKSPACE = {
    "oauth_states": "whoever sets out to install has no workspace yet",
    "tokens_by_digest": "a token is all that a program sends, so it has to find the workspace",
}


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_that_is_shown_is_understood(line: str) -> None:
    command = typer.main.get_command(cli.app)
    words = shlex.split(line, comments=True)[1:]
    context = command.make_context("attendance", words, resilient_parsing=False)
    while isinstance(command, typer.core.TyperGroup):
        name, command, words = command.resolve_command(context, [*context._protected_args, *context.args])  # type: ignore[assignment]
        context = command.make_context(name, list(words), parent=context)


def test_every_table_is_in_the_page_on_privacy_and_no_other() -> None:
    rows = [line for line in (ROOT / "docs" / "privacy.md").read_text().splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == set(metadata.tables)


def test_every_link_to_a_file_leads_to_one() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_test_that_the_checklist_names_exists() -> None:
    text = (ROOT / "docs" / "security-checklist.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 10
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text())
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in functions, f"{path}::{name}"
    for row in text.splitlines():
        if re.match(r"\| (API\d|V\d)", row):
            assert "`tests/" in row, row


def test_the_workspace_leads_every_key_and_index() -> None:
    """So that the ledger can be spread over machines by it. The exceptions are few, and say why."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrations.migrate(connection)
        inspector = inspect(connection)
        led = {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in metadata.tables}
        for name in metadata.tables:
            led |= {
                str(index["name"]): [str(one) for one in index["column_names"]] for index in inspector.get_indexes(name)
            }
    engine.dispose()
    assert {name for name, columns in led.items() if columns[0] != "workspace_id"} == set(NOT_LED_BY_THE_WORKSPACE)
