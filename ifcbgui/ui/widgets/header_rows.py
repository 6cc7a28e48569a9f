"""The HTTP headers of an instrument, one below the other: a name, and a value nobody sees."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_S
from ifcbgui.ui.widgets.secret_prompt import SecretField


class HeaderRows(QWidget):
    """Headers that can be added, changed and removed.

    Args:
        with_values: True to offer a field for each value; False where none could be kept.
        parent: Qt parent.

    Signals:
        changed: A name, a value or the number of rows.
    """

    changed = Signal()

    def __init__(self, *, with_values: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._with_values = with_values
        self._rows: list[_Row] = []
        self.add_button = QPushButton("A&dd header", self)
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add_empty)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def add(self, name: str = "", hint: str = "") -> None:
        """Add a header; ``hint`` stands in the field of its value while that is empty."""
        row = _Row(name, hint, with_value=self._with_values, parent=self)
        row.changed.connect(self.changed)
        row.removed.connect(self._remove)
        self._column.insertWidget(len(self._rows), row)
        self._rows.append(row)

    def fields(self) -> list[QWidget]:
        """Return all that can have the focus, in the order in which Tab is to go through it."""
        return [*(field for row in self._rows for field in row.fields), self.add_button]

    def names(self) -> tuple[str, ...]:
        """Return the names, top to bottom; a row left empty does not count."""
        return tuple(row.name.text().strip() for row in self._rows if not row.empty)

    def values(self) -> dict[str, str]:
        """Return the values that were typed, by name."""
        return {
            row.name.text().strip(): row.value.text()
            for row in self._rows
            if row.value is not None and row.value.text()
        }

    @Slot()
    def _add_empty(self) -> None:
        self.add()
        self.changed.emit()
        self._rows[-1].name.setFocus()

    @Slot()
    def _remove(self) -> None:
        row = self.sender()
        assert isinstance(row, _Row)
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.add_button.setFocus()
        self.changed.emit()


class _Row(QWidget):
    changed = Signal()
    removed = Signal()

    def __init__(self, name: str, hint: str, *, with_value: bool, parent: QWidget) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_S)
        self.name = QLineEdit(name, self)
        self.name.setAccessibleName("Header name")
        self.name.setPlaceholderText("Name, e.g. X-Api-Key")
        self.name.textChanged.connect(self.changed)
        line.addWidget(self.name, 1)
        self.value: SecretField | None = None
        if with_value:
            self.value = SecretField("Header value", self)
            self.value.setPlaceholderText(hint or "Value")
            self.value.textChanged.connect(self.changed)
            line.addWidget(self.value, 1)
        remove = QToolButton(self)
        remove.setIcon(icon("clear"))
        remove.setAutoRaise(True)
        remove.setAccessibleName("Remove this header")
        remove.setToolTip("Remove this header.")
        remove.clicked.connect(self.removed)
        line.addWidget(remove)
        self.fields: list[QWidget] = [self.name, *filter(None, [self.value]), remove]

    @property
    def empty(self) -> bool:
        return not self.name.text().strip() and not (self.value and self.value.text())
