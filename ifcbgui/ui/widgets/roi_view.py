"""One region of interest in full: its picture, and all that is known of it."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.instrument.imaging.pictures import Grey
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.roi_text import NOT_KNOWN, RoiUnits, fields
from ifcbgui.ui.models.worker import Worker
from ifcbgui.ui.theme import SPACE_L, SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.roi_image import RoiImage

_LONGEST_ROW: Final = "Integrated A, B 2026-12-28 20:48:58.888 UTC"
_MOST_ROWS: Final = 8
_LEAST_WIDTH, _LEAST_HEIGHT = 150, 90
_UNLIMITED: Final = 16_777_215  # what Qt takes for no limit
_HINT: Final = "Choose a region of interest to see it in full."
_STEPS: Final = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Home: "home",
    Qt.Key.Key_End: "end",
}
_LARGER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RoiView(QWidget):
    """Shows one region of interest; with none, it says how to choose one.

    Args:
        source: Has the pixels.
        parent: Qt parent.

    Signals:
        step_wanted: Another one is wanted: left, right, up, down, home or end from this.
        larger_toggled: It is to have all the room, or to give it back.
    """

    step_wanted = Signal(str)
    larger_toggled = Signal(bool)

    def __init__(self, source: RoiSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._roi: np.void | None = None
        self._units = RoiUnits()
        self._worker = Worker("roi", self)
        self._worker.done.connect(self._show_pixels)
        self._worker.failed.connect(self._show_failure)
        self.pixels: Grey | None = None
        self.image = RoiImage(self)
        self.facts = _Facts(self)
        self.title = QLabel(self)
        self.title.setFont(scaled_font(1.0, bold=True))
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.before = self._button("before", "Previous (Left)", "left")
        self.after = self._button("chevron", "Next (Right)", "right")
        self.larger = QToolButton(self)
        self.larger.setCheckable(True)
        self.larger.setAutoRaise(True)
        self.larger.toggled.connect(self._show_larger)
        self.larger.toggled.connect(self.larger_toggled)
        self._show_larger(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Region of interest in full")
        self._lay_out()
        self.show_roi(None)

    def _button(self, name: str, text: str, step: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: self.step_wanted.emit(step))
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_S, SPACE_XS, SPACE_XS, SPACE_XS)
        head.setSpacing(SPACE_XS)
        head.addWidget(self.title, 1)
        for button in (self.before, self.after, self.larger):
            head.addWidget(button)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.setSpacing(SPACE_S)
        self._body.addWidget(self.image, 1)
        self._body.addWidget(self.facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._body, 1)

    # --- what is shown ----------------------------------------------------------------------

    @property
    def roi(self) -> np.void | None:
        """The row shown, or None."""
        return self._roi

    def show_roi(self, roi: np.void | None) -> None:
        """Show a copy of a row; its picture comes as soon as it is there."""
        if roi is not None and self._roi is not None and _same(roi, self._roi):
            self._roi = roi  # more may be known of it now
            self._show_facts()
            return
        self._roi, self.pixels = roi, None
        self._worker.forget()
        for button in (self.before, self.after, self.larger):
            button.setEnabled(roi is not None)
        self._show_facts()
        if roi is None:
            self.image.show_words(_HINT)
            return
        self._worker.start(partial(self._source.pixels, roi))

    def set_units(self, units: RoiUnits) -> None:
        """Give sizes and times otherwise."""
        self._units = units
        self.image.set_pixels_per_um(units.pixels_per_um)
        self._show_facts()

    def _show_facts(self) -> None:
        roi = self._roi
        self.facts.show_fields(() if roi is None else tuple(fields(roi, self._units)))
        if roi is None:
            self.title.clear()
            return
        trigger = int(roi["trigger"])
        self.title.setText(f"Trigger {trigger}" if trigger > 0 else f"Trigger {NOT_KNOWN}")

    @Slot(object)
    def _show_pixels(self, pixels: Grey) -> None:
        self.pixels = pixels
        self.image.show_pixels(pixels)

    @Slot(object)
    def _show_failure(self, error: Exception) -> None:
        self.image.show_words(f"There is no picture. {error}")

    @Slot(bool)
    def _show_larger(self, larger: bool) -> None:
        self.larger.setIcon(icon("shrink" if larger else "enlarge"))
        text = "Back to the gallery (Esc)" if larger else "Larger (Enter)"
        self.larger.setToolTip(text)
        self.larger.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which nothing could be made out."""
        return QSize(_LEAST_WIDTH, _LEAST_HEIGHT)

    # --- events -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step to another one, or be larger or smaller."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.step_wanted.emit(_STEPS[key])
        elif key in _LARGER and self._roi is not None:
            self.larger.toggle()
        elif key == Qt.Key.Key_Escape and self.larger.isChecked():
            self.larger.setChecked(False)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Be larger, or smaller again."""
        if self._roi is not None:
            self.larger.toggle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the fields where there is more room."""
        super().resizeEvent(event)
        wide = event.size().width() > event.size().height() * 1.2
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self.facts.fit(event.size(), beside=wide)


def _same(one: np.void, other: np.void) -> bool:
    return all(one[name] == other[name] for name in ("message_id", "index", "time_ns"))


class _Facts(QScrollArea):
    """Names and values, one below the other."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget(self)
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        self._grid.setHorizontalSpacing(SPACE_L)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self.setWidget(self._page)

    def show_fields(self, shown: tuple[tuple[str, str], ...]) -> None:
        """Show names and values; labels are made once, and used again."""
        while len(self._rows) < len(shown):
            self._add_row()
        for place, (name, value) in enumerate(self._rows):
            there = place < len(shown)
            name.setVisible(there)
            value.setVisible(there)
            if there:
                name.setText(shown[place][0])
                value.setText(shown[place][1])
                value.setAccessibleName(": ".join(shown[place]))
                value.setEnabled(shown[place][1] != NOT_KNOWN)

    def fit(self, room: QSize, *, beside: bool) -> None:
        """Take no more of some room than the words need, and leave most of it to the picture."""
        metrics = QFontMetrics(scaled_font(0.95))
        width = metrics.horizontalAdvance(_LONGEST_ROW) + 2 * SPACE_L + 2 * SPACE_S
        height = (metrics.height() + 2) * _MOST_ROWS + 2 * SPACE_XS
        if beside:
            self.setFixedWidth(min(width, round(room.width() * 0.62)))
            self.setMinimumHeight(0)
            self.setMaximumHeight(_UNLIMITED)
        else:
            self.setFixedHeight(min(height, round(room.height() * 0.45)))
            self.setMinimumWidth(0)
            self.setMaximumWidth(_UNLIMITED)

    def texts(self) -> dict[str, str]:
        """Return what is shown, by name."""
        return {name.text(): value.text() for name, value in self._rows if not name.isHidden()}

    def _add_row(self) -> None:
        name, value = QLabel(self._page), QLabel(self._page)
        name.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setFont(scaled_font(0.95))
        value.setWordWrap(True)
        name.setFont(scaled_font(0.95))
        name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        row = len(self._rows)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1)
        self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(row + 1, 1)
        self._rows.append((name, value))
