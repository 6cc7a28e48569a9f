"""The message log as a table for Qt: the cells of its rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    Qt,
    Slot,
)

from ifcbgui.instrument.ticket import Ticket
from ifcbgui.ui.models.bookmarks import Bookmarks
from ifcbgui.ui.models.fates import FATE_LOOKS
from ifcbgui.ui.models.filtered_rows import PIECE_S, AnyIndex, FilteredRows
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
from ifcbgui.ui.models.log_row import LogRow, RowFlag
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.log_text import clock_text, date_text

_ROOT: Final = QModelIndex()


class LogModel(FilteredRows):
    """The cells of the rows that are shown.

    Args:
        store: Holds the rows.
        utc: Show times in UTC; else in the machine's zone.
        now_ns: What a filter counts back from; UTC, nanoseconds since 1970.
        piece_s: Seconds that a filter works before it lets others have their turn.
        parent: Qt parent.
    """

    def __init__(
        self,
        store: LogStore,
        *,
        utc: bool = True,
        now_ns: Callable[[], int] = time.time_ns,
        piece_s: float = PIECE_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(store, now_ns=now_ns, piece_s=piece_s, parent=parent)
        self._utc = utc
        self._zero_ns: int | None = None
        self.bookmarks = Bookmarks(self)
        self.bookmarks.changed.connect(self._on_bookmarks_changed)

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
