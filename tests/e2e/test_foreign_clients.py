"""Clients that others wrote get along with the simulated instrument."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ifcbgui.simulator import Simulator

FOREIGN = Path(__file__).parent / "foreign"
INSTALL_S = 120

pytestmark = pytest.mark.timeout(INSTALL_S + 60)


def install(command: list[str], folder: Path, wanted: str) -> None:
    """Install a package into a folder once; skip the test where it cannot be had."""
    if (folder / wanted).exists():
        return
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=INSTALL_S)
    except (OSError, subprocess.SubprocessError) as exc:
        pytest.skip(f"{wanted} cannot be installed here: {exc}")


async def run_client(*command: str, env: dict[str, str]) -> dict[str, Any]:
    """Run a client against a simulator until it ends; return what it printed."""
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(30):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()
    result: dict[str, Any] = json.loads(out)
    return result


def assert_heard_the_instrument(texts: list[str]) -> None:
    assert texts[0].startswith("valuechanged:hostversion:")
    assert "valuechanged:setsamplevolume:5" in texts
    assert "valuechanged:pausestate:0" in texts
    echo = texts.index("valuechanged:switchauxpower1:1")
    assert texts[echo + 1] == "reportevent:Aux power 1 switched ON.\n"


async def test_microsofts_client_for_javascript(cache: pytest.Cache) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("Node.js is not installed.")
    folder = cache.mkdir("foreign-js")
    install(
        [npm, "install", "--prefix", str(folder), "@microsoft/signalr@8"],
        folder,
        "node_modules/@microsoft/signalr",
    )
    async with Simulator(seed=1) as simulator:
        heard = await run_client(
            node,
            str(FOREIGN / "client.js"),
            simulator.url.replace("ws:", "http:"),
            simulator.serial,
            env={"NODE_PATH": str(folder / "node_modules")},
        )
    assert_heard_the_instrument(heard["texts"])
    assert "Unknown hub method 'launch'" in heard["refusal"]


async def test_signalrcore(cache: pytest.Cache) -> None:
    folder = cache.mkdir("foreign-py")
    install(
        [sys.executable, "-m", "pip", "install", "--target", str(folder), "signalrcore"],
        folder,
        "signalrcore",
    )
    async with Simulator(seed=1) as simulator:
        heard = await run_client(
            sys.executable,
            str(FOREIGN / "client.py"),
            simulator.url,
            simulator.serial,
            env={"PYTHONPATH": str(folder)},
        )
    assert_heard_the_instrument(heard["texts"])
