"""Thousands of small pictures in rows: painted by itself, still while somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QHideEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ifcbgui.ui.models.roi_choice import RoiChoice
from ifcbgui.ui.models.roi_order import Numbers, RoiOrder, SortBy
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.roi_text import RoiUnits
from ifcbgui.ui.models.thumbnails import Thumbnails
from ifcbgui.ui.theme import SPACE_L, SPACE_S, tokens
from ifcbgui.ui.widgets.gallery_grid import GAP, Grid
from ifcbgui.ui.widgets.gallery_painting import TilePainter, tile_values

SIDES: Final = (72, 96, 120, 152, 192, 240, 304)
"""Widths that a picture can be given, pixels."""

USUAL_SIDE: Final = 120

_PAGES_DRAWN: Final = 3
PATIENCE_S: Final = 0.5
"""How long rows wait for their pictures: at high rates each would be gone before it has one."""


class GalleryView(QAbstractScrollArea):
    """Shows the rows of a source, and follows the first of them, or keeps still.

    It follows while it is at the top and nothing is selected; else rows that come are counted
    and wait until somebody asks for them.

    Args:
        source: What is shown.
        parent: Qt parent.

    Signals:
        status_changed: Other numbers of rows, seen or unseen, or it follows, or no longer does.
        side_changed: Pictures have another size: its place in `SIDES`.
    """

    status_changed = Signal()
    side_changed = Signal(int)

    def __init__(self, source: RoiSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.order = RoiOrder(source.table)
        self.choice = RoiChoice(self.order)
        self.thumbnails = Thumbnails(source, self)
        self.thumbnails.ready.connect(self._show_ready)
        self._units = RoiUnits()
        self._side = USUAL_SIDE
        self._peaks = False
        self._following = True
        self._own_moves = 0
        self._revision = -1
        self._arranged_s = 0.0
        self._coming: int | None = None  # number before which rows wait for their pictures
        self._epoch = source.table.epoch
        self._empty_text = ""
        self._painter: TilePainter | None = None
        self._grid = Grid(0, 1, 1, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # It comes and goes otherwise, and the rows jump each time.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._lay_out()

    # --- what is shown ----------------------------------------------------------------------

    @property
    def units(self) -> RoiUnits:
        """How sizes and times are given."""
        return self._units

    def set_units(self, units: RoiUnits) -> None:
        """Give sizes and times otherwise."""
        self._units = units
        self._painter = None
        self._repaint()

    @property
    def side(self) -> int:
        """Width that a picture is given, pixels; one of `SIDES`."""
        return self._side

    @Slot(int)
    def set_side_number(self, number: int) -> None:
        """Give pictures another size, by its place in `SIDES`; what is looked at stays in view."""
        side = SIDES[min(max(number, 0), len(SIDES) - 1)]
        if side != self._side:
            with self._in_place():
                self._side = side
                self._painter = None
                self._lay_out()
            self.side_changed.emit(SIDES.index(side))

    def set_sort(self, sort: SortBy, *, descending: bool) -> None:
        """Sort otherwise; what is selected comes into view."""
        self.let_go()
        self._coming = None
        self.order.set_sort(sort, descending=descending)
        self._lay_out()
        self._move_to(0)
        if self.choice.current is not None:
            self.bring_into_view(self.choice.current)
        self._repaint()
        self.status_changed.emit()

    def set_empty_text(self, text: str) -> None:
        """Say something where there is nothing."""
        if text != self._empty_text:
            self._empty_text = text
            if not len(self.order):
                self.setAccessibleDescription(text)
            self._repaint()

    @Slot()
    def refresh(self) -> None:
        """Look at what the source has now."""
        table = self.order.table
        if table.revision == self._revision and self._coming is None:
            return
        self._revision = table.revision
        self.let_go()
        with self._in_place():
            if self._following and self._pictures_came():
                self.order.take_new(self._coming)
                self._coming, self._arranged_s = None, monotonic()
            self._look_for_peaks()
            self._lay_out()
        self._repaint()
        self.status_changed.emit()

    def _pictures_came(self) -> bool:
        """Tell whether what has come can be shown as pictures, or has waited long enough."""
        if monotonic() - self._arranged_s > PATIENCE_S:
            return True
        if self._coming is None:
            self._coming = self.order.table.stop
        return all(self.thumbnails.find(number) is not None for number in self._awaited().tolist())

    def _awaited(self) -> Numbers:
        """Return the newest rows that wait for their pictures, as many as can be in view."""
        table, in_view = self.order.table, self._in_view()
        if self._coming is None:
            return self.order.shown[:0]
        shown = max(table.stop - self.order.unseen, self._coming - (in_view.stop - in_view.start))
        return np.arange(self._coming - 1, max(shown, table.first) - 1, -1)

    @Slot()
    def _show_ready(self) -> None:
        if self._coming is not None:
            self.refresh()
        self._repaint()

    def let_go(self) -> None:
        """Forget rows that the source no longer has: no other work on rows comes before this."""
        table = self.order.table
        if table.epoch != self._epoch:
            self._begin_anew()
        self.choice.let_go(table.first)
        with self._in_place():
            if self.order.let_go():
                self._lay_out()

    def _begin_anew(self) -> None:
        self._epoch = self.order.table.epoch
        self.thumbnails.clear()
        self.choice.clear()
        self._peaks, self._painter = False, None
        self._following, self._coming = True, None
        self._move_to(0)

    def _look_for_peaks(self) -> None:
        """Make room for peaks once there are any."""
        newest = self.order.table.rows[-100:]
        if not self._peaks and not np.isnan([newest["peak_a"], newest["peak_b"]]).all():
            self._peaks, self._painter = True, None

    # --- following --------------------------------------------------------------------------

    @property
    def following(self) -> bool:
        """Whether rows that come are shown at once."""
        return self._following

    def set_following(self, following: bool) -> None:
        """Show what has come and go to the top, or stay."""
        self._following, self._coming = following, None
        self.let_go()
        if self._following:
            self.order.take_new()
            self._lay_out()
            self._move_to(0)
            self._repaint()
        self.status_changed.emit()

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        self._repaint()
        follows = value == 0 and not len(self.choice.selected)
        if not self._own_moves and follows != self._following:
            self.set_following(follows)

    # --- places -----------------------------------------------------------------------------

    @property
    def grid(self) -> Grid:
        """Where the tiles are, counted from the top of them all."""
        return self._grid

    @property
    def scrolled(self) -> int:
        """How many pixels are above what is in view."""
        return self.verticalScrollBar().value()

    def number_at(self, point: QPoint) -> int | None:
        """Return the number of the row shown at a point of the viewport, or None."""
        position = self._grid.at(point + QPoint(0, self.scrolled))
        return None if position is None else int(self.order.shown[position])

    def bring_into_view(self, number: int) -> None:
        """Scroll no further than needed to show a row."""
        position = self.order.position(number)
        if position is None:
            return
        rect = self._grid.rect(position)
        top, height = self.scrolled, self.viewport().height()
        if rect.top() - GAP < top:
            self._move_to(rect.top() - GAP)
        elif rect.bottom() + GAP > top + height:
            self._move_to(rect.bottom() + GAP - height)

    def _tile_painter(self) -> TilePainter:
        if self._painter is None:
            self._painter = TilePainter(self._side, self._units, peaks=self._peaks)
        return self._painter

    def _lay_out(self) -> None:
        viewport = self.viewport()
        height = self._tile_painter().height
        self._grid = Grid.fill(len(self.order), viewport.width(), self._side, height)
        bar = self.verticalScrollBar()
        with self._own_move():
            bar.setRange(0, max(0, self._grid.whole_height - viewport.height()))
            bar.setPageStep(viewport.height())
            bar.setSingleStep(max(1, (height + GAP) // 3))

    def _move_to(self, value: int) -> None:
        with self._own_move():
            self.verticalScrollBar().setValue(value)

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        """Keep in its place what somebody looks at, whatever comes before or behind it."""
        anchor = self._anchor()
        yield
        if self._following:
            self._move_to(0)
        elif anchor is not None:
            number, above = anchor
            position = self.order.position(number)
            if position is not None:
                self._move_to(self._grid.rect(position).top() - above)

    def _in_view(self) -> slice:
        """Return the positions of which something is in view."""
        top = self.scrolled
        return slice(*self._grid.between(top, top + self.viewport().height()))

    def _anchor(self) -> tuple[int, int] | None:
        """Return a row in view and how far below the upper edge it is: the current, or a first."""
        in_view = self._in_view()
        visible = self.order.shown[in_view].tolist()
        kept = [number for number in visible if number >= self.order.table.first]
        if not kept:
            return None
        current = self.choice.current
        number = current if current is not None and current in kept else kept[0]
        above = self._grid.rect(in_view.start + visible.index(number)).top() - self.scrolled
        return number, above

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        """Mark moves as the program's own, which say nothing of anybody's wish."""
        self._own_moves += 1
        try:
            yield
        finally:
            self._own_moves -= 1

    # --- painting ---------------------------------------------------------------------------

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles in view, and ask for the pictures that they lack."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), tokens().window)
        table = self.order.table
        if table.epoch != self._epoch:
            return  # all other rows: the next refresh shows them
        if not len(self.order):
            self._paint_empty(painter)
            return
        ratio = self.devicePixelRatioF()
        self.thumbnails.set_side(round(self._side * ratio))
        in_view = self._in_view()
        self._paint_tiles(painter, in_view.start, in_view.stop)
        self._want(in_view.start, in_view.stop)

    def _paint_tiles(self, painter: QPainter, first: int, stop: int) -> None:
        tiles, find = self._tile_painter(), self.thumbnails.find
        shown = self.order.shown[first:stop]
        kept = shown >= self.order.table.first
        positions = np.arange(first, stop)[kept].tolist()
        numbers = shown[kept]
        selected = self.choice.among(numbers).tolist()
        values = tile_values(self.order.rows(numbers))
        current = self.choice.current if self.hasFocus() else None
        above = self.scrolled
        for position, number, value, chosen in zip(
            positions, numbers.tolist(), values, selected, strict=True
        ):
            rect = self._grid.rect(position).translated(0, -above)
            tiles.draw(painter, rect, value, find(number), selected=chosen)
            if number == current:
                tiles.draw_focus(painter, rect)
        tiles.forget(_PAGES_DRAWN * (stop - first))

    def _want(self, first: int, stop: int) -> None:
        """Ask for what is about to come, what is in view, a page behind and one before."""
        page = stop - first
        shown = self.order.shown
        around = (shown[first : stop + page], shown[max(0, first - page) : first])
        numbers: Numbers = np.concatenate((self._awaited(), *around))
        numbers = numbers[numbers >= self.order.table.first]
        self.thumbnails.want(numbers, self.order.rows(numbers))

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(tokens().muted)
        area = self.viewport().rect().adjusted(SPACE_L, SPACE_S, -SPACE_L, -SPACE_S)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, flags, self._empty_text)

    # --- events -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new width; what is looked at stays in view."""
        super().resizeEvent(event)
        with self._in_place():
            self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or with Ctrl make the pictures larger or smaller."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turn = event.angleDelta().y()
            if turn:
                self.set_side_number(SIDES.index(self._side) + (1 if turn > 0 else -1))
            event.accept()
            return
        super().wheelEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Make no more pictures, and wait for none when it is seen again."""
        self._arranged_s = 0.0
        nothing = self.order.shown[:0]
        self.thumbnails.want(nothing, self.order.rows(nothing))
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again in the colours of another theme, in letters of another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._painter = None
            with self._in_place():
                self._lay_out()
            self._repaint()
