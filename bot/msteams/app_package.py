"""The app package for Microsoft Teams: a zip with the app's manifest, its texts in each language, and icons, which an
admin uploads."""

from __future__ import annotations

import json
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from bot.wording.catalogue import Language, _, reading_in
from bot.wording.languages import language_for, offered

FOLDER = Path(__file__).parent / "package"
LONGEST_COMPANY = 32  # characters (developer.name in Microsoft's schema)
_LONGEST = {"name": 100, "short": 80, "full": 4000, "title": 32, "description": 128}
_SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v{version}/MicrosoftTeams.Localization.schema.json"
_NAMESPACE = UUID("5f7b7f0e-3c0b-4a55-9b57-0d3f0a5f1c11")


def write_package(file: Path, app_id: str, company: str, website: str) -> None:
    """Writes the package for the bot of that application id. `company` and `website` (https) are shown in the app's
    details. Raises OSError."""
    made = manifest(app_id, company, website)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", json.dumps(made, indent=2))
        for code in _other_languages():
            translated = translation(made, language_for(code))
            package.writestr(_file_of(code), json.dumps(translated, indent=2, ensure_ascii=False))
        for icon in ("color.png", "outline.png"):
            package.write(FOLDER / icon, icon)


def manifest(app_id: str, company: str, website: str) -> dict[str, Any]:
    """The app's manifest. A later package of the same bot has the same id, and so updates the app."""
    found: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    found["id"] = str(uuid5(_NAMESPACE, app_id))
    found["version"] = metadata.version("attendance-bot")
    found["developer"] = {
        "name": company,
        "websiteUrl": website,
        "privacyUrl": website,
        "termsOfUseUrl": website,
    }
    for part in (*found["bots"], *found["composeExtensions"]):
        part["botId"] = app_id
    found["localizationInfo"] = {
        "defaultLanguageTag": "en",
        "additionalLanguages": [{"languageTag": code, "file": _file_of(code)} for code in _other_languages()],
    }
    return found


def translation(made: dict[str, Any], language: Language) -> dict[str, str]:
    """The file of a language beside the manifest. What people type stays as it is."""
    with reading_in(language):
        schema = _SCHEMA.format(version=made["manifestVersion"])
        return {"$schema": schema, "name.short": made["name"]["short"]} | {
            place: _(text) for place, text in texts(made).items()
        }


def texts(made: dict[str, Any]) -> dict[str, str]:
    """The texts of a manifest that are translated, by their places as Microsoft's schema names them."""
    found = {
        "name.full": made["name"]["full"],
        "description.short": made["description"]["short"],
        "description.full": made["description"]["full"],
    }
    for menu_place, menu in enumerate(made["bots"][0]["commandLists"]):
        for place, command in enumerate(menu["commands"]):
            found[f"bots[0].commandLists[{menu_place}].commands[{place}].description"] = command["description"]
    for place, command in enumerate(made["composeExtensions"][0]["commands"]):
        found |= {f"composeExtensions[0].commands[{place}].{name}": command[name] for name in ("title", "description")}
    return found


def longest(place: str) -> int:
    """The most characters that the text of that place may have."""
    name = "name" if place == "name.full" else place.rpartition(".")[2]
    return _LONGEST[name]


def _other_languages() -> list[str]:
    return [code for code in offered() if code != "en"]


def _file_of(code: str) -> str:
    return f"{code}.json"
