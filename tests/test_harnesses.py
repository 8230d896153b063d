"""The harnesses that `make test` is too short for can be trusted to run: one of them, small."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from benchmarks.crowd import Waits, at_nine, steadily
from benchmarks.load import _shares
from benchmarks.soak import Sample, _grown
from tests.conftest import ROOT


def test_a_rush_of_sixty_is_answered() -> None:
    small = {"RUSH_PEOPLE": "60", "RUSH_SECONDS": "1", "RUSH_ENGINE": "sqlite"}
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.rush"],
        cwd=ROOT,
        env=os.environ | small,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("Rush: 60 people within 1 s")
    for command in ("/clockin", "/clockout"):
        assert f"{command}: 60 answers" in ended.stdout
    assert ended.stdout.count(" 0 not done.") == 2
    assert ended.stdout.count(" showed the truth ") == 4
    assert ended.stdout.endswith("429s: 0\n")


def test_nobody_is_refused_because_of_another_workspace() -> None:
    small = {"FAIR_SECONDS": "2", "FAIR_RECORDS": "1000"}
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.fairness"],
        cwd=ROOT,
        env=os.environ | small,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ended.stderr.count("Traceback") == 0, ended.stderr
    ours, _, theirs = ended.stdout.partition("The other workspace, done: ")
    for what in ("commands", "API"):
        for when in ("alone", "beside a workspace at its worst"):
            assert f"{what}, {when}: 20 answers" in ours, ended.stdout
    assert not re.search(r"times.* (429|5\d\d) ", ours), ended.stdout
    for kind in ("_report 200", "_stall 200"):
        assert kind in theirs, ended.stdout


def test_waits_are_reported_by_percentile() -> None:
    waits = Waits([number / 1000 for number in range(1, 101)])
    assert str(waits) == "100 answers, median 51 ms, 99 of 100 within 100 ms, last 100 ms"
    assert steadily(4, 3) == [0, 0.25, 0.5]
    moments = list(at_nine(100, 10))
    assert moments == sorted(moments)
    assert 0 <= moments[0] <= moments[-1] <= 10


def test_a_soak_reports_what_has_grown() -> None:
    flat = [Sample(100, 30, 5, 20, 8, 40)] * 30
    assert _grown(flat) == []
    leaking = [Sample(100 + number, 30 + number, 5, 20, 8, 40) for number in range(30)]
    assert _grown(leaking) == ["memory", "files"]


def test_a_profile_is_reported_by_library() -> None:
    stacks = (
        "run (asyncio/runners.py:1);handle (/x/bot/app.py:3);execute (/x/site-packages/sqlalchemy/base.py:9) 3\n"
        "run (asyncio/runners.py:1);handle (/x/bot/app.py:3);dumps (json/encoder.py:2) 1\n"
    )
    assert _shares(stacks) == {"sqlalchemy": 0.75, "bot": 0.25}
