"""Draws what stands on a timeline: each kind in a shape of its own, so that no colour is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from ifcbgui.session.landmarks import MarkKind, SpanKind
from ifcbgui.ui.theme import Tokens

TRACK_HEIGHT: Final = 14
MARK_SIDE: Final = 10


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind is called and coloured.

    Attributes:
        words: What the legend says.
        token: Name of its colour.
    """

    words: str
    token: str


SPAN_LOOKS: Final[Mapping[SpanKind, Look]] = MappingProxyType(
    {
        SpanKind.RUN: Look("routine", "accent"),
        SpanKind.PAUSE: Look("paused", "warn"),
        SpanKind.OFFLINE: Look("no connection", "alarm"),
    }
)
MARK_LOOKS: Final[Mapping[MarkKind, Look]] = MappingProxyType(
    {
        MarkKind.PROBLEM: Look("problem", "alarm"),
        MarkKind.GAP: Look("messages missing", "warn"),
        MarkKind.BOOKMARK: Look("bookmark", "replay"),
        MarkKind.NOTE: Look("note", "info"),
    }
)


def draw_span(painter: QPainter, kind: SpanKind, rect: QRectF, table: Tokens) -> None:
    """Draw what lasted: a run is solid, a pause has bars, a time without connection is hatched."""
    colour: QColor = getattr(table, SPAN_LOOKS[kind].token)
    painter.setPen(Qt.PenStyle.NoPen)
    match kind:
        case SpanKind.RUN:
            painter.setBrush(colour)
            painter.drawRoundedRect(rect, 2, 2)
        case SpanKind.PAUSE:
            painter.fillRect(rect, table.warn_ground)
            painter.fillRect(rect, QBrush(colour, Qt.BrushStyle.VerPattern))
            _outline(painter, rect, colour)
        case SpanKind.OFFLINE:
            painter.fillRect(rect, table.alarm_ground)
            painter.fillRect(rect, QBrush(colour, Qt.BrushStyle.BDiagPattern))
            _outline(painter, rect, colour)


def draw_mark(painter: QPainter, kind: MarkKind, centre: QPointF, table: Tokens) -> None:
    """Draw a mark: a triangle, a diamond, a flag or a dot."""
    half = MARK_SIDE / 2
    colour: QColor = getattr(table, MARK_LOOKS[kind].token)
    painter.setPen(QPen(colour, 1.2))
    painter.setBrush(colour)
    x, y = centre.x(), centre.y()
    match kind:
        case MarkKind.PROBLEM:
            corners = [(x, y - half), (x + half, y + half), (x - half, y + half)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        case MarkKind.GAP:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            corners = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        case MarkKind.BOOKMARK:
            corners = [
                *((x - half + 2, y - half), (x + half - 2, y - half), (x + half - 2, y + half)),
                *((x, y + half - 3), (x - half + 2, y + half)),
            ]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        case _:
            painter.drawEllipse(centre, half - 2, half - 2)


def draw_clock_hand(painter: QPainter, x: float, height: float, table: Tokens) -> None:
    """Draw where the clock stands: a line with a head, on a rim that sets it off."""
    head = QPolygonF([QPointF(x - 6, 1), QPointF(x + 6, 1), QPointF(x, 9)])
    painter.setPen(QPen(table.surface, 5))
    painter.drawLine(QPointF(x, 4), QPointF(x, height))
    painter.setPen(QPen(table.replay, 2))
    painter.drawLine(QPointF(x, 4), QPointF(x, height))
    painter.setBrush(table.replay)
    painter.drawPolygon(head)


def draw_loop(painter: QPainter, rect: QRectF, table: Tokens) -> None:
    """Draw the range that is played over and over: a bracket below, and its ground."""
    ground = QColor(table.replay)
    ground.setAlpha(36)
    painter.fillRect(rect, ground)
    painter.setPen(QPen(table.replay, 2))
    for x, towards in ((rect.left(), 5), (rect.right(), -5)):
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        for y in (rect.top(), rect.bottom()):
            painter.drawLine(QPointF(x, y), QPointF(x + towards, y))


def _outline(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
