"""A window on a hub in another process, for tests of a slow window and a fast host."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from ifcbgui.instrument import AsyncIFCBClient, LinkState
from ifcbgui.instrument.door import CommandDoor
from ifcbgui.session import Chronicle, Recorder, SessionReader
from ifcbgui.signalr import HubOptions
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.panels.log_panel import LogPanel
from tests.helpers.flooding_hub import OVER, SERIAL, flood_text

TIMER_MS = 5


class Lateness(QObject):
    """Measures how late a short timer of the Qt thread fires: what a hand on the mouse feels.

    Attributes:
        late_ms: By how much, each time.
        worked_ms: How long the thread itself worked from one time to the next: what it would be
            late by if no other program shared the machine.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.late_ms: list[float] = []
        self.worked_ms: list[float] = []
        self._last, self._last_work = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)
        self._timer.start(TIMER_MS)

    def _note(self) -> None:
        now, work = time.perf_counter(), time.thread_time()
        self.late_ms.append(max(0.0, (now - self._last) * 1000 - TIMER_MS))
        self.worked_ms.append((work - self._last_work) * 1000)
        self._last, self._last_work = now, work

    def percentile(self, share: float) -> float:
        """Return the lateness that this share of the measurements does not exceed, ms."""
        return percentile(self.late_ms, share)


def percentile(values: Sequence[float], share: float) -> float:
    """Return what this share of the values does not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


@dataclass
class BusyWindow:
    """A log on a client that records.

    Attributes:
        client: The client.
        bridge: Its bridge.
        panel: The log, shown.
        recorder: Its recorder.
        states: Every state of the link so far.
        batches: Number of rows of every batch shown so far.
    """

    client: AsyncIFCBClient
    bridge: Bridge
    panel: LogPanel
    recorder: Recorder
    states: list[LinkState] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    async def until_over(self, timeout_s: float) -> None:
        """Wait until the last message of the flood is shown."""
        store = self.panel.model.store
        async with asyncio.timeout(timeout_s):
            while not len(store) or store.row(store.stop - 1).text != OVER:
                await asyncio.sleep(0.02)

    def recorded_flood(self) -> list[str]:
        """Close the recording; return its texts but those of the sign-on, the host's in order."""
        self.recorder.close()
        assert self.recorder.status.path is not None
        with SessionReader(self.recorder.status.path) as reader:
            rows = [row for row in reader.rows() if row.direction == "in"]
        numbers = [row.seqno for row in rows]
        assert numbers == list(range(1, len(rows) + 1)), "once each, and in order"
        return [row.text for row in rows]


def whole_flood(count: int) -> list[str]:
    """Return the texts of a flood."""
    return [*map(flood_text, range(1, count + 1)), OVER]


@asynccontextmanager
async def busy_window(url: str, folder: Path, options: HubOptions) -> AsyncIterator[BusyWindow]:
    """Connect a log to a hub, and record."""
    client = AsyncIFCBClient(url, SERIAL, options=options)
    recorder = Recorder(folder, instrument=SERIAL, server=url)
    recorder.start()
    bridge = Bridge()
    panel = LogPanel(recorder.text)
    panel.resize(1000, 500)
    panel.show()
    door = CommandDoor(client, allow_unverified=True)
    chronicle = Chronicle(recorder)
    chronicle.follow(client)
    window = BusyWindow(client, bridge, panel, recorder)
    bridge.attach(client, recorder, door, chronicle)
    bridge.rows_added.connect(panel.add_rows)
    bridge.rows_added.connect(lambda batch: window.batches.append(len(batch)))
    bridge.link_changed.connect(lambda status: window.states.append(status.state))
    try:
        await client.connect()
        yield window
    finally:
        await client.disconnect()
        bridge.detach()
        recorder.close()
        panel.hide()
        panel.deleteLater()
        bridge.deleteLater()
