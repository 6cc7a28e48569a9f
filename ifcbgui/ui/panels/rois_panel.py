"""The regions of interest that an instrument, a replay or a bin shows, as a gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from ifcbgui.settings import Settings
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.models.roi_order import SortBy
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.panels.roi_takeaway import RoiTakeaway
from ifcbgui.ui.widgets.gallery import Gallery
from ifcbgui.ui.widgets.polling import PollingWidget
from ifcbgui.ui.widgets.roi_tools import RoiTools
from ifcbgui.ui.widgets.roi_view import RoiView

REFRESH_MS: Final = 60
"""An image is to be seen within 250 ms of its coming, with all that happens on the way."""

_VIEW_SHARE: Final = 0.32
_LEAST_VIEW: Final = 250


def _no_reason() -> str:
    return "There are no regions of interest yet."


class RoisPanel(PollingWidget):
    """A gallery, and beside or below it the one that was chosen, in full.

    It looks at its source while it can be seen.

    Args:
        source: What is shown.
        settings: Remember the folder that is saved to.
        parent: Qt parent.
        why_empty: Returns why there is nothing, in a sentence or two.
        live: Whether messages bring them, and more may come. If not, the first comes first.

    Signals:
        message_wanted: Number of the message to show in the log.
        notified: What was saved, or could not be, and whether it went well.
    """

    message_wanted = Signal(int)
    notified = Signal(str, bool)

    def __init__(
        self,
        source: RoiSource,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        why_empty: Callable[[], str] = _no_reason,
        live: bool = True,
    ) -> None:
        super().__init__(REFRESH_MS, parent)
        self.setAccessibleName("ROIs")
        self._why_empty, self._live = why_empty, live
        self._arranged: Qt.Orientation | None = None
        self._parted = False
        self.gallery = Gallery(source, self)
        self.view = RoiView(source, self)
        self.takeaway = RoiTakeaway(source, settings, self.gallery, self.view, self)
        self.takeaway.notified.connect(self.notified)
        self.save = self._action("save", "&Save as PNG…", QKeySequence(), self.takeaway.save)
        self.copy = self._action(
            "copy", "&Copy image", QKeySequence(QKeySequence.StandardKey.Copy), self.takeaway.copy
        )
        self.show_in_log = self._action(
            "show_in_log", "Show in &log", QKeySequence("L"), self._want_message
        )
        self.show_in_log.setVisible(live)
        actions = (self.save, self.copy, self.show_in_log)
        self.tools = RoiTools([action for action in actions if action.isVisible()], self)
        self.tools.follow.setVisible(live)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._lay_out()
        self._connect()
        self._show_chosen()
        if not live:
            self.tools.turn_round()

    def _action(
        self, name: str, text: str, keys: QKeySequence, act: Callable[[], object]
    ) -> QAction:
        action = QAction(icon(name), text, self)
        plain = text.replace("&", "").rstrip("…")
        action.setToolTip(f"{plain} ({keys.toString()})" if not keys.isEmpty() else plain)
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(act)
        self.addAction(action)
        return action

    def _lay_out(self) -> None:
        self.splitter.addWidget(self.gallery)
        self.splitter.addWidget(self.view)
        self.view.hide()  # until there is something to see in it
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.tools.sort_wanted.connect(self._sort)
        self.tools.side_wanted.connect(self.gallery.set_side_number)
        self.tools.follow_wanted.connect(self.gallery.set_following)
        self.gallery.side_changed.connect(self.tools.show_side)
        self.gallery.status_changed.connect(self._show_chosen)
        self.gallery.chosen.connect(self._show_chosen)
        self.gallery.larger_wanted.connect(self._enlarge)
        self.gallery.menu_wanted.connect(self._open_menu)
        self.gallery.drag_wanted.connect(self.takeaway.drag)
        self.view.step_wanted.connect(self.gallery.go)
        self.view.larger_toggled.connect(self._give_room)

    # --- what others say --------------------------------------------------------------------

    def set_pixels_per_um(self, pixels_per_um: float) -> None:
        """Give sizes in micrometres; in pixels for 0."""
        self._set_units(pixels_per_um=pixels_per_um)

    def set_utc(self, utc: bool) -> None:
        """Give times in UTC, else in the machine's zone."""
        self._set_units(utc=utc)

    def set_origin(self, origin: str) -> None:
        """Begin the names of saved files with this: serial of the instrument, name of a bin."""
        self.takeaway.origin = origin

    def show_roi(self, number: int) -> bool:
        """Select a row by its number in the table; return False if it has gone."""
        return self.gallery.show_number(number)

    def _set_units(self, **values: float | bool) -> None:
        units = replace(self.gallery.units, **values)  # type: ignore[arg-type]
        self.gallery.set_units(units)
        self.view.set_units(units)

    # --- what is shown ----------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Show what the source has now."""
        self.gallery.refresh()
        if not len(self.gallery.order):
            self.gallery.set_empty_text(self._why_empty())

    @Slot(object, bool)
    def _sort(self, sort: SortBy, descending: bool) -> None:
        self.gallery.set_sort(sort, descending=descending)

    def _show_status(self) -> None:
        table, selected = self.gallery.order.table, len(self.gallery.choice.selected)
        since = ""
        if self._live and len(table):  # after a jump of a replay these are by far not all
            utc = self.gallery.units.utc
            since = clock_text(int(table.rows["time_ns"][0]), utc=utc)[:8]
        self.tools.show_count(
            count_text(len(table), table.first, selected, since),
            count_text(len(table), table.first, selected),
        )
        self.tools.show_following(self.gallery.following, self.gallery.order.unseen)

    @Slot()
    def _show_chosen(self) -> None:
        """Show the current row in full, and what can be done with those selected."""
        gallery = self.gallery
        current = gallery.choice.current
        roi = None if current is None else gallery.order.rows(np.array([current]))[0]
        self.view.show_roi(roi)
        if roi is None:
            self.view.larger.setChecked(False)
        if not gallery.banding:  # it would move the tiles under it
            self.view.setVisible(roi is not None)
            self._part_room()
        self.save.setEnabled(len(gallery.choice.selected) > 0)
        self.copy.setEnabled(roi is not None)
        self.show_in_log.setEnabled(roi is not None and int(roi["message_id"]) > 0)
        self._show_status()

    @Slot()
    def _want_message(self) -> None:
        if self.view.roi is not None:
            self.message_wanted.emit(int(self.view.roi["message_id"]))

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        larger = menu.addAction(icon("enlarge"), "La&rger", self._enlarge)
        larger.setEnabled(self.view.roi is not None)
        menu.addSeparator()
        menu.addActions([self.save, self.copy, self.show_in_log])
        menu.addSeparator()
        menu.addAction("Select &all", self.gallery.select_all)
        menu.popup(place)

    # --- room -------------------------------------------------------------------------------

    @Slot()
    def _enlarge(self) -> None:
        self.view.larger.setChecked(True)

    @Slot(bool)
    def _give_room(self, larger: bool) -> None:
        self.gallery.setVisible(not larger)
        (self.view if larger else self.gallery).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the chosen one where there is more room."""
        super().resizeEvent(event)
        orientation = Qt.Orientation
        wanted = orientation.Vertical if self.height() > self.width() else orientation.Horizontal
        if wanted is not self._arranged:
            self._arranged = wanted
            self.splitter.setOrientation(wanted)
            self._parted = False
        self._part_room()

    def _part_room(self) -> None:
        """Give the chosen one what it needs, then what the operator gave it, but half at most."""
        if self.view.isHidden() or self.gallery.isHidden():
            return
        tall = self.splitter.orientation() is Qt.Orientation.Vertical
        room = self.splitter.height() if tall else self.splitter.width()
        needed = max(_LEAST_VIEW, round(room * _VIEW_SHARE))
        view = min(self.splitter.sizes()[1] if self._parted else needed, room // 2)
        self.splitter.setSizes([room - view, view])
        self._parted = True


def count_text(kept: int, gone: int, selected: int, since: str = "") -> str:
    """Say how many there are, since when, how many have gone, and how many are selected."""
    count = f"{kept:,} ROI" if kept == 1 else f"{kept:,} ROIs"
    parts = [f"{count} since {since}" if since else count]
    if gone:
        parts.append(f"{gone:,} oldest let go")
    if selected > 1:
        parts.append(f"{selected:,} selected")
    return ", ".join(parts)
