"""Finding among the messages that the log shows, with a list of all that was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ifcbgui.session.filters import LINK_KIND, EntryFilter
from ifcbgui.session.filters.terms import AllOf
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.row_filter import RowFilter
from ifcbgui.ui.models.row_index import Positions
from ifcbgui.ui.widgets.log_find_bar import LogFindBar
from ifcbgui.ui.widgets.log_table import LogTable

_NOTHING = RowFilter(directions=frozenset(), hidden_groups=frozenset((LINK_KIND,)))


class LogFind(QObject):
    """What is found is what a second filter shows of the same rows.

    Args:
        model: The rows of the log.
        table: The log.
        parent: Parent of bar and list.

    Attributes:
        bar: Where it is typed.
        results: The list of all that was found; hidden until it is wanted.

    Signals:
        found_changed: Other messages are found.
    """

    found_changed = Signal()

    def __init__(self, model: LogModel, table: LogTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._log, self._table = model, table
        self._wanted: EntryFilter | None = None
        self._found = LogModel(model.store, utc=model.utc, parent=self)
        self._found.set_filter(_NOTHING)
        self._found.look_through(model)
        self._found.bookmarks = model.bookmarks
        self.bar = LogFindBar(parent)
        self.results = LogTable(self._found, parent)
        self.results.setAccessibleName("All that was found")
        self.results.horizontalHeader().hide()
        self.results.hide()
        self.bar.wanted_changed.connect(self._on_wanted)
        self.bar.step_requested.connect(self.step)
        self.bar.list_toggled.connect(self.results.setVisible)
        self.bar.closed.connect(table.setFocus)
        self.results.row_chosen.connect(self._go_to_chosen)
        self.results.activated.connect(self._go_to_chosen)
        model.filter_applied.connect(self._look)
        table.row_chosen.connect(self._show_count)
        for changed in (self._found.modelReset, self._found.rowsInserted, self._found.rowsRemoved):
            changed.connect(self._on_found)

    @property
    def wanted(self) -> EntryFilter | None:
        """What is looked for, or None."""
        return self._wanted

    @property
    def positions(self) -> Positions:
        """Positions of all that was found, ascending."""
        return self._found.positions

    @Slot(bool)
    def set_utc(self, utc: bool) -> None:
        """Show times in the list in UTC, or in the machine's zone."""
        self._found.set_utc(utc)

    @Slot(int)
    def step(self, step: int) -> None:
        """Choose the next message found behind the current one (1), or before it (-1).

        Behind the last comes the first again.
        """
        if self._wanted is None:
            self.bar.open_bar()
            return
        found = self.positions
        if not len(found):
            return
        current = self._table.chosen_position()
        if current is None:
            place = 0 if step > 0 else len(found) - 1
        elif step > 0:
            place = int(np.searchsorted(found, current, side="right")) % len(found)
        else:
            place = int(np.searchsorted(found, current)) - 1
        self._table.go_to(int(found[place]))

    @Slot(object)
    def _on_wanted(self, wanted: EntryFilter | None) -> None:
        self._wanted = wanted
        self._look()

    @Slot()
    def _look(self) -> None:
        """Look for it among what the log's filter shows."""
        shown = self._log.row_filter
        if self._wanted is None:
            self._found.set_filter(_NOTHING)
        else:
            terms = (shown.text.term, self._wanted.term) if shown.text else (self._wanted.term,)
            both = EntryFilter(self._wanted.text, AllOf(terms))
            hidden = shown.hidden_groups | {LINK_KIND}
            self._found.set_filter(replace(shown, hidden_groups=hidden, text=both))
        self._on_found()

    @Slot()
    def _on_found(self) -> None:
        self._show_count()
        self.found_changed.emit()

    @Slot()
    def _show_count(self) -> None:
        found, current = self.positions, self._table.chosen_position()
        place = None
        if current is not None and len(found):
            before = int(np.searchsorted(found, current))
            if before < len(found) and found[before] == current:
                place = before + 1
        self.bar.show_count(place, None if self._wanted is None else len(found))

    @Slot()
    @Slot(QModelIndex)
    def _go_to_chosen(self, _index: QModelIndex | None = None) -> None:
        position = self.results.chosen_position()
        if position is not None:
            self._table.go_to(position)
