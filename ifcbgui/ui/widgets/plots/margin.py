"""How many regions lie how far across the frame: a histogram above their places."""

from __future__ import annotations

from typing import Final

import numpy as np

from ifcbgui.instrument.imaging.band import Band
from ifcbgui.ui.theme import tokens
from ifcbgui.ui.widgets.plots.density import Values
from ifcbgui.ui.widgets.plots.library import pg
from ifcbgui.ui.widgets.plots.point_plot import PointPlot
from ifcbgui.ui.widgets.plots.style import PlotAxis, line_colour, thin_pen

_BIN_PX: Final = 8
_HEIGHT_PX: Final = 46
_STRENGTH: Final = 150


def band_region() -> pg.LinearRegionItem:
    """Return what marks the band in a plot: a ground between two lines."""
    region = pg.LinearRegionItem(movable=False)
    region.setZValue(-10)
    region.hide()
    return region


class MarginHistogram:
    """Stands above a plot, with which it shares x.

    Args:
        plot: The plot, in row 1.
        width: Width of the frame, pixels.
    """

    def __init__(self, plot: PointPlot, width: int) -> None:
        self._rows = plot.ci.layout
        axes = PlotAxis("left", grid=False), PlotAxis("bottom", grid=False)
        self.view = plot.add_plot(*axes)
        for axis in axes:
            axis.hide()
        self.view.setMouseEnabled(False, False)
        self.view.setXLink(plot.view)
        self._bars = pg.PlotCurveItem([0, 1], [0], stepMode="center", fillLevel=0)
        self.region = band_region()
        self.view.addItem(self.region)
        self.view.addItem(self._bars)
        self._edges = np.zeros(0)
        self.set_width(width)
        self.restyle()

    def set_width(self, width: int) -> None:
        """Take the width of the frame, pixels."""
        self._edges = np.arange(0.0, width + _BIN_PX, _BIN_PX)

    def set_places(self, x: Values, band: Band | None) -> None:
        """Show how many regions begin how far across the frame."""
        counts = np.histogram(x, self._edges)[0]
        self._bars.setData(self._edges, counts)
        self.view.setYRange(0.0, max(float(counts.max(initial=0)), 1.0) * 1.05, padding=0)
        self.region.setVisible(band is not None)
        if band is not None:
            self.region.setRegion((band.left, band.right))

    def set_visible(self, visible: bool) -> None:
        """Take no room where there is none."""
        self.view.setVisible(visible)
        self._rows.setRowFixedHeight(0, _HEIGHT_PX if visible else 0)

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        fill = line_colour(0)
        fill.setAlpha(_STRENGTH)
        self._bars.setPen(None)
        self._bars.setBrush(fill)
        dress_region(self.region)


def dress_region(region: pg.LinearRegionItem) -> None:
    """Give a band the colours of the theme in force."""
    table = tokens()
    region.setBrush(table.ok_ground)
    for line in region.lines:
        line.setPen(thin_pen(table.ok))
