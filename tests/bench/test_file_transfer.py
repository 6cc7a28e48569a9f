"""What a file of 60 MB that comes beside 60 messages a second does to the window.

The same file goes by first while nobody here has asked for it: recorded and logged, like
everything. What is more when it is fetched is what the fetching costs.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ifcbgui.settings import Settings, profile_for
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.panels.files_panel import FilesPanel
from ifcbgui.ui.panels.log_panel import LogPanel
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.files_desk import FilesDesk
from ifcbgui.ui.widgets.notice import NoticeArea
from tests.helpers.busy_window import Lateness
from tests.helpers.file_hub import BIG, big_file, heavy_hub
from tests.helpers.flooding_hub import SERIAL

MEGABYTES = 60
BYTES_PER_S = 6_000_000
MESSAGES_PER_S = 60
SWITCH_INTERVAL_S = 0.001  # as the program has it


class Bench:
    """A window with the files and the log of a hub."""

    def __init__(self, url: str, folder: Path) -> None:
        self.window = QWidget()
        self.bridge = bridge = Bridge(self.window)
        self.connector = Connector(bridge, folder / "sessions", parent=bridge)
        self.panel = FilesPanel(self.window)
        settings, notices = Settings(files_dir=str(folder / "files")), NoticeArea(self.window)
        self.desk = FilesDesk(self.connector, bridge, settings, notices, self.panel, self.window)
        self.connector.start(profile_for(url, SERIAL), observe=False)
        self.connector.set_allow_unverified(True)
        assert self.connector.recorder is not None
        self.log = LogPanel(self.connector.recorder.text)
        bridge.rows_added.connect(self.log.add_rows)
        column = QVBoxLayout(self.window)
        column.addWidget(self.panel)
        column.addWidget(self.log)
        self.window.resize(1280, 800)
        self.window.show()

    async def until(self, text: str) -> None:
        """Wait until a message is shown."""
        store = self.log.model.store
        while not any(
            store.row(at).text == text for at in range(max(0, store.stop - 200), store.stop)
        ):
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        await self.connector.stop()
        await self.desk.shut()
        self.window.hide()
        self.window.deleteLater()


async def measure(url: str, folder: Path, *, fetched: bool) -> None:
    bench = Bench(url, folder)
    while not bench.panel.ask.isEnabled():
        await asyncio.sleep(0.05)
    lateness = Lateness(bench.window)
    start, cpu = time.perf_counter(), time.process_time()
    if fetched:
        bench.panel.fetch_requested.emit([BIG])
        while not bench.panel.files.jobs or bench.panel.files.busy:
            await asyncio.sleep(0.05)
        (job,) = bench.panel.files.jobs
        assert (job.state, bench.panel.files.left_out) == ("done", 0), job.words
    else:
        bench.connector.send(f"file:get:{BIG}")
        await bench.until(f"file:end:{BIG}")
    took, cost = time.perf_counter() - start, time.process_time() - cpu
    what = "fetched" if fetched else "gone by"
    print(f"{what} in {took:.1f} s at {cost / took * 100:.0f} % of one core")
    shares = {"half": 0.5, "95 %": 0.95, "99 %": 0.99, "all": 1.0}
    late = ", ".join(f"{it} {lateness.percentile(share):.1f}" for it, share in shares.items())
    print(f"a 5 ms timer is late by at most, ms: {late}")
    await bench.close()
    if fetched:
        assert (folder / "files" / BIG).read_bytes() == big_file(MEGABYTES)


def test_a_large_file(qapp: QApplication, tmp_path: Path) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    print(f"\n{MEGABYTES} MB beside {MESSAGES_PER_S} messages a second:")
    try:
        for fetched in (False, True):
            hub = heavy_hub(MEGABYTES, BYTES_PER_S, MESSAGES_PER_S)
            with hub as url, qasync.QEventLoop(qapp) as loop:
                loop.run_until_complete(measure(url, tmp_path / str(fetched), fetched=fetched))
    finally:
        sys.setswitchinterval(before)
