"""One line of text that gives way, with dots, where there is too little room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class CutLabel(QLabel):
    """The tool tip has all of it.

    Args:
        cut: Where the text is cut.
        parent: Qt parent.

    Attributes:
        full_text: The text, uncut.
    """

    def __init__(self, cut: Qt.TextElideMode, parent: QWidget) -> None:
        super().__init__(parent)
        self._cut_at = cut
        self.full_text = self._short_text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_text(self, text: str, short: str = "") -> None:
        """Show a text; where there is no room for all of it a short one, if there is."""
        if text != self.full_text:
            self.full_text, self._short_text = text, short
            self.setToolTip(text)
            self.updateGeometry()
            self._cut()

    def sizeHint(self) -> QSize:
        """Ask for the room of the whole text."""
        width = self.fontMetrics().horizontalAdvance(self.full_text) + 2
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Do with less."""
        return QSize(min(60, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut it anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        metrics, text = self.fontMetrics(), self.full_text
        if self._short_text and metrics.horizontalAdvance(text) > self.width():
            text = self._short_text
        self.setText(metrics.elidedText(text, self._cut_at, self.width()))
