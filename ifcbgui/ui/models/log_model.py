"""The message log as a table for Qt: a store of rows, seen through a filter."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

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

from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.ticket import Ticket
from ifcbgui.ui.models.fates import FATE_LOOKS
from ifcbgui.ui.models.log_store import LogItem, LogRow, LogStore, RowFilter, RowFlag
from ifcbgui.ui.models.log_text import clock_text, date_text
from ifcbgui.ui.models.row_index import Positions, RowIndex

_SLICE_ROWS: Final = 2048
_SLICE_S: Final = 0.012
_ROOT: Final = QModelIndex()

AnyIndex = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """Columns of the log."""

    TIME = 0
    DIRECTION = 1
    KIND = 2
    MESSAGE = 3
    VALUE = 4


_TITLES: Final = {
    Column.DIRECTION: "Dir.",
    Column.KIND: "Kind",
    Column.MESSAGE: "Message",
    Column.VALUE: "Value",
}
_TIPS: Final = {
    Column.TIME: "When the message arrived at this computer, or was sent from it",
    Column.DIRECTION: "in: from the instrument; out: sent by this program",
    Column.KIND: "Group of the message in the catalogue",
    Column.MESSAGE: "What the message is called; words the catalogue lacks stand as received",
    Column.VALUE: "What it says, with units; long ones are cut, the details have the whole",
}


class LogModel(QAbstractTableModel):
    """Rows of the store that the filter shows, oldest first.

    Views only ever see rows added at the end, rows removed at the start, commands whose fate
    changes, and resets. A new
    filter is worked out in slices between other events; until it is done the last result
    stands, and rows that arrive go by the last filter.

    Signals:
        counts_changed: The number of shown, kept or dropped rows changed.
        filter_applied: The filter last set is in force.
    """

    counts_changed = Signal()
    filter_applied = Signal()

    def __init__(self, store: LogStore, *, utc: bool = True, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._index = RowIndex()
        self._utc = utc
        self._filter = RowFilter()
        self._wanted: RowFilter | None = None
        self._found: list[Positions] = []
        self._next = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._work_on_filter)

    @property
    def utc(self) -> bool:
        """Whether times are shown in UTC; else in the machine's zone."""
        return self._utc

    def set_utc(self, utc: bool) -> None:
        """Show times in UTC, or in the machine's zone."""
        self._utc = utc
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.TIME, Column.TIME)
        if len(self._index):
            last = self.index(len(self._index) - 1, Column.TIME)
            self.dataChanged.emit(self.index(0, Column.TIME), last)

    # --- rows -------------------------------------------------------------------------------

    def add_rows(self, items: Sequence[LogItem]) -> None:
        """Add rows, oldest first, and drop the oldest beyond the store's limit."""
        start = self.store.stop
        self.store.append(items)
        shown = self.store.select(start, self.store.stop, self._filter)
        if len(shown):
            first = len(self._index)
            self.beginInsertRows(_ROOT, first, first + len(shown) - 1)
            self._index.append(shown)
            self.endInsertRows()
        if self.store.trim():
            self._drop_shown()
        self.counts_changed.emit()

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
        return len(self._index) - (self.store.events if self._filter.shows_events else 0)

    def event_row(self, row: int, step: int) -> int | None:
        """Return the row of the next event behind a row (step 1) or before it (-1), or None."""
        if not self._filter.shows_events:
            return None
        rows = [self.row_near(position) for position in self.store.event_positions()]
        place = bisect_right(rows, row) if step > 0 else bisect_left(rows, row) - 1
        return rows[place] if 0 <= place < len(rows) else None

    def clear(self) -> None:
        """Forget every row; the filter stays."""
        self.beginResetModel()
        self.store.clear()
        self._index.replace(self._index.positions[:0])
        self._next, self._found = 0, []
        self.endResetModel()
        self.counts_changed.emit()

    def log_row(self, row: int) -> LogRow:
        """Return what the store holds of a shown row."""
        return self.store.row(self._index.position(row))

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

    def _drop_shown(self) -> None:
        rows = self._index.rows_below(self.store.first)
        if rows:
            self.beginRemoveRows(_ROOT, 0, rows - 1)
            self._index.drop_first(rows)
            self.endRemoveRows()

    # --- filter -----------------------------------------------------------------------------

    @property
    def row_filter(self) -> RowFilter:
        """The filter last set, in force or on its way."""
        return self._wanted or self._filter

    def set_filter(self, row_filter: RowFilter) -> None:
        """Show what a filter shows. A small log changes at once, a large one soon."""
        if row_filter == self.row_filter:
            return
        self._wanted = row_filter
        self._found, self._next = [], self.store.first
        self._work_on_filter()

    @Slot()
    def _work_on_filter(self) -> None:
        """Look through a slice of the store; with the last one the filter takes effect."""
        if self._wanted is None:
            return
        deadline = time.perf_counter() + _SLICE_S
        while self._next < self.store.stop:
            stop = min(self._next + _SLICE_ROWS, self.store.stop)
            self._found.append(self.store.select(self._next, stop, self._wanted))
            self._next = stop
            if time.perf_counter() > deadline:
                self._timer.start(0)
                return
        self._timer.stop()
        self._apply_filter(self._wanted)

    def _apply_filter(self, row_filter: RowFilter) -> None:
        self.beginResetModel()
        self._filter, self._wanted = row_filter, None
        self._index.replace(self._index.positions[:0])
        for positions in self._found:
            # Rows may have been dropped since they were found.
            self._index.append(positions[positions >= self.store.first])
        self._found = []
        self.endResetModel()
        self.filter_applied.emit()
        self.counts_changed.emit()

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
            return self._cell_text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken_text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(row, column)
        return None

    def _spoken_text(self, row: LogRow, column: Column) -> str:
        text = self._cell_text(row, column)
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
            return _TIPS[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES.get(column) or f"Time ({'UTC' if self._utc else 'local'})"
        return None

    def _cell_text(self, row: LogRow, column: Column) -> str:
        if column is Column.TIME:
            return clock_text(row.time_ns, utc=self._utc)
        if column is Column.DIRECTION:
            return "" if row.event else direction_text(row.direction)
        if column is Column.KIND:
            return row.group
        return row.words.label if column is Column.MESSAGE else row.words.value


def direction_text(direction: Direction) -> str:
    """Return a direction as an arrow and a word."""
    return "↑ out" if direction is Direction.OUT else "↓ in"


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
