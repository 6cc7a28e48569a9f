"""One line of small text: what matters on the left, what only explains on the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import RIGHT, draw_text

_SCALE = 0.9


class CaptionRow(QWidget):
    """Where there is no room for both, the text on the right is left out.

    Args:
        name: Name for those who cannot see it.
        parent: Qt parent.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.left = self.right = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_texts(self, left: str, right: str = "") -> None:
        """Show two texts."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.setAccessibleDescription(" · ".join(text for text in (left, right) if text))
            self.setToolTip(self.accessibleDescription())
            self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(0, round(QFontMetricsF(scaled_font(_SCALE)).height()) + SPACE_XS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the texts."""
        painter, font, table = QPainter(self), scaled_font(_SCALE), tokens()
        rect = QRectF(self.rect()).adjusted(SPACE_S, 0, -SPACE_S, 0)
        width = draw_text(painter, rect, self.left, font, table.text)
        rest = QFontMetricsF(font).horizontalAdvance(self.right)
        if width + SPACE_M + rest <= rect.width():
            draw_text(painter, rect, self.right, font, table.muted, RIGHT)
