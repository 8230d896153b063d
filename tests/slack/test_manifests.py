"""The app's manifest in each language: the same app, described in the words of the people who use it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.wording.languages import language_for, offered
from tests.conftest import ROOT
from tests.manifests import ABOUT, NAME, SLACK, for_slack, path_of
from tests.pseudo_language import PSEUDO

OTHERS = [code for code in offered() if code != "en"]


def read(text: str) -> tuple[list[str], dict[str, Any]]:
    """The texts for people, those of the shortcuts' names first, and everything else."""
    made = yaml.safe_load(text)
    commands, shortcuts = made["features"]["slash_commands"], made["features"]["shortcuts"]
    texts = [one.pop("name") for one in shortcuts]
    texts += [one.pop("description") for one in (made["display_information"], *commands, *shortcuts)]
    return texts, made


@pytest.mark.parametrize("code", OTHERS)
def test_each_language_has_a_manifest_of_today(code: str) -> None:
    assert path_of(code).read_text(encoding="utf-8") == for_slack(language_for(code)), "run make docs"


def test_only_languages_of_the_bot_have_one() -> None:
    assert {path.name for path in ROOT.glob("manifest.*.yml")} == {path_of(code).name for code in OTHERS}


@pytest.mark.parametrize("code", OTHERS)
def test_only_what_people_read_differs(code: str) -> None:
    texts, rest = read(path_of(code).read_text(encoding="utf-8"))
    english, same = read(SLACK.read_text(encoding="utf-8"))
    assert rest == same
    assert not set(texts) & set(english)
    assert max(map(len, texts[:4])) <= NAME
    assert max(map(len, texts)) <= ABOUT


def test_every_text_is_translated() -> None:
    texts, _rest = read(for_slack(PSEUDO))
    assert [text for text in texts if not text.startswith("⟦")] == []
