"""The main job on a real display with a window manager, by mouse and keyboard alone."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from ifcbgui.settings import CommandHistory, Settings
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.main_window import MainWindow

TOOLS = ("Xvfb", "openbox", "xdotool")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
    pytest.mark.timeout(180),
]
SIZE = (1280, 800)
TIMEOUT_S = 60.0


def until(what: str, happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


@pytest.fixture
def display() -> Iterator[dict[str, str]]:
    """Start a display with a window manager; return the environment for programs on it."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    environment = os.environ | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
    yield environment
    for process in (manager, server):
        process.terminate()
        process.wait(10)


class Operator:
    """Moves the mouse and types, as a person in front of the display would."""

    def __init__(self, environment: dict[str, str], window: str, places: MainWindow) -> None:
        self._environment, self._window, self._places = environment, window, places

    def _do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, timeout=20)

    def click(self, widget: QWidget) -> None:
        """Click where a widget of the same window made off screen stands."""
        at = widget.mapTo(self._places, widget.rect().center())
        x, y = str(at.x()), str(at.y())
        self._do("mousemove", "--sync", "--window", self._window, x, y, "click", "1")

    def press(self, keys: str) -> None:
        self._do("key", "--clearmodifiers", keys)

    def type(self, text: str) -> None:
        self._do("type", "--delay", "15", text)


@pytest.fixture
def places(qapp: object, tmp_path: Path) -> Iterator[MainWindow]:
    """Make the same window off screen: it knows where everything stands."""
    bridge = Bridge()
    connector = Connector(bridge, tmp_path, parent=bridge)
    window = MainWindow(bridge, connector, Settings(), CommandHistory(tmp_path / "history"))
    window.resize(*SIZE)
    window.show()
    yield window
    window.hide()
    window.deleteLater()
    bridge.deleteLater()


def test_main_job(
    display: dict[str, str], places: MainWindow, ifcbgui_home: Path, tmp_path: Path
) -> None:
    size = f"{SIZE[0]}x{SIZE[1]}"
    program = subprocess.Popen(
        [sys.executable, "-m", "ifcbgui", "--simulate", "--size", size],
        env=display,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        found = subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Simulator"],
            env=display,
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT_S,
        )
        operator = Operator(display, found.stdout.split()[0], places)
        session = Session(ifcbgui_home)
        until("the state burst", lambda: session.says("valuechanged:acquisition:stopped"))

        operator.click(places.controls.run_sample)
        until("the run", lambda: session.says("reportevent:Initializing.%"))
        operator.click(places.controls.pause)
        until("the pause", lambda: session.says("valuechanged:pausestate:1"))
        operator.click(places.controls.resume)
        until("the resume", lambda: session.count("valuechanged:pausestate:0") == 2)
        operator.click(places.command_line.edit)
        operator.type("daq:setfilecomment:deck test")
        operator.press("Return")
        until("the echo", lambda: session.says("valuechanged:setfilecomment:deck test"))

        operator.press("ctrl+f")
        operator.type("dir:out")
        time.sleep(1.0)
        saved = {name: tmp_path / f"{name}.csv" for name in ("filtered", "all")}
        operator.press("ctrl+s")
        save_log(operator, display, saved["filtered"], only_shown=True)
        operator.click(places.stop_button)
        until("the stop", lambda: session.says("interactive:stop"))
        operator.press("ctrl+s")
        save_log(operator, display, saved["all"], only_shown=False)

        operator.press("ctrl+q")
        time.sleep(0.5)
        if program.poll() is None:
            operator.press("ctrl+q")  # a routine that nobody ended is asked about once
        output, _ = program.communicate(timeout=TIMEOUT_S)
    finally:
        program.kill()
        program.wait(10)
    assert program.returncode == 0, output
    assert output == ""
    rows = session.rows()
    commands = [text for _, direction, text in rows if direction == "out"]
    assert commands == [
        "Client connected.",
        "refresh",
        "routine:runsample",
        "acquisition:pause",
        "acquisition:resume",
        "daq:setfilecomment:deck test",
        "interactive:stop",
        "Client disconnected.",
    ]
    assert csv_rows(saved["filtered"]) == [row for row in rows if row[1] == "out"][:6]
    whole = csv_rows(saved["all"])
    assert whole == rows[: len(whole)]
    assert len(whole) > 100


def save_log(operator: Operator, display: dict[str, str], path: Path, *, only_shown: bool) -> None:
    subprocess.run(
        ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Save log as"],
        env=display,
        capture_output=True,
        check=True,
        timeout=TIMEOUT_S,
    )
    time.sleep(0.5)
    operator.press("ctrl+a")
    operator.type(str(path))
    if only_shown:
        operator.press("alt+w")
        time.sleep(0.5)  # Qt shows a button pressed for a moment before it acts
    operator.press("Return")
    until(f"the file {path.name}", path.exists)


class Session:
    """The program's session file, read while it is written."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def _ask(self, query: str, *values: str) -> list[tuple[int, str, str]]:
        files = list(self._home.glob("sessions/*.ifcbsession"))
        if not files:
            return []
        with closing(sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def count(self, pattern: str) -> int:
        return len(self._ask("SELECT id FROM messages WHERE text LIKE ?", pattern))

    def says(self, pattern: str) -> bool:
        return self.count(pattern) > 0

    def rows(self) -> list[tuple[int, str, str]]:
        return self._ask("SELECT id, direction, text FROM messages ORDER BY id")


def csv_rows(path: Path) -> list[tuple[int, str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [(int(row["id"]), row["direction"], row["text"]) for row in csv.DictReader(file)]
