"""What the bot is made of: locked with hashes, each with its reason, listed for those who ask, looked up for faults."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.audit import verdict
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def locked(name: str) -> dict[str, str]:
    """Each package of a lock, with its hashes."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / name).read_text(), flags=re.M)
    blocks = re.split(r"^(?=\S)", text, flags=re.M)
    return {block.partition("==")[0]: block for block in blocks if "==" in block}


def test_every_dependency_has_its_reason_in_the_developers_page() -> None:
    table = (ROOT / "docs" / "developer.md").read_text().partition("| library | for |")[2].partition("\n\n")[0]
    named = {name.strip().lower() for row in table.splitlines()[2:] for name in row.split("|")[1].split(",")}
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgres"]]
    assert named == {re.split(r"[\[>=<]", dependency)[0] for dependency in wanted}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_host(name: str) -> None:
    packages = locked(name)
    assert len(packages) > 20
    assert [package for package, block in packages.items() if "--hash=sha256:" not in block] == []
    assert "://" not in (ROOT / name).read_text()


def test_the_bill_of_materials_holds_what_is_locked(tmp_path: Path) -> None:
    bill = tmp_path / "sbom.json"
    make = [
        str(Path(sys.executable).parent / "cyclonedx-py"),
        "requirements",
        "--no-validate",
        str(ROOT / "requirements.lock"),
    ]
    subprocess.run([*make, "--output-file", str(bill)], check=True, capture_output=True)
    made = json.loads(bill.read_text())
    assert made["bomFormat"] == "CycloneDX"
    assert {component["name"] for component in made["components"]} == set(locked("requirements.lock"))


def answered(**package: object) -> str:
    return json.dumps({"dependencies": [{"name": "one", "version": "1.0", **package}]})


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (answered(vulns=[]), 0, "audit: 1 of 1 packages looked up, no known vulnerability"),
        (answered(vulns=[{"id": "PYSEC-1", "fix_versions": ["1.1"]}]), 1, "one 1.0: PYSEC-1, mended in 1.1"),
        (
            answered(skip_reason="not found"),
            0,
            "no audit: not one of 1 packages could be looked up",
        ),
        ("", 0, "no audit: connection refused"),
    ],
)
def test_an_audit_fails_for_a_vulnerability_and_not_for_want_of_a_network(answer: str, code: int, told: str) -> None:
    assert verdict(answer, "ERROR\nconnection refused\n") == (code, told)
