"""One short line in the colour of how it went, cut where there is no room for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.ui.theme import tokens


class OutcomeLabel(QWidget):
    """Keeps its place whatever it says; the whole text is in the tool-tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._token = "muted"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str, token: str) -> None:
        """Show a text in the colour of a token."""
        if (text, token) == (self.text, self._token):
            return
        self.text, self._token = text, token
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for some forty characters."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 40, metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text."""
        painter = QPainter(self)
        painter.setPen(getattr(tokens(), self._token))
        text = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
