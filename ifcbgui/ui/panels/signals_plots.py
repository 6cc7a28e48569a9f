"""What each trigger gave: the photomultipliers' signals, and where its ROIs lie in the frame."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ifcbgui.instrument.imaging.tables import Rows, Table
from ifcbgui.session.history import History
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.models.signals import (
    GRAPH_PAIRS,
    PMT_PAIRS,
    Pair,
    has_values,
    roi_of,
    seen_as_images,
    trigger_of,
    usual_pair,
)
from ifcbgui.ui.panels.signals_bar import SignalsBar
from ifcbgui.ui.widgets.plots.position import PositionPlot
from ifcbgui.ui.widgets.plots.scatter import ScatterPlot

_NO_TRIGGER: Final = "No trigger yet. Each one becomes a point here once the instrument samples."
_NO_ROI: Final = "No ROI yet. Where in the frame each of them lies is shown here."
_NO_PMT: Final = (
    "No readings of the photomultipliers have come: the instrument sends them with triggercontent "
    "only, which is a setting of its own. "
)
_GRAPH_INSTEAD: Final = "The four values of graphchanged can be chosen instead."
_NO_GRAPH: Final = "No values of graphchanged have come: View graphs is off at the instrument."
_NO_PLACES: Final = (
    "Triggers come, but not where their ROIs lie: either there was none in any of them, or View "
    "images and View graphs are off at the instrument."
)
_FROM_GRAPH: Final = "from graphchanged"


class SignalsPlots(QWidget):
    """Scatter plot and positions side by side, or one above the other where it is narrow.

    Args:
        history: What was seen so far.
        bar: What is to be shown of it.
        parent: Qt parent.

    Signals:
        roi_chosen: A point was chosen that has a ROI: its number in ``history.rois``.
        message_wanted: The message behind the chosen point is to be shown: its id.
    """

    roi_chosen = Signal(int)
    message_wanted = Signal(int)

    def __init__(self, history: History, bar: SignalsBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history, self._bar = history, bar
        self.scatter = ScatterPlot(self._trigger_words, self)
        self.position = PositionPlot(self._place_words, self)
        self._utc = True
        self._trigger: int | None = None
        self._roi: int | None = None
        self._images = True
        self._epoch = -1
        self._drawn: dict[QWidget, tuple[object, ...]] = {}
        self._lay_out()
        self._connect()
        self._choose_none()

    def _lay_out(self) -> None:
        self._halves = QSplitter(Qt.Orientation.Horizontal, self)
        self._halves.setChildrenCollapsible(False)
        for plot in (self.scatter, self.position):
            self._halves.addWidget(plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._halves)

    def _connect(self) -> None:
        bar = self._bar
        bar.changed.connect(self.refresh)
        bar.log_changed.connect(self.scatter.set_log)
        bar.fit_wanted.connect(self.scatter.fit)
        bar.fit_wanted.connect(self.position.fit)
        bar.message_wanted.connect(self._want_message)
        self.scatter.chosen.connect(self._choose_trigger)
        self.position.chosen.connect(self._choose_place)
        for plot in (self.scatter, self.position):
            plot.entered.connect(self._want_message)

    def set_utc(self, utc: bool) -> None:
        """Say times in UTC, or in the machine's zone."""
        self._utc = utc
        self._drawn.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the plots side by side or one above the other, as there is room."""
        super().resizeEvent(event)
        tall = self.height() > self.width()
        self._halves.setOrientation(Qt.Orientation.Vertical if tall else Qt.Orientation.Horizontal)

    # --- what is shown ----------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Show how things are now."""
        self.refresh_scatter()
        self.refresh_position()

    def _is_new(self, plot: QWidget, *what: object) -> bool:
        new = self._drawn.get(plot) != what
        self._drawn[plot] = what
        return new

    def refresh_scatter(self) -> None:
        """Show the signals as they are now."""
        self._notice_new_epoch()
        triggers, window = self._history.triggers, self._bar.shown
        if not self._is_new(self.scatter, triggers.revision, self._bar.chosen_pair, window):
            return
        rows = triggers.rows
        pair = self._bar.chosen_pair or usual_pair(rows)
        self._bar.show_pair(pair)
        part = window.part(rows["time_ns"])
        self.scatter.set_labels(pair.x_label, pair.y_label)
        self.scatter.set_empty_text(self._why_no_values(pair))
        ids = triggers.first + np.arange(part.start, part.stop)
        newest = f", the last {self._clock(int(rows['time_ns'][-1]))}" if len(rows) else ""
        self.scatter.set_points(rows[pair.x][part], rows[pair.y][part], ids, newest)

    def _why_no_values(self, pair: Pair) -> str:
        rows = self._history.triggers.rows
        if not len(rows):
            return _NO_TRIGGER
        if pair not in PMT_PAIRS:
            return _NO_GRAPH
        return _NO_PMT + (_GRAPH_INSTEAD if has_values(rows, GRAPH_PAIRS[0]) else "")

    def refresh_position(self) -> None:
        """Show the places as they are now."""
        self._notice_new_epoch()
        triggers, rois, window = self._history.triggers, self._history.rois, self._bar.shown
        if not self._is_new(self.position, triggers.revision, rois.revision, window):
            return
        self._show_source(seen_as_images(triggers, rois))
        table = rois if self._images else triggers
        part = window.part(table.rows["time_ns"])
        rows, numbers = table.rows[part], table.first + np.arange(part.start, part.stop)
        if not self._images:
            told = np.flatnonzero(rows["left"] >= 0)
            rows, numbers = rows[told], numbers[told]
        band = self._history.band
        self.position.set_places(rows["left"], rows["top"], rows["time_ns"], numbers, band)
        why = _NO_PLACES if len(triggers) else _NO_ROI
        self.position.show_empty("" if len(rows) else why)

    def _show_source(self, images: bool) -> None:
        if images != self._images:
            self._images = images
            self._mark()
        self.position.set_source("" if images or not len(self._history.triggers) else _FROM_GRAPH)

    def _notice_new_epoch(self) -> None:
        """Forget what was chosen of rows whose numbers are others' now."""
        epoch = self._history.triggers.epoch
        if epoch != self._epoch:
            self._epoch = epoch
            self._choose_none()

    def rows_of(self, plot: ScatterPlot | PositionPlot) -> Rows:
        """Return copies of the rows whose points a plot shows."""
        in_triggers = plot is self.scatter or not self._images
        table = self._history.triggers if in_triggers else self._history.rois
        ids = plot.plot.ids
        kept = ids[(ids >= table.first) & (ids < table.stop)]
        return table.rows[kept - table.first]

    # --- what is chosen ---------------------------------------------------------------------------

    @Slot(int)
    def mark_roi(self, number: int) -> None:
        """Set a ROI that was chosen elsewhere apart, and the trigger it came of."""
        self._notice_new_epoch()
        self._roi = number
        self._trigger = trigger_of(number, self._history.triggers, self._history.rois)
        self._mark()

    @Slot(int)
    def _choose_trigger(self, number: int) -> None:
        self._trigger = number
        self._roi = roi_of(number, self._history.triggers, self._history.rois)
        self._mark()
        if self._roi is not None:
            self.roi_chosen.emit(self._roi)

    @Slot(int)
    def _choose_place(self, number: int) -> None:
        if self._images:
            self.mark_roi(number)
            self.roi_chosen.emit(number)
        else:
            self._choose_trigger(number)

    def _choose_none(self) -> None:
        self._trigger = self._roi = None
        self._mark()

    def _mark(self) -> None:
        self.scatter.mark(self._trigger)
        self.position.mark(self._roi if self._images else self._trigger)
        self._bar.set_message_known(self._trigger is not None or self._roi is not None)

    @Slot()
    def _want_message(self) -> None:
        for table, number in (
            (self._history.rois, self._roi),
            (self._history.triggers, self._trigger),
        ):
            row = _row_of(table, number)
            if row is not None:
                self.message_wanted.emit(int(row["message_id"]))
                return

    # --- words ------------------------------------------------------------------------------------

    def _trigger_words(self, number: int) -> str:
        row = _row_of(self._history.triggers, number)
        return "" if row is None else self._words(int(row["number"]), int(row["time_ns"]))

    def _place_words(self, number: int) -> str:
        if not self._images:
            return self._trigger_words(number)
        row = _row_of(self._history.rois, number)
        if row is None:
            return ""
        size = f"{row['width']} x {row['height']} px · " if row["width"] else ""
        return size + self._words(int(row["trigger"]), int(row["time_ns"]))

    def _words(self, trigger: int, time_ns: int) -> str:
        return (f"trigger {trigger:,} · " if trigger else "") + self._clock(time_ns)

    def _clock(self, time_ns: int) -> str:
        words = clock_text(time_ns, utc=self._utc)[:8]
        return f"{words} UTC" if self._utc else words


def _row_of(table: Table, number: int | None) -> Any:
    """Return the row of a number, or None where there is none of it any more."""
    if number is None or not table.first <= number < table.stop:
        return None
    return table.rows[number - table.first]
