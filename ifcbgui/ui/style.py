"""Fusion with outlines that can be seen: its own are almost black, and so are our dark grounds."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QWidget

from ifcbgui.ui.theme import Tokens, tokens

_State = QStyle.StateFlag


class OutlinedFusion(QProxyStyle):
    """Draws the edges of fields, check boxes and radio buttons in the theme's own colours."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw what Fusion draws too faintly; leave it the rest."""
        kind = QStyle.PrimitiveElement
        if element not in (
            kind.PE_FrameLineEdit,
            kind.PE_IndicatorCheckBox,
            kind.PE_IndicatorRadioButton,
        ):
            super().drawPrimitive(element, option, painter, widget)
            return
        table = tokens()
        box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if element is kind.PE_FrameLineEdit:
            painter.setPen(_edge(option, table))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 3, 3)
        elif element is kind.PE_IndicatorCheckBox:
            painter.setPen(_edge(option, table))
            painter.setBrush(table.surface)
            painter.drawRoundedRect(box, 2, 2)
            _draw_tick(painter, option, box, table)
        else:
            painter.setPen(_ring(option, table))
            painter.setBrush(table.surface)
            painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
            _draw_dot(painter, option, box, table)
        painter.restore()


def _edge(option: QStyleOption, table: Tokens) -> QPen:
    if not option.state & _State.State_Enabled:
        return QPen(table.border, 1)
    if option.state & _State.State_HasFocus:
        return QPen(table.accent, 2)
    return QPen(table.outline, 1)


def _ring(option: QStyleOption, table: Tokens) -> QPen:
    """Return the pen of a radio button: a thin round line is mostly blended with its ground."""
    pen = _edge(option, table)
    pen.setWidthF(2)
    if not option.state & _State.State_Enabled:
        pen.setColor(table.disabled)
    return pen


def _mark(option: QStyleOption, table: Tokens) -> QPen:
    enabled = bool(option.state & _State.State_Enabled)
    pen = QPen(table.accent if enabled else table.disabled, 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _draw_tick(painter: QPainter, option: QStyleOption, box: QRectF, table: Tokens) -> None:
    painter.setPen(_mark(option, table))
    if option.state & _State.State_On:
        left, top, side = box.left(), box.top(), box.width()
        points = [(0.22, 0.52), (0.42, 0.72), (0.78, 0.28)]
        tick = [QPointF(left + x * side, top + y * side) for x, y in points]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(tick))
    elif option.state & _State.State_NoChange:
        middle = box.center().y()
        painter.drawLine(QPointF(box.left() + 3, middle), QPointF(box.right() - 3, middle))


def _draw_dot(painter: QPainter, option: QStyleOption, box: QRectF, table: Tokens) -> None:
    if option.state & _State.State_On:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_mark(option, table).color())
        inset = box.width() * 0.28
        painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
