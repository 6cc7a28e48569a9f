"""The lines of a bin's header as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from ifcbgui.instrument.bins import Header
from ifcbgui.ui.models.sorted_model import CellRole, SortedModel, TableColumn

_COLUMNS: Final = (
    TableColumn("Key", "Name of the value, as in the .hdr file", "sampleVolume2skip", key=True),
    TableColumn("Value", "What the instrument wrote"),
)


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A key and its value; ``id`` is its place in the file."""

    id: int
    key: str
    value: str


class HeaderModel(SortedModel):
    """Key and value of each line, at first in the order of the file.

    Args:
        header: The header.
        parent: Qt parent.
    """

    def __init__(self, header: Header, parent: QObject | None = None) -> None:
        super().__init__(_COLUMNS, -1, parent=parent)
        pairs = [*header.items(), *(("", note) for note in header.notes)]
        self._lines = [HeaderLine(at, key, value) for at, (key, value) in enumerate(pairs)]
        self.search("")

    def search(self, text: str) -> None:
        """Show only what has these words in key or value."""
        words = text.casefold().split()
        said = ((line, f"{line.key} {line.value}".casefold()) for line in self._lines)
        self.set_rows(line for line, whole in said if all(word in whole for word in words))

    def cell(self, row: Any, column: int, role: int) -> Any:
        """Return what a cell has."""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.value if column else row.key
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.key}: {row.value}" if row.key else row.value
        if role == CellRole.COLOUR:
            return "text" if column else "muted"
        return None

    def sort_key(self, row: Any, column: int) -> Any:
        """Return what rows are compared by; without a column the order of the file."""
        return row.id if column < 0 else self.cell(row, column, Qt.ItemDataRole.DisplayRole)
