"""Chooses one of all quantities: type a word of it, Enter takes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.series_model import SeriesModel, SeriesRow
from ifcbgui.ui.theme import SPACE_S
from ifcbgui.ui.widgets.row_table import RowTable

_WIDTH, _HEIGHT = 660, 400
_KEYS_OF_THE_TABLE = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class SeriesPicker(QFrame):
    """Pops up, and goes away once something is chosen or clicked elsewhere.

    Signals:
        chosen: Name of a series.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._all: list[SeriesRow] = []
        self.title = QLabel(self)
        self.model = SeriesModel(self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Find a setting, switch or measurement")
        self.search.setAccessibleName("Find a quantity")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.table = RowTable(self.model, "Quantities", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addWidget(self.title)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        self.search.textChanged.connect(self._narrow)
        self.search.returnPressed.connect(self._take_current)
        self.table.clicked.connect(self._take)
        self.table.entered_row.connect(self._take)
        self.resize(_WIDTH, _HEIGHT)

    def ask(
        self, title: str, rows: Iterable[SeriesRow], place: QPoint, left_out: Collection[str] = ()
    ) -> None:
        """Pop up.

        Args:
            title: What is chosen for.
            rows: All there is to choose from.
            place: Where on the screen.
            left_out: Names of those that cannot be chosen.
        """
        self._all = [row for row in rows if row.id not in left_out]
        self.title.setText(title)
        self.search.clear()
        self._narrow()
        screen = self.screen().availableGeometry()
        left = max(screen.left(), min(place.x(), screen.right() - self.width()))
        top = max(screen.top(), min(place.y(), screen.bottom() - self.height()))
        self.move(left, top)
        self.show()
        self.search.setFocus()

    @Slot()
    def _narrow(self) -> None:
        words = self.search.text().casefold().split()
        self.model.set_rows(row for row in self._all if row.has(words))
        if self.model.rows:
            self.table.selectRow(0)
        self.table.set_empty_text(
            "No quantity has all these words."
            if self._all
            else "Nothing was said yet. Every number that the instrument says can be chosen here."
        )

    @Slot()
    def _take_current(self) -> None:
        if self.table.currentIndex().isValid():
            self._take(self.table.currentIndex())

    @Slot(QModelIndex)
    def _take(self, index: QModelIndex) -> None:
        self.hide()
        self.chosen.emit(self.model.rows[index.row()].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the rows while the words are being typed."""
        if event.key() in _KEYS_OF_THE_TABLE:
            self.table.setFocus()
            self.table.keyPressEvent(event)
        else:
            super().keyPressEvent(event)
