"""The window with all panels open on an instrument that takes pictures: what it costs.

    python -m tests.bench.live_window watch URL SECONDS
    python -m tests.bench.live_window flood URL

In a process of its own, so that nothing else counts. Prints its figures as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication, QDockWidget

from ifcbgui.app import SWITCH_INTERVAL_S
from ifcbgui.instrument.entry import Entry
from ifcbgui.settings import CommandHistory, Settings, profile_for
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.docking import Layout
from ifcbgui.ui.shell.main_window import MainWindow
from ifcbgui.ui.style import OutlinedFusion
from ifcbgui.ui.theme import apply_theme
from tests.helpers.busy_window import Lateness, percentile
from tests.helpers.picture_host import OVER, SERIAL

WARM_UP_S = 10.0
SHARES = (0.5, 0.95, 0.99, 1.0)
_FLOOD_S = 900.0
_SIZE = (1920, 1080)
_IN_A_ROW = 4
_PANELS_HEIGHT = 760


class Watched:
    """A window, and what came to it.

    Attributes:
        window: The window, shown, all panels open.
        heard: How many messages of each kind have come.
        rois: How many ROIs.
        over: Set when a flood is over.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.bridge = Bridge()
        self.connector = Connector(self.bridge, folder / "sessions", parent=self.bridge)
        self.window = MainWindow(
            self.bridge, self.connector, Settings(), CommandHistory(folder / "history")
        )
        self.window.resize(*_SIZE)
        self.window.show()
        self.panels = self._open_all()
        self.heard: Counter[str] = Counter()
        self.rois = 0
        self.over = asyncio.Event()
        self.bridge.rows_added.connect(self._count)
        self.window.connection.connect_to(profile_for(url, SERIAL), observe=False)

    def _open_all(self) -> list[str]:
        """Show every panel there is, none behind another."""
        names = sorted(
            dock.objectName()
            for dock in self.window.findChildren(QDockWidget)
            if dock.objectName() != "controls"
        )
        rows = tuple(
            tuple((name,) for name in names[start : start + _IN_A_ROW])
            for start in range(0, len(names), _IN_A_ROW)
        )
        layout = Layout(left=("controls",), rows=rows, height=_PANELS_HEIGHT)
        self.window.docking.arrange(layout)
        return names

    def _count(self, batch: list[tuple[int, object]]) -> None:
        for _, item in batch:
            if not isinstance(item, Entry):
                continue
            text = item.message.text
            kind = text.partition(":")[0]
            self.heard[kind] += 1
            if kind == "triggerrois":
                self.rois += int(text.split(":", 2)[1])
            elif text == OVER:
                self.over.set()

    async def watch(self, seconds: float) -> dict[str, Any]:
        """Let it run; return how late the thread of the window was, and what that cost."""
        await asyncio.sleep(WARM_UP_S)
        lateness = Lateness(self.window)
        self.heard.clear()
        self.rois = 0
        start, cpu, thread = time.perf_counter(), time.process_time(), time.thread_time()
        await asyncio.sleep(seconds)
        took = time.perf_counter() - start
        return {
            "panels": self.panels,
            "seconds": took,
            "late_ms": [lateness.percentile(share) for share in SHARES],
            "worked_ms": [percentile(lateness.worked_ms, share) for share in SHARES],
            "cpu": (time.process_time() - cpu) / took,
            "cpu_of_qt_thread": (time.thread_time() - thread) / took,
            "per_second": {kind: count / took for kind, count in self.heard.items()},
            "rois": self.rois / took,
        }

    async def flood(self) -> dict[str, Any]:
        """Take a flood to its end; return how long it took and the most memory there was."""
        before, start = most_mb(), time.perf_counter()
        async with asyncio.timeout(_FLOOD_S):
            await self.over.wait()
        return {
            "panels": self.panels,
            "seconds": time.perf_counter() - start,
            "rois": self.rois,
            "mb_before": before,
            "mb": most_mb(),
        }


def most_mb() -> float:
    """Return the most memory that this process ever had in use (Linux)."""
    # Of this program alone: what getrusage says was inherited from the process that started it.
    [line] = [
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    ]
    return int(line.split()[1]) / 1024


async def measure(what: str, url: str, *arguments: str) -> dict[str, Any]:
    """Open a window on an address, and measure what is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        watched = Watched(url, Path(folder))
        try:
            async with asyncio.timeout(60):
                while not watched.heard:
                    await asyncio.sleep(0.05)
            return await (watched.watch(float(arguments[0])) if arguments else watched.flood())
        finally:
            await watched.connector.close()
            watched.window.hide()


def main(*arguments: str) -> None:
    """Run the window as the program does."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    application = QApplication(["ifcbgui"])
    application.setStyle(OutlinedFusion())
    apply_theme(application, "light")
    with qasync.QEventLoop(application) as loop:
        figures = loop.run_until_complete(measure(*arguments))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
