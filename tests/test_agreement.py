"""What is written in several places is the same in all of them."""

from __future__ import annotations

import ast
import re
from typing import Any

import yaml

from bot.chat import help_text
from bot.chat.features import router
from bot.practice.app_manifest import COMMANDS, EVENTS, SCOPES, SHORTCUTS
from bot.slack import app as slack
from bot.slack import features
from bot.wording import ANY_READER
from tests.conftest import ROOT, RunningBot

MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
SLASH_COMMANDS = MANIFEST["features"]["slash_commands"]


def test_the_practice_workspace_installs_the_bot_as_its_manifest_says() -> None:
    told = [{key: command[key] for key in ("command", "usage_hint", "description")} for command in SLASH_COMMANDS]
    assert list(COMMANDS) == told
    assert list(SHORTCUTS) == MANIFEST["features"]["shortcuts"]
    assert SCOPES.split(",") == MANIFEST["oauth_config"]["scopes"]["bot"]
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == EVENTS
    assert all(command["should_escape"] for command in SLASH_COMMANDS)


async def test_every_command_of_the_manifest_is_answered(bot: RunningBot) -> None:
    for command in SLASH_COMMANDS:
        delivery = await bot.workspace.command("U0ANA", command["command"], "")
        assert (delivery.status, len(delivery.messages)) == (200, 1), command


def test_every_shortcut_of_the_manifest_types_a_word_and_fits_in_the_menu() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert {one["callback_id"] for one in shortcuts} == set(features.SHORTCUTS)
    assert set(features.SHORTCUTS.values()) <= router().words.keys()
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in shortcuts)


def test_every_word_of_attendance_is_in_its_hint_and_in_the_help() -> None:
    known_anyway = {"", "clockin", "clockout", "break", "back", "in", "out"}  # commands, and what they are
    only_answered = {"remind"}  # what the bot doesn't do
    words = router().words.keys() - known_anyway - only_answered
    (hint,) = (command["usage_hint"] for command in SLASH_COMMANDS if command["command"] == "/attendance")
    assert set(re.findall(r"\w+", hint)) == words
    shown = str(help_text.sections(ANY_READER))
    assert {word for word in words - {"status", "help"} if f"/attendance {word}" not in shown} == set()


def test_every_scope_is_used() -> None:
    """Marketplace review asks for the fewest scopes, each of them used."""
    code = "".join(path.read_text() for path in (ROOT / "bot" / "slack").glob("*.py"))
    used = {
        "app_mentions:read": 'event("app_mention")',
        "commands": "app.command(",
        "chat:write": "chat_postMessage",
        "files:write": "files_completeUploadExternal",
        "im:history": 'event("message")',
        "usergroups:read": "usergroups_users_list",
        "users:read": "users_info",
    }
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == set(used)
    assert all(call in code for call in used.values())


NOT_FOR_PEOPLE_IN_SLACK = {
    "app.py",
    "app_checkup.py",
    "checkup.py",
    "client.py",
    "direct_messages.py",
    "everyday_words.py",
    "help_text.py",
    "install_pages.py",
    "installing.py",
    "limits.py",
    "payload_shape.py",
    "request_verification.py",
    "response_urls.py",
    "routing.py",
    "sample_drawings.py",
    "unsigned_bodies.py",
}
"""Log lines, answers to machines and operators, examples to be typed, and the page of an installation."""

TRANSLATING = ("_", "later", "ngettext", "pgettext")
NOT_SPOKEN = {
    "listener.py: slack message ",
    "handling.py: the program ended",
    "user_groups.py: user group ",
    "offices.py: clockin in ",
    "offices.py: office id",
    "typed_back.py: break until ",
    "typed_back.py: in at ",
    "waiting_clock_in.py:  min ago",
    "reminders.py: reminders on",
    "reminders.py: reminders off",
    "home.py: this week",
    "signing_view.py: two weeks",
    "log_here.py: log here",
    "log_here.py: log here[.!]*",
    "setup_notices.py: log here",
}
"""Keys, what a refusal was about, and text to type."""


def test_every_sentence_for_people_is_ready_for_translation() -> None:
    """It is in the wording or in a call of `_`. Everything else are names, commands and values."""
    found = []
    for path in [*(ROOT / "bot" / "slack").glob("*.py"), *(ROOT / "bot" / "chat").glob("*.py")]:
        tree = ast.parse(path.read_text())
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        translated = {
            id(one)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATING
            for one in node.args
        }
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in docstrings | translated else None
            if (
                isinstance(text, str)
                and "attendance " not in text
                and re.search(r"^[A-Z][a-z]+|[a-z]{2,}[ ,.:…!?]+[a-zA-Z]{2,}", text)
            ):
                found.append(f"{path.name}: {text}")
    spoken = {line for line in found if line.partition(":")[0] not in NOT_FOR_PEOPLE_IN_SLACK}
    assert spoken == NOT_SPOKEN


def test_every_event_of_the_manifest_has_its_listener_and_no_other() -> None:
    code = "".join(path.read_text() for path in (ROOT / "bot" / "slack").glob("*.py"))
    listened = {"message.im" if name == "message" else name for name in re.findall(r'app\.event\("(\w+)"\)', code)}
    assert listened == set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])


def test_features_register_every_slash_command_they_have() -> None:
    code = "".join(
        (ROOT / "bot" / "slack" / f"{feature.__name__.rpartition('.')[2]}.py").read_text() for feature in slack.FEATURES
    )
    assert set(re.findall(r'app\.command\("(/\w+)"\)', code)) == {command["command"] for command in SLASH_COMMANDS}
