"""Asks for what an instrument's hub wants to know before it lets anybody in: never modal."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.ui.theme import SPACE_M, SPACE_S
from ifcbgui.ui.widgets.icon_mark import IconMark
from ifcbgui.ui.widgets.painting import draw_notice_ground


class SecretField(QLineEdit):
    """A field that shows no character of what is typed, and offers none to be copied."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)


class SecretPrompt(QWidget):
    """A line above the log with a field for each secret; empty and out of sight otherwise.

    Signals:
        given: The secrets by what they are, and whether the system keyring shall keep them.
        cancelled: The operator does not want to connect after all.
    """

    given = Signal(dict, bool)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, SecretField] = {}
        self._labels: list[QLabel] = []
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.remember = QCheckBox("&Remember in the system keyring", self)
        self.connect_button = QPushButton("&Connect", self)
        self.cancel_button = QPushButton("Cancel", self)
        self.connect_button.clicked.connect(self._give)
        self.cancel_button.clicked.connect(self.cancelled)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(SPACE_S)
        heading.addWidget(IconMark("lock", "info", self))
        heading.addWidget(self._text, 1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_S)
        self._grid.setVerticalSpacing(SPACE_S)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.connect_button)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.remember)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addLayout(heading)
        column.addLayout(self._grid)
        column.addLayout(buttons)

    @property
    def fields(self) -> Mapping[str, SecretField]:
        """The fields by what they are for."""
        return self._fields

    def ask(self, text: str, labels: Mapping[str, str], *, can_keep: bool) -> None:
        """Ask.

        Args:
            text: Why, in words.
            labels: What each secret is called, by what it is.
            can_keep: True where there is a system keyring.
        """
        self.dismiss()
        self._text.setText(text)
        self.setAccessibleName(text)
        self.remember.setVisible(can_keep)
        before: QWidget | None = None
        for row, (what, name) in enumerate(labels.items()):
            field, label = SecretField(name, self), QLabel(name, self)
            label.setBuddy(field)
            field.setFixedWidth(self.fontMetrics().averageCharWidth() * 48)
            field.returnPressed.connect(self._next_or_give)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(field, row, 1)
            self._grid.setColumnStretch(2, 1)
            self._fields[what] = field
            self._labels.append(label)
            if before is not None:
                self.setTabOrder(before, field)
            before = field
        if before is not None:
            self.setTabOrder(before, self.connect_button)
        self.setTabOrder(self.connect_button, self.cancel_button)
        self.setTabOrder(self.cancel_button, self.remember)
        self.show()
        next(iter(self._fields.values())).setFocus()

    def dismiss(self) -> None:
        """Put it away and forget what was typed."""
        self.hide()
        for widget in (*self._fields.values(), *self._labels):
            if isinstance(widget, QLineEdit):
                widget.clear()
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._fields.clear()
        self._labels.clear()

    @Slot()
    def _next_or_give(self) -> None:
        for field in self._fields.values():
            if not field.text():
                field.setFocus()
                return
        self._give()

    @Slot()
    def _give(self) -> None:
        secrets = {what: field.text() for what, field in self._fields.items()}
        keep = self.remember.isVisible() and self.remember.isChecked()
        self.dismiss()
        self.given.emit(secrets, keep)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Cancel by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the bar of a notice."""
        draw_notice_ground(QPainter(self), self.rect(), "info")
