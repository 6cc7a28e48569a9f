"""Draws what lies over a frame: boxes, band, scale bar.

Camera pictures are grey in any theme, so all this has the colours of the dark one, with a dark
edge where it must be told from pale water.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ifcbgui.ui.models.frame_places import Box
from ifcbgui.ui.theme import DARK, SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.frame_port import FramePort
from ifcbgui.ui.widgets.painting import CENTRE, draw_text

_CORNER: Final = 28.0
_INFERRED: Final = "place from graphchanged (inferred)"
_SHARE_OF_VIEW: Final = 0.25
_EDGE: Final = QColor(DARK.window.red(), DARK.window.green(), DARK.window.blue(), 170)
_PLATE: Final = QColor(DARK.window.red(), DARK.window.green(), DARK.window.blue(), 205)


class FramePainter:
    """Draws over a frame, in pixels of the screen.

    Args:
        painter: Painter on the view, scaled to pixels of the screen.
        port: Where the frame is.
        ratio: Pixels of the screen for one of Qt's.
    """

    def __init__(self, painter: QPainter, port: FramePort, ratio: float) -> None:
        self._painter, self._port, self._ratio = painter, port, ratio

    def draw_boxes(self, boxes: Sequence[Box], hovered: int | None) -> None:
        """Frame regions of interest from outside, one of them boldly."""
        for box in boxes:
            rect = self._place(box.left, box.top, box.width, box.height).adjusted(-1, -1, 0, 0)
            self._stroke(partial(self._painter.drawRect, rect), bold=box.number == hovered)

    def draw_corner(self, corner: tuple[int, int], view: QRectF) -> None:
        """Mark where ``graphchanged`` saw a region of which nothing else is known."""
        place = self._place(*corner, 0, 0).topLeft()
        length, gap = _CORNER * self._ratio, SPACE_S * self._ratio
        ends = (QPointF(length, 0), QPointF(0, length))
        lines = [QLineF(place, place + end) for end in ends]
        self._stroke(partial(self._painter.drawLines, lines), dashed=True)
        font = self._font()
        metrics = QFontMetricsF(font)
        size = QSizeF(metrics.horizontalAdvance(_INFERRED) + 2 * gap, metrics.height() + gap / 2)
        if not view.contains(place):
            return
        # Above it, where the region is not; inside the view.
        above = place.y() - gap / 2 - size.height()
        top = above if above >= view.top() else place.y() + length + gap
        plate = QRectF(QPointF(min(place.x(), view.right() - gap - size.width()), top), size)
        self._draw_plate(plate)
        draw_text(self._painter, plate, _INFERRED, font, DARK.text, CENTRE)

    def draw_band(self, left: float, right: float) -> None:
        """Draw the band in which regions are usually found, from top to bottom of the frame."""
        rect = self._place(left, 0, right - left, self._port.height)
        glow = QColor(DARK.accent)
        glow.setAlpha(34)
        self._painter.fillRect(rect, glow)
        sides = (
            (rect.topLeft(), rect.bottomLeft()),
            (rect.topRight(), rect.bottomRight()),
        )
        line = QColor(DARK.accent)
        line.setAlpha(150)
        self._painter.setPen(QPen(line, self._ratio, Qt.PenStyle.DotLine))
        for side in sides:
            self._painter.drawLine(*side)

    def draw_scale_bar(self, pixels_per_um: float, view: QRectF) -> None:
        """Draw a bar of so many micrometres in the lower left corner of what is seen."""
        seen = self._place(0, 0, self._port.width, self._port.height).intersected(view)
        per_um = pixels_per_um * self._port.scale
        length = round_length(seen.width() * _SHARE_OF_VIEW / per_um)
        text, font = length_text(length), self._font()
        metrics = QFontMetricsF(font)
        gap, bar = SPACE_S * self._ratio, round(3 * self._ratio)
        across = round(length * per_um)
        wide = max(across, metrics.horizontalAdvance(text)) + 2 * gap
        high = metrics.height() + bar + 1.5 * gap
        if 2 * wide > seen.width() or 3 * high > seen.height():
            return  # it would hide more than it tells
        plate = QRectF(seen.left() + gap, seen.bottom() - gap - high, wide, high)
        self._draw_plate(plate)
        words = QRectF(plate.left(), plate.top() + gap / 2, wide, metrics.height())
        draw_text(self._painter, words, text, font, DARK.text, CENTRE)
        left = round(plate.center().x() - across / 2)
        self._painter.fillRect(
            QRectF(left, round(words.bottom() + gap / 4), across, bar), DARK.text
        )

    def _place(self, left: float, top: float, width: float, height: float) -> QRectF:
        """Return where something of the frame is, so that lines fall on pixels of the screen."""
        port = self._port
        x, y = port.left + left * port.scale, port.top + top * port.scale
        return QRectF(
            round(x) + 0.5, round(y) + 0.5, round(width * port.scale), round(height * port.scale)
        )

    def _stroke(
        self, draw: Callable[[], None], *, bold: bool = False, dashed: bool = False
    ) -> None:
        """Draw lines twice: dark and wide, then light, so that they are seen on any ground."""
        width = (2 if bold else 1) * self._ratio
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(_EDGE, width + 2 * self._ratio), QPen(DARK.accent, width, style)):
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            self._painter.setPen(pen)
            draw()

    def _draw_plate(self, rect: QRectF) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(_PLATE)
        radius = SPACE_XS * self._ratio
        self._painter.drawRoundedRect(rect, radius, radius)

    def _font(self) -> QFont:
        return scaled_font(0.85 * self._ratio)


def round_length(most: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, ... that is not above a length."""
    step = 10.0 ** math.floor(math.log10(most))
    return next(factor * step for factor in (5, 2, 1) if factor * step <= most * (1 + 1e-9))


def length_text(length: float) -> str:
    """Return a length given in micrometres in words: ``200 µm``, ``1 mm``."""
    return f"{length:g} µm" if length < 1000 else f"{length / 1000:g} mm"
