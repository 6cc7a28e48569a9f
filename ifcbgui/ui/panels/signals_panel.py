"""The panel of the signals: a row of choices, and the plots once somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ifcbgui.session.history import History
from ifcbgui.settings import Settings
from ifcbgui.ui.panels.plots_panel import PlotsPanel
from ifcbgui.ui.panels.signals_bar import SignalsBar
from ifcbgui.ui.panels.signals_keeping import SignalsKeeping

if TYPE_CHECKING:
    from ifcbgui.ui.panels.signals_plots import SignalsPlots

# Each of the two plots is renewed at every second tick, so that neither waits for the other.
TICK_MS: Final = 125


class SignalsPanel(PlotsPanel):
    """Looks at the history while somebody can see it.

    Args:
        history: What was seen so far.
        settings: Remember the folder that is saved to.
        parent: Qt parent.

    Attributes:
        plots: The plots, or None until they are there.

    Signals:
        roi_chosen: A point was chosen that has a ROI: its number in ``history.rois``.
        message_wanted: The message behind the chosen point is to be shown: its id.
    """

    roi_chosen = Signal(int)
    message_wanted = Signal(int)

    def __init__(self, history: History, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(TICK_MS, _load, parent)
        self.setAccessibleName("Signals")
        self._history = history
        self.bar = SignalsBar(self)
        self.plots: SignalsPlots | None = None
        self._utc = True
        self._turn = False
        self._marked: tuple[int, int] | None = None
        self.keeping = SignalsKeeping(settings, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.bar)
        self._column.setAlignment(self.bar, Qt.AlignmentFlag.AlignTop)
        self.bar.save_wanted.connect(self._save)
        self.keeping.notified.connect(self.notified)

    def _build(self, plots_type: type[SignalsPlots]) -> None:
        self.plots = plots = plots_type(self._history, self.bar, self)
        plots.set_utc(self._utc)
        plots.roi_chosen.connect(self.roi_chosen)
        plots.message_wanted.connect(self.message_wanted)
        self._column.addWidget(plots, 1)
        plots.refresh()
        if self._marked is not None and self._marked[0] == self._history.rois.epoch:
            plots.mark_roi(self._marked[1])

    @Slot(int)
    def mark_roi(self, number: int) -> None:
        """Set a ROI that was chosen elsewhere apart: its number in ``history.rois``."""
        self._marked = self._history.rois.epoch, number
        if self.plots is not None:
            self.plots.mark_roi(number)

    @Slot(bool)
    def set_utc(self, utc: bool) -> None:
        """Say times in UTC, or in the machine's zone."""
        self._utc = utc
        if self.plots is not None:
            self.plots.set_utc(utc)

    @Slot(str, str)
    def _save(self, which: str, kind: str) -> None:
        if self.plots is not None:
            self.keeping.ask(which, kind, self.plots)

    @Slot()
    def refresh(self) -> None:
        """Show how things are."""
        if self.plots is not None:
            self.plots.refresh()

    def poll(self) -> None:
        """Renew one plot, then the other."""
        if self.plots is None:
            return
        self._turn = not self._turn
        if self._turn:
            self.plots.refresh_scatter()
        else:
            self.plots.refresh_position()


def _load() -> type[SignalsPlots]:
    from ifcbgui.ui.panels.signals_plots import SignalsPlots

    return SignalsPlots
