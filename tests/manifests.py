"""The texts of the apps' manifests, which people read in Slack and Teams before they type anything. `manifest.yml` and
`bot/msteams/package/manifest.json` have them in English; they're translated like everything that the bot says.

python -m tests.manifests    writes manifest.de.yml and so on, for Slack (part of `make docs`)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from bot.msteams import app_package
from bot.wording.catalogue import Language, _, reading_in
from bot.wording.languages import language_for, offered

ROOT = Path(__file__).parents[1]
SLACK = ROOT / "manifest.yml"
TEAMS = app_package.FOLDER / "manifest.json"
_TEXT = re.compile(r"(?P<before> +(?:- name|description): )(?P<value>.+)")
"""A line of manifest.yml with a text for people: a description, or the name of a shortcut."""
NAME, ABOUT = 24, 140
"""The longest that Slack takes: the name of a shortcut, and the app's description, which is the shortest of them."""


class Text(NamedTuple):
    """A text for people, with the most letters that it may have and the file that it's in."""

    text: str
    longest: int
    file: str


def main() -> None:
    """Writes the manifest of each language for Slack."""
    for code in offered():
        if code != "en":
            path_of(code).write_text(for_slack(language_for(code)), encoding="utf-8")


def path_of(code: str) -> Path:
    """`manifest.de.yml`"""
    return SLACK.with_suffix(f".{code}.yml")


def for_slack(language: Language) -> str:
    """manifest.yml with its descriptions and the names of its shortcuts in that language."""
    with reading_in(language):
        return "".join(map(_translated, SLACK.read_text(encoding="utf-8").splitlines(keepends=True)))


def texts() -> Iterator[Text]:
    """Those of both apps."""
    for line in SLACK.read_text(encoding="utf-8").splitlines():
        if found := _TEXT.fullmatch(line):
            longest = NAME if "name" in found["before"] else ABOUT
            yield Text(yaml.safe_load(found["value"]), longest, SLACK.name)
    made = app_package.manifest("", "", "")
    for place, text in app_package.texts(made).items():
        yield Text(text, app_package.longest(place), str(TEAMS.relative_to(ROOT)))


def _translated(line: str) -> str:
    found = _TEXT.fullmatch(line.rstrip("\n"))
    if found is None:
        return line
    text = _(yaml.safe_load(found["value"]))
    is_plain = yaml.safe_load(f"a: {text}") == {"a": text} if ": " not in text else False
    return f"{found['before']}{text if is_plain else json.dumps(text, ensure_ascii=False)}\n"


if __name__ == "__main__":
    main()
