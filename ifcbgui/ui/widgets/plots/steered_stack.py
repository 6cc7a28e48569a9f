"""Stacked time plots that are moved by mouse, wheel and keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from ifcbgui.ui.widgets.plots.clock import moment_text
from ifcbgui.ui.widgets.plots.time_stack import TimeStack
from ifcbgui.ui.widgets.plots.tracks import ScaleAxis
from ifcbgui.ui.widgets.plots.trend_row import TrendRow

_NOTCH: Final = 120
_PER_NOTCH: Final = 1.25
_KEY_STEP: Final = 1
_KEY_LEAP: Final = 20


class SteeredStack(TimeStack):
    """The wheel zooms the time and with Ctrl, or on an axis, the values; dragging moves both.

    Signals:
        menu_wanted: Number of the row that the mouse is in, and where on the screen.
    """

    menu_wanted = Signal(int, QPoint)

    _grabbed: QPointF | None = None
    _grabbed_axis: tuple[TrendRow, ScaleAxis] | None = None

    # --- what is where --------------------------------------------------------------------------

    def row_at(self, place: QPointF) -> int | None:
        """Return the number of the row at a place: its head, its plot or beside it."""
        for number, row in enumerate(self.rows):
            if row.head.sceneBoundingRect().top() <= place.y() < row.plot.bottom():
                return number
        return None

    def _axis_at(self, place: QPointF) -> tuple[TrendRow, ScaleAxis] | None:
        number = self.row_at(place)
        if number is None:
            return None
        row = self.rows[number]
        for axis in row.axes:
            if axis.place.contains(place):
                return row, axis
        return None

    def _in_time(self, place: QPointF) -> bool:
        return self.moments.strip.left() <= place.x() <= self.moments.strip.right()

    # --- mouse ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the time, or of an axis."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._grabbed = event.position()
            self._grabbed_axis = self._axis_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what was taken hold of, else the cursor."""
        place = event.position()
        if self._grabbed is None:
            self.set_cursor(self.moments.time_at(place.x()) if self._in_time(place) else None)
            return
        by = place - self._grabbed
        if self._grabbed_axis is not None:
            row, axis = self._grabbed_axis
            row.shift(axis, by.y() / max(1.0, row.plot.height()))
        elif by.x():
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pan(-by.x() / max(1.0, self.moments.strip.width()))
        self._grabbed = place

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grabbed = self._grabbed_axis = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a replay to a moment; on an axis, let it fit its values again."""
        held = self._axis_at(event.position())
        if held is not None:
            held[1].fits = True
            self.refresh(fit=True)
        elif self._in_time(event.position()):
            self.moment_wanted.emit(self.moments.time_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the time around the mouse; with Ctrl, or on an axis, the values."""
        place, turned = event.position(), event.angleDelta()
        factor = _PER_NOTCH ** (-turned.y() / _NOTCH)
        number, held = self.row_at(place), self._axis_at(place)
        event.accept()
        if held is not None:
            self._zoom_values(held[0], held[1], factor, place)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if number is not None:
                for axis in self.rows[number].axes:
                    self._zoom_values(self.rows[number], axis, factor, place)
        elif turned.x():
            self.pan(-turned.x() / _NOTCH * 0.1)
        elif turned.y():
            self.zoom(factor, self.moments.time_at(place.x()))

    def _zoom_values(self, row: TrendRow, axis: ScaleAxis, factor: float, place: QPointF) -> None:
        plot = row.plot
        row.zoom(axis, factor, (plot.bottom() - place.y()) / max(1.0, plot.height()))

    def leaveEvent(self, event: QEvent) -> None:
        """Take the cursor away with the mouse."""
        super().leaveEvent(event)
        self.set_cursor(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a row; by key, for that of the first."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        number = self.row_at(QPointF(event.pos())) if by_mouse else 0
        if number is not None and number < len(self.rows):
            self.menu_wanted.emit(number, event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell in a tool-tip what happened, and how a row can be moved."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return bool(super().viewportEvent(event))

    def words_at(self, place: QPointF) -> str:
        """Return what there is to say of a place."""
        if self._axis_at(place) is not None:
            return "Drag to move, wheel to zoom, double click to fit to the values."
        if not self._in_time(place):
            return ""
        happened = self.ground.words_at(place.x())
        if not happened:
            return ""
        moment = moment_text(self.moments.time_at(place.x()), utc=self.axis.utc)
        return "\n".join([moment, *happened])

    # --- keys -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move cursor and time by keys."""
        leap = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        centre_ns = self.cursor_ns or sum(self.seen) // 2
        match event.key():
            case Qt.Key.Key_Left:
                self._step_cursor(-_KEY_LEAP if leap else -_KEY_STEP)
            case Qt.Key.Key_Right:
                self._step_cursor(_KEY_LEAP if leap else _KEY_STEP)
            case Qt.Key.Key_PageUp:
                self.pan(-0.5)
            case Qt.Key.Key_PageDown:
                self.pan(0.5)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(1 / _PER_NOTCH, centre_ns)
            case Qt.Key.Key_Minus:
                self.zoom(_PER_NOTCH, centre_ns)
            case Qt.Key.Key_End:
                self.follow(self.span_ns)
            case Qt.Key.Key_Escape if self.cursor_ns is not None:
                self.set_cursor(None)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.cursor_ns is not None:
                self.moment_wanted.emit(self.cursor_ns)
            case _:
                event.ignore()

    def _step_cursor(self, pixels: int) -> None:
        """Move the cursor; it comes at the right end."""
        start_ns, stop_ns = self.seen
        pixel_ns = (stop_ns - start_ns) // max(1, int(self.moments.strip.width()))
        before_ns = self.cursor_ns if self.cursor_ns is not None else stop_ns
        time_ns = min(max(before_ns + pixels * pixel_ns, start_ns), stop_ns)
        self.set_cursor(time_ns)
        self.setAccessibleDescription(f"{moment_text(time_ns, utc=self.axis.utc)}: {self.words}")
