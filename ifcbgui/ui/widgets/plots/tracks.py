"""The lines of stacked plots, and the axes of their values."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from ifcbgui.session.history import Series
from ifcbgui.ui.theme import scaled_font
from ifcbgui.ui.widgets.plots.library import pg
from ifcbgui.ui.widgets.plots.lines import Line, Window, clipped, line_of
from ifcbgui.ui.widgets.plots.scales import Range, round_step
from ifcbgui.ui.widgets.plots.style import FONT_SCALE, PlotAxis, Side, line_colour, thin_pen
from ifcbgui.ui.widgets.quantities import Kind

_DOT: Final = 4
_OVERHANG: Final = 8
# How many lines of text the ticks are apart at least: in low plots, and in others.
_TIGHT: Final = 1.0
_LOOSE: Final = 1.9
_LOW_LINES: Final = 6


class ScaleAxis(PlotAxis):
    """An axis of values beside a plot whose own heights are 0 to 1.

    Attributes:
        shown: The range of values it shows.
        fits: True while that follows the values, False once somebody has moved it.
        kind: What its values are.
    """

    def __init__(self, side: Side, kind: Kind) -> None:
        self.shown: Range | None = None
        self.fits = True
        self.kind = kind
        super().__init__(side, grid=side == "left")

    def linkedViewChanged(self, _view: object, _range: object = None) -> None:
        """Keep its own range: only its grid is as wide as the plot."""
        self.picture = None
        self.update()

    def show_range(self, shown: Range | None) -> bool:
        """Show a range of values; return whether it is another one than before."""
        if shown is None or shown == self.shown:
            return False
        self.shown = shown
        self.setRange(*shown)
        return True

    def forget(self) -> None:
        """Show no range until there are values again, and then one that fits them."""
        self.shown, self.fits = None, True
        self.picture = None
        self.update()

    @property
    def place(self) -> QRectF:
        """Where it is in the scene, without its grid."""
        return QRectF(self.mapRectToScene(self.rect()))

    def boundingRect(self) -> QRectF:
        """Leave room for half a line of text beyond both ends."""
        return QRectF(super().boundingRect()).adjusted(0, -_OVERHANG, 0, _OVERHANG)

    def tickSpacing(self, low: float, high: float, pixels: float) -> list[tuple[float, float]]:
        """Tell pyqtgraph how far the ticks are apart: as many as can be read."""
        line = QFontMetricsF(scaled_font(FONT_SCALE)).height()
        apart = line * (_TIGHT if pixels < _LOW_LINES * line else _LOOSE)
        return [(round_step(abs(high - low), pixels / apart), 0.0)]

    def tickValues(self, low: float, high: float, pixels: float) -> list[tuple[float, list[float]]]:
        """Tell pyqtgraph where the ticks are: a switch has two places."""
        if self.shown is None:
            return []
        if self.kind is Kind.SWITCH:
            return [(1.0, [0.0, 1.0])]
        found: list[tuple[float, list[float]]] = super().tickValues(low, high, pixels)
        return found

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Tell pyqtgraph what to write at them."""
        if self.kind is Kind.SWITCH:
            return ["on" if value else "off" for value in values]
        if self.kind is Kind.SHARE:
            values, spacing = [100 * value for value in values], 100 * spacing
        texts: list[str] = super().tickStrings(values, scale, spacing)
        return [f"{text} %" for text in texts] if self.kind is Kind.SHARE else texts

    def height_of(self, value: float) -> float:
        """Return where a value is, from 0 at the bottom to 1 at the top."""
        low, high = self.shown or (0.0, 1.0)
        return (value - low) / (high - low)


class Track:
    """The line of one quantity.

    Attributes:
        name: Name of its series.
        axis: The axis it belongs to.
        line: What is drawn of it now.
        curve: Its strokes.
        dots: Its values that stand alone.
        level: A value that others are measured against, or None.
        colour_number: Number of its colour.
    """

    def __init__(self, name: str, number: int, axis: ScaleAxis) -> None:
        self.name, self.axis, self.colour_number = name, axis, number
        self.line = Line()
        self.curve = pg.PlotCurveItem(connect="pairs", skipFiniteCheck=True)
        self.dots = pg.ScatterPlotItem(size=_DOT, pen=None, useCache=True)
        self.level: float | None = None
        self.level_line = pg.InfiniteLine(angle=0)
        self.level_line.hide()
        self._key: object = None
        self.restyle()

    def restyle(self) -> None:
        """Take the colour of the theme in force."""
        colour = line_colour(self.colour_number)
        self.curve.setPen(thin_pen(colour))
        self.dots.setBrush(colour)
        self.level_line.setPen(thin_pen(colour, Qt.PenStyle.DashLine))

    def look_at(self, series: Series | None, window: Window) -> bool:
        """Work out what to draw; return whether it is something else than before."""
        now_column = 0 if series is None or not series.held else window.now_ns // window.column_ns
        seen = (window.start_ns, window.stop_ns, window.columns, window.origin_ns, now_column)
        key = (series, series.revision if series else 0, seen)
        if key == self._key:
            return False
        self._key = key
        self.line = Line() if series is None else line_of(
            series.times, series.values, window, held=series.held, gap_s=series.gap_s
        )  # fmt: skip
        return True

    def draw(self) -> None:
        """Hand the line to pyqtgraph, as high as its axis says."""
        low, high = self.axis.shown or (0.0, 1.0)
        line, height = self.line, high - low
        y, x = clipped((line.y - low) / height, line.x, 0.0, 1.0)  # an SVG file has no edges
        self.curve.setData(x, y)
        self.dots.setData(line.dots_x, (line.dots_y - low) / height)
        self.level_line.setVisible(self.level is not None)
        if self.level is not None:
            self.level_line.setValue((self.level - low) / height)

    @property
    def extent(self) -> tuple[float, float]:
        """Lowest and highest value that is to be seen."""
        if self.level is None or math.isnan(self.line.low):
            return self.line.low, self.line.high
        return min(self.line.low, self.level), max(self.line.high, self.level)
