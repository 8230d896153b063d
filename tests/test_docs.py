"""The pages in docs/ name what exists, and everything that exists."""

from __future__ import annotations

import ast
import re
import shlex
from datetime import date
from pathlib import Path

import pytest
import typer
import yaml
from sqlalchemy import create_engine, inspect

from bot.calendar.break_kinds import DEFAULT as KINDS
from bot.calendar.break_words import read_break
from bot.calendar.clock_words import read_clocking
from bot.calendar.ranges import parse_range
from bot.calendar.typed import office_in, one_person_in, people_in
from bot.calendar.vocabulary import command_in
from bot.chat.everyday_words import as_line
from bot.chat.features import router
from bot.chat.who_questions import about_changes
from bot.cli import main
from bot.wording.catalogue import reader_language, reading_in
from bot.wording.languages import code_of, language_for, names_of, offered
from storage import migrations
from storage.offices import Office
from storage.tables import metadata
from tests.conftest import ROOT, WORKSPACE

OTHERS = [ROOT / name for name in ("README.md", "SECURITY.md", "CHANGELOG.md", "deploy/README.md")]
DOCUMENTS = sorted([*OTHERS, *(ROOT / "docs").rglob("*.md")])
TRANSLATED = [path for path in DOCUMENTS if path.parent.name in offered()]
PAGES = {str(path.relative_to(ROOT)): path.read_text() for path in DOCUMENTS}
EVERYTHING = "\n".join(PAGES.values())
SHOWN = re.compile(r"^ {4,}(?:.*(?:\s|\(|bin/))?(attendance [a-z][^)>\n]*)", re.MULTILINE)
COMMANDS = sorted(set(SHOWN.findall(EVERYTHING)))
TYPED = re.compile(r"(?:`|^ {4,})(/(?:clockin|clockout|break|back|attendance)(?![-\w])[^`\n]*?)(?:`|$)", re.M)
EXAMPLES = sorted(
    {
        (path.parent.name if path in TRANSLATED else "en", typed)
        for path in DOCUMENTS
        for typed in TYPED.findall(path.read_text())
        if "[" not in typed and "…" not in typed
    }
)
OFFICES = [Office(WORKSPACE, "hq", "Berlin", "Europe/Berlin")]
NOT_LED_BY_THE_WORKSPACE = {
    "oauth_states": "whoever comes back from Slack has no workspace yet",
    "tokens_by_digest": "a token is all that a program sends, so it has to find the workspace",
}


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_that_is_shown_is_understood(line: str) -> None:
    command = typer.main.get_command(main.app)
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
    targets = [(path, one) for path in DOCUMENTS for one in re.findall(r"\]\((?!http|#)([^)#]+)", path.read_text())]
    assert targets
    assert [(path.name, target) for path, target in targets if not (path.parent / target).exists()] == []


WORDS = set(router().words)


def test_the_pages_for_people_in_slack_have_every_word_of_attendance() -> None:
    for_people = "".join(PAGES[f"docs/{name}.md"] for name in ("employee", "manager", "admin"))
    words = WORDS - {"", "clockin", "clockout"}
    assert {word for word in words if f"/attendance {word}" not in for_people} == set()


@pytest.mark.parametrize(("language", "typed"), EXAMPLES)
def test_every_line_to_be_typed_in_slack_is_understood(language: str, typed: str) -> None:
    with reading_in(language_for(language)):
        _understand(typed)


def _understand(typed: str) -> None:
    command, _, text = re.sub(r"@(\w+)", r"@[U012ANA|\1]", typed).partition(" ")
    if command == "/break":
        read_break(text, KINDS)
        return
    if command == "/back":
        assert one_person_in(text)[1] == ""
        return
    if command != "/attendance":
        offices = OFFICES if command == "/clockin" else None
        assert not read_clocking(text, date(2026, 11, 23), offices).doubts
        return
    if said := command_in(text):
        text = as_line(f"{said.english}{said.after}") or f"{said.english}{said.after}"
    word, _, rest = text.partition(" ")
    assert word in WORDS, typed
    if word in ("report", "events", "history", "mine", "sign", "fix"):
        _, days = people_in(re.sub(r"(?i)^team\b|\bcsv$", "", rest) if word == "report" else rest)
        _, days = office_in(days, OFFICES)
        parse_range(days, date(2026, 11, 23))
    elif word == "add":
        assert not read_clocking(rest, date(2026, 11, 23), OFFICES).doubts
    elif word == "who" and (changes := about_changes(rest)):
        parse_range(changes, date(2026, 11, 23))
    elif word in ("status", "who", "person"):
        assert people_in(rest)[1] in ("", "is in"), "a person at most"
    elif word == "reminders":
        assert rest in ("", "on", "off")
    elif word == "language":
        names = {name for code in offered() for name in names_of(code, reader_language())}
        assert not rest or code_of(rest) or rest in names
    else:
        assert not rest, typed


def test_every_slash_command_named_is_one_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    known = {command["command"] for command in manifest["features"]["slash_commands"]}
    named = {f"/{name}" for name in re.findall(r"`/([a-z]+)(?=[ `])", EVERYTHING)}
    assert known <= named
    assert named - known <= {"/invite", "/metrics", "/readyz", "/healthz", "/data", "/inspect"}


def test_every_file_of_the_repository_that_a_page_names_is_there() -> None:
    is_file = re.compile(r"(?:bot|storage|tests|docs|deploy|benchmarks)/[\w./-]*")
    named = [(page, name) for page, text in PAGES.items() for name in in_code(text) if is_file.fullmatch(name)]
    assert named
    assert [(page, name) for page, name in named if not (ROOT / name).exists()] == []


def test_every_link_to_a_heading_leads_to_one() -> None:
    checked = 0
    for path in DOCUMENTS:
        for file, anchor in re.findall(r"\]\(((?!http)[^)#\s]*)#([^)]+)\)", path.read_text()):
            target = (path.parent / file).resolve() if file else path
            headings = re.findall(r"^#+ (.+)$", target.read_text(), re.M)
            assert anchor in {_anchor(heading) for heading in headings}, f"{path.name}: {file}#{anchor}"
            checked += 1
    assert checked


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_a_translated_page_is_built_as_the_english_one_and_quotes_its_labels(page: Path) -> None:
    english, translated = (page.parent.parent / page.name).read_text(), page.read_text()
    assert re.findall(r"^#+", translated, re.M) == re.findall(r"^#+", english, re.M)
    said = language_for(page.parent.name).messages.gettext
    assert {said(label) for label in _bold(english) if said(label) != label} - _bold(translated) == set()


def _bold(text: str) -> set[str]:
    return {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, re.S)}


def _anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/security-checklist.md"])
def test_every_row_about_security_names_a_test_that_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 10
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text())
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in functions, f"{path}::{name}"
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert [row for row in rows if "`tests/" not in row] == []


def test_the_workspace_leads_every_key_and_index() -> None:
    """So that the ledger can be spread over machines by it. The exceptions are few, and say why."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrations.migrate(connection)
        inspector = inspect(connection)
        led = {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in metadata.tables}
        first = "SELECT m.name, i.name FROM sqlite_master AS m, pragma_index_info(m.name) AS i"
        first += " WHERE m.type = 'index' AND m.sql IS NOT NULL AND i.seqno = 0"
        led |= {name: [column] for name, column in connection.exec_driver_sql(first)}
    engine.dispose()
    assert {name for name, columns in led.items() if columns[0] != "workspace_id"} == set(NOT_LED_BY_THE_WORKSPACE)
