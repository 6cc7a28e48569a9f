"""The titles above the columns of the message log."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ifcbgui.ui.theme import SPACE_S, tokens


class LogHeader(QHeaderView):
    """Flat, its titles in line with the text below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._insets: dict[int, int] = {}
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setStretchLastSection(True)

    def set_inset(self, section: int, inset: int) -> None:
        """Move a title to the right.

        Args:
            section: Number of the column.
            inset: Pixels.
        """
        self._insets[section] = inset

    def sizeHint(self) -> QSize:
        """As high as a row."""
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + SPACE_S)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one title and the line below it."""
        colours = tokens()
        painter.fillRect(rect, colours.raised)
        painter.setPen(colours.border)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(colours.muted)
        title = self.model().headerData(section, Qt.Orientation.Horizontal)
        room = rect.adjusted(SPACE_S + self._insets.get(section, 0), 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
