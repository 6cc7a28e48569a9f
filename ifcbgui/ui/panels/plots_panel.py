"""Panels of plots: what draws them is loaded in a thread, when somebody first looks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from ifcbgui.ui.models.worker import Worker
from ifcbgui.ui.widgets.polling import PollingWidget


class PlotsPanel(PollingWidget):
    """A panel whose plots come a third of a second after it is first seen.

    Args:
        every_ms: How long from one look at the history to the next, milliseconds.
        load: Returns the class of the plots; called in a thread, which may import it.
        parent: Qt parent.

    Signals:
        notified: What became of what was saved or loaded, and whether it is good news.
    """

    notified = Signal(str, bool)

    def __init__(
        self, every_ms: int, load: Callable[[], type], parent: QWidget | None = None
    ) -> None:
        super().__init__(every_ms, parent)
        self._load = load
        self._loaded = False
        self._loader = Worker("load plots", self)
        self._loader.done.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)

    @abstractmethod
    def _build(self, plots_type: Any) -> None:
        """Make the plots, of the class that was loaded."""

    @Slot(object)
    def _on_loaded(self, plots_type: type) -> None:
        self._loaded = True
        self._build(plots_type)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.notified.emit(f"{self.accessibleName()} cannot be plotted: {error}", False)

    def come_into_sight(self) -> None:
        """Load the plots, unless they are there."""
        if not self._loaded and not self._loader.busy:
            self._loader.start(self._load)
        super().come_into_sight()
