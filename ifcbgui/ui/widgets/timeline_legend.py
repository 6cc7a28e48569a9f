"""Says what the shapes on a timeline stand for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.session.landmarks import MarkKind, SpanKind
from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import LEFT
from ifcbgui.ui.widgets.timeline_drawing import (
    MARK_LOOKS,
    MARK_SIDE,
    SPAN_LOOKS,
    draw_mark,
    draw_span,
)

_SWATCH = 22


class TimelineLegend(QWidget):
    """One line: each shape with its words; where there is no room the last ones are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(scaled_font(0.85))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kinds: list[SpanKind | MarkKind] = [*SPAN_LOOKS, *MARK_LOOKS]
        self._items = [(kind, _words(kind)) for kind in kinds]
        words = ", ".join(text for _, text in self._items)
        self.setAccessibleName(f"Legend of the timeline: {words}")
        self.setToolTip(f"Shapes on the timeline: {words}.")

    def sizeHint(self) -> QSize:
        """Room for all of them."""
        metrics = QFontMetrics(self.font())
        text = sum(metrics.horizontalAdvance(words) for _, words in self._items)
        each = _SWATCH + SPACE_XS + SPACE_M
        return QSize(text + each * len(self._items), metrics.height() + SPACE_XS)

    def minimumSizeHint(self) -> QSize:
        """Room for the first few."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shapes just as the timeline does."""
        table = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        middle = self.height() / 2
        left = 0.0
        for kind, words in self._items:
            side = _SWATCH if isinstance(kind, SpanKind) else MARK_SIDE
            width = side + SPACE_XS + metrics.horizontalAdvance(words)
            if left + width > self.width():
                return
            if isinstance(kind, SpanKind):
                draw_span(painter, kind, QRectF(left, middle - 5, side, 10), table)
            else:
                draw_mark(painter, kind, QPointF(left + side / 2, middle), table)
            painter.setPen(table.muted)
            room = QRectF(left + side + SPACE_XS, 0, self.width(), self.height())
            painter.drawText(room, LEFT, words)
            left += width + SPACE_M + SPACE_S


def _words(kind: SpanKind | MarkKind) -> str:
    look = SPAN_LOOKS[kind] if isinstance(kind, SpanKind) else MARK_LOOKS[kind]
    return look.words
