"""The app package: what Teams asks of it, and what the bot understands of what its menus type."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from bot.chat.features import router
from bot.msteams.app_package import longest, manifest, texts, translation, write_package
from bot.wording.languages import language_for, offered
from tests.command_line import run
from tests.conftest import ROOT
from tests.pseudo_language import PSEUDO

APP_ID = "7faf8ab2-3c1d-4e5f-9a0b-123456789abc"
SHORT_NAME, SHORT_DESCRIPTION, LONG_DESCRIPTION, TITLE, DESCRIPTION = 30, 80, 4000, 32, 128
MOST_COMMANDS = 12


def test_the_package_has_the_manifest_and_both_icons_as_teams_wants_them(tmp_path: Path) -> None:
    write_package(tmp_path / "app.zip", APP_ID, "Acme GmbH", "https://acme.example")
    with zipfile.ZipFile(tmp_path / "app.zip") as package:
        others = {
            one["file"] for one in json.loads(package.read("manifest.json"))["localizationInfo"]["additionalLanguages"]
        }
        assert set(package.namelist()) == {"color.png", "manifest.json", "outline.png", *others}
        german = json.loads(package.read("de.json"))
        color, outline = (Image.open(io.BytesIO(package.read(name))) for name in ("color.png", "outline.png"))
    assert others == {f"{code}.json" for code in offered() if code != "en"}
    assert german["bots[0].commandLists[0].commands[7].description"] == "Wer gerade da ist, seit wann und wo"
    assert german["composeExtensions[0].commands[0].title"] == "Eintrag hinzufügen"
    assert (color.size, outline.size) == ((192, 192), (32, 32))
    red, green, blue, alpha = (band.getextrema() for band in outline.convert("RGBA").split())
    assert (red, green, blue) == ((255, 255),) * 3, "white"
    assert alpha == (0, 255), "on nothing"


def test_a_later_package_of_the_same_bot_updates_the_app() -> None:
    first, second = (manifest(APP_ID, company, "https://acme.example") for company in ("Acme", "Acme GmbH"))
    other = manifest("11111111-1111-1111-1111-111111111111", "Acme", "https://acme.example")
    assert first["id"] == second["id"] == str(UUID(first["id"]))
    assert other["id"] != first["id"]
    assert {part["botId"] for part in (*first["bots"], *first["composeExtensions"])} == {APP_ID}


def test_names_and_descriptions_have_the_lengths_that_teams_shows() -> None:
    made = manifest(APP_ID, "Acme GmbH", "https://acme.example")
    assert len(made["name"]["short"]) <= SHORT_NAME
    assert len(made["description"]["short"]) <= SHORT_DESCRIPTION
    assert len(made["description"]["full"]) <= LONG_DESCRIPTION
    for menu in made["bots"][0]["commandLists"]:
        assert len(menu["commands"]) <= MOST_COMMANDS
        for command in menu["commands"]:
            assert len(command["title"]) <= TITLE
            assert len(command["description"]) <= DESCRIPTION


@pytest.mark.parametrize("code", list(offered()))
def test_every_description_is_translated_and_what_people_type_is_not(code: str) -> None:
    made = manifest(APP_ID, "Acme GmbH", "https://acme.example")
    translated = translation(made, language_for(code))
    assert not [place for place in translated if re.search(r"commandLists.*title", place)]
    for place, text in texts(made).items():
        assert len(translated[place]) <= longest(place), place
        assert (translated[place] == text) == (code == "en"), place
    assert all(text.startswith("⟦") for text in list(translation(made, PSEUDO).values())[2:])


def test_the_bot_knows_every_word_that_a_menu_types() -> None:
    made = manifest(APP_ID, "Acme GmbH", "https://acme.example")
    typed = {command["title"] for menu in made["bots"][0]["commandLists"] for command in menu["commands"]}
    typed |= {command["id"] for command in made["composeExtensions"][0]["commands"]}
    assert typed <= router().words.keys()


async def test_the_command_writes_it_and_says_where_to_upload_it(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "TEAMS_APP_ID": APP_ID}
    environment |= {"TEAMS_APP_SECRET": "secret", "TEAMS_TENANT_ID": APP_ID}
    written = await run(
        environment, tmp_path, "teams", "package", "--company", "Acme", "--website", "https://a.example"
    )
    assert written.stdout == (
        "App package written to attendance-teams.zip. Upload it: Teams admin center, Teams apps, Manage apps, "
        "Upload new app.\n"
    )
    assert zipfile.is_zipfile(tmp_path / "attendance-teams.zip")


async def test_the_command_says_what_is_missing_or_wrong(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT)}
    assert (await run(environment, tmp_path, "teams", "package")).stderr.startswith("Set TEAMS_APP_ID first:")
    environment |= {"TEAMS_APP_ID": APP_ID, "TEAMS_APP_SECRET": "secret", "TEAMS_TENANT_ID": APP_ID}
    wrong = {
        ("--website", "http://acme.example"): "--website: use an address that begins with https://.\n",
        ("--company", "x" * 33): "--company: use 1 to 32 characters.\n",
        ("no/folder/app.zip",): "no/folder/app.zip can't be written: No such file or directory. Choose another file.\n",
    }
    for given, said in wrong.items():
        assert (await run(environment, tmp_path, "teams", "package", *given)).stderr == said
    assert not list(tmp_path.iterdir())
