"""Measures how sharp the newest regions of interest are, away from the thread that paints."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ifcbgui.instrument.imaging.focus import sharpness
from ifcbgui.instrument.imaging.pictures import PictureError
from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.ui.models.focus_record import FocusRecord
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.worker import Worker

PULL_MS: Final = 250
MOST_PER_PULL: Final = 30


class FocusMeter(QObject):
    """Looks four times a second for new regions, and hands on the median of their sharpness.

    Args:
        source: The regions.
        keep: Takes UTC of arrival (nanoseconds since 1970) of the last region that was measured,
            and the median.
        parent: Qt parent.

    Attributes:
        record: What was measured lately, and the best.
        measured: How many regions were measured.
        skipped: How many were not: too many at once, or without a picture.

    Signals:
        changed: The record is another.
    """

    changed = Signal()

    def __init__(
        self, source: RoiSource, keep: Callable[[int, float], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._source, self._keep = source, keep
        self._epoch = source.table.epoch
        self._next = source.table.stop
        self._rows = source.table.rows[:0]
        self.record = FocusRecord()
        self.measured = self.skipped = 0
        self._worker = Worker("focus", self)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)
        self._timer = QTimer(self)
        self._timer.setInterval(PULL_MS)
        self._timer.timeout.connect(self.pull)

    def start(self) -> None:
        """Look for regions, from now on."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more; what is being measured is not heard of."""
        self._timer.stop()
        self._worker.forget()

    @Slot()
    def pull(self) -> None:
        """Measure the newest of the regions that have come, unless some are being measured."""
        table = self._source.table
        if table.epoch != self._epoch:
            self._epoch, self._next = table.epoch, 0
            self.measured = self.skipped = 0
            self.record.clear()
            self._worker.forget()
            self.changed.emit()
        new = table.stop - self._next
        if new <= 0 or self._worker.busy:
            return
        self._rows = table.rows[-min(new, MOST_PER_PULL) :].copy()
        self._next = table.stop
        self.skipped += new - len(self._rows)
        self._worker.start(partial(_measure, self._source, self._rows))

    @Slot(object)
    def _on_done(self, values: list[float]) -> None:
        if self._epoch != self._source.table.epoch:
            return  # of another connection, or another moment of a replay
        self.measured += len(values)
        self.skipped += len(self._rows) - len(values)
        if values:
            time_ns, value = int(self._rows["time_ns"][-1]), float(np.median(values))
            self.record.add(time_ns, value)
            self._keep(time_ns, value)
            self.changed.emit()

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        self.skipped += len(self._rows)


def _measure(source: RoiSource, rows: Rows) -> list[float]:
    """Return the sharpness of those regions that have a picture which can be judged."""
    found = []
    for roi in rows:
        try:
            value = sharpness(source.pixels(roi))
        except PictureError:
            continue
        if np.isfinite(value):
            found.append(value)
    return found
