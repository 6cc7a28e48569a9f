"""Where in the camera's frame the regions of interest lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGraphicsRectItem, QWidget

from ifcbgui.instrument.imaging.band import Band
from ifcbgui.instrument.imaging.places import Pile, count_recent, look_at
from ifcbgui.ui.theme import tokens
from ifcbgui.ui.widgets.plots.cloud import MOST_POINTS, NEWEST_WORDS
from ifcbgui.ui.widgets.plots.density import Values, merge
from ifcbgui.ui.widgets.plots.library import pg
from ifcbgui.ui.widgets.plots.margin import MarginHistogram, band_region, dress_region
from ifcbgui.ui.widgets.plots.plot_frame import PlotFrame
from ifcbgui.ui.widgets.plots.point_plot import Drawn, Ids, PointPlot, ValueAxis
from ifcbgui.ui.widgets.plots.style import thin_pen

FRAME_SIZE: Final = (1360, 1024)

# Places come in steps of 4 pixels (seen in bins).
_SPOT_PX: Final = 4.0
_SMALLEST_PX, _LARGEST_PX, _PX_PER_DOUBLING = 5.0, 30.0, 4.0
_PILE_RING_PX: Final = 40
_EDGE: Final = 0.02
_ROOM_FOR_MARGIN_PX: Final = 230


class PositionPlot(PlotFrame):
    """The upper left corners of regions, y downwards as in the frame.

    Several at one spot make a larger point, and a pile of the last ones is ringed and named.

    Args:
        words: Returns what else to say of the region of a number, or "".
        parent: Qt parent.

    Signals:
        chosen: A region was chosen: its number.
        entered: Enter was pressed: the number of the chosen region.
    """

    chosen = Signal(int)
    entered = Signal(int)

    def __init__(self, words: Callable[[int], str], parent: QWidget | None = None) -> None:
        plot = PointPlot(ValueAxis("left"), ValueAxis("bottom"), row=1)
        super().__init__(plot, "Positions in the frame", parent)
        self.plot = plot
        self._words = words
        self.margin = MarginHistogram(plot, FRAME_SIZE[0])
        self._frame = QGraphicsRectItem()
        self._frame.setZValue(-20)
        self._region = band_region()
        self._ring = pg.ScatterPlotItem(symbol="o", size=_PILE_RING_PX, brush=None)
        self._pile = pg.TextItem(anchor=(0.0, 0.5))
        for item in (self._frame, self._region, self._ring, self._pile):
            plot.view.addItem(item, ignoreBounds=True)
        plot.view.invertY(True)
        self._restyle()
        self.set_source("")
        self.set_frame_size(*FRAME_SIZE)
        self._show_pile(None)
        plot.restyled.connect(self._restyle)
        plot.pointed.connect(self._on_pointed)
        plot.chosen.connect(self.chosen)
        plot.entered.connect(self.entered)
        plot.fit_wanted.connect(self.fit)

    def set_frame_size(self, width: int, height: int) -> None:
        """Take the size of the camera's frame, pixels."""
        self._frame.setRect(0, 0, width, height)
        self.margin.set_width(width)
        self.fit()

    def set_source(self, source: str) -> None:
        """Say on the axes where the places are from, if that is not the images themselves."""
        note = f" ({source})" if source else ""
        self.plot.bottom.set_text(f"x, px{note}")
        self.plot.left.set_text("y, px")

    def set_places(
        self,
        left: npt.NDArray[Any],
        top: npt.NDArray[Any],
        times_ns: npt.NDArray[np.int64],
        ids: Ids,
        band: Band | None,
    ) -> None:
        """Show regions, oldest first.

        Args:
            left: Left edges in the frame, pixels.
            top: Upper edges, pixels.
            times_ns: UTC of arrival.
            ids: Number of each, for the signals.
            band: Where they usually lie, or None where nobody knows yet.
        """
        x, y = np.array(left, np.float64), np.array(top, np.float64)
        self.plot.set_points(x, y, np.asarray(ids), _drawn(x, y))
        self.margin.set_places(x, band)
        self._region.setVisible(band is not None)
        if band is not None:
            self._region.setRegion((band.left, band.right))
        recent = count_recent(times_ns)
        finding = look_at(left[len(left) - recent :], top[len(top) - recent :], band)
        self._show_pile(finding.pile)
        self.say(
            f"{finding.text} {len(x):,} shown. {NEWEST_WORDS}." if len(x) else "",
            "warn" if finding.pattern else "muted",
        )

    def mark(self, number: int | None) -> None:
        """Set the region of a number apart."""
        self.plot.mark(number)

    @Slot()
    def fit(self) -> None:
        """Show the whole frame."""
        self.plot.view.setRange(self._frame.rect(), padding=_EDGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the histogram out where there is no room for it."""
        super().resizeEvent(event)
        self.margin.set_visible(self.height() >= _ROOM_FOR_MARGIN_PX)

    def _show_pile(self, pile: Pile | None) -> None:
        self._ring.setVisible(pile is not None)
        self._pile.setVisible(pile is not None)
        if pile is not None:
            self._ring.setData([pile.left], [pile.top])
            on_left = pile.left < self._frame.rect().center().x()
            self._pile.setAnchor((-0.2, 0.5) if on_left else (1.2, 0.5))
            self._pile.setPos(pile.left, pile.top)
            self._pile.setText(f"{pile.count} of the last {pile.of}", tokens().alarm)

    @Slot()
    def _restyle(self) -> None:
        table = tokens()
        self._frame.setPen(thin_pen(table.outline))
        self._ring.setPen(pg.mkPen(table.alarm, width=2))
        self._pile.setColor(table.alarm)
        dress_region(self._region)
        self.margin.restyle()
        ground = pg.mkColor(table.surface)
        ground.setAlpha(215)
        self._pile.fill = pg.mkBrush(ground)

    @Slot(int)
    def _on_pointed(self, index: int) -> None:
        if index < 0:
            self.read("")
            return
        place = f"x {self.plot.x[index]:.0f}, y {self.plot.y[index]:.0f}"
        here = self.plot.count_at(index)
        more = f"{here:,} here" if here > 1 else ""
        words = self._words(int(self.plot.ids[index]))
        self.read(" · ".join(part for part in (place, words, more) if part))


def _drawn(x: Values, y: Values) -> Drawn | None:
    """Put together what lies at one spot, as long as each point is drawn."""
    if len(x) > MOST_POINTS:
        return None
    last, counts = merge(x, y, _SPOT_PX)
    sizes = np.minimum(_SMALLEST_PX + _PX_PER_DOUBLING * np.log2(counts), _LARGEST_PX)
    return x[last], y[last], sizes
