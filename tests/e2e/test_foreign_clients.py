"""Clients that others wrote get along with the simulated instrument."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.foreign import INSTALL_S, install, install_python
from tests.helpers.processes import PATIENCE_S, simulated_instrument

FOREIGN = Path(__file__).parent / "foreign"

pytestmark = pytest.mark.timeout(INSTALL_S + 60)

both_protocols = pytest.mark.parametrize("protocol", ["json", "messagepack"])


def run_client(*command: str, protocol: str, env: dict[str, str]) -> dict[str, Any]:
    """Run a client against a simulated instrument until it ends; return what it printed."""
    with simulated_instrument("--seed", "1") as (url, serial):
        done = subprocess.run(
            [*command, url.replace("ws:", "http:"), serial, protocol],
            env=os.environ | env,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def assert_heard_the_instrument(texts: list[str]) -> None:
    assert texts[0].startswith("valuechanged:hostversion:")
    assert "valuechanged:setsamplevolume:5" in texts
    assert "valuechanged:pausestate:0" in texts
    echo = texts.index("valuechanged:switchauxpower1:1")
    assert texts[echo + 1] == "reportevent:Aux power 1 switched ON.\n"


@both_protocols
def test_microsofts_client_for_javascript(cache: pytest.Cache, protocol: str) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("Node.js is not installed.")
    folder = cache.mkdir("foreign-js")
    install(
        [
            npm,
            "install",
            "--prefix",
            str(folder),
            "@microsoft/signalr@8",
            "@microsoft/signalr-protocol-msgpack@8",
        ],
        folder,
        "node_modules/@microsoft/signalr-protocol-msgpack",
    )
    heard = run_client(
        node,
        str(FOREIGN / "client.js"),
        protocol=protocol,
        env={"NODE_PATH": str(folder / "node_modules")},
    )
    assert_heard_the_instrument(heard["texts"])
    assert "Unknown hub method 'launch'" in heard["refusal"]


@both_protocols
def test_signalrcore(cache: pytest.Cache, protocol: str) -> None:
    folder = cache.mkdir("foreign-py")
    install_python("signalrcore", folder)
    heard = run_client(
        sys.executable,
        str(FOREIGN / "client.py"),
        protocol=protocol,
        env={"PYTHONPATH": str(folder)},
    )
    assert_heard_the_instrument(heard["texts"])
