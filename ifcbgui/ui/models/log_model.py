"""The message log as a table for Qt: a store of rows, seen through a filter."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from ifcbgui.instrument.ticket import Ticket
from ifcbgui.ui.models.bookmarks import Bookmarks
from ifcbgui.ui.models.fates import FATE_LOOKS
from ifcbgui.ui.models.log_columns import (
    TIPS,
    TITLES,
    Column,
    RowTimes,
    day_clock_text,
    direction_text,
    elapsed_text,
    same_day,
)
from ifcbgui.ui.models.log_row import LogItem, LogRow, RowFlag
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.log_text import clock_text, date_text
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_index import Positions, RowIndex
from ifcbgui.ui.models.row_scan import RowScan
from ifcbgui.ui.models.row_search import RowSearch

_PIECE_S: Final = 0.008
_SOON_S: Final = 0.08
_WORTH_S: Final = 0.1
_OLDER_S: Final = 0.25
_SLOW_S: Final = 0.25
_ENOUGH_ROWS: Final = 200
_AGAIN_S: Final = 5.0
_AGAIN_SHARE: Final = 50
_ROOT: Final = QModelIndex()

AnyIndex = QModelIndex | QPersistentModelIndex


class LogModel(QAbstractTableModel):
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
        utc: Show times in UTC; else in the machine's zone.
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
        utc: bool = True,
        now_ns: Callable[[], int] = time.time_ns,
        piece_s: float = _PIECE_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.bookmarks = Bookmarks(self)
        self.bookmarks.changed.connect(self._on_bookmarks_changed)
        self.needed_from: Callable[[], int] = lambda: 0
        """Returns the lowest position that the reader would miss in an incomplete result."""
        self._index = RowIndex()
        self._utc = utc
        self._now_ns = now_ns
        self._piece_s = piece_s
        self._zero_ns: int | None = None
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

    @property
    def utc(self) -> bool:
        """Whether times are shown in UTC; else in the machine's zone."""
        return self._utc

    def set_utc(self, utc: bool) -> None:
        """Show times in UTC, or in the machine's zone."""
        self._utc = utc
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.TIME, Column.TIME)
        self._column_changed(Column.TIME)

    def set_zero(self, time_ns: int | None) -> None:
        """Count the relative times from a moment; from the first row of all for None."""
        self._zero_ns = time_ns
        self._column_changed(Column.RELATIVE)

    @Slot()
    def _on_bookmarks_changed(self) -> None:
        self._column_changed(Column.NOTE)

    def _column_changed(self, column: Column) -> None:
        if len(self._index):
            last = self.index(len(self._index) - 1, column)
            self.dataChanged.emit(self.index(0, column), last)

    def look_through(self, source: LogModel) -> None:
        """Show, by another filter, the rows that are added to another model of the same store."""
        self.bookmarks = source.bookmarks
        source.rows_stored.connect(self.show_stored)
        source.rows_dropped.connect(self.drop_shown)
        source.cleared.connect(self.forget_rows)

    # --- rows -------------------------------------------------------------------------------

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

    def set_tickets(self, tickets: Sequence[Ticket]) -> None:
        """Show what became of commands."""
        positions = [self.store.set_ticket(ticket) for ticket in tickets]
        rows = [row for row in map(self._row_of, positions) if row is not None]
        if rows:
            first, last = self.index(min(rows), Column.VALUE), self.index(max(rows), Column.VALUE)
            self.dataChanged.emit(first, last)

    def _row_of(self, position: int | None) -> int | None:
        """Return the row that shows a position, or None where none does."""
        if position is None:
            return None
        row = self.row_near(position)
        shown = row < len(self._index) and self._index.position(row) == position
        return row if shown else None

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

    def log_row(self, row: int) -> LogRow:
        """Return what the store holds of a shown row."""
        return self.store.row(self._index.position(row))

    def times(self, row: int) -> RowTimes:
        """Return the times of a shown row."""
        utc, store = self._utc, self.store
        time_ns = store.time_ns(self._index.position(row))
        before_ns = store.time_ns(self._index.position(row - 1)) if row else None
        zero_ns = store.time_ns(store.first) if self._zero_ns is None else self._zero_ns
        new_day = before_ns is not None and not same_day(before_ns, time_ns, utc=utc)
        return RowTimes(
            clock=day_clock_text(time_ns, utc=utc) if new_day else clock_text(time_ns, utc=utc),
            new_day=new_day,
            relative=elapsed_text(time_ns - zero_ns),
            since="" if before_ns is None else elapsed_text(time_ns - before_ns),
        )

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

    # --- filter -----------------------------------------------------------------------------

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

    # --- QAbstractTableModel ----------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of shown rows."""
        return 0 if parent.isValid() else len(self._index)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text; screen readers and tool-tips ask, the view paints by itself."""
        if not index.isValid() or index.row() >= len(self._index):
            return None
        row = self.log_row(index.row())
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell_text(index.row(), row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken_text(index.row(), row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(row, column)
        return None

    def _spoken_text(self, number: int, row: LogRow, column: Column) -> str:
        text = self._cell_text(number, row, column)
        if row.event:  # one sentence across the row, whichever cell is read
            return f"{clock_text(row.time_ns, utc=self._utc)}, {row.words.value}"
        more = _remark(row, column)
        return f"{text}, {more}" if more else text

    def _tool_tip(self, row: LogRow, column: Column) -> str | None:
        if column is Column.TIME:
            return date_text(row.time_ns, utc=self._utc)
        return row.words.value if row.event else _remark(row, column) or None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title, which for the time says the zone."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return TIPS[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            zone = f" ({'UTC' if self._utc else 'local'})" if column is Column.TIME else ""
            return f"{TITLES[column]}{zone}"
        return None

    def _cell_text(self, number: int, row: LogRow, column: Column) -> str:
        match column:
            case Column.TIME:
                return self.times(number).clock
            case Column.RELATIVE:
                return self.times(number).relative
            case Column.SINCE:
                return self.times(number).since
            case Column.DIRECTION:
                return "" if row.event else direction_text(row.direction)
            case Column.KIND:
                return row.group
            case Column.MESSAGE:
                return row.words.label
            case Column.VALUE:
                return row.words.value
        return self.note(row) or ""

    def note(self, row: LogRow) -> str | None:
        """Return the note of a bookmarked row, perhaps empty, or None."""
        return None if row.event else self.bookmarks.note(row.row_id)


def _remark(row: LogRow, column: Column) -> str:
    """Return what the marks in a cell mean, or ""."""
    if column is Column.MESSAGE:
        return mark_words(row.flags)
    if column is Column.VALUE and row.ticket is not None:
        return FATE_LOOKS[row.ticket.fate].words
    return ""


def mark_words(flags: int) -> str:
    """Return in words why a row is marked, or ""."""
    if flags & RowFlag.PROBLEM:
        return "not as the catalogue describes it"
    return "not in the catalogue" if flags & RowFlag.UNKNOWN else ""
