"""One of the stacked plots: its head, its scales left and right, its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from ifcbgui.session.history import History
from ifcbgui.ui.widgets.plots.lines import Window
from ifcbgui.ui.widgets.plots.readings import Seen, newest_by, sample_at
from ifcbgui.ui.widgets.plots.row_head import RowHead, Said
from ifcbgui.ui.widgets.plots.scales import fitted, scale_of, zoomed
from ifcbgui.ui.widgets.plots.style import PlotView, line_colour
from ifcbgui.ui.widgets.plots.tracks import ScaleAxis, Track
from ifcbgui.ui.widgets.quantities import family_of, kind_of, label_of, reading_text
from ifcbgui.ui.wording import UNKNOWN, age_text

_S: Final = 1_000_000_000
_BEFORE_FROM_NS: Final = 2 * _S
# More than from one count of triggers to the next.
_OLD_S: Final = 15


class TrendRow:
    """Quantities over time, of at most two units: those of the first stand left.

    Attributes:
        names: Names of their series.
        head: What they are called and say.
        left: Scale of the first unit.
        right: Scale of the second, or None.
        view: Where the lines are; its heights are 0 to 1.
        tracks: The lines.
    """

    def __init__(self, names: Sequence[str], history: History) -> None:
        self._history = history
        self.names = tuple(names)
        self.head = RowHead()
        self.view = PlotView()
        self.view.setMouseEnabled(x=False, y=False)
        self.view.setYRange(0, 1, padding=0)
        self.left = ScaleAxis("left", kind_of(self.names[0]))
        self.right: ScaleAxis | None = None
        self.tracks: list[Track] = []
        axes = {family_of(self.names[0], history): self.left}
        for number, name in enumerate(self.names):
            family = family_of(name, history)
            if family not in axes and self.right is None:
                axes[family] = self.right = ScaleAxis("right", kind_of(name))
            if family in axes:  # there is no third axis
                self.tracks.append(Track(name, number, axes[family]))
        for axis in self.axes:
            axis.linkToView(self.view)
            own = [track for track in self.tracks if track.axis is axis]
            axis.set_line(own[0].colour_number if len(own) == 1 else None)
        for track in self.tracks:
            self.view.addItem(track.curve)
            self.view.addItem(track.dots)
            self.view.addItem(track.level_line)

    @property
    def axes(self) -> Iterator[ScaleAxis]:
        """Its one or two scales."""
        yield self.left
        if self.right is not None:
            yield self.right

    @property
    def plot(self) -> QRectF:
        """Where the lines are, in the scene."""
        return QRectF(self.view.sceneBoundingRect())

    def show(self, window: Window, *, fit: bool) -> None:
        """Show a part of the time.

        Args:
            window: Which.
            fit: True to fit the scales to what is seen, unless somebody has moved them.
        """
        origin_ns = window.origin_ns
        self.view.setXRange(
            (window.start_ns - origin_ns) / 1e9, (window.stop_ns - origin_ns) / 1e9, padding=0
        )
        changed = {
            track for track in self.tracks if track.look_at(self._history.find(track.name), window)
        }
        for axis in self.axes:
            own = [track for track in self.tracks if track.axis is axis]
            if axis.shown is None or (fit and axis.fits):
                scales = (scale_of(track.name) for track in own)
                extents = (track.extent for track in own)
                if axis.show_range(fitted(extents, scales, axis.shown)):
                    changed.update(own)
        for track in changed:
            track.draw()

    def show_level(self, name: str, value: float | None) -> None:
        """Show a value that those of a quantity are measured against, as a dashed line."""
        for track in self.tracks:
            if track.name == name:
                track.level = value
                track.draw()

    def zoom(self, axis: ScaleAxis, factor: float, share: float) -> None:
        """Show a range of an axis so many times as wide, about a share of its height."""
        axis.fits = False
        axis.show_range(zoomed(axis.shown or (0.0, 1.0), factor, share))
        self._redraw(axis)

    def shift(self, axis: ScaleAxis, share: float) -> None:
        """Move what an axis shows up by a share of its height."""
        low, high = axis.shown or (0.0, 1.0)
        axis.fits = False
        axis.show_range((low + share * (high - low), high + share * (high - low)))
        self._redraw(axis)

    def _redraw(self, axis: ScaleAxis) -> None:
        for track in self.tracks:
            if track.axis is axis:
                track.draw()

    def say_at(self, time_ns: int) -> list[tuple[float, QColor]]:
        """Let the head say what was so at a moment, and how long before it that was said.

        Returns:
            Height in the plot (0 to 1) and colour of each value that there is.
        """
        said, places = [], []
        for track in self.tracks:
            series = self._history.find(track.name)
            sample = sample_at(series, time_ns) if series is not None else None
            colour = line_colour(track.colour_number)
            value = "no value" if series is not None else UNKNOWN
            age = ""
            if series is not None and sample is not None:
                value = reading_text(track.name, sample.value, series.unit)
                if time_ns - sample.time_ns >= _BEFORE_FROM_NS:
                    age = f"{age_text(time_ns - sample.time_ns)} before"
                places.append((track.axis.height_of(sample.value), colour))
            said.append(Said(label_of(track.name, series), value, age, colour))
        self.head.say(said)
        return places

    def say_newest(self, seen: Seen) -> None:
        """Let the head say what is newest of what is seen, and when that was, if long ago."""
        self.head.say([self._newest(track, seen) for track in self.tracks])

    def _newest(self, track: Track, seen: Seen) -> Said:
        series, colour = self._history.find(track.name), line_colour(track.colour_number)
        sample = newest_by(series, seen.stop_ns, seen.start_ns) if series is not None else None
        label = label_of(track.name, series)
        if series is None or sample is None:
            return Said(label, UNKNOWN, "", colour)
        # A setting holds for as long as there is somebody who would say otherwise.
        known_ns = seen.known_ns if series.held else sample.time_ns
        age_ns = seen.stop_ns - known_ns
        old = seen.known_ns < seen.stop_ns or age_ns > (series.gap_s or _OLD_S) * _S
        value = reading_text(track.name, sample.value, series.unit)
        return Said(label, value, seen.when(known_ns) if age_ns > _OLD_S * _S else "", colour, old)

    def restyle(self) -> None:
        """Take the colours of the theme in force; the axes have theirs already."""
        self.head.restyle()
        for track in self.tracks:
            track.restyle()

    def place_of(self, time_x: float, height: float) -> QPointF:
        """Return where a value is in the scene."""
        plot = self.plot
        return QPointF(time_x, plot.bottom() - height * plot.height())
