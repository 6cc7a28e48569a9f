"""What lies behind and before stacked time plots: grid, runs, pauses, problems, and the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ifcbgui.session.landmarks import Mark, MarkKind, Span, SpanKind
from ifcbgui.ui.theme import SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import CENTRE, RIGHT, draw_text
from ifcbgui.ui.widgets.plots.style import FONT_SCALE, thin_pen
from ifcbgui.ui.widgets.timeline_drawing import (
    MARK_LOOKS,
    MARK_SIDE,
    draw_mark,
    draw_span,
)

_NEAR: Final = 6
_RUN_HEIGHT: Final = 4
_SHADE: Final = 70
_QUIET: Final = 120
_RECALLED: Final = "recalled from here"


@dataclass(frozen=True, slots=True)
class Moments:
    """Where which time is, in pixels of the canvas.

    Attributes:
        start_ns: UTC of the left edge.
        stop_ns: UTC of the right edge.
        area: All of the canvas.
        strip: The strip above the plots that has the marks.
        plots: The plots, top to bottom.
        axis: The axis of time.
        ticks_ns: Times of its ticks.
        zone: What clock they are of.
    """

    start_ns: int = 0
    stop_ns: int = 1
    area: QRectF = field(default_factory=QRectF)
    strip: QRectF = field(default_factory=QRectF)
    plots: Sequence[QRectF] = ()
    axis: QRectF = field(default_factory=QRectF)
    ticks_ns: Sequence[int] = ()
    zone: str = ""

    def x_of(self, time_ns: int) -> float:
        """Return where a time is; outside of the plots for one that is not seen."""
        share = (time_ns - self.start_ns) / (self.stop_ns - self.start_ns)
        return self.strip.left() + share * self.strip.width()

    def time_at(self, x: float) -> int:
        """Return the time at a place."""
        share = (x - self.strip.left()) / max(1.0, self.strip.width())
        return self.start_ns + round(share * (self.stop_ns - self.start_ns))

    def sees(self, time_ns: int) -> bool:
        """Return True for a time that is in sight."""
        return self.start_ns <= time_ns <= self.stop_ns


class Layer(QGraphicsItem):
    """As large as the canvas; the mouse does not notice it."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self.moments = Moments()
        self.setZValue(height)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        """All of the canvas."""
        return self.moments.area

    def set_moments(self, moments: Moments) -> None:
        """Take where which time is."""
        self.prepareGeometryChange()
        self.moments = moments
        self.update()


