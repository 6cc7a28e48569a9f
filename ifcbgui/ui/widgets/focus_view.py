"""How sharp the pictures are now, lately and at best: turn, look, compare."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.focus_record import SPAN_NS, FocusRecord
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import LEFT, RIGHT, draw_card, draw_text
from ifcbgui.ui.wording import age_text

_SCALE: Final = 0.85
_BIG: Final = 1.6
_LEAST_SPAN_NS: Final = 60 * 1_000_000_000
_OLD_NS: Final = 30 * 1_000_000_000
_BUTTON: Final = 20
_LEAST_RANGE: Final = 0.25


class FocusView(QWidget):
    """Paints a record, and asks for a new best.

    Args:
        record: What is shown.
        clock: Writes UTC (nanoseconds since 1970) as a time of day.
        parent: Qt parent.

    Signals:
        reset_wanted: The best shall count from now on.
    """

    reset_wanted = Signal()

    def __init__(
        self, record: FocusRecord, clock: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._record, self._clock = record, clock
        self._now_ns = 0
        self._look: object = None
        self.reset = QToolButton(self)
        self.reset.setIcon(icon("clear"))
        self.reset.setAutoRaise(True)
        self.reset.setFixedSize(_BUTTON, _BUTTON)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reset.setToolTip("Look for the best focus anew, from now on.")
        self.reset.setAccessibleName("Reset best focus")
        self.reset.clicked.connect(self.reset_wanted)
        self.setAccessibleName("Focus")
        self.setToolTip(
            "Sharpness of the newest ROIs, the last five minutes of it, and the best so far "
            "(dashed). Turn the focus, look, compare. It depends on what is in the water, too."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @Slot(object)
    def show_at(self, now_ns: int) -> None:
        """Show the record as it is at a time (UTC, nanoseconds since 1970)."""
        record = self._record
        look = (now_ns // 1_000_000_000, record.now, record.best, record.since_ns)
        if look == self._look:
            return
        self._now_ns, self._look = now_ns, look
        self.reset.setEnabled(record.best is not None)
        self.setAccessibleDescription(f"{self._number()} {self._share_text()} {self._best_text()}")
        self.update()

    def sizeHint(self) -> QSize:
        """Label, number, course, best."""
        line = QFontMetricsF(scaled_font(_SCALE)).height()
        return QSize(190, round(8 * line))

    def minimumSizeHint(self) -> QSize:
        """Let the course be low."""
        line = QFontMetricsF(scaled_font(_SCALE)).height()
        return QSize(120, round(5.8 * line))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in the lower right corner."""
        super().resizeEvent(event)
        self.reset.move(self.width() - _BUTTON - SPACE_XS, self.height() - _BUTTON - SPACE_XS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint label and age, the number, the course, and the best."""
        painter, table, font = QPainter(self), tokens(), scaled_font(_SCALE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_card(painter, QRectF(self.rect()), table.surface, table.border, dashed=self._old())
        box = QRectF(self.rect()).adjusted(SPACE_S, SPACE_XS, -SPACE_S, -SPACE_XS)
        line, big = QFontMetricsF(font).height(), scaled_font(_BIG, bold=True)
        top = QRectF(box.left(), box.top(), box.width(), line)
        number = QRectF(box.left(), top.bottom(), box.width(), QFontMetricsF(big).height())
        bottom = QRectF(box.left(), box.bottom() - _BUTTON, box.width() - _BUTTON, _BUTTON)
        draw_text(painter, top, "Focus", font, table.muted)
        if self._record.now is None:
            draw_text(painter, number, "No ROIs measured yet", font, table.muted)
            return
        draw_text(painter, top, self._age_text(), font, table.muted, RIGHT)
        colour = table.stale if self._old() else table.text
        draw_text(painter, number, self._number(), big, colour, LEFT)
        draw_text(painter, number, self._share_text(), font, table.muted, RIGHT)
        draw_text(painter, bottom, self._best_text(), font, table.muted)
        self._paint_course(painter, QRectF(number.bottomLeft(), QPointF(box.right(), bottom.top())))

    def _paint_course(self, painter: QPainter, rect: QRectF) -> None:
        rect = rect.adjusted(0, SPACE_XS, 0, -SPACE_XS)
        courses, best = self._record.courses(), self._record.best
        points = [point for course in courses for point in course]
        if not points:
            return
        most = max(value for _, value in (*points, best or points[0]))
        # A course that hardly changes is to look like one.
        least = min(min(value for _, value in points), most * (1 - _LEAST_RANGE))
        if rect.height() < 4 or most <= least:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        end = max(self._now_ns, points[-1][0])
        span = min(max(end - points[0][0], _LEAST_SPAN_NS), SPAN_NS)

        def place(time_ns: int, value: float) -> QPointF:
            x = rect.right() - (end - time_ns) / span * rect.width()
            return QPointF(x, rect.bottom() - (value - least) / (most - least) * rect.height())

        table = tokens()
        if best is not None:
            y = place(end, best[1]).y()
            painter.setPen(QPen(table.ok, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        painter.setClipRect(rect.adjusted(0, -1, 1, 1))
        painter.setPen(QPen(table.accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for course in courses:
            painter.drawPolyline(QPolygonF([place(*point) for point in course]))

    def _old(self) -> bool:
        now = self._record.now
        return now is None or self._now_ns - now[0] > _OLD_NS

    def _number(self) -> str:
        now = self._record.now
        return "" if now is None else f"{now[1]:.2f}"

    def _age_text(self) -> str:
        now = self._record.now
        age = age_text(self._now_ns - now[0]) if now is not None else ""
        return age if age in ("", "now") else f"{age} ago"

    def _share_text(self) -> str:
        share = self._record.share()
        return "" if isnan(share) else f"{100 * share:.0f} % of best"

    def _best_text(self) -> str:
        best, since_ns = self._record.best, self._record.since_ns
        if best is None or since_ns is None:
            return "Best: too few measured yet"
        return f"Best since {self._clock(since_ns)}: {best[1]:.2f}"
