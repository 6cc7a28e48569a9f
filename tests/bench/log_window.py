"""A window and a recorder with a million messages, in a process of its own: its memory."""

from __future__ import annotations

import sys
import tempfile
from itertools import islice
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ifcbgui.session import Recorder
from ifcbgui.settings import CommandHistory, Settings
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.main_window import MainWindow
from tests.bench.test_log_view import traffic

_BATCH = 2000


def main(messages: int) -> None:
    """Print the megabytes at the start, and the most that there ever were."""
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        bridge = Bridge()
        history = CommandHistory(Path(folder) / "history")
        window = MainWindow(bridge, Connector(bridge, Path(folder)), Settings(), history)
        window.show()
        recorder = Recorder(Path(folder), instrument="111-111-111", server="ws://127.0.0.1/hub")
        recorder.start()
        at_start = _most_mb()
        source = traffic()
        for _ in range(messages // _BATCH):
            batch = [(recorder.record(item), item) for _, item in islice(source, _BATCH)]
            window.log.add_rows(batch)
            recorder.flush()
            application.processEvents()
        print(f"{at_start:.0f} {_most_mb():.0f}")
        recorder.close()
        window.hide()


def _most_mb() -> float:
    # Of this program alone: what getrusage says was inherited from the process that started it.
    [line] = [
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    ]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
