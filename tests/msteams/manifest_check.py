"""`make teams-check`: the app's manifest and its texts in each language against Microsoft's own schemas, from the npm
package that holds them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from bot.msteams.app_package import manifest, translation
from bot.wording.languages import language_for, offered

SCHEMAS = "node_modules/@microsoft/app-manifest/build/json-schemas/teams"


def main(folder: Path) -> bool:
    """Prints what is wrong, a line for each fault."""
    made = manifest("7faf8ab2-3c1d-4e5f-9a0b-123456789abc", "Acme GmbH", "https://acme.example")
    version = f"v{made['manifestVersion']}"
    faults = list(_faults(folder / SCHEMAS / version / "MicrosoftTeams.schema.json", made))
    for code in offered():
        translated = translation(made, language_for(code))
        faults += _faults(folder / SCHEMAS / version / "MicrosoftTeams.Localization.schema.json", translated)
    print("\n".join(faults) or f"The app's manifest and texts are valid against Microsoft's schemas {version}.")
    return not faults


def _faults(schema: Path, made: dict[str, Any]) -> Iterator[str]:
    checked = Draft7Validator(json.loads(schema.read_text(encoding="utf-8"))).iter_errors(made)
    yield from (f"{fault.json_path}: {fault.message}" for fault in checked)


if __name__ == "__main__":
    sys.exit(not main(Path(sys.argv[1])))
