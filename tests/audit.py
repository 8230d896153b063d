"""Asks for known vulnerabilities of what requirements.lock holds. Exits with 1 where there are any.

It is part of `make lint`, which has to work without a network: then it says that nothing was looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"
PATIENCE_SECONDS = 30
COMMAND = ("--require-hashes", "--disable-pip", "--timeout", "3", "--progress-spinner", "off", "--format", "json")


def main() -> int:
    """Prints a line, or one for each vulnerability."""
    audit = [str(Path(sys.executable).parent / "pip-audit"), "--requirement", str(LOCK), *COMMAND]
    try:
        asked = subprocess.run(audit, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"no audit: no answer within {PATIENCE_SECONDS} seconds")
        return 0
    code, told = verdict(asked.stdout, asked.stderr)
    print(told)
    return code


def verdict(answer: str, trouble: str) -> tuple[int, str]:
    """The exit code, and what is printed: of pip-audit's answer in JSON, and of what it said of its troubles."""
    try:
        found: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        return 0, f"no audit: {(trouble.strip().splitlines() or ['no network'])[-1][:200]}"
    audited = [one for one in found if "skip_reason" not in one]
    lines = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'nothing yet'}"
        for one in audited
        for fault in one["vulns"]
    ]
    if lines:
        return 1, "\n".join(lines)
    if not audited:
        return (
            0,
            f"no audit: not one of {len(found)} packages could be looked up",
        )
    return 0, f"audit: {len(audited)} of {len(found)} packages looked up, no known vulnerability"


if __name__ == "__main__":
    sys.exit(main())
