"""A switch of the instrument as a lamp: shape, colour and word together."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.ui.concerns import Level
from ifcbgui.ui.freshness import Freshness
from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.theme import SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import RIGHT, draw_text
from ifcbgui.ui.widgets.readout import Readout


class Lamp(Readout):
    """A filled disc for ON, a ring for OFF, a dashed ring for not known, a triangle for wrong."""

    def __init__(self, name: str, parent: QWidget, *, label: str = "") -> None:
        super().__init__(name, parent, label=label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One line, wide enough for the label and "OFF"."""
        metrics = QFontMetricsF(scaled_font())
        width = metrics.horizontalAdvance(f"{self.label} was OFF") + metrics.height() * 2
        return QSize(round(width), round(metrics.height() + SPACE_XS))

    def word(self) -> str:
        """Return ON, OFF or ?, put into the past when it is stale."""
        word = "?" if self.look.freshness is Freshness.NEVER else self.look.value
        return f"was {word}" if self.look.freshness.stale else word

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the shape, the label and the word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        table, look = tokens(), self.look
        rect = QRectF(self.rect()).adjusted(0, 0, -SPACE_XS, 0)
        side = round(QFontMetricsF(scaled_font()).height())
        shape = QRectF(rect.left(), rect.center().y() - side / 2, side, side)
        colour = self._colour()
        self._paint_shape(painter, shape, colour)
        text = rect.adjusted(side + SPACE_XS, 0, 0, 0)
        wrong = look.concern is not None and not look.freshness.stale
        word_font = scaled_font(bold=wrong or look.value == "ON")
        width = draw_text(painter, text, self.word(), word_font, colour, RIGHT)
        text.setRight(text.right() - width - SPACE_XS)
        fresh = look.freshness is Freshness.FRESH
        draw_text(painter, text, self.label, scaled_font(), table.text if fresh else table.stale)

    def _colour(self) -> QColor:
        table, look = tokens(), self.look
        if look.freshness is not Freshness.FRESH:
            return table.stale
        if look.concern is not None:
            return table.alarm if look.concern.level is Level.ALARM else table.warn
        return table.ok if look.value == "ON" else table.muted

    def _paint_shape(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        look = self.look
        if look.concern is not None:
            draw_icon(painter, "warning", rect, colour)
            return
        known = look.freshness is Freshness.FRESH
        style = Qt.PenStyle.SolidLine if known else Qt.PenStyle.DotLine
        painter.setPen(QPen(colour, 2.0 if known else 1.5, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(rect.adjusted(3, 3, -3, -3))
        if look.value == "ON":
            inset = 3 if known else 5
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(rect.adjusted(inset, inset, -inset, -inset))
