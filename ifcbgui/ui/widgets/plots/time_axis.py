"""The axis of time below plots: round moments of UTC or of this computer's own clock."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFontMetricsF

from ifcbgui.ui.theme import scaled_font
from ifcbgui.ui.widgets.plots.clock import tick_text, time_ticks
from ifcbgui.ui.widgets.plots.style import FONT_SCALE, PlotAxis

_S: Final = 1_000_000_000
_LABEL_GAP: Final = 26


class TimeAxis(PlotAxis):
    """A bottom axis whose values are seconds since an origin.

    Attributes:
        origin_ns: UTC of 0, nanoseconds since 1970.
        utc: True for UTC, False for local time.
    """

    def __init__(self) -> None:
        self.origin_ns = 0
        self.utc = True
        super().__init__("bottom", grid=False)

    def ticks(self, low: float, high: float, pixels: float) -> tuple[float, list[float]]:
        """Return the distance of ticks and where they are, on a length of so many pixels."""
        label = QFontMetricsF(scaled_font(FONT_SCALE)).horizontalAdvance("00:00:00")
        least_s = (high - low) / max(1.0, pixels) * (label + _LABEL_GAP)
        origin_s = self.origin_ns / _S
        step, ticks = time_ticks(low + origin_s, high + origin_s, least_s, utc=self.utc)
        return step, [tick - origin_s for tick in ticks]

    def tickValues(self, low: float, high: float, pixels: float) -> list[tuple[float, list[float]]]:
        """Tell pyqtgraph where the ticks are."""
        return [self.ticks(low, high, pixels)]

    def tickStrings(self, values: list[float], _scale: float, step_s: float) -> list[str]:
        """Tell pyqtgraph what to write at them."""
        origin_s = self.origin_ns / _S
        return [tick_text(round(value + origin_s, 3), step_s, utc=self.utc) for value in values]