class Ground(Layer):
    """The grid of time, and what happened: shaded while it lasted, a thin line where it began."""

    def __init__(self) -> None:
        super().__init__(-2000)
        self._marks: Sequence[Mark] = ()
        self._spans: Sequence[Span] = ()

    def set_landmarks(self, marks: Sequence[Mark], spans: Sequence[Span]) -> None:
        """Take what happened, in order of time."""
        self._marks, self._spans = marks, spans
        self.update()

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Paint all of it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._shade(painter)
        self._draw_lines(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_strip(painter)
        axis = self.moments.axis
        beside = QRectF(0, axis.top(), axis.left() - SPACE_XS, axis.height())
        draw_text(
            painter, beside, self.moments.zone, scaled_font(FONT_SCALE), tokens().muted, RIGHT
        )

    def _shade(self, painter: QPainter) -> None:
        table = tokens()
        looks = {
            SpanKind.PAUSE: (table.warn, Qt.BrushStyle.SolidPattern),
            SpanKind.OFFLINE: (table.stale, Qt.BrushStyle.BDiagPattern),
        }
        for span, left, right in self._seen_spans():
            if span.kind in looks:
                colour, pattern = looks[span.kind]
                shade = QColor(colour)
                shade.setAlpha(_SHADE // 2 if pattern is Qt.BrushStyle.SolidPattern else _SHADE)
                for plot in self.moments.plots:
                    rect = QRectF(left, plot.top(), max(right - left, 1.0), plot.height())
                    painter.fillRect(rect, QBrush(shade, pattern))

    def _draw_lines(self, painter: QPainter) -> None:
        table, moments = tokens(), self.moments
        painter.setPen(thin_pen(table.border))
        self._draw_across(painter, [moments.x_of(time_ns) for time_ns in moments.ticks_ns])
        begins = [left for span, left, _ in self._seen_spans() if span.kind is SpanKind.RUN]
        quiet = QColor(table.accent)
        quiet.setAlpha(_QUIET)
        painter.setPen(thin_pen(quiet, Qt.PenStyle.DotLine))
        self._draw_across(painter, _thinned(begins, 3))
        for kind, places in self._places().items():
            painter.setPen(thin_pen(getattr(table, MARK_LOOKS[kind].token), Qt.PenStyle.DashLine))
            self._draw_across(painter, _thinned(places, 3))
        painter.setPen(thin_pen(table.replay))
        self._draw_across(painter, [moments.x_of(time_ns) for time_ns in self._recalled()])

    def _draw_across(self, painter: QPainter, places: Sequence[float]) -> None:
        for plot in self.moments.plots:
            seen = [round(x) for x in places if plot.left() <= x <= plot.right()]
            painter.drawLines([QLineF(x, plot.top(), x, plot.bottom()) for x in seen])

    def _draw_strip(self, painter: QPainter) -> None:
        table, strip = tokens(), self.moments.strip
        painter.save()
        painter.setClipRect(strip.adjusted(-MARK_SIDE, 0, MARK_SIDE, 0))
        for span, left, right in self._seen_spans():
            height = _RUN_HEIGHT if span.kind is SpanKind.RUN else _RUN_HEIGHT + 2
            rect = QRectF(left, strip.bottom() - height, max(right - left, 2.0), height)
            draw_span(painter, span.kind, rect, table)
        middle = strip.top() + MARK_SIDE / 2 + 1
        for kind, places in self._places().items():
            for x in _thinned(places, MARK_SIDE * 0.8):
                draw_mark(painter, kind, QPointF(x, middle), table)
        for time_ns in self._recalled():
            room = QRectF(strip)
            room.setLeft(self.moments.x_of(time_ns))
            draw_text(painter, room, _RECALLED, scaled_font(FONT_SCALE), table.replay)
        painter.restore()

    def _recalled(self) -> Iterator[int]:
        """Yield where a past begins that was read from a session, if that is seen."""
        for mark in self._marks:
            if mark.kind is MarkKind.RECALLED and self.moments.sees(mark.time_ns):
                yield mark.time_ns

    def _seen_spans(self) -> Iterator[tuple[Span, float, float]]:
        moments = self.moments
        for span in self._spans:
            if span.start_ns <= moments.stop_ns and span.stop_ns >= moments.start_ns:
                left = max(moments.x_of(span.start_ns), moments.strip.left())
                yield span, left, min(moments.x_of(span.stop_ns), moments.strip.right())

    def _places(self) -> dict[MarkKind, list[float]]:
        """Return where the marks of each kind are that have a shape."""
        found: dict[MarkKind, list[float]] = {}
        for mark in self._marks:
            if mark.kind in MARK_LOOKS and self.moments.sees(mark.time_ns):
                found.setdefault(mark.kind, []).append(self.moments.x_of(mark.time_ns))
        return found

    def words_at(self, x: float) -> list[str]:
        """Return what lasted at a place, and what happened near it."""
        time_ns = self.moments.time_at(x)
        lines = [span.text for span in self._spans if span.start_ns <= time_ns <= span.stop_ns]
        near = (mark for mark in self._marks if abs(self.moments.x_of(mark.time_ns) - x) <= _NEAR)
        lines += [mark.text or str(mark.kind) for mark in near]
        return list(dict.fromkeys(lines))


class Cursor(Layer):
    """A line through all plots, dots where it meets theirs, and its time at the axis."""

    def __init__(self) -> None:
        super().__init__(2000)
        self._x: float | None = None
        self._text = ""
        self._dots: Sequence[tuple[QPointF, QColor]] = ()

    def set_place(self, x: float | None, text: str, dots: Sequence[tuple[QPointF, QColor]]) -> None:
        """Stand at a place, or nowhere; the text stands at the axis of time."""
        self._x, self._text, self._dots = x, text, dots
        self.update()

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Paint it."""
        if self._x is None:
            return
        table, moments = tokens(), self.moments
        painter.setPen(thin_pen(table.text))
        x = round(self._x)
        painter.drawLine(QLineF(x, moments.strip.bottom(), x, moments.axis.top()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(thin_pen(table.surface))
        for place, colour in self._dots:
            painter.setBrush(colour)
            painter.drawEllipse(place, 3.5, 3.5)
        self._draw_time(painter, x)

    def _draw_time(self, painter: QPainter, x: float) -> None:
        table, axis = tokens(), self.moments.axis
        font = scaled_font(FONT_SCALE, bold=True)
        metrics = QFontMetricsF(font)
        width, height = metrics.horizontalAdvance(self._text) + 3 * SPACE_XS, metrics.height() + 2
        left = min(max(x - width / 2, 0.0), self.boundingRect().right() - width)
        rect = QRectF(left, axis.top() + 1, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(table.text)
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(table.surface)
        painter.setFont(font)
        painter.drawText(rect, CENTRE, self._text)


def _thinned(places: Sequence[float], least: float) -> list[float]:
    """Return rising places without those that are too near to the one before."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] >= least:
            kept.append(place)
    return kept
