"""Time plots above one another, on one axis of time that follows the clock or stays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QElapsedTimer, QRectF, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QWidget

from ifcbgui.session.history import History
from ifcbgui.session.landmarks import spans_of
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.plots.clock import days_text, moment_text, zone_text
from ifcbgui.ui.widgets.plots.lines import Window
from ifcbgui.ui.widgets.plots.readings import Seen
from ifcbgui.ui.widgets.plots.style import FONT_SCALE, PlotCanvas
from ifcbgui.ui.widgets.plots.time_axis import TimeAxis
from ifcbgui.ui.widgets.plots.time_layers import Cursor, Ground, Moments
from ifcbgui.ui.widgets.plots.trend_row import TrendRow
from ifcbgui.ui.wording import age_text

FIT_EVERY_MS: Final = 600
_S: Final = 1_000_000_000
_LEAST_NS: Final = 2 * _S
_MOST_NS: Final = 400 * 86_400 * _S
_LEAST_FILLED_NS: Final = 60 * _S
# So far from its origin a plot of two minutes is still drawn to the pixel.
_FAR_NS: Final = 20 * 86_400 * _S
_STRIP_HEIGHT: Final = 20
_LEAST_ROW: Final = 45
# What is newest does not stand at the very edge.
_AHEAD: Final = 0.01


class TimeStack(PlotCanvas):
    """Rows of plots, what happened above them, the axis of time below, a cursor across.

    Args:
        history: What was said.
        now_ns: Returns the time that is now (UTC): of a replay, its clock.
        parent: Qt parent.

    Signals:
        following_changed: Whether the plots follow the clock from now on.
        moment_wanted: A time (UTC, nanoseconds) that was double clicked.
    """

    following_changed = Signal(bool)
    moment_wanted = Signal(object)

    def __init__(
        self, history: History, now_ns: Callable[[], int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._history, self._now_ns = history, now_ns
        self.rows: list[TrendRow] = []
        self.axis = TimeAxis()
        self.ground, self.cursor = Ground(), Cursor()
        self.moments = Moments()
        self.cursor_ns: int | None = None
        self._span_ns: int | None = 600 * _S
        self._following = True
        self._start_ns, self._stop_ns = 0, 600 * _S
        self._landmarks_key: object = None
        self._levels: dict[str, float] = {}
        self._since_fit = QElapsedTimer()
        for layer in (self.ground, self.cursor):
            self.scene().addItem(layer)
        self.restyled.connect(self._restyle_rows)
        self.setAccessibleName("Trends")
        self.setAccessibleDescription(
            "Left and Right move the cursor, Page Up and Page Down the time, plus and minus zoom, "
            "End follows the clock, Return takes a replay to the cursor."
        )

    # --- rows -----------------------------------------------------------------------------------

    def set_rows(self, rows: Iterable[Sequence[str]]) -> None:
        """Show these rows: of each the names of its series."""
        self.ci.clear()
        self.rows = [TrendRow(names, self._history) for names in rows]
        two_sided = any(row.right is not None for row in self.rows)
        metrics = QFontMetricsF(scaled_font(FONT_SCALE))
        width = math.ceil(metrics.horizontalAdvance("-000.00")) + SPACE_XS
        for number, row in enumerate(self.rows):
            top = 2 * number + 1
            self.addItem(row.head, top, 1)  # beside it there is half a line of the scales
            self.addItem(row.left, top + 1, 0)
            self.addItem(row.view, top + 1, 1)
            self.ci.layout.setRowStretchFactor(top + 1, 1)
            if row.right is not None:
                self.addItem(row.right, top + 1, 2)
            for axis in row.axes:
                axis.setWidth(width)
        self.axis = self._new_axis()
        self.addItem(self.axis, 2 * len(self.rows) + 1, 1)
        grid = self.ci.layout
        grid.setRowFixedHeight(0, _STRIP_HEIGHT)
        right = width if two_sided else SPACE_L
        grid.setColumnFixedWidth(0, width)
        grid.setColumnFixedWidth(2, right)
        self.setMinimumHeight(_STRIP_HEIGHT + _LEAST_ROW * len(self.rows) + 3 * SPACE_M)
        self._landmarks_key = None
        self.show_levels(self._levels)

    def show_levels(self, levels: Mapping[str, float]) -> None:
        """Show values that those of some quantities, by name, are measured against."""
        self._levels = dict(levels)
        for row in self.rows:
            for name in row.names:
                row.show_level(name, self._levels.get(name))
        self.refresh(fit=True)

    def _new_axis(self) -> TimeAxis:
        axis = TimeAxis()
        axis.utc, axis.origin_ns = self.axis.utc, self.axis.origin_ns
        if self.rows:
            axis.linkToView(self.rows[0].view)
        return axis

    # --- time -----------------------------------------------------------------------------------

    @property
    def following(self) -> bool:
        """Whether the plots follow the clock."""
        return self._following

    @property
    def span_ns(self) -> int | None:
        """Length of what is seen while following; None for all there is."""
        return self._span_ns

    @property
    def seen(self) -> tuple[int, int]:
        """UTC of both ends of what is seen."""
        return self._start_ns, self._stop_ns

    def begin(self) -> None:
        """Forget where somebody looked, and how high the plots were, before other values come."""
        self.cursor_ns = None
        for row in self.rows:
            for axis in row.axes:
                axis.forget()

    def follow(self, span_ns: int | None) -> None:
        """Follow the clock from now on, and fit all heights; None shows all there is."""
        self._span_ns = span_ns
        for row in self.rows:
            for axis in row.axes:
                axis.fits = True
        self._set_following(True)
        self.refresh(fit=True)

    def stay(self, start_ns: int, stop_ns: int) -> None:
        """Show a part of the time, and stay there."""
        length = min(max(stop_ns - start_ns, _LEAST_NS), _MOST_NS)
        middle = (start_ns + stop_ns) // 2
        self._start_ns, self._stop_ns = middle - length // 2, middle - length // 2 + length
        self._set_following(False)
        self.refresh()

    def pan(self, share: float) -> None:
        """Go on by a share of what is seen, or back by a negative one."""
        by_ns = round(share * (self._stop_ns - self._start_ns))
        self.stay(self._start_ns + by_ns, self._stop_ns + by_ns)

    def zoom(self, factor: float, centre_ns: int) -> None:
        """Show so many times as much, a moment keeping its place."""
        before, after = centre_ns - self._start_ns, self._stop_ns - centre_ns
        if _LEAST_NS <= factor * (before + after) <= _MOST_NS:
            self.stay(centre_ns - round(before * factor), centre_ns + round(after * factor))

    def set_utc(self, utc: bool) -> None:
        """Show UTC or local time."""
        self.axis.utc = utc
        self.axis.picture = None
        self.axis.update()
        self._settle()
        self.set_cursor(self.cursor_ns)

    def _set_following(self, following: bool) -> None:
        if following != self._following:
            self._following = following
            self.following_changed.emit(following)

    def _follow_clock(self, columns: int) -> None:
        """Look at the last so many minutes; at all there is, while that is less."""
        now_ns, span_ns = self._now_ns(), self._span_ns
        first_ns = self._first_ns(now_ns)
        if span_ns is None or 0 < now_ns - first_ns < span_ns * (1 - _AHEAD):
            self._fill(first_ns, now_ns)
        else:
            self._roll(now_ns, span_ns, columns)

    def _fill(self, first_ns: int, now_ns: int) -> None:
        """Begin with what came first, and go on now and then: all is painted each time."""
        step_ns = 1 << max((now_ns - first_ns) // 60, _S).bit_length() - 1
        self._start_ns = first_ns // step_ns * step_ns
        stop_ns = (now_ns // step_ns + 1) * step_ns
        self._stop_ns = max(stop_ns, self._start_ns + _LEAST_FILLED_NS)

    def _roll(self, now_ns: int, span_ns: int, columns: int) -> None:
        """End with what is newest, in steps of a pixel: else all is painted each time."""
        step_ns = max(1, span_ns // columns)
        self._stop_ns = (now_ns + round(_AHEAD * span_ns)) // step_ns * step_ns
        self._start_ns = self._stop_ns - span_ns

    def _first_ns(self, now_ns: int) -> int:
        found = (self._history.find(name) for row in self.rows for name in row.names)
        return min((int(series.times[0]) for series in found if series), default=now_ns)

    # --- showing --------------------------------------------------------------------------------

    def refresh(self, *, fit: bool = False) -> None:
        """Show how things are; only what has changed is drawn anew.

        Args:
            fit: True to fit the heights at once, and not only now and then.
        """
        if not self.rows:
            self._settle()
            return
        columns = max(1, int(self.rows[0].view.width()))
        if self._following:
            self._follow_clock(columns)
        if abs(self._start_ns - self.axis.origin_ns) > _FAR_NS:
            self.axis.origin_ns = self._start_ns // _S * _S
        now_ns = self._now_ns()
        known_ns = self._known_ns(now_ns)
        window = Window(self._start_ns, self._stop_ns, columns, self.axis.origin_ns, known_ns)
        if not fit and (not self._since_fit.isValid() or self._since_fit.hasExpired(FIT_EVERY_MS)):
            fit = True
        if fit:
            self._since_fit.start()
        for row in self.rows:
            row.show(window, fit=fit)
        self._settle()
        self._show_landmarks(now_ns)
        self.set_cursor(self.cursor_ns)

    def _settle(self) -> None:
        """Let the layers know where which time is."""
        plots = [row.plot for row in self.rows]
        if plots:
            first, axis = plots[0], QRectF(self.axis.sceneBoundingRect())
            length_s = (self._stop_ns - self._start_ns) / _S
            start_s = (self._start_ns - self.axis.origin_ns) / _S
            ticks = self.axis.ticks(start_s, start_s + length_s, first.width())[1]
            ticks_ns = [self.axis.origin_ns + round(tick * _S) for tick in ticks]
            strip = QRectF(first.left(), SPACE_XS, first.width(), _STRIP_HEIGHT)
            moments = Moments(
                self._start_ns,
                self._stop_ns,
                area=QRectF(self.rect()),
                strip=strip,
                plots=plots,
                axis=axis,
                ticks_ns=ticks_ns,
                zone=zone_text(utc=self.axis.utc),
            )
        else:
            moments = Moments()
        if moments != self.moments:
            self.moments = moments
            self.ground.set_moments(moments)
            self.cursor.set_moments(moments)

    def _show_landmarks(self, now_ns: int) -> None:
        marks = self._history.marks
        epoch = self._history.triggers.epoch
        key = (epoch, len(marks), marks[-1] if marks else None, now_ns // _S if marks else 0)
        if key != self._landmarks_key:
            self._landmarks_key = key
            self.ground.set_landmarks(tuple(marks), spans_of(marks, now_ns))

    def _known_ns(self, time_ns: int) -> int:
        """Return a time, or when the connection was lost by then."""
        lost_ns = self._history.lost_ns
        return time_ns if lost_ns is None else min(time_ns, lost_ns)

    def set_cursor(self, time_ns: int | None) -> None:
        """Let the cursor stand at a time, or be gone: then the heads say what is newest."""
        self.cursor_ns = time_ns
        if time_ns is None:
            self._say_newest()
            self.cursor.set_place(None, "", ())
            return
        x = self.moments.x_of(time_ns)
        dots = [
            (row.place_of(x, height), colour)
            for row in self.rows
            for height, colour in row.say_at(time_ns)
            if 0 <= height <= 1
        ]
        if self.moments.sees(time_ns):
            self.cursor.set_place(x, moment_text(time_ns, utc=self.axis.utc), dots)
        else:
            self.cursor.set_place(None, "", ())

    def _say_newest(self) -> None:
        """Let the heads say what is newest: of what is seen, or now while the clock is followed."""
        stop_ns = min(self._now_ns(), self._stop_ns)

        def when(time_ns: int) -> str:
            if self._following:
                return f"{age_text(stop_ns - time_ns)} ago"
            return f"at {clock_text(time_ns, utc=self.axis.utc)[:8]}"

        start_ns = 0 if self._following else self._start_ns
        seen = Seen(start_ns, stop_ns, self._known_ns(stop_ns), when)
        for row in self.rows:
            row.say_newest(seen)

    @property
    def days(self) -> str:
        """What day, or days, can be seen."""
        return days_text(self._start_ns, self._stop_ns, utc=self.axis.utc)

    @property
    def words(self) -> str:
        """What the heads say, for those who hear the screen."""
        return "; ".join(row.head.text for row in self.rows)

    @Slot()
    def _restyle_rows(self) -> None:
        for row in self.rows:
            row.restyle()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw as finely as the new width allows."""
        super().resizeEvent(event)
        if event is not None and self.rows:
            self.ci.layout.activate()
            self.refresh()
