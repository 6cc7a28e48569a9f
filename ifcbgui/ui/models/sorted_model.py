"""Rows that stay in order, for tables of at most some thousand of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

_ROOT: Final = QModelIndex()

AnyIndex = QModelIndex | QPersistentModelIndex


class CellRole(IntEnum):
    """What a cell has beside its text."""

    COLOUR = Qt.ItemDataRole.UserRole + 1
    """Name of the token for its text."""
    GROUND = Qt.ItemDataRole.UserRole + 2
    """Name of the token for its ground."""
    ICON = Qt.ItemDataRole.UserRole + 3
    """Name of an icon before the text, drawn in the colour of the text."""
    CUT = Qt.ItemDataRole.UserRole + 5
    """Where a text that is too long is cut."""
    TREND = Qt.ItemDataRole.UserRole + 4
    """Counts to draw as bars, oldest first."""
    PROGRESS = Qt.ItemDataRole.UserRole + 6
    """Share that is done, 0 to 1, to draw as a bar in the colour of the text, before the text."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """What a column is.

    Attributes:
        title: What stands above it.
        tip: What it means.
        sample: The widest text it is likely to hold; "" for columns that share what is left.
        right: Whether it holds numbers.
        key: Whether long texts are cut in the middle, since they begin alike.
        from_width: Width of the table in average characters below which it gives way.
    """

    title: str
    tip: str
    sample: str = ""
    right: bool = False
    key: bool = False
    from_width: int = 0


class Row(Protocol):
    """A row of a `SortedModel`."""

    @property
    def id(self) -> Hashable:
        """What makes it the same row after a change."""


class SortedModel(QAbstractTableModel):
    """A table that sorts itself; selection and place survive every change.

    Args:
        columns: What the columns are.
        sort_column: The column to sort by at first.
        order: Which way.
        parent: Qt parent.
    """

    def __init__(
        self,
        columns: Sequence[TableColumn],
        sort_column: int = 0,
        order: Qt.SortOrder = Qt.SortOrder.AscendingOrder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self.sort_column, self.order = sort_column, order
        self._rows: list[Any] = []

    # --- what a table has to say ------------------------------------------------------------

    def cell(self, row: Any, column: int, role: int) -> Any:
        """Return what a cell has: its text (`DisplayRole`), or something of `CellRole`."""
        raise NotImplementedError

    def sort_key(self, row: Any, column: int) -> Any:
        """Return what rows are compared by."""
        return self.cell(row, column, Qt.ItemDataRole.DisplayRole)

    # --- rows -------------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Any]:
        """The rows as they are shown."""
        return self._rows

    def row_of(self, row_id: Hashable) -> int | None:
        """Return where a row stands, or None."""
        return next((at for at, row in enumerate(self._rows) if row.id == row_id), None)

    def set_rows(self, rows: Iterable[Row], *, keep_order: bool = False) -> None:
        """Show these rows.

        Args:
            rows: The rows in any order.
            keep_order: Leave those that were there in their places, and put new ones behind.
        """
        wanted = {row.id: row for row in rows}
        for at in reversed(range(len(self._rows))):
            if self._rows[at].id not in wanted:
                self.beginRemoveRows(_ROOT, at, at)
                del self._rows[at]
                self.endRemoveRows()
        self._rows = [wanted.pop(row.id) for row in self._rows]
        if wanted:
            count = len(self._rows)
            self.beginInsertRows(_ROOT, count, count + len(wanted) - 1)
            self._rows += wanted.values()
            self.endInsertRows()
        if not keep_order:
            self._arrange()
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column from now on."""
        if 0 <= column < len(self.columns):
            self.sort_column, self.order = column, order
            self._arrange()

    def _arrange(self) -> None:
        ordered = sorted(
            self._rows,
            key=lambda row: self.sort_key(row, self.sort_column),
            reverse=self.order is Qt.SortOrder.DescendingOrder,
        )
        if all(map(_same, ordered, self._rows)):
            return
        self.layoutAboutToBeChanged.emit()
        place = {row.id: at for at, row in enumerate(ordered)}
        old = self.persistentIndexList()
        new = [self.index(place[self._rows[it.row()].id], it.column()) for it in old]
        self._rows = ordered
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    # --- Qt ---------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell has."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self.columns[index.column()].right
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == CellRole.CUT:
            cut = Qt.TextElideMode
            return cut.ElideMiddle if self.columns[index.column()].key else cut.ElideRight
        return self.cell(self._rows[index.row()], index.column(), role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column, or what it means."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return self.columns[section].tip if role == Qt.ItemDataRole.ToolTipRole else None


def _same(one: Row, other: Row) -> bool:
    return one is other
