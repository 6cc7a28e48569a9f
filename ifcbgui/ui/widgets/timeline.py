"""The timeline of a replay: what happened when, and the clock, which can be moved along it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from ifcbgui.session.landmarks import Mark, Span
from ifcbgui.ui.theme import SPACE_M, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import LEFT, draw_text
from ifcbgui.ui.widgets.timeline_drawing import (
    MARK_LOOKS,
    MARK_SIDE,
    TRACK_HEIGHT,
    draw_clock_hand,
    draw_loop,
    draw_mark,
    draw_span,
)

_S: Final = 1_000_000_000
_STEPS_S: Final = (
    *(1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200),
    *(86400, 2 * 86400, 7 * 86400),
)
_LABEL_GAP: Final = 24
_TRACK_TOP: Final = 12
_NEAR: Final = 6
_TICKS: Final = 10_000  # a slider's own numbers, for screen readers


class Timeline(QAbstractSlider):
    """A slider over a session. A slider, so that screen readers know what it is.

    Signals:
        sought: UTC in nanoseconds that the clock shall stand at.
        stepped: One message on (1) or back (-1).
        ended: To the first message (-1) or the last (1).
        play_toggled: Play or pause.
    """

    sought = Signal(object)
    stepped = Signal(int)
    ended = Signal(int)
    play_toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first_ns, self._last_ns, self._now_ns = 0, 1, 0
        self._marks: Sequence[Mark] = ()
        self._spans: Sequence[Span] = ()
        self._loop: tuple[int | None, int | None] = (None, None)
        self._ground: QPixmap | None = None
        self._small = scaled_font(0.85)
        self.setRange(0, _TICKS)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Timeline of the session")
        self.setAccessibleDescription(
            "Left and Right go one message back and on, Page Up and Page Down to the landmark "
            "before and behind, Home and End to both ends, Space plays and pauses."
        )

    def set_session(self, first_ns: int, last_ns: int) -> None:
        """Take the two ends (UTC, nanoseconds since 1970)."""
        self._first_ns, self._last_ns = first_ns, max(last_ns, first_ns + 1)
        self._loop = (None, None)
        self.set_landmarks((), ())

    def set_landmarks(self, marks: Sequence[Mark], spans: Sequence[Span]) -> None:
        """Take the landmarks, in order of time."""
        self._marks, self._spans = marks, spans
        self._repaint_ground()

    def set_now(self, time_ns: int) -> None:
        """Let the clock stand at a time."""
        if time_ns != self._now_ns:
            self._now_ns = time_ns
            share = (time_ns - self._first_ns) / (self._last_ns - self._first_ns)
            self.setValue(round(share * _TICKS))
            self.update()

    def set_loop(self, start_ns: int | None, stop_ns: int | None) -> None:
        """Show the range that is played over and over, or the end of it that is known."""
        self._loop = (start_ns, stop_ns)
        self.update()

    def sizeHint(self) -> QSize:
        """Track, marks and one line of times."""
        line = self.fontMetrics().height()
        return QSize(400, _TRACK_TOP + TRACK_HEIGHT + MARK_SIDE + line + 3 * SPACE_XS)

    def minimumSizeHint(self) -> QSize:
        """As high as ever, and much narrower."""
        return QSize(200, self.sizeHint().height())

    def time_at(self, x: float) -> int:
        """Return the time (UTC) at a place."""
        share = (x - SPACE_M) / max(self.width() - 2 * SPACE_M, 1)
        length = self._last_ns - self._first_ns
        return self._first_ns + round(min(max(share, 0.0), 1.0) * length)

    def place_of(self, time_ns: int) -> float:
        """Return the place of a time."""
        share = (time_ns - self._first_ns) / (self._last_ns - self._first_ns)
        return SPACE_M + min(max(share, 0.0), 1.0) * (self.width() - 2 * SPACE_M)

    # Painting ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the landmarks, which are kept, and the clock above them."""
        if self._ground is None:
            self._ground = self._draw_ground()
        table = tokens()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        start_ns, stop_ns = self._loop
        if start_ns is not None or stop_ns is not None:
            left = self.place_of(self._first_ns if start_ns is None else start_ns)
            right = self.place_of(self._last_ns if stop_ns is None else stop_ns)
            draw_loop(painter, QRectF(left, 6, right - left, TRACK_HEIGHT + 12), table)
        draw_clock_hand(painter, self.place_of(self._now_ns), self._marks_bottom(), table)
        if self.hasFocus():
            painter.setPen(QPen(table.accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _marks_bottom(self) -> float:
        return _TRACK_TOP + TRACK_HEIGHT + MARK_SIDE + 2 * SPACE_XS

    def _draw_ground(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_track(painter)
        self._draw_marks(painter)
        self._draw_times(painter)
        painter.end()
        return ground

    def _draw_track(self, painter: QPainter) -> None:
        table = tokens()
        track = QRectF(SPACE_M, _TRACK_TOP, self.width() - 2 * SPACE_M, TRACK_HEIGHT)
        painter.setPen(QPen(table.border, 1))
        painter.setBrush(table.surface)
        painter.drawRoundedRect(track, 3, 3)
        for span in self._spans:
            left, right = self.place_of(span.start_ns), self.place_of(span.stop_ns)
            rect = QRectF(left, track.top(), max(right - left, 2.0), track.height())
            draw_span(painter, span.kind, rect, table)

    def _draw_marks(self, painter: QPainter) -> None:
        table = tokens()
        middle = _TRACK_TOP + TRACK_HEIGHT + SPACE_XS + MARK_SIDE / 2
        drawn: set[tuple[str, int]] = set()
        for mark in self._marks:
            place = round(self.place_of(mark.time_ns))
            if mark.kind in MARK_LOOKS and (mark.kind, place) not in drawn:
                drawn.add((mark.kind, place))
                draw_mark(painter, mark.kind, QPointF(place, middle), table)

    def _draw_times(self, painter: QPainter) -> None:
        table = tokens()
        painter.setFont(self._small)
        top = self._marks_bottom()
        width = painter.fontMetrics().horizontalAdvance("00:00:00")
        for time_ns, text in self._times(width + _LABEL_GAP):
            place = self.place_of(time_ns)
            painter.setPen(QPen(table.outline, 1))
            painter.drawLine(QPointF(place, _TRACK_TOP + TRACK_HEIGHT), QPointF(place, top))
            room = QRectF(place + 3, top - SPACE_XS, width + _LABEL_GAP, self.height() - top)
            if room.left() + width < self.width():
                draw_text(painter, room, text, self._small, table.muted, LEFT)

    def _times(self, least: float) -> Iterator[tuple[int, str]]:
        """Yield round times that stand at least so many pixels apart, and their words."""
        length_s = (self._last_ns - self._first_ns) / _S
        wanted = length_s * least / max(self.width() - 2 * SPACE_M, 1)
        step = next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])
        step_ns = step * _S
        form = "%m-%d" if step >= 86400 else "%H:%M" if step >= 60 else "%H:%M:%S"
        time_ns = -(-self._first_ns // step_ns) * step_ns
        while time_ns <= self._last_ns:
            yield time_ns, datetime.fromtimestamp(time_ns // _S, UTC).strftime(form)
            time_ns += step_ns

    def _repaint_ground(self) -> None:
        self._ground = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew at the new width."""
        super().resizeEvent(event)
        self._repaint_ground()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._repaint_ground()

    # Mouse and keys ----------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the clock to the mouse."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.sought.emit(self.time_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the clock along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.sought.emit(self.time_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the clock alone: a wheel is turned by mistake too easily."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, jump to landmarks and ends, play and pause."""
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Down:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Up:
                self.stepped.emit(1)
            case Qt.Key.Key_PageUp:
                self._go_to_landmark(-1)
            case Qt.Key.Key_PageDown:
                self._go_to_landmark(1)
            case Qt.Key.Key_Home:
                self.ended.emit(-1)
            case Qt.Key.Key_End:
                self.ended.emit(1)
            case Qt.Key.Key_Space:
                self.play_toggled.emit()
            case _:
                event.ignore()

    def _go_to_landmark(self, step: int) -> None:
        times = [mark.time_ns for mark in self._marks]
        if step > 0:
            place = bisect_right(times, self._now_ns)
        else:
            place = bisect_left(times, self._now_ns) - 1
        if 0 <= place < len(times):
            self.sought.emit(times[place])
        else:
            self.ended.emit(step)

    def event(self, event: QEvent) -> bool:
        """Tell in a tool-tip what stands under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def words_at(self, x: float) -> str:
        """Return what stands at a place: the time, what lasted then, what happened there."""
        time_ns = self.time_at(x)
        lines = [clock_words(time_ns)]
        lines += [span.text for span in self._spans if span.start_ns <= time_ns <= span.stop_ns]
        near = [m for m in self._marks if abs(self.place_of(m.time_ns) - x) <= _NEAR]
        lines += [f"{clock_words(mark.time_ns)[11:]}  {mark.text or mark.kind}" for mark in near]
        return "\n".join(dict.fromkeys(lines))


def clock_words(time_ns: int) -> str:
    """Return date and time in UTC, to the second."""
    return datetime.fromtimestamp(time_ns // _S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
