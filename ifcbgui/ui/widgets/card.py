"""A rounded ground that holds things together."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ifcbgui.ui.theme import tokens
from ifcbgui.ui.widgets.painting import draw_card


class Card(QWidget):
    """Paints the ground that its children stand on."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_card(painter, QRectF(self.rect()), tokens().surface, tokens().border)
