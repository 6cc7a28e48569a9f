"""The Qt-free half of the program where no Qt can be imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.helpers.processes import end, run_ifcbgui, running_ifcbgui, simulated_instrument

QT = ("PySide6", "shiboken6", "qasync", "pyqtgraph")


@pytest.fixture
def no_qt(tmp_path):
    """Return an environment in which importing Qt fails as if it were not installed."""
    folder = tmp_path / "no_qt"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        f"import sys\nfor name in {QT}:\n    sys.modules[name] = None\n"
    )
    paths = [str(folder), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def test_qt_cannot_be_imported_here(no_qt):
    done = subprocess.run(
        [sys.executable, "-c", "import PySide6"], env={**os.environ, **no_qt}, capture_output=True
    )
    assert b"ModuleNotFoundError" in done.stderr


def test_importing_the_package_loads_no_qt():
    code = "import sys, ifcbgui, ifcbgui.cli; print([n for n in sys.modules if n.startswith(QT)])"
    done = subprocess.run(
        [sys.executable, "-c", f"QT = {QT}; {code}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_clients_can_be_imported(no_qt):
    code = "from ifcbgui import AsyncIFCBClient, IFCBClient, Message, parse_message"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **no_qt}, check=True)


def test_every_command_works(no_qt, tmp_path):
    folder = tmp_path / "sessions"
    with (
        simulated_instrument("--speed", "60", env=no_qt) as address,
        running_ifcbgui("record", *address, "--session-dir", str(folder), env=no_qt) as recorder,
        running_ifcbgui("watch", *address, env=no_qt) as watcher,
    ):
        assert recorder.stdout.readline()
        assert watcher.stdout.readline()
        end(watcher)
        sent = run_ifcbgui(
            "send", *address, "routine:runsample", "--wait", "reportevent", env=no_qt
        )
        end(recorder)
    (session,) = folder.iterdir()
    out = tmp_path / "log.csv"
    exported = run_ifcbgui("export", str(session), "--format", "csv", "-o", str(out), env=no_qt)
    codes = [watcher.returncode, sent.returncode, recorder.returncode, exported.returncode]
    assert codes == [0, 0, 0, 0]
    assert out.stat().st_size > 0


def test_the_window_says_in_one_line_what_is_missing(no_qt):
    done = run_ifcbgui("--simulate", env=no_qt)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'ifcbgui[gui]'" in done.stderr


@pytest.mark.parametrize("display", ["", ":987"])
def test_without_a_display_the_window_says_so_in_one_line(display):
    env = {"DISPLAY": display, "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = run_ifcbgui("--simulate", env=env)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "display" in done.stderr
