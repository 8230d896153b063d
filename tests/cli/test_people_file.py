"""The file that maps people's ids for imports."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from bot.cli.imports import _known_as
from tests.builders import TENANT


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("header", ["", "there{}here\n", "\ufeffthere{}here\r\n"])
def test_it_is_read_whatever_separates_its_columns(tmp_path: Path, separator: str, header: str) -> None:
    file = tmp_path / "people.csv"
    rows = ["Jörg Müller{}U0JOERG", "gd-1{}U0ANA", "gd-1{}U0ANA", "gd-2{}U0ANA", f"gd-3{{}}{TENANT.upper()}"]
    file.write_text((header + "\n".join(rows)).replace("{}", separator), encoding="utf-8")
    assert _known_as(file) == {
        "Jörg Müller": "U0JOERG",
        "gd-1": "U0ANA",
        "gd-2": "U0ANA",
        "gd-3": TENANT,
    }


def test_an_id_for_two_people_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.csv"
    file.write_text("there,here\ngd-1,U0ANA\ngd-2,U0BEN\ngd-1,U0BEN\n")
    with pytest.raises(typer.Exit):
        _known_as(file)
    assert "row 4: gd-1 is already U0ANA" in capsys.readouterr().err
