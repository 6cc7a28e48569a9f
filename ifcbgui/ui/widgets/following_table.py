"""A table of the message log that keeps its place, or follows the newest row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QScrollBar, QTableView, QWidget

from ifcbgui.ui.models.filtered_rows import AnyIndex
from ifcbgui.ui.models.log_columns import Column
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.row_index import Positions, rows_of

_MAX_KEPT_RANGES: Final = 500


@dataclass(frozen=True, slots=True)
class _Place:
    """What of a view has to survive a reset, by position in the store."""

    selected: Positions
    current: int | None
    anchor: int | None
    anchor_line: int


class FollowingTable(QTableView):
    """Follows the newest row until somebody scrolls up or chooses another row.

    It follows again once the end is reached. Selection and place survive new rows, dropped rows
    and filters.

    Args:
        model: The rows.
        header: Titles above the columns.
        parent: Qt parent.

    Signals:
        following_changed: It follows the newest row, or no longer does.
        unseen_changed: Number of rows that came since it stopped following.
        row_chosen: Somebody made another row the current one.
    """

    following_changed = Signal(bool)
    unseen_changed = Signal(int)
    row_chosen = Signal()

    def __init__(self, model: LogModel, header: QHeaderView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = model
        self._following = True
        self._last_seen = -1
        self._unseen = 0
        self._own_moves = 0
        self._place: _Place | None = None
        self.setHorizontalHeader(header)  # before the model: it forgets what is chosen at a reset
        # Before the view's own connections, to see the selection before it goes.
        model.modelAboutToBeReset.connect(self._remember_place)
        self.setModel(model)
        model.needed_from = self._needed_from
        # After the view's own connections, to have the last word.
        model.modelReset.connect(self._restore_place)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsRemoved.connect(self._on_rows_removed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def set_scroll_bar(self, bar: QScrollBar) -> None:
        """Take another vertical scroll bar."""
        self.setVerticalScrollBar(bar)
        bar.valueChanged.connect(self._on_scrolled)

    # --- following --------------------------------------------------------------------------

    @property
    def following(self) -> bool:
        """Whether the newest row is kept in view."""
        return self._following

    @property
    def unseen(self) -> int:
        """Number of shown rows that came since the table stopped following."""
        return self._unseen

    @Slot(bool)
    def set_following(self, following: bool) -> None:
        """Keep the newest row in view from now on, or stay where the view is."""
        if following:
            with self._own_move():
                self.scrollToBottom()
        if following is not self._following:
            self._following = following
            self._last_seen = self._log.store.stop - 1
            self.following_changed.emit(following)
        self._count_unseen()

    @Slot()
    def _count_unseen(self) -> None:
        unseen = 0
        if not self._following:
            unseen = self._log.rowCount() - self._log.row_near(self._last_seen + 1)
        if unseen != self._unseen:
            self._unseen = unseen
            self.unseen_changed.emit(unseen)

    def _needed_from(self) -> int:
        """Return the lowest position among what is read and what is chosen."""
        rows = [top for top, _ in self._selected_ranges()]
        if not self._following:
            rows.append(self.verticalScrollBar().value())
        known = [row for row in rows if row < self._log.rowCount()]
        return self._log.position(min(known)) if known else self._log.store.stop

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        if not self._own_moves:
            self.set_following(value >= self.verticalScrollBar().maximum())

    def updateGeometries(self) -> None:
        """Lay out again; while following, whatever changed, the newest row stays in view."""
        with self._own_move():
            super().updateGeometries()
            if self._following:
                bar = self.verticalScrollBar()
                bar.setValue(bar.maximum())

    # --- the rows somebody reads ------------------------------------------------------------

    def chosen_position(self) -> int | None:
        """Return the store's position of the current row, or None."""
        index = self.currentIndex()
        return self._log.position(index.row()) if index.isValid() else None

    def selected_positions(self) -> Positions:
        """Return the store's positions of the selected rows, ascending."""
        positions = self._log.positions
        parts = [positions[top : bottom + 1] for top, bottom in self._selected_ranges()]
        return np.concatenate(parts) if parts else np.empty(0, np.uint32)

    def _selected_ranges(self) -> list[tuple[int, int]]:
        selection = self.selectionModel().selection()
        parts = (selection.at(number) for number in range(selection.count()))
        return sorted((part.top(), part.bottom()) for part in parts)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Take the new current row; choosing one above the end stops following."""
        super().currentChanged(current, previous)
        if self._own_moves or not current.isValid():
            return
        if current.row() < self._log.rowCount() - 1:
            self.set_following(False)
        self.row_chosen.emit()

    def rowsAboutToBeRemoved(self, parent: AnyIndex, start: int, end: int) -> None:
        """Let rows go. Where the current one goes, no other takes its place."""
        with self._own_move():
            if start <= self.currentIndex().row() <= end:
                self.selectionModel().clearCurrentIndex()
            super().rowsAboutToBeRemoved(parent, start, end)

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        older = first == 0 and last < self._log.rowCount() - 1
        if older and not self._following:
            bar = self.verticalScrollBar()
            with self._own_move():
                self.updateGeometries()
                bar.setValue(bar.value() + last + 1)
        self._count_unseen()

    @Slot(QModelIndex, int, int)
    def _on_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        bar = self.verticalScrollBar()
        with self._own_move():
            bar.setValue(bar.value() - (last - first + 1))
        self._count_unseen()

    @Slot()
    def _remember_place(self) -> None:
        """Note what is selected, and the line of the row that must not jump."""
        bar, current = self.verticalScrollBar(), self.currentIndex()
        top, rows = bar.value(), self._log.rowCount()
        anchor = current.row() if top <= current.row() <= top + bar.pageStep() else top
        self._place = _Place(
            selected=self.selected_positions().copy(),
            current=self.chosen_position(),
            anchor=self._log.position(anchor) if anchor < rows else None,
            anchor_line=anchor - top,
        )

    @Slot()
    def _restore_place(self) -> None:
        """Select again what is still there, and put the view back into its place."""
        place, self._place = self._place, None
        if place is not None:
            with self._own_move():
                self._restore_selection(place)
                self.updateGeometries()
                if not self._following and place.anchor is not None:
                    row = self._log.row_near(place.anchor)
                    self.verticalScrollBar().setValue(row - place.anchor_line)
        self._count_unseen()

    def _restore_selection(self, place: _Place) -> None:
        rows = rows_of(place.selected, self._log.positions)
        selection = QItemSelection()
        for top, bottom in _ranges(rows)[:_MAX_KEPT_RANGES]:
            selection.select(self._log.index(top, 0), self._log.index(bottom, len(Column) - 1))
        chosen = self.selectionModel()
        chosen.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if place.current is not None:
            row = self._log.row_near(place.current)
            if row < self._log.rowCount() and self._log.position(row) == place.current:
                index = self._log.index(row, 0)
                chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        """Mark moves of the view as the program's own, which say nothing of the reader's wish."""
        self._own_moves += 1
        try:
            yield
        finally:
            self._own_moves -= 1


def _ranges(rows: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Return ascending rows as (first, last) of each unbroken run."""
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) > 1)
    firsts = rows[np.concatenate(([0], breaks + 1))]
    lasts = rows[np.concatenate((breaks, [len(rows) - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
