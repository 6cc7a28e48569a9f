"""The rows of the log's store that a filter shows, for Qt, and the work on the next filter."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QTimer,
    Signal,
    Slot,
)

from ifcbgui.ui.models.log_row import LogItem
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_index import Positions, RowIndex
from ifcbgui.ui.models.row_scan import RowScan
from ifcbgui.ui.models.row_search import RowSearch

PIECE_S: Final = 0.008
_SOON_S: Final = 0.08
_WORTH_S: Final = 0.1
_OLDER_S: Final = 0.25
_SLOW_S: Final = 0.25
_ENOUGH_ROWS: Final = 200
_AGAIN_S: Final = 5.0
_AGAIN_SHARE: Final = 50
_ROOT: Final = QModelIndex()

AnyIndex = QModelIndex | QPersistentModelIndex


class FilteredRows(QAbstractTableModel):
    """Rows of the store that the filter shows, oldest first.

    Views only ever see rows added at the end, rows removed at the start, commands whose fate
    changes, resets, and, while a filter is at work, rows added at the start.

    A new filter is worked out in pieces between other events, the newest rows first. Until
    it is done the last result stands, and rows that arrive go by the last filter; but where that
    takes long, what was found so far is shown as soon as it fills a view whose reader is at the
    end, and the older rows come after. Filters that count back from now are worked out anew
    every few seconds.

    Args:
        store: Holds the rows.
        now_ns: What a filter counts back from; UTC, nanoseconds since 1970.
        piece_s: Seconds that a filter works before it lets others have their turn.
        parent: Qt parent.

    Signals:
        counts_changed: The number of shown, kept or dropped rows changed.
        filter_applied: The filter last set is in force.
        progress_changed: Percentage that a slow filter has done; 100 when there is none.
        rows_stored: The store has new rows, from this position on.
        rows_dropped: The store dropped its oldest rows.
        cleared: The store is empty.
    """

    counts_changed = Signal()
    filter_applied = Signal()
    progress_changed = Signal(int)
    rows_stored = Signal(object)
    rows_dropped = Signal()
    cleared = Signal()

    def __init__(
        self,
        store: LogStore,
        *,
        now_ns: Callable[[], int] = time.time_ns,
        piece_s: float = PIECE_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.needed_from: Callable[[], int] = lambda: 0
        """Returns the lowest position that the reader would miss in an incomplete result."""
        self._index = RowIndex()
        self._now_ns = now_ns
        self._piece_s = piece_s
        self._filter = RowFilter()
        self._search: RowSearch | None = None
        self._early = False
        self._older_shown_s = 0.0
        self._shown_from = 0
        self._again = False
        self._progress = 100
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._work_on_filter)
        self._again_timer = QTimer(self)
        self._again_timer.setSingleShot(True)
        self._again_timer.timeout.connect(self._filter_again)

    def look_through(self, source: FilteredRows) -> None:
        """Show, by another filter, the rows that are added to another model of the same store."""
        source.rows_stored.connect(self.show_stored)
        source.rows_dropped.connect(self.drop_shown)
        source.cleared.connect(self.forget_rows)

    # --- rows ------------------------------------------------------------------------------

    def add_rows(self, items: Sequence[LogItem]) -> None:
        """Add rows, oldest first, and drop the oldest beyond the store's limit."""
        start = self.store.stop
        self.store.append(items)
        self.show_stored(start)
        self.rows_stored.emit(start)
        if self.store.trim():
            self.drop_shown()
            self.rows_dropped.emit()
        self.counts_changed.emit()

    @Slot(object)
    def show_stored(self, start: int) -> None:
        """Show what the filter shows of the store's rows from a position on."""
        scan = RowScan(self.store, self._filter, self._now_ns())
        shown = scan.select(start, self.store.stop)
        if len(shown):
            first = len(self._index)
            self.beginInsertRows(_ROOT, first, first + len(shown) - 1)
            self._index.append(shown)
            self.endInsertRows()

    @Slot()
    def drop_shown(self) -> None:
        """Remove the rows that the store has dropped."""
        rows = self._index.rows_below(self.store.first)
        if rows:
            self.beginRemoveRows(_ROOT, 0, rows - 1)
            self._index.drop_first(rows)
            self.endRemoveRows()

    @property
    def messages(self) -> int:
        """Number of shown rows that are messages."""
        return len(self._index) - len(self._shown_events())

    def event_row(self, row: int, step: int) -> int | None:
        """Return the row of the next event behind a row (step 1) or before it (-1), or None."""
        rows = np.searchsorted(self._index.positions, self._shown_events())
        place = np.searchsorted(rows, row, "right" if step > 0 else "left")
        place = place if step > 0 else place - 1
        return int(rows[place]) if 0 <= place < len(rows) else None

    def _shown_events(self) -> Positions:
        events = self.store.event_positions
        if not self._filter.shows_events:
            return events[:0]
        if self._search is not None and self._early:
            return events[np.searchsorted(events, self._shown_from) :]
        return events

    def clear(self) -> None:
        """Forget every row; the filter stays."""
        self.store.clear()
        self.forget_rows()
        self.cleared.emit()
        self.counts_changed.emit()

    @Slot()
    def forget_rows(self) -> None:
        """Show nothing, since the store was cleared."""
        self.beginResetModel()
        self._index.replace(self._index.positions[:0])
        if self._search is not None:
            self._search = RowSearch(self.store, self._search.row_filter, self._now_ns())
        self.endResetModel()

    def position(self, row: int) -> int:
        """Return the store's position of a shown row; it outlives filters and trims."""
        return self._index.position(row)

    @property
    def positions(self) -> Positions:
        """The positions of all shown rows; valid until the model next changes."""
        return self._index.positions

    def row_near(self, position: int) -> int:
        """Return the row that shows a position, or the next one that is shown."""
        return self._index.rows_below(position)

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of shown rows."""
        return 0 if parent.isValid() else len(self._index)

    # --- filter ----------------------------------------------------------------------------

    @property
    def row_filter(self) -> RowFilter:
        """The filter last set, in force or on its way."""
        return self._search.row_filter if self._search else self._filter

    @Slot(object)
    def set_filter(self, row_filter: RowFilter) -> None:
        """Show what a filter shows. A small log changes at once, a large one soon."""
        if row_filter == self.row_filter:
            return
        self._start_search(row_filter, again=False)

    @Slot()
    def _filter_again(self) -> None:
        """Let go what has grown too old for a filter that counts back from now."""
        if self._search is None:
            self._start_search(self._filter, again=True)

    def _start_search(self, row_filter: RowFilter, *, again: bool) -> None:
        self._again_timer.stop()
        self._early, self._again = False, again
        self._search = RowSearch(self.store, row_filter, self._now_ns())
        self._work_on_filter()

    @Slot()
    def _work_on_filter(self) -> None:
        """Look through a piece of the store; with the last one the filter is in force."""
        search = self._search
        if search is None:
            return
        search.work(self._piece_s)
        if self._early:
            self._show_older(search)
        elif search.done:
            self._show_found(search)
        elif self._may_show_early(search):
            self._early, self._older_shown_s = True, search.elapsed_s
            self._show_found(search)
        if search.done:
            self._finish(search)
        else:
            self._tell_progress(search)
            self._timer.start(0)

    def _may_show_early(self, search: RowSearch) -> bool:
        return (
            not self._again
            and search.elapsed_s > _SOON_S
            and search.elapsed_s * (1 / search.progress - 1) > _WORTH_S
            and search.found >= _ENOUGH_ROWS
            and search.low <= self.needed_from()
        )

    def _show_found(self, search: RowSearch) -> None:
        """Show what was found so far, and of what came meanwhile, instead of all before."""
        shown = np.concatenate((search.take(), search.newer()))
        self._filter, self._shown_from = search.row_filter, search.low
        if self._again and np.array_equal(shown, self._index.positions):
            return
        self.beginResetModel()
        self._index.replace(shown, room=search.low - self.store.first)
        self.endResetModel()

    def _show_older(self, search: RowSearch) -> None:
        """Show what else was found; not too often, since views move all their rows for it."""
        if not search.done and search.elapsed_s - self._older_shown_s < _OLDER_S:
            return
        self._older_shown_s, self._shown_from = search.elapsed_s, search.low
        positions = search.take()
        if len(positions):
            self.beginInsertRows(_ROOT, 0, len(positions) - 1)
            self._index.prepend(positions)
            self.endInsertRows()
            self.counts_changed.emit()

    def _finish(self, search: RowSearch) -> None:
        self._timer.stop()
        self._search, self._early = None, False
        if search.row_filter.moves:
            pause_s = max(_AGAIN_S, _AGAIN_SHARE * search.elapsed_s)
            self._again_timer.start(int(1000 * pause_s))
        self._tell_progress(search)
        if not self._again:
            self.filter_applied.emit()
        self.counts_changed.emit()

    def _tell_progress(self, search: RowSearch) -> None:
        slow = not self._again and search.elapsed_s > _SLOW_S
        percent = int(100 * search.progress) if slow else 100
        if percent != self._progress:
            self._progress = percent
            self.progress_changed.emit(percent)
