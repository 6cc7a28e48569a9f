"""One value against another, for few points and for many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from ifcbgui.ui.widgets.plots.cloud import NEWEST_WORDS
from ifcbgui.ui.widgets.plots.density import Span, extent, settle, to_axis
from ifcbgui.ui.widgets.plots.plot_frame import PlotFrame
from ifcbgui.ui.widgets.plots.point_plot import Ids, PointPlot, ValueAxis

# The least range of an axis, volts and decades: the noise of what is off must not fill it.
_LEAST_LINEAR: Final = 0.1
_LEAST_LOG: Final = 1.0

_NO_POINTS: Final = "There are no values."
_NONE_FITS: Final = "No value is above 0, and nothing else has a place on logarithmic axes."


class ScatterPlot(PlotFrame):
    """Points of two values each; what is seen follows them until somebody zooms.

    Args:
        words: Returns what else to say of the point of a number, or "".
        parent: Qt parent.

    Signals:
        chosen: A point was chosen: its number.
        entered: Enter was pressed: the number of the chosen point.
    """

    chosen = Signal(int)
    entered = Signal(int)

    def __init__(self, words: Callable[[int], str], parent: QWidget | None = None) -> None:
        plot = PointPlot(ValueAxis("left"), ValueAxis("bottom"))
        super().__init__(plot, "Scatter plot", parent)
        self.plot = plot
        self._words = words
        self._log = True
        self._labels, self._note = ("", ""), ""
        self._values = (np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
        self._shown: tuple[Span, Span] | None = None
        self._following = True
        self._empty_text = _NO_POINTS
        self.plot.pointed.connect(self._on_pointed)
        self.plot.chosen.connect(self.chosen)
        self.plot.entered.connect(self.entered)
        self.plot.fit_wanted.connect(self.fit)
        self.plot.view.sigRangeChangedManually.connect(self._on_zoomed)
        self.set_log(True)

    @property
    def log(self) -> bool:
        """True while the axes are logarithmic."""
        return self._log

    def set_log(self, log: bool) -> None:
        """Make the axes logarithmic or linear."""
        self._log = log
        self.plot.left.set_log(log)
        self.plot.bottom.set_log(log)
        self._shown = None
        self._following = True
        self._show()

    def set_labels(self, x: str, y: str) -> None:
        """Say on the axes what is shown (``PMT A peak, V``), and begin with a new range."""
        if (x, y) != self._labels:
            self._labels = x, y
            self.plot.bottom.set_text(x)
            self.plot.left.set_text(y)
            self._shown = None
            self._following = True

    def set_empty_text(self, text: str) -> None:
        """Say why there are no points when there are none."""
        self._empty_text = text

    def set_points(
        self, x: npt.NDArray[Any], y: npt.NDArray[Any], ids: Ids, note: str = ""
    ) -> None:
        """Show points, oldest first.

        Args:
            x: Values; NaN for what nobody said.
            y: Likewise.
            ids: Number of each point, for the signals.
            note: What else to say below them, of the newest.
        """
        self._note = note
        self._values = np.array(x), np.array(y), np.asarray(ids)
        self._show()

    def mark(self, number: int | None) -> None:
        """Set the point of a number apart."""
        self.plot.mark(number)

    @Slot()
    def fit(self) -> None:
        """Show all points, and follow them again."""
        self._following = True
        self._shown = None
        self._follow()

    def _show(self) -> None:
        x, y, ids = self._values
        shown_x, shown_y = to_axis(x, log=self._log), to_axis(y, log=self._log)
        fits = ~(np.isnan(shown_x) | np.isnan(shown_y))
        said = int(np.count_nonzero(np.isfinite(x) & np.isfinite(y)))
        count = int(np.count_nonzero(fits))
        if count < len(ids):
            shown_x, shown_y, ids = shown_x[fits], shown_y[fits], ids[fits]
        self.show_empty("" if count else _NONE_FITS if said else self._empty_text)
        self.plot.set_points(shown_x, shown_y, ids)
        self._follow()
        left_out = f"; {said - count:,} at 0 or below have no place here" if said > count else ""
        self.say(f"{count:,} points{left_out}. {NEWEST_WORDS}{self._note}." if count else "")

    def _follow(self) -> None:
        least = _LEAST_LOG if self._log else _LEAST_LINEAR
        wanted = extent(self.plot.x, least), extent(self.plot.y, least)
        if not self._following or wanted[0] is None or wanted[1] is None:
            return
        before = self._shown or (None, None)
        shown = settle(before[0], wanted[0]), settle(before[1], wanted[1])
        if shown != self._shown:
            self._shown = shown
            self.plot.view.setRange(xRange=shown[0], yRange=shown[1], padding=0)

    @Slot(int)
    def _on_pointed(self, index: int) -> None:
        if index < 0:
            self.read("")
            return
        number = int(self.plot.ids[index])
        row = int(np.flatnonzero(self._values[2] == number)[0])
        parts = [
            _reading(label, float(values[row]))
            for label, values in zip(self._labels, self._values[:2], strict=True)
        ]
        here = self.plot.count_at(index)
        more = f"{here:,} points here" if here > 1 else ""
        self.read(" · ".join(part for part in (*parts, self._words(number), more) if part))

    @Slot()
    def _on_zoomed(self) -> None:
        self._following = False


def _reading(label: str, value: float) -> str:
    name, _, unit = label.partition(", ")
    return f"{name} {value:.4g} {unit}".rstrip()
