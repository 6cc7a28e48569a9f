"""All of one bin: overview, header, signals, places in the frame, images."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ifcbgui.settings import Settings
from ifcbgui.ui.bin_text import glance
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.bin_rois import BinRois
from ifcbgui.ui.models.header_model import HeaderModel
from ifcbgui.ui.models.roi_text import RoiUnits, size_text
from ifcbgui.ui.panels.rois_panel import RoisPanel
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.bin_overview import BinOverview, BinProblems
from ifcbgui.ui.widgets.plots.position import PositionPlot
from ifcbgui.ui.widgets.plots.scatter import ScatterPlot
from ifcbgui.ui.widgets.row_table import RowTable

_SIDE_SHARE: Final = 0.26
_LEAST_SIDE: Final = 260


class BinPanel(QWidget):
    """Shows a bin; what is chosen in a plot is chosen in the gallery, and the other way round.

    Args:
        source: The bin.
        settings: Remember the folder that is saved to.
        pixels_per_um: Scale of its instrument; 0 gives sizes in pixels.
        parent: Qt parent.

    Signals:
        notified: What was saved, or could not be, and whether it went well.
    """

    notified = Signal(str, bool)

    def __init__(
        self,
        source: BinRois,
        settings: Settings,
        pixels_per_um: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.source = source
        self._units = RoiUnits(pixels_per_um)
        self.setAccessibleName(f"Bin {source.bin.path.name}")
        self.problems = BinProblems(source.bin.problems, self)
        self.overview = BinOverview(glance(source.bin, pixels_per_um), self)
        self.search = QLineEdit(self)
        self.header = HeaderModel(source.bin.header, self)
        self.table = RowTable(self.header, "Header of the bin", self)
        self.pairs = QComboBox(self)
        self.log = QCheckBox("Log", self)
        self.scatter = ScatterPlot(self._words, self)
        self.position = PositionPlot(self._words, self)
        self.rois = RoisPanel(source, settings, self, why_empty=_why_empty, live=False)
        self._lay_out()
        self._connect()
        self._fill()

    # --- how it is laid out -------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._halves = QSplitter(Qt.Orientation.Vertical, self)
        self._halves.addWidget(self._make_plots())
        self._halves.addWidget(self.rois)
        self._parts = QSplitter(Qt.Orientation.Horizontal, self)
        self._parts.addWidget(self._make_side())
        self._parts.addWidget(self._halves)
        for splitter in (self._halves, self._parts):
            splitter.setChildrenCollapsible(False)
            splitter.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.problems)
        column.addWidget(self._parts, 1)

    def _make_side(self) -> QWidget:
        side = QWidget(self)
        title = QLabel(self.source.bin.path.name, side)
        title.setFont(scaled_font(1.1, bold=True))
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.search.setPlaceholderText("Find in the header")
        self.search.setAccessibleName("Find in the header")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        column = QVBoxLayout(side)
        column.setContentsMargins(SPACE_S, SPACE_S, SPACE_XS, SPACE_S)
        column.setSpacing(SPACE_S)
        for widget in (title, self.overview, self.search):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        return side

    def _make_plots(self) -> QWidget:
        plots = QWidget(self)
        self.pairs.setAccessibleName("Signals shown")
        self.log.setChecked(True)
        self.log.setToolTip("Logarithmic axes of the signals; off: linear ones")
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        bar.setSpacing(SPACE_S)
        bar.addWidget(self.pairs)
        bar.addWidget(self.log)
        bar.addStretch(1)
        side_by_side = QSplitter(Qt.Orientation.Horizontal, plots)
        side_by_side.setChildrenCollapsible(False)
        for plot in (self.scatter, self.position):
            side_by_side.addWidget(plot)
        side_by_side.setSizes([1000, 1000])
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(side_by_side, 1)
        return plots

    def set_room(self, width: int, height: int) -> None:
        """Share the room of a window among the parts; later the operator may."""
        side = max(_LEAST_SIDE, round(width * _SIDE_SHARE))
        self._parts.setSizes([side, width - side])
        self._halves.setSizes([height // 2, height - height // 2])

    def _connect(self) -> None:
        self.search.textChanged.connect(self.header.search)
        self.pairs.currentIndexChanged.connect(self._show_pair)
        self.log.toggled.connect(self.scatter.set_log)
        self.scatter.chosen.connect(self.rois.show_roi)
        self.position.chosen.connect(self.rois.show_roi)
        self.rois.gallery.chosen.connect(self._mark)
        self.rois.notified.connect(self.notified)

    # --- what it shows ------------------------------------------------------------------------

    def _fill(self) -> None:
        source = self.source
        self.pairs.addItems([pair.title for pair in source.pairs])
        self._show_pair()
        # Readings of the first instruments are mostly below 0.
        self.log.setChecked(source.bin.name is None or not source.bin.name.old)
        rows = source.table.rows
        numbers = np.arange(len(rows))
        self.position.set_places(rows["left"], rows["top"], rows["time_ns"], numbers, source.band)
        self.position.show_empty("" if len(rows) else _why_empty())
        self.table.set_empty_text(
            "No line of the header has this in it." if source.bin.header else "There is no header."
        )
        self.rois.set_origin(source.bin.path.name)
        self.rois.set_pixels_per_um(self._units.pixels_per_um)

    @Slot()
    def _show_pair(self) -> None:
        pair = self.source.pairs[max(0, self.pairs.currentIndex())]
        x, y = self.source.values(pair.x), self.source.values(pair.y)
        self.scatter.set_labels(pair.x_label, pair.y_label)
        self.scatter.set_empty_text(_why_empty())
        self.scatter.set_points(x, y, np.arange(len(x)))

    @Slot()
    def _mark(self) -> None:
        number = self.rois.gallery.choice.current
        self.scatter.mark(number)
        self.position.mark(number)

    def _words(self, number: int) -> str:
        roi = self.source.bin.rois[number]
        size = size_text(roi.width, roi.height, self._units)
        return f"ROI {roi.number} · {size} · trigger {roi.trigger:,}"


def _why_empty() -> str:
    return "There are no images in this bin."
