"""What our drawn widgets share: cards, pills and text that is cut with dots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.theme import RADIUS, SPACE_XS, tokens

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def draw_card(
    painter: QPainter, rect: QRectF, ground: QColor, line: QColor, *, dashed: bool = False
) -> None:
    """Draw a rounded ground with a thin line around it, dashed for what is stale."""
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(line, 1.0, style))
    painter.setBrush(ground)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def draw_notice_ground(painter: QPainter, rect: QRect, level: str) -> None:
    """Draw the ground of a notice, and the bar at its left, in the colours of a level."""
    table = tokens()
    painter.fillRect(rect, getattr(table, f"{level}_ground"))
    painter.fillRect(QRect(rect.left(), rect.top(), SPACE_XS, rect.height()), getattr(table, level))


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> float:
    """Draw one line of text, cut with dots where it does not fit, and return its width."""
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, cut, rect.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, align, shown)
    return metrics.horizontalAdvance(shown)


def pill_width(text: str, font: QFont) -> float:
    """Return the width `draw_pill` takes for a text."""
    metrics = QFontMetricsF(font)
    return metrics.horizontalAdvance(text) + metrics.height() + 4 * SPACE_XS


def draw_pill(
    painter: QPainter, corner: QPointF, text: str, icon_name: str, font: QFont, ground: QColor
) -> None:
    """Draw a filled pill with an icon and a text, its top left corner at a point."""
    metrics = QFontMetricsF(font)
    height = metrics.height() + SPACE_XS
    rect = QRectF(corner.x(), corner.y(), pill_width(text, font), height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, height / 2, height / 2)
    side = round(metrics.height() * 0.9)
    place = QRectF(rect.left() + 1.5 * SPACE_XS, rect.center().y() - side / 2, side, side)
    draw_icon(painter, icon_name, place, tokens().on_solid)
    rest = QRectF(rect)
    rest.setLeft(place.right() + SPACE_XS)
    draw_text(painter, rest, text, font, tokens().on_solid)
