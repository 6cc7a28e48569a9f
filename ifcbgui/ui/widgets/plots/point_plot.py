"""A plot of points that can be pointed at, chosen and stepped through."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ifcbgui.ui.theme import tokens
from ifcbgui.ui.widgets.plots.cloud import PointCloud
from ifcbgui.ui.widgets.plots.density import Values, count_near, log_ticks, nearest
from ifcbgui.ui.widgets.plots.library import pg
from ifcbgui.ui.widgets.plots.style import PlotAxis, PlotCanvas, PlotView, Side

REACH_PX: Final = 8

_LABEL_ROOM_PX: Final = 36
_WIDEST: Final = "0.000"
_GAPS_PX: Final = 12
_NEIGHBOURS_PX: Final = 2

Ids = npt.NDArray[np.int64]
Drawn = tuple[Values, Values, Values]


class ValueAxis(PlotAxis):
    """An axis of values; what stands on it as a logarithm is labelled with the value."""

    def __init__(self, side: Side) -> None:
        super().__init__(side)
        self.log = False

    def set_log(self, log: bool) -> None:
        """Take places for values, or for their logarithms to base 10."""
        if log != self.log:
            self.log = log
            self.picture = None
            self.update()

    def restyle(self) -> None:
        """Take colours and font; its own width keeps the plot in place whatever is on it."""
        super().restyle()
        if self.orientation == "left":
            metrics = QFontMetricsF(self.label.font())
            self.setWidth(metrics.height() + metrics.horizontalAdvance(_WIDEST) + _GAPS_PX)

    def set_text(self, text: str) -> None:
        """Say what stands on it."""
        self.setLabel(text)
        self.showLabel(bool(text))

    def tickValues(
        self, low: float, high: float, size: float
    ) -> list[tuple[float | None, list[float]]]:
        """Return where the labels are."""
        if not self.log:
            ticks: list[tuple[float | None, list[float]]] = super().tickValues(low, high, size)
            return ticks
        return [(None, log_ticks(low, high, (high - low) * _LABEL_ROOM_PX / max(size, 1.0)))]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        """Return the labels."""
        if self.log:
            return [f"{10.0**value:.4g}" for value in values]
        strings: list[str] = super().tickStrings(values, scale, spacing)
        return strings


class PointPlot(PlotCanvas):
    """Points with numbers, oldest first.

    The mouse points at one, a click chooses it, the arrow keys go to the one before or after;
    Enter asks for what stands behind it.

    Args:
        left: The axis of y.
        bottom: The axis of x.
        row: Row of the plot among others in this canvas.
        parent: Qt parent.

    Signals:
        pointed: The mouse is at a point: its index; -1: at none.
        chosen: A point was chosen: its number.
        entered: Enter was pressed: the number of the chosen point.
        fit_wanted: A double click: all points are to be seen.
    """

    pointed = Signal(int)
    chosen = Signal(int)
    entered = Signal(int)
    fit_wanted = Signal()

    def __init__(
        self, left: PlotAxis, bottom: PlotAxis, row: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.left, self.bottom = left, bottom
        self.view: PlotView = self.add_plot(left, bottom, row)
        self.cloud = PointCloud(self.view)
        self.x: Values = np.zeros(0)
        self.y: Values = np.zeros(0)
        self.ids: Ids = np.zeros(0, np.int64)
        self.chosen_id: int | None = None
        self._pointer: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        self.restyled.connect(self.cloud.restyle)

    def set_points(self, x: Values, y: Values, ids: Ids, drawn: Drawn | None = None) -> None:
        """Show points.

        Args:
            x: Their places on the axis, all finite, oldest first.
            y: Likewise.
            ids: Their numbers.
            drawn: What to draw in their place: fewer points, and their diameters in pixels.
        """
        self.x, self.y, self.ids = x, y, ids
        if drawn is None:
            self.cloud.set_points(x, y)
        else:
            self.cloud.set_points(*drawn)
        self.mark(self.chosen_id)
        self._point()

    def mark(self, number: int | None) -> None:
        """Set the point of a number apart, as long as it is among those shown."""
        self.chosen_id = number
        index = self.index_of(number)
        if index is None:
            self.cloud.unmark()
        else:
            self.cloud.mark(float(self.x[index]), float(self.y[index]))

    def index_of(self, number: int | None) -> int | None:
        """Return where in the points the one of a number is."""
        if number is None:
            return None
        found = np.flatnonzero(self.ids == number)
        return int(found[0]) if len(found) else None

    def count_at(self, index: int) -> int:
        """Return how many points lie on that of an index, as far as one can see."""
        at = float(self.x[index]), float(self.y[index])
        return count_near(self.x, self.y, at, self.view.viewPixelSize(), _NEIGHBOURS_PX)

    def _index_at(self, scene_point: QPointF) -> int | None:
        if not self.view.sceneBoundingRect().contains(scene_point):
            return None
        place = self.view.mapSceneToView(scene_point)
        pixel = self.view.viewPixelSize()
        return nearest(self.x, self.y, (place.x(), place.y()), pixel, REACH_PX)

    def _point(self) -> None:
        index = self._index_at(self._pointer) if self._pointer is not None else None
        self.pointed.emit(-1 if index is None else index)

    @Slot(object)
    def _on_mouse_moved(self, scene_point: QPointF) -> None:
        self._pointer = scene_point
        self._point()

    @Slot(object)
    def _on_mouse_clicked(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.fit_wanted.emit()
        elif (index := self._index_at(event.scenePos())) is not None:
            self._choose(index)

    def _choose(self, index: int) -> None:
        number = int(self.ids[index])
        self.mark(number)
        self.chosen.emit(number)
        self._point()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plot, with a frame while it has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(tokens().accent)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is not."""
        super().focusOutEvent(event)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._pointer = None
        self._point()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step from point to point in the order in which they came."""
        key, last = event.key(), len(self.ids) - 1
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        index = self.index_of(self.chosen_id)
        if last >= 0 and (key in steps or key in (Qt.Key.Key_Home, Qt.Key.Key_End)):
            start = last + 1 if index is None else index
            goal = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}.get(
                Qt.Key(key), start + steps.get(Qt.Key(key), 0)
            )
            self._choose(min(max(goal, 0), last))
        elif index is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(int(self.ids[index]))
        else:
            super().keyPressEvent(event)
