"""Below the daily check: what is kept for the instrument, and all of it as text."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ifcbgui.instrument.imaging.band import Band
from ifcbgui.ui.icons import icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.columns import ColumnsLayout

# Wider than that, buttons would only stand far apart.
_WIDEST_LINES: Final = 42
_REPLAY: Final = "This is a replay: it changes nothing of what is kept for the instrument."


class CheckTools(QWidget):
    """Takes or forgets the humidity baseline and the ROI band, each with one button.

    Args:
        parent: The widget it lives in.

    Attributes:
        replay: True where nothing that is kept may be changed.

    Signals:
        baseline_chosen: Humidity (%RH), or None for the first reading of each connection.
        band_chosen: Left and right border (pixels), or None to learn them.
    """

    baseline_chosen = Signal(object)
    band_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.replay = False
        self._kept: float | None = None
        self._reading: float | None = None
        self._band: Band | None = None
        self.baseline = QPushButton(self)
        self.band = QPushButton(self)
        self.copy = QPushButton(icon("copy"), "Copy as text", self)
        row = ColumnsLayout(self, gap=SPACE_S, row_gap=SPACE_XS, most=3)
        for button in (self.baseline, self.band, self.copy):
            row.addWidget(button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumWidth(QFontMetrics(scaled_font()).height() * _WIDEST_LINES)
        self.baseline.clicked.connect(self._choose_baseline)
        self.band.clicked.connect(self._choose_band)

    def show_baseline(self, kept: float | None, reading: float | None) -> None:
        """Show the baseline there is, or what may be taken for one.

        Args:
            kept: The baseline, %RH, or None.
            reading: A reading that counts, %RH, or None.
        """
        self._kept, self._reading = kept, reading
        if kept is not None:
            self.baseline.setText(f"Forget baseline ({kept:.1f} %RH)")
            words = "Then humidity is measured against the first reading of each connection."
        elif reading is None:
            self.baseline.setText("Set humidity baseline")
            words = "There is no reading that could be one."
        else:
            self.baseline.setText(f"Set baseline ({reading:.1f} %RH)")
            words = (
                "Later readings of the humidity are measured against this one. Take it while the "
                "housing is dry."
            )
        self._enable(self.baseline, words, kept is not None or reading is not None)

    def show_band(self, band: Band | None) -> None:
        """Show the band there is: one that is kept, or one that may be."""
        self._band = band
        where = "" if band is None else f"x {band.left:.0f} to {band.right:.0f}"
        if band is None:
            self.band.setText("Keep ROI band")
            words = "It is not known yet where the ROIs lie: that is learned from 50 on."
        elif band.is_known:
            self.band.setText("Learn band anew")
            words = (
                f"Forgets that ROIs usually lie at {where}, and learns it from those that come "
                "now: once laser, camera or flow cell have been moved on purpose."
            )
        else:
            self.band.setText("Keep ROI band")
            words = (
                f"Keeps {where} with the instrument, to tell by it when it is misaligned. Do so "
                "when beads show that it is aligned."
            )
        self._enable(self.band, words, band is not None)

    def _enable(self, button: QPushButton, words: str, can: bool) -> None:
        button.setEnabled(can and not self.replay)
        button.setToolTip(_REPLAY if self.replay else words)

    @Slot()
    def _choose_baseline(self) -> None:
        """Take the present reading for the baseline, or forget the one there is."""
        reading = None if self._reading is None else round(self._reading, 1)
        self.baseline_chosen.emit(reading if self._kept is None else None)

    @Slot()
    def _choose_band(self) -> None:
        """Keep the band there is, or forget the one that was kept."""
        band = self._band
        if band is not None:
            learned = (round(band.left), round(band.right))
            self.band_chosen.emit(None if band.is_known else learned)
