"""Menus that change the rows of the trends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ifcbgui.session.history import History
from ifcbgui.ui.models.series_model import SeriesRow
from ifcbgui.ui.models.trend_rows import (
    MOST_IN_ROW,
    MOST_ROWS,
    USUAL_ROWS,
    Rows,
    moved,
    replaced,
    with_row,
    with_series,
    without_row,
    without_series,
)
from ifcbgui.ui.widgets.quantities import Family, family_of, label_of, reading_text
from ifcbgui.ui.widgets.series_picker import SeriesPicker


class TrendsMenus(QObject):
    """The menu of the button, which has one for each row, and that of a row by itself.

    Args:
        history: Has all there is to choose from.
        button: Its menu is filled here.
        parent: The panel.

    Signals:
        rows_wanted: The rows as they shall be.
    """

    rows_wanted = Signal(object)

    def __init__(self, history: History, button: QToolButton, parent: QWidget) -> None:
        super().__init__(parent)
        self._history, self._button, self._panel = history, button, parent
        self._rows: Rows = ()
        self._then: Callable[[str], Rows] | None = None
        self.picker = SeriesPicker(parent)
        self.picker.chosen.connect(self._choose)
        self._row_menu = QMenu(parent)
        button.menu().aboutToShow.connect(self._fill_button_menu)

    def show_rows(self, rows: Rows) -> None:
        """Take the rows as they are."""
        self._rows = rows

    # --- menus ----------------------------------------------------------------------------------

    @Slot()
    def _fill_button_menu(self) -> None:
        menu = self._button.menu()
        menu.clear()
        add = menu.addAction("Add a row…", partial(self.ask_for_row, self._below_button()))
        add.setEnabled(len(self._rows) < MOST_ROWS)
        menu.addSeparator()
        for at in range(len(self._rows)):
            self._fill_row_menu(menu.addMenu(self._name(at)), at, self._below_button())
        menu.addSeparator()
        usual = menu.addAction("Usual rows", partial(self.rows_wanted.emit, USUAL_ROWS))
        usual.setEnabled(self._rows != USUAL_ROWS)

    def show_row_menu(self, at: int, place: QPoint) -> None:
        """Pop up the menu of a row."""
        self._row_menu.clear()
        self._fill_row_menu(self._row_menu, at, place)
        self._row_menu.popup(place)

    def _fill_row_menu(self, menu: QMenu, at: int, place: QPoint) -> None:
        rows = self._rows
        add = menu.addAction("Add to this row…", partial(self._ask_to_add, at, place))
        add.setEnabled(len(rows[at]) < MOST_IN_ROW)
        menu.addAction("Show another quantity here…", partial(self._ask_to_replace, at, place))
        menu.addSeparator()
        if len(rows[at]) > 1:
            for name in rows[at]:
                left = without_series(rows, at, name)
                menu.addAction(f"Remove {self._label(name)}", partial(self.rows_wanted.emit, left))
        remove = menu.addAction(
            "Remove this row", partial(self.rows_wanted.emit, without_row(rows, at))
        )
        remove.setEnabled(len(rows) > 1)
        menu.addSeparator()
        up = menu.addAction("Move up", partial(self.rows_wanted.emit, moved(rows, at, -1)))
        up.setEnabled(at > 0)
        down = menu.addAction("Move down", partial(self.rows_wanted.emit, moved(rows, at, 1)))
        down.setEnabled(at < len(rows) - 1)

    def _below_button(self) -> QPoint:
        return self._button.mapToGlobal(self._button.rect().bottomLeft())

    def _label(self, name: str) -> str:
        return label_of(name, self._history.find(name))

    def _name(self, at: int) -> str:
        return " and ".join(map(self._label, self._rows[at]))

    # --- choosing -------------------------------------------------------------------------------

    def ask_for_row(self, place: QPoint) -> None:
        """Let somebody choose a quantity for another row."""
        self._then = partial(with_row, self._rows)
        self.picker.ask("Add a row", self._choices(), place)

    def _ask_to_add(self, at: int, place: QPoint) -> None:
        self._then = partial(with_series, self._rows, at)
        families = {family_of(name, self._history) for name in self._rows[at]}
        shown = families if len(families) > 1 else None
        self.picker.ask(
            f"Add to {self._name(at)}", self._choices(shown), place, left_out=self._rows[at]
        )

    def _ask_to_replace(self, at: int, place: QPoint) -> None:
        self._then = partial(replaced, self._rows, at)
        self.picker.ask(f"In place of {self._name(at)}", self._choices(), place)

    def _choices(self, families: set[Family] | None = None) -> Iterator[SeriesRow]:
        """Yield what there is; with families, what fits on a row that has two axes already."""
        for series in self._history.series():
            if families is None or family_of(series.name, self._history) in families:
                newest = reading_text(series.name, float(series.values[-1]), series.unit)
                yield SeriesRow(series.name, series.label, newest)

    @Slot(str)
    def _choose(self, name: str) -> None:
        if self._then is not None:
            self.rows_wanted.emit(self._then(name))
            self._then = None
