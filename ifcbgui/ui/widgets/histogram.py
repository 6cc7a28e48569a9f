"""How often each grey value is found in a frame, and what was too dark or too bright for it."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import RIGHT, draw_card, draw_text

_SCALE: Final = 0.85
_BINS: Final = 256
_BLACK, _WHITE = 0, _BINS - 1
# Below, it is single hot pixels of the chip and no fault of the light.
_LEAST_SHARE: Final = 1e-5


class Histogram(QWidget):
    """The counts stand on a logarithmic scale: a cell is few pixels in much water."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = ()
        self.setAccessibleName("Grey values of the frame")
        self.setToolTip(
            "How many pixels of the frame have each grey value, 0 to 255, on a logarithmic scale."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_counts(self, counts: tuple[int, ...]) -> None:
        """Take how many pixels have each grey value; empty where there is no frame."""
        self._counts = counts
        self.setAccessibleDescription(clipping_text(counts))
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text around the curve."""
        line = QFontMetricsF(scaled_font(_SCALE)).height()
        return QSize(190, round(6 * line))

    def minimumSizeHint(self) -> QSize:
        """Let the curve be low."""
        line = QFontMetricsF(scaled_font(_SCALE)).height()
        return QSize(120, round(4.2 * line))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the title, the curve, and what is clipped, in words."""
        painter, table, font = QPainter(self), tokens(), scaled_font(_SCALE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_card(painter, QRectF(self.rect()), table.surface, table.border)
        box = QRectF(self.rect()).adjusted(SPACE_S, SPACE_XS, -SPACE_S, -SPACE_XS)
        line = QFontMetricsF(font).height()
        top = QRectF(box.left(), box.top(), box.width(), line)
        bottom = QRectF(box.left(), box.bottom() - line, box.width(), line)
        draw_text(painter, top, "Grey values", font, table.muted)
        if not self._counts:
            return
        low, high = _clipped(self._counts)
        draw_text(painter, top, _middle_text(self._counts), font, table.muted, RIGHT)
        colour = table.warn if low or high else table.muted
        draw_text(painter, bottom, clipping_text(self._counts), font, colour)
        self._paint_curve(painter, QRectF(top.bottomLeft(), bottom.topRight()), low, high)

    def _paint_curve(self, painter: QPainter, rect: QRectF, low: bool, high: bool) -> None:
        table = tokens()
        rect = rect.adjusted(0, SPACE_XS, 0, -SPACE_XS)
        heights = np.log1p(np.asarray(self._counts, float))
        heights *= rect.height() / max(float(heights.max()), 1.0)
        step = rect.width() / _BINS
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(table.border)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        curve = [rect.bottomLeft()]
        for grey, height in enumerate(heights):
            y = rect.bottom() - height
            curve.append(QPointF(rect.left() + grey * step, y))
            curve.append(QPointF(rect.left() + (grey + 1) * step, y))
        curve.append(rect.bottomRight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(table.accent)
        painter.drawPolygon(QPolygonF(curve))
        for clipped, x in ((low, rect.left()), (high, rect.right() - 2)):
            if clipped:
                painter.fillRect(QRectF(x, rect.top(), 3, rect.height()), table.warn)


def clipping_text(counts: tuple[int, ...]) -> str:
    """Say how much of a frame is black or saturated; "" without a frame."""
    if not counts:
        return ""
    total = sum(counts)
    low, high = _clipped(counts)
    found = []
    if high:
        found.append(f"{_percent(counts[_WHITE] / total)} saturated")
    if low:
        found.append(f"{_percent(counts[_BLACK] / total)} black")
    return ", ".join(found) or "Nothing clipped"


def _clipped(counts: tuple[int, ...]) -> tuple[bool, bool]:
    """Tell whether pixels are black, and whether some are saturated."""
    least = sum(counts) * _LEAST_SHARE
    return counts[_BLACK] > least, counts[_WHITE] > least


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"


def _middle_text(counts: tuple[int, ...]) -> str:
    so_far = np.cumsum(counts)
    return f"median {int(np.searchsorted(so_far, so_far[-1] / 2))}"
