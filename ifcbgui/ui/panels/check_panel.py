"""The daily check as a page: what to act on, what to look at, and what nobody knows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument.daily_check import Check, Disk, Facts, Verdict, daily_check
from ifcbgui.instrument.imaging.tables import SAMPLE, Rows
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.plausible import limits_of, possible
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.history import History
from ifcbgui.session.series import Series
from ifcbgui.session.status import DiskLevel, RecorderStatus
from ifcbgui.ui.check_text import as_text, worst
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.values import number
from ifcbgui.ui.widgets.card import Card
from ifcbgui.ui.widgets.check_headline import CheckHeadline
from ifcbgui.ui.widgets.check_row import CheckRow
from ifcbgui.ui.widgets.check_tools import CheckTools
from ifcbgui.ui.widgets.polling import PollingWidget
from ifcbgui.ui.wording import utc_text

REFRESH_MS: Final = 1000
# A column needs that much for name, value and target side by side.
_COLUMN: Final = 440
_ACROSS: Final = QBoxLayout.Direction.LeftToRight
_DOWN: Final = QBoxLayout.Direction.TopToBottom
# More than there are of any series in the minutes that are judged.
_SAMPLES: Final = 200
_DISK: Final = {
    DiskLevel.OK: Verdict.GOOD,
    DiskLevel.WARN: Verdict.LOOK,
    DiskLevel.STOPPED: Verdict.ACT,
}


class CheckPanel(PollingWidget):
    """Judges state and history while somebody can see it.

    Args:
        history: What the connection has shown so far.
        now_ns: Returns the time that is now: the monotonic clock of the traffic.
        parent: Qt parent.

    Signals:
        panel_wanted: Where to look closer: ``camera``, ``signals`` or ``trends``.
        baseline_chosen: Humidity (%RH) to measure against from now on, or None for the first
            reading of each connection.
        band_chosen: Borders of the ROI band (pixels) that are to be kept, or None to learn them.
    """

    panel_wanted = Signal(str)
    baseline_chosen = Signal(object)
    band_chosen = Signal(object)

    def __init__(
        self, history: History, now_ns: Callable[[], int], parent: QWidget | None = None
    ) -> None:
        super().__init__(REFRESH_MS, parent)
        self._history, self._now_ns = history, now_ns
        self._state, self._link = InstrumentState(), LinkStatus()
        self._disk: Disk | None = None
        self._baseline: float | None = None
        self.headline = CheckHeadline(self)
        self.tools = CheckTools(self)
        self.checks: tuple[Check, ...] = daily_check(self._facts())
        content = QWidget(self)
        self.rows: dict[str, CheckRow] = {}
        self._groups = [
            self._make_group(title, list(checks), content)
            for title, checks in groupby(self.checks, key=lambda check: check.group)
        ]
        self._boxes, self._halves = QBoxLayout(_DOWN), (QBoxLayout(_DOWN), QBoxLayout(_DOWN))
        self._scroll = QScrollArea(self)
        self._lay_out(content)
        self.headline.clicked.connect(self.show_gravest)
        self.tools.baseline_chosen.connect(self._choose_baseline)
        self.tools.band_chosen.connect(self.band_chosen)
        self.tools.copy.clicked.connect(self.copy)
        self._show()

    # --- what it is told ----------------------------------------------------------------------

    @Slot(object)
    def set_state(self, state: InstrumentState) -> None:
        """Take a state; it is judged at the next look."""
        self._state = state

    @Slot(object)
    def set_link(self, link: LinkStatus) -> None:
        """Take the state of the link, which decides what may still be believed."""
        self._link = link

    @Slot(object)
    def set_disk(self, status: RecorderStatus | None) -> None:
        """Take how the recording stands, or None where nothing is recorded."""
        known = status is not None and status.free_bytes is not None
        self._disk = _disk(status) if status is not None and known else None

    @Slot(object)
    def set_baseline(self, humidity: float | None) -> None:
        """Take the humidity (%RH) the operator chose for this instrument, or None."""
        self._baseline = humidity
        self.refresh()

    def set_replay(self, replay: bool) -> None:
        """Take whether all that is shown is long past, so that nothing can be chosen from it."""
        self.tools.replay = replay
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Judge everything anew."""
        self.checks = daily_check(self._facts())
        self._show()

    @Slot()
    def copy(self) -> None:
        """Put all of it on the clipboard, as it stands."""
        title = utc_text(self._facts().now_utc_ns)
        QGuiApplication.clipboard().setText(as_text(self.checks, title))

    @Slot()
    def show_gravest(self) -> None:
        """Scroll to the first of the gravest items."""
        gravest = worst(self.checks)
        row = next(row for row in self.rows.values() if row.check.verdict is gravest)
        self._scroll.ensureWidgetVisible(row, 0, SPACE_S)
        row.setFocus()

    # --- how it is laid out -------------------------------------------------------------------

    def _make_group(self, title: str, checks: Sequence[Check], parent: QWidget) -> QWidget:
        group = _Group(title, parent)
        for check in checks:
            row = CheckRow(check, group)
            row.panel_wanted.connect(self.panel_wanted)
            self.rows[check.key] = row
            group.column.addWidget(row)
        return group

    def _lay_out(self, content: QWidget) -> None:
        self.setAccessibleName("Daily check")
        self._fill(content)
        scroll = self._scroll
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        tools = QHBoxLayout()
        tools.addWidget(self.tools, 1)
        tools.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addWidget(self.headline)
        column.addWidget(scroll, 1)
        column.addLayout(tools)
        self._arrange(1)

    def _fill(self, content: QWidget) -> None:
        """Put the groups into two halves, which stand side by side or one below the other."""
        for half, groups in zip(self._halves, (self._groups[:2], self._groups[2:]), strict=True):
            half.setSpacing(SPACE_S)
            for group in groups:
                half.addWidget(group, 0, Qt.AlignmentFlag.AlignTop)
            half.addStretch()
            self._boxes.addLayout(half)
        self._boxes.setSpacing(SPACE_S)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._boxes)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the groups side by side where there is room."""
        room = event.size().width() // _COLUMN
        self._arrange(4 if room >= 4 else 2 if room >= 2 else 1)
        super().resizeEvent(event)

    def _arrange(self, columns: int) -> None:
        _lay_out_in(self._boxes, side_by_side=columns > 1)
        for half in self._halves:
            _lay_out_in(half, side_by_side=columns > 2)

    # --- what it shows ------------------------------------------------------------------------

    def _facts(self) -> Facts:
        history = self._history
        return Facts(
            state=self._state,
            link=self._link,
            now_ns=self._now_ns(),
            triggers=history.triggers.rows,
            rois=history.rois.rows,
            rates=_last_samples(history.find("fpsrate")),
            first_humidity=_first(history.find("humidity")),
            humidity_baseline=self._baseline,
            band=history.band,
            disk=self._disk,
            replay=self.tools.replay,
        )

    def _show(self) -> None:
        for check in self.checks:
            self.rows[check.key].show_check(check)
        self.headline.show_checks(self.checks)
        self._show_kept()

    def _show_kept(self) -> None:
        humidity = number(self._state, "humidity")
        counts = self.rows["humidity"].check.verdict is not Verdict.UNKNOWN
        counts = counts and possible("humidity", humidity)
        self.tools.show_baseline(self._baseline, humidity if counts else None)
        self.tools.show_band(self._history.band)

    @Slot(object)
    def _choose_baseline(self, humidity: float | None) -> None:
        self.set_baseline(humidity)
        self.baseline_chosen.emit(humidity)


class _Group(Card):
    """Rows on one ground, with a title."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        label = QLabel(title, self)
        label.setFont(scaled_font(bold=True))
        label.setContentsMargins(SPACE_S, 0, 0, 0)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(1, SPACE_XS, 1, SPACE_XS)
        self.column.setSpacing(1)
        self.column.addWidget(label)


def _lay_out_in(box: QBoxLayout, *, side_by_side: bool) -> None:
    """Lay out in equal columns, or one below the other, each as high as it has to be."""
    box.setDirection(_ACROSS if side_by_side else _DOWN)
    for at in range(box.count()):
        item = box.itemAt(at)
        is_room = item is not None and item.spacerItem() is not None
        box.setStretch(at, int(is_room is not side_by_side))


def _disk(status: RecorderStatus) -> Disk:
    return Disk(_DISK[status.level], status.free_bytes or 0, status.seconds_left)


def _last_samples(series: Series | None) -> Rows:
    return np.empty(0, SAMPLE) if series is None else series.rows[-_SAMPLES:]


def _first(series: Series | None) -> float | None:
    """Return the first value that can be meant, also when its row has long gone."""
    if series is None or math.isnan(series.first):
        return None
    if possible(series.name, series.first):
        return series.first
    low, high = limits_of(series.name)
    meant = series.values[(series.values >= low) & (series.values <= high)]
    return float(meant[0]) if len(meant) else None
