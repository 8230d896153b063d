"""The app package for Microsoft Teams: a zip with the app's manifest and icons, which an admin uploads."""

from __future__ import annotations

import json
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

FOLDER = Path(__file__).parent / "package"
LONGEST_COMPANY = 32  # characters (developer.name in Microsoft's schema)
_NAMESPACE = UUID("5f7b7f0e-3c0b-4a55-9b57-0d3f0a5f1c11")


def write_package(file: Path, app_id: str, company: str, website: str) -> None:
    """Writes the package for the bot of that application id. `company` and `website` (https) are shown in the app's
    details. Raises OSError."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", json.dumps(manifest(app_id, company, website), indent=2))
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
    return found
