"""`make teams-check`: the app's manifest against Microsoft's own schema, from the npm package that holds it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from jsonschema import Draft7Validator

from bot.msteams.app_package import manifest

SCHEMAS = "node_modules/@microsoft/app-manifest/build/json-schemas/teams"


def main(folder: Path) -> bool:
    """Prints what is wrong, a line for each fault."""
    made = manifest("7faf8ab2-3c1d-4e5f-9a0b-123456789abc", "Acme GmbH", "https://acme.example")
    version = f"v{made['manifestVersion']}"
    schema = json.loads((folder / SCHEMAS / version / "MicrosoftTeams.schema.json").read_text(encoding="utf-8"))
    faults = [f"{fault.json_path}: {fault.message}" for fault in Draft7Validator(schema).iter_errors(made)]
    print("\n".join(faults) or f"The app's manifest is valid against Microsoft's schema {version}.")
    return not faults


if __name__ == "__main__":
    sys.exit(not main(Path(sys.argv[1])))
