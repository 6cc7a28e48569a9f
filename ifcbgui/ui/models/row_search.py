"""Looks through the log for what a filter shows, the newest rows first, in pieces."""

from __future__ import annotations

import time

import numpy as np

from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_index import Positions
from ifcbgui.ui.models.row_scan import RowScan


class RowSearch:
    """One way through the rows that are there at its start, from the newest to the oldest.

    In pieces on the thread that paints, and not on one of its own: searching bytes holds the
    interpreter, so that a thread would hold up painting all the same, and for longer.

    Args:
        store: Where the rows are.
        row_filter: Which are looked for.
        now_ns: What its times count back from; UTC, nanoseconds since 1970.
    """

    def __init__(self, store: LogStore, row_filter: RowFilter, now_ns: int) -> None:
        self.row_filter = row_filter
        self.found = 0
        self._store = store
        self._scan = RowScan(store, row_filter, now_ns)
        self._low = self._high = store.stop
        self._parts: list[Positions] = []
        self._started = time.perf_counter()

    @property
    def low(self) -> int:
        """Position down to which all is looked through."""
        return max(self._low, self._store.first)

    @property
    def done(self) -> bool:
        """Whether all is looked through."""
        return self._low <= self._store.first

    @property
    def progress(self) -> float:
        """Share that is looked through, 0 to 1."""
        whole = self._high - self._store.first
        return 1.0 if self.done else (self._high - self._low) / whole

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self._started

    def work(self, seconds: float) -> None:
        """Look through some more rows, for about so long."""
        deadline = time.perf_counter() + seconds
        while not self.done:
            start = max(self._low - self._scan.rows_at_once, self._store.first)
            part = self._scan.select(start, self._low)
            self._parts.append(part)
            self.found += len(part)
            self._low = start
            if time.perf_counter() > deadline:
                return

    def take(self) -> Positions:
        """Return what was found and not yet taken, ascending."""
        parts, self._parts = self._parts[::-1], []
        found = np.concatenate(parts) if parts else np.empty(0, np.uint32)
        return found[found >= self._store.first]  # the oldest may have been dropped since

    def newer(self) -> Positions:
        """Return what it would have found of the rows that came after its start."""
        return self._scan.select(self._high, self._store.stop)
