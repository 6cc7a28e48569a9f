"""Takes down what the operator has to say about what happens now: never modal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.painting import draw_notice_ground

_LONGEST = 2000


class NoteLine(QWidget):
    """A line above the log; out of sight until a note is to be written.

    Signals:
        written: What the operator wrote.
    """

    written = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setMaxLength(_LONGEST)
        self.field.setAccessibleName("Note for the session")
        self.field.setPlaceholderText("What happens now, e.g. Net in the water, station 12")
        self.keep = QPushButton("&Keep", self)
        cancel = QPushButton("Cancel", self)
        label = QLabel("&Note", self)
        label.setBuddy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(label)
        row.addWidget(self.field, 1)
        row.addWidget(self.keep)
        row.addWidget(cancel)
        self.field.textChanged.connect(self._text_changed)
        self.field.returnPressed.connect(self._keep)
        self.keep.clicked.connect(self._keep)
        cancel.clicked.connect(self.hide)
        self._text_changed("")
        self.hide()

    @Slot()
    def ask(self) -> None:
        """Show the line, with what was begun earlier, ready to be typed in."""
        self.show()
        self.field.setFocus()

    @Slot(str)
    def _text_changed(self, text: str) -> None:
        self.keep.setEnabled(bool(text.strip()))

    @Slot()
    def _keep(self) -> None:
        text = self.field.text().strip()
        if text:
            self.field.clear()
            self.hide()
            self.written.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put it away by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the bar of a notice."""
        draw_notice_ground(QPainter(self), self.rect(), "info")
