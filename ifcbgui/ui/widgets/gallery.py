"""A gallery of regions of interest, to be chosen from with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QRubberBand, QWidget

from ifcbgui.ui.models.roi_order import Numbers
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.roi_text import RoiUnits, described
from ifcbgui.ui.widgets.gallery_grid import Grid
from ifcbgui.ui.widgets.gallery_view import GalleryView

_Key = Qt.Key
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
_CTRL: Final = Qt.KeyboardModifier.ControlModifier
_LARGER: Final = (_Key.Key_Return, _Key.Key_Enter)
_MOVES: Final[Mapping[int, str]] = MappingProxyType(
    {
        _Key.Key_Left: "left",
        _Key.Key_Right: "right",
        _Key.Key_Up: "up",
        _Key.Key_Down: "down",
        _Key.Key_Home: "home",
        _Key.Key_End: "end",
        _Key.Key_PageUp: "page up",
        _Key.Key_PageDown: "page down",
    }
)


class Gallery(GalleryView):
    """A gallery in which rows are selected; what is selected holds it still.

    A click selects one, with Shift all between, with Ctrl one more or less; a rubber band is drawn
    from between the tiles, or with Shift from anywhere.

    Args:
        source: What is shown.
        parent: Qt parent.

    Signals:
        chosen: Another row is the current one, or other rows are selected.
        larger_wanted: Enter or a double click on a row.
        drag_wanted: The mouse moves with the selected rows; told again at each move.
        menu_wanted: Point on the screen at which a menu is wanted.
    """

    chosen = Signal()
    larger_wanted = Signal()
    drag_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, source: RoiSource, parent: QWidget | None = None) -> None:
        super().__init__(source, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Regions of interest")
        self._pressed: QPoint | None = None
        self._dragging = False
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        self._band_start: QPoint | None = None
        self._before_band: Numbers = self.choice.selected

    # --- choosing ---------------------------------------------------------------------------

    def show_number(self, number: int) -> bool:
        """Select a row and bring it into view; return False if it has gone."""
        if not self.order.table.first <= number < self.order.table.stop:
            return False
        self.refresh()
        if self.order.position(number) is None:
            self.order.take_new()
            self._lay_out()
        self.choice.choose(number)
        self._chosen()
        return True

    def select_all(self) -> None:
        """Select all rows that are shown."""
        self.let_go()
        self.choice.take(self.order.shown)
        self._chosen()

    def clear_choice(self) -> None:
        """Select nothing; at the top it follows again."""
        self.choice.clear()
        self._chosen()
        self._follow_if_free()

    def _follow_if_free(self) -> None:
        if not self.following and not self.scrolled and not len(self.choice.selected):
            self.set_following(True)

    def go(self, step: str, *, extend: bool = False) -> None:
        """Make another row the current one.

        Args:
            step: left, right, up, down, home, end, page up or page down.
            extend: Select all between, too.
        """
        self.let_go()
        if not len(self.order):
            return
        current = self.choice.current
        start = None if current is None else self.order.position(current)
        position = 0 if start is None else _moved(start, step, self.grid, self._rows_in_view())
        number = int(self.order.shown[position])
        if extend:
            self.choice.extend(number)
        else:
            self.choice.choose(number)
        self._chosen()

    def _rows_in_view(self) -> int:
        return max(1, self.viewport().height() // self.grid.height)

    def _chosen(self, *, reveal: bool = True) -> None:
        """Show what is chosen, hold still for it, and tell others."""
        current = self.choice.current
        if len(self.choice.selected) and self.following:
            self.set_following(False)
        if current is not None and reveal:
            self.bring_into_view(current)
        self._describe()
        self._repaint()
        self.chosen.emit()

    def _describe(self) -> None:
        """Tell those who cannot see it which row is the current one."""
        current = self.choice.current
        if current is None:
            self.setAccessibleDescription("")
            return
        count = len(self.choice.selected)
        text = described(self.order.rows(np.array([current]))[0], self.units)
        self.setAccessibleDescription(f"{text}, {count} selected" if count > 1 else text)

    def set_units(self, units: RoiUnits) -> None:
        """Give sizes and times otherwise."""
        self.let_go()
        super().set_units(units)
        self._describe()

    @property
    def banding(self) -> bool:
        """Whether a rubber band is being drawn."""
        return self._band_start is not None

    # --- keyboard ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, select, enlarge."""
        self.let_go()
        key, ctrl = event.key(), bool(event.modifiers() & _CTRL)
        if key in _MOVES:
            self.go(_MOVES[key], extend=bool(event.modifiers() & _SHIFT))
        elif key in _LARGER and self.choice.current is not None:
            self.larger_wanted.emit()
        elif key == _Key.Key_A and ctrl:
            self.select_all()
        elif key == _Key.Key_Space and self.choice.current is not None:
            self.choice.toggle(self.choice.current)
            self._chosen()
        elif key == _Key.Key_Escape and len(self.choice.selected):
            self.clear_choice()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where keys move from."""
        super().focusInEvent(event)
        self._repaint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        super().focusOutEvent(event)
        self._repaint()

    # --- mouse ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, or begin a rubber band between the tiles."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.let_go()
        point = event.position().toPoint()
        number = self.number_at(point)
        if number is None:
            self._begin_band(point, keep=bool(event.modifiers() & (_CTRL | _SHIFT)))
            return
        self._pressed = point
        if event.modifiers() & _SHIFT:
            self.choice.extend(number)
        elif event.modifiers() & _CTRL:
            self.choice.toggle(number)
        elif self.choice.has(number) and len(self.choice.selected) > 1:
            self.choice.current = number  # all of them may be about to be dragged
        else:
            self.choice.choose(number)
        self._chosen()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the rubber band, or drag what is selected."""
        self.let_go()
        point = event.position().toPoint()
        if self._band_start is not None:
            self._stretch_band(point)
        elif self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            away = (point - self._pressed).manhattanLength()
            if away >= QApplication.startDragDistance() and len(self.choice.selected):
                self._dragging = True
                self.drag_wanted.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the rubber band; a plain click on one of many selects it alone."""
        self.let_go()
        plain = not event.modifiers() & (_SHIFT | _CTRL)
        if self._band_start is not None:
            self._band_start = None
            self._band.hide()
            self._chosen(reveal=False)
            self._follow_if_free()
        elif self._pressed is not None and not self._dragging and plain:
            number = self.number_at(event.position().toPoint())
            if number is not None and len(self.choice.selected) > 1:
                self.choice.choose(number)
                self._chosen()
        self.end_drag()

    def end_drag(self) -> None:
        """Forget that the mouse was pressed: a drag swallows its release."""
        self._pressed, self._dragging = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enlarge."""
        self.let_go()
        if self.number_at(event.position().toPoint()) is not None:
            self.larger_wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu, for what is under the mouse unless it is selected."""
        self.let_go()
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            number = self.number_at(self.viewport().mapFromGlobal(place))
            if number is not None and not self.choice.has(number):
                self.choice.choose(number)
                self._chosen()
        self.menu_wanted.emit(place)

    def _begin_band(self, point: QPoint, *, keep: bool) -> None:
        self._band_start = point + QPoint(0, self.scrolled)
        self._before_band = self.choice.selected if keep else self.choice.selected[:0]
        self._band.setGeometry(QRect(point, point))
        self._band.show()
        if not keep:
            self.choice.clear()
            self._chosen()

    def _stretch_band(self, point: QPoint) -> None:
        assert self._band_start is not None
        area = QRect(self._band_start, point + QPoint(0, self.scrolled)).normalized()
        self._band.setGeometry(area.translated(0, -self.scrolled))
        touched = self.order.shown[self.grid.touched(area)]
        self.choice.take(np.concatenate((self._before_band, touched)))
        if len(touched):
            self.choice.current = int(touched[-1])
        self._chosen(reveal=False)


def _moved(position: int, step: str, grid: Grid, rows_in_view: int) -> int:
    """Return where a step leads from a position; at the edges it stays."""
    last = grid.count - 1
    far = {
        "left": position - 1,
        "right": position + 1,
        "home": 0,
        "end": last,
    }
    if step in far:
        return min(max(far[step], 0), last)
    rows = {"up": -1, "down": 1, "page up": -rows_in_view, "page down": rows_in_view}[step]
    column = position % grid.columns
    row = min(max(position // grid.columns + rows, 0), grid.rows - 1)
    return min(row * grid.columns + column, last)
