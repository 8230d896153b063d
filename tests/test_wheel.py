"""The wheel holds everything: installed where nothing else of this folder is, it serves."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import aiohttp
import pytest

from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.command_line import environment_of, until_it_lives
from tests.conftest import ROOT
from tests.faults.replicas import free_port


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    environment = {"PATH": os.environ["PATH"], "PIP_DISABLE_PIP_VERSION_CHECK": "1", "HOME": str(folder)}
    subprocess.run([*build, "--wheel-dir", str(folder), str(ROOT)], check=True, env=environment, timeout=240)
    (made,) = folder.glob("*.whl")
    return made


def test_it_holds_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    listed = subprocess.run(["git", "ls-files", "bot", "storage"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert held == set(listed.stdout.split())


async def test_the_installed_wheel_serves(wheel: Path, tmp_path: Path) -> None:
    """As pipx does it, but for the libraries, which are taken from here: nothing is fetched."""
    home = tmp_path / "home"
    await asyncio.to_thread(venv.create, home, with_pip=False)
    packages = home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "--python",
        str(home / "bin" / "python"),
        "install",
        "--no-index",
    ]
    await asyncio.to_thread(subprocess.run, [*install, "--no-deps", str(wheel)], check=True, timeout=240)
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    attendance = home / "bin" / "attendance"

    helped = await run(attendance, "--help", folder=tmp_path)
    assert "doctor" in helped

    workspace = Workspace(bot_url="")
    async with serve(workspace) as slack, aiohttp.ClientSession() as http:
        address = f"http://127.0.0.1:{(port := free_port())}"
        environment = environment_of(workspace, slack, tmp_path) | {"ATTENDANCE_PORT": str(port)}
        del environment["PYTHONPATH"]
        served = subprocess.Popen(
            [attendance, "serve"], env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        try:
            await asyncio.to_thread(until_it_lives, f"{address}/healthz", served)
            async with http.get(f"{address}/readyz") as response:
                assert response.status == 200
            workspace.bot_url = f"{address}/slack/events"
            assert (await workspace.command("U0ANA", "/clockin")).messages[0].text.startswith("✅ *Clocked in at ")
            await workspace.command("U0ANA", "/attendance", "mine today")
            named = await workspace.until(lambda: [file.name for file in workspace.files.values()])
        finally:
            served.terminate()
            _, told = await asyncio.to_thread(served.communicate, timeout=15)
    assert served.returncode == 0, told
    assert any(name.endswith(".pdf") for name in named), "its letters came along"


async def run(program: Path, *words: str, folder: Path) -> str:
    ended = await asyncio.to_thread(
        subprocess.run,
        [str(program), *words],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return ended.stdout
