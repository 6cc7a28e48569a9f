"""What the instrument is and does, at one look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.ui.theme import SPACE_S, SPACE_XL
from ifcbgui.ui.values import number
from ifcbgui.ui.widgets.attention import AttentionLine
from ifcbgui.ui.widgets.card import Card
from ifcbgui.ui.widgets.columns import ColumnsLayout
from ifcbgui.ui.widgets.fluidics import FluidicsView
from ifcbgui.ui.widgets.lamp import Lamp
from ifcbgui.ui.widgets.reading_label import ReadingLabel
from ifcbgui.ui.widgets.readout import Readout
from ifcbgui.ui.widgets.run_banner import RunBanner
from ifcbgui.ui.widgets.stat_tile import StatTile

_LAMPS: Final = (
    *("switchtriggering", "switchlaser", "switchcamera", "switchflash"),
    *("switchpump1", "switchpump2", "switchpmta", "switchpmtb"),
    *("switchstirrer", "switchcontinuoustrigger", "switchliveenv", "switchoutputfiles"),
)
_DETAILS: Final = {
    "setdatafolder": "Data folder",
    "bin": "Bin",
    "setfilecomment": "Comment",
    "currentgpsposition": "Position",
    "hostversion": "Software",
    "report": "Last report",
}
# From this width on, the drawing stands beside the tiles instead of below them.
_SIDE_BY_SIDE: Final = 640


class StatusPanel(QWidget):
    """Shows the state it was last given; it keeps nothing else of the instrument.

    Args:
        parent: The widget it lives in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = InstrumentState()
        self._link = LinkStatus()
        self._now_ns = 0
        self.setAccessibleName("Instrument status")
        self._banner = RunBanner(self)
        self._attention = AttentionLine(self)
        self._content = QWidget(self)
        self._fluidics = FluidicsView(self._content)
        tiles = QWidget(self._content)
        lamps, details = Card(self._content), Card(self._content)
        self._tiles = _make_tiles(tiles)
        self._lamps = [Lamp(name, lamps) for name in _LAMPS]
        self._details = [
            ReadingLabel(name, details, label=label) for name, label in _DETAILS.items()
        ]
        _in_columns(ColumnsLayout(tiles, gap=SPACE_S, row_gap=SPACE_S, most=3), self._tiles)
        for card, readouts in ((lamps, self._lamps), (details, self._details)):
            layout = ColumnsLayout(card, gap=SPACE_XL, row_gap=0, margin=SPACE_S)
            _in_columns(layout, readouts)
        self._readouts: tuple[Readout, ...] = (*self._tiles, *self._lamps, *self._details)
        self._upper = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._arrange(tiles, lamps, details)

    @Slot(object)
    def set_state(self, state: InstrumentState) -> None:
        """Show a state."""
        self._state = state
        self._show()

    @Slot(object)
    def set_link(self, link: LinkStatus) -> None:
        """Take the state of the link, which decides what may still be believed."""
        self._link = link
        self._show()

    @Slot(object)
    def tick(self, now_ns: int) -> None:
        """Take the time for the ages: the monotonic clock of the traffic, in ns."""
        self._now_ns = now_ns
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the drawing beside the tiles or below them."""
        wide = event.size().width() >= _SIDE_BY_SIDE
        direction = QBoxLayout.Direction
        self._upper.setDirection(direction.LeftToRight if wide else direction.BottomToTop)
        super().resizeEvent(event)

    def _arrange(self, tiles: QWidget, lamps: QWidget, details: QWidget) -> None:
        self._upper.setSpacing(SPACE_S)
        self._upper.addWidget(self._fluidics, 1)
        self._upper.addWidget(tiles, 1)
        inner = QVBoxLayout(self._content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(SPACE_S)
        inner.addLayout(self._upper, 1)
        inner.addWidget(lamps)
        inner.addWidget(details)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._content)
        scroll.setAccessibleName("Instrument values")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        outer.setSpacing(SPACE_S)
        outer.addWidget(self._banner)
        outer.addWidget(self._attention)
        outer.addWidget(scroll, 1)

    def _show(self) -> None:
        state, link, now_ns = self._state, self._link, self._now_ns
        self._banner.show_state(state, link, now_ns)
        self._fluidics.show_state(state, link, now_ns)
        for readout in self._readouts:
            readout.show_state(state, link, now_ns)
        shown: tuple[Readout | FluidicsView, ...] = (*self._readouts, self._fluidics)
        concerns = [(it.label, it.look.concern) for it in shown if it.look.concern]
        self._attention.show_concerns(concerns, stale=link.state is not LinkState.ONLINE)


def _make_tiles(parent: QWidget) -> list[StatTile]:
    return [
        StatTile("fpsrate", parent, label="Trigger rate"),
        StatTile("triggers_saved", parent, label="Triggers saved", note=_skipped_note),
        StatTile("rois_total", parent, label="ROIs", note=_rois_note),
        StatTile("humidity", parent, label="Humidity"),
        StatTile("temperature", parent, label="Temperature"),
        StatTile("setsamplevolume", parent, label="Sample volume"),
    ]


def _in_columns(layout: ColumnsLayout, widgets: Sequence[QWidget]) -> None:
    for widget in widgets:
        layout.addWidget(widget)


def _skipped_note(state: InstrumentState) -> str:
    skipped = state.value("triggers_skipped")
    return "" if skipped is None else f"{skipped} skipped"


def _rois_note(state: InstrumentState) -> str:
    rois, triggers = number(state, "rois_total"), number(state, "triggers_processed")
    return f"{rois / triggers:.2f} per trigger" if rois is not None and triggers else ""
