"""Quantities to choose from, with their newest values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from ifcbgui.ui.models.sorted_model import CellRole, SortedModel, TableColumn

_COLUMNS: Final = (
    TableColumn("Quantity", "What the instrument says, or what was counted of it"),
    TableColumn("Newest value", "The value said last", "0000.0000 grey levels", right=True),
    TableColumn("Name", "As in exported files", "switchbackflushwithsample", from_width=60),
)


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A quantity.

    Attributes:
        id: Name of its series.
        label: What it is called.
        newest: Its newest value, with the unit.
    """

    id: str
    label: str
    newest: str

    def has(self, words: Sequence[str]) -> bool:
        """Return True if all words, case-folded, are found in it."""
        text = f"{self.label} {self.id} {self.newest}".casefold()
        return all(word in text for word in words)


class SeriesModel(SortedModel):
    """Rows of `SeriesRow`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_COLUMNS, parent=parent)

    def cell(self, row: SeriesRow, column: int, role: int) -> Any:
        """Return what a cell has."""
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.label, row.newest, row.id)[column]
        if role == CellRole.COLOUR:
            return "muted" if column == 2 else "text"
        return None

    def sort_key(self, row: SeriesRow, column: int) -> Any:
        """Return what rows are compared by."""
        return (row.label, row.newest, row.id)[column].casefold()
