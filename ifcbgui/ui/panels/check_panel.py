"""The daily check as a page: what to act on, what to look at, and what nobody knows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument.daily_check import Check, Disk, Facts, Verdict, daily_check
from ifcbgui.instrument.imaging.tables import SAMPLE, Rows
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.history import History
from ifcbgui.session.series import Series
from ifcbgui.session.status import DiskLevel, RecorderStatus
from ifcbgui.ui.check_text import COLOURS, ICONS, as_text, headline, worst
from ifcbgui.ui.icons import draw_icon, icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.values import number
from ifcbgui.ui.widgets.card import Card
from ifcbgui.ui.widgets.check_row import CheckRow
from ifcbgui.ui.widgets.painting import draw_card, draw_text
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
    """

    panel_wanted = Signal(str)
    baseline_chosen = Signal(object)

    def __init__(
        self, history: History, now_ns: Callable[[], int], parent: QWidget | None = None
    ) -> None:
        super().__init__(REFRESH_MS, parent)
        self._history, self._now_ns = history, now_ns
        self._state, self._link = InstrumentState(), LinkStatus()
        self._disk: Disk | None = None
        self._baseline: float | None = None
        self.checks: tuple[Check, ...] = daily_check(self._facts())
        self.headline = _Headline(self)
        self.baseline_button = QPushButton(self)
        self.copy_button = QPushButton(icon("copy"), "Copy as text", self)
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
        self.baseline_button.clicked.connect(self._choose_baseline)
        self.copy_button.clicked.connect(self.copy)
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
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.baseline_button)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addWidget(self.headline)
        column.addWidget(scroll, 1)
        column.addLayout(buttons)
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
        )

    def _show(self) -> None:
        for check in self.checks:
            self.rows[check.key].show_check(check)
        self.headline.show_checks(self.checks)
        self._show_baseline()

    def _show_baseline(self) -> None:
        humidity = number(self._state, "humidity")
        if self._baseline is not None:
            self.baseline_button.setText(f"Forget humidity baseline ({self._baseline:.1f} %RH)")
            self.baseline_button.setEnabled(True)
            return
        now = "this" if humidity is None else f"{humidity:.1f} %RH"
        self.baseline_button.setText(f"Set humidity baseline to {now}")
        known = self.rows["humidity"].check.verdict is not Verdict.UNKNOWN
        self.baseline_button.setEnabled(known and humidity is not None)

    @Slot()
    def _choose_baseline(self) -> None:
        """Take the present reading for the baseline, or forget the one there is."""
        humidity = number(self._state, "humidity")
        if self._baseline is None and humidity is not None:
            self.set_baseline(round(humidity, 1))
        else:
            self.set_baseline(None)
        self.baseline_chosen.emit(self._baseline)


class _Headline(QWidget):
    """The counts of verdicts, in the colour of the gravest.

    Signals:
        clicked: The gravest item is to be shown.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self._worst = Verdict.UNKNOWN
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Result of the daily check")
        self.setFixedHeight(round(QFontMetricsF(scaled_font(bold=True)).height() + 2 * SPACE_S))

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show how the checks came out, all together."""
        self.text, self._worst = headline(checks), worst(checks)
        self.setAccessibleDescription(self.text)
        self.setToolTip(f"{self.text}. Click to go to the first of the gravest.")
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        painter, table = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = COLOURS[self._worst]
        colour = getattr(table, token)
        ground = getattr(table, f"{token}_ground", table.surface)
        draw_card(painter, QRectF(self.rect()), ground, colour)
        box = QRectF(self.rect()).adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        side = round(box.height())
        mark = QRectF(box.left(), box.top(), side, side)
        draw_icon(painter, ICONS[self._worst], mark, colour)
        box.setLeft(mark.right() + SPACE_S)
        draw_text(painter, box, self.text, scaled_font(bold=True), colour)


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
    """Return the first value of all, also when its row has long gone."""
    return None if series is None or math.isnan(series.first) else series.first
