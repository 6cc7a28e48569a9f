"""Many points in a plot: few of them as points that fade with age, many as a picture of density."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ifcbgui.ui.theme import Tokens, tokens
from ifcbgui.ui.widgets.plots.density import Box, Values, count_cells, shade
from ifcbgui.ui.widgets.plots.library import pg
from ifcbgui.ui.widgets.plots.style import PlotView, line_colour

MOST_POINTS: Final = 2000
NEWEST: Final = 10
NEWEST_WORDS: Final = f"○ newest {NEWEST}"

# How many of the newest points have which strength; the last is for all that are older.
_AGES: Final = ((50, 255), (400, 180), (MOST_POINTS, 110))
_CELL_PX: Final = 3
_POINT_PX: Final = 5
_RING_PX: Final = 8
_MARK_PX: Final = 17
# From few to many, as lightness goes one way all along: read without seeing colours, too.
_RAMPS: Final = {
    "light": ("#4a90c2", "#2c6fae", "#2b4c94", "#33296f", "#220a3a"),
    "dark": ("#3f7fa6", "#3fa7b5", "#74cba2", "#c8e58c", "#fffbd0"),
}


def ramp(table: Tokens) -> npt.NDArray[np.uint8]:
    """Return 256 colours (red, green, blue) for what `shade` says; that of 0 is never drawn."""
    colours = [QColor(name) for name in _RAMPS[table.name]]
    stops = [[colour.red(), colour.green(), colour.blue()] for colour in colours]
    places = np.linspace(0, len(stops) - 1, 255)
    mixed = [np.interp(places, range(len(stops)), part) for part in zip(*stops, strict=True)]
    return np.vstack((np.zeros(3), np.column_stack(mixed))).round().astype(np.uint8)


class PointCloud:
    """The points of one plot, in the coordinates of its axes.

    Everything is made once; new points only change it.

    Args:
        view: The plot.
    """

    def __init__(self, view: PlotView) -> None:
        self.image = DensityItem()
        self._ages = [_points(_POINT_PX) for _ in _AGES]
        self._newest, self._mark = _points(_RING_PX), _points(_MARK_PX, "s")
        self._mark.setZValue(10)
        for item in (self.image, *reversed(self._ages), self._newest, self._mark):
            view.addItem(item)
        self.restyle()

    @property
    def rasterised(self) -> bool:
        """True while there are too many to draw each."""
        return bool(self.image.isVisible())

    def set_points(self, x: Values, y: Values, sizes: Values | None = None) -> None:
        """Show these points, oldest first.

        Args:
            x: Places on the axis, all finite.
            y: Likewise.
            sizes: Diameters of the points in pixels, or None for all the same.
        """
        many = len(x) > MOST_POINTS
        self.image.setVisible(many)
        self.image.set_points(x if many else x[:0], y if many else y[:0])
        stop = len(x)
        for item, (age, _) in zip(self._ages, _AGES, strict=True):
            start = stop if many else max(len(x) - age, 0)
            size = _POINT_PX if sizes is None else sizes[start:stop]
            item.setData(x[start:stop], y[start:stop], size=size)
            stop = start
        self._newest.setData(x[-NEWEST:], y[-NEWEST:])

    def mark(self, x: float, y: float) -> None:
        """Set one place apart."""
        self._mark.setData([x], [y])

    def unmark(self) -> None:
        """Set none apart."""
        self._mark.setData([], [])

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        table = tokens()
        self.image.set_colours(ramp(table))
        for item, (_, strength) in zip(self._ages, _AGES, strict=True):
            colour = line_colour(0)
            colour.setAlpha(strength)
            item.setBrush(colour)
        self._newest.setPen(pg.mkPen(table.text))
        self._newest.setBrush(table.surface)  # seen on any density
        self._mark.setPen(pg.mkPen(table.text, width=2))


def _points(size: int, symbol: str = "o") -> pg.ScatterPlotItem:
    return pg.ScatterPlotItem(pen=None, brush=None, size=size, symbol=symbol)


class DensityItem(pg.UIGraphicsItem):
    """How many points lie where, as a picture that is made anew when it is to be painted."""

    def __init__(self) -> None:
        super().__init__()
        self._x = self._y = np.zeros(0)
        self._colours = np.zeros(256, np.uint32)
        self._made_for: tuple[object, ...] = ()
        self._image = QImage()
        self._box = QRectF()

    def set_points(self, x: Values, y: Values) -> None:
        """Show these points."""
        self._x, self._y = x, y
        self._forget()

    def set_colours(self, colours: npt.NDArray[np.uint8]) -> None:
        """Take a colour (red, green, blue) for each shade."""
        red, green, blue = colours.astype(np.uint32).T
        self._colours = 0xFF000000 | red << 16 | green << 8 | blue
        self._colours[0] = 0
        self._forget()

    def _forget(self) -> None:
        self._made_for = ()
        self.update()

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Paint the picture for the part that is seen now."""
        seen: QRectF = self.viewRect()
        pixel = self.pixelVectors()
        if not len(self._x) or pixel[0] is None or seen.isEmpty():
            return
        across, down = pixel[0].length() * _CELL_PX, pixel[1].length() * _CELL_PX
        made_for = (seen.getRect(), across, down)
        if made_for != self._made_for:
            self._made_for = made_for
            self._make(seen, across, down)
        painter.drawImage(self._box, self._image)

    def _make(self, seen: QRectF, across: float, down: float) -> None:
        """Count the points in cells of whole pixels; those at the edges may be cut off."""
        columns, rows = int(np.ceil(seen.width() / across)), int(np.ceil(seen.height() / down))
        self._box = QRectF(seen.left(), seen.top(), columns * across, rows * down)
        box = Box(seen.left(), self._box.right(), seen.top(), self._box.bottom())
        pixels = self._colours[shade(count_cells(self._x, self._y, box, columns, rows))]
        size, form = (columns, rows), QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(pixels.tobytes(), *size, columns * 4, form).copy()
