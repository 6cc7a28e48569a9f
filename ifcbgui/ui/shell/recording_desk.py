"""Between the operator and the recorder: its notices, notes, and how the next session is kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ifcbgui.session import RecorderStatus
from ifcbgui.settings import Settings
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.widgets.note_line import NoteLine
from ifcbgui.ui.widgets.notice import Level, NoticeArea

_T = TypeVar("_T")
_Rollover = tuple[bool, int]
_ROLLOVERS: Final[Mapping[_Rollover, str]] = MappingProxyType(
    {
        (False, 0): "&Never",
        (True, 0): "With each &day (UTC)",
        (False, 100): "Every &100 MB",
        (False, 1000): "Every 1 &GB",
    }
)
_IMAGES: Final[Mapping[int, str]] = MappingProxyType(
    {1: "&All", 10: "One in &10 of each form", 100: "One in 1&00 of each form"}
)


class RecordingDesk(QObject):
    """Adds to the Session menu what concerns the recording, and tells of its troubles.

    Args:
        menu: The Session menu.
        before: Its entry before which to add.
        connector: Has the recorder.
        settings: Changed as the operator chooses.
        notices: Where to tell of troubles.
        parent: The window.

    Attributes:
        note_line: Takes a note; to be put above the log.
    """

    def __init__(
        self,
        menu: QMenu,
        before: QAction,
        connector: Connector,
        settings: Settings,
        notices: NoticeArea,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._connector, self._settings, self._notices = connector, settings, notices
        self._told: dict[str, str | None] = {}
        self.note_line = NoteLine(parent)
        self.note = QAction("Add a no&te…", parent)
        self.note.setToolTip("Keep a line of your own in the session, at this moment.")
        menu.insertAction(before, self.note)
        daily, megabytes = rollover = (settings.rollover_daily, settings.rollover_mb)
        own = f"Every {megabytes:,} MB" + (" and with each day (UTC)" if daily else "")
        self._rollovers = self._add_choices(menu, before, "New &file", _ROLLOVERS, rollover, own)
        every = settings.image_every
        own = f"One in {every:,} of each form"
        self._images = self._add_choices(menu, before, "Keep &images", _IMAGES, every, own)
        menu.insertSeparator(before)
        self.note.triggered.connect(self.note_line.ask)
        self.note_line.written.connect(self._keep_note)
        self._rollovers.triggered.connect(self._choose_rollover)
        self._images.triggered.connect(self._choose_images)
        connector.connected_changed.connect(self._connected_changed)
        connector.recording_changed.connect(self._recording_changed)
        self._connected_changed(connector.connected)

    def _add_choices(
        self,
        menu: QMenu,
        before: QAction,
        title: str,
        choices: Mapping[_T, str],
        chosen: _T,
        own: str,
    ) -> QActionGroup:
        """Add a menu of choices; what only the settings file has is one of them, called ``own``."""
        group = QActionGroup(self)
        submenu = QMenu(title, menu)
        known = chosen in choices
        for value, text in {**choices, **({} if known else {chosen: own})}.items():
            action = submenu.addAction(text)
            action.setCheckable(True)
            action.setData(value)
            action.setChecked(value == chosen)
            group.addAction(action)
        menu.insertMenu(before, submenu)
        return group

    @Slot(QAction)
    def _choose_rollover(self, action: QAction) -> None:
        self._settings.rollover_daily, self._settings.rollover_mb = action.data()
        self._tell_when()

    @Slot(QAction)
    def _choose_images(self, action: QAction) -> None:
        self._settings.image_every = action.data()
        self._tell_when()

    def _tell_when(self) -> None:
        if self._connector.connected:
            text = "The session under way stays as it is; this holds from the next connection on."
            self._notices.notify("next session", Level.INFO, text)

    @Slot(str)
    def _keep_note(self, text: str) -> None:
        self._connector.note(text)

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        self.note.setEnabled(connected)
        if not connected:
            self.note_line.hide()

    @Slot(object)
    def _recording_changed(self, status: RecorderStatus) -> None:
        self._tell("recording", Level.ERROR, status.problem)
        self._tell("disk", Level.WARNING, status.warning)

    def _tell(self, key: str, level: Level, text: str | None) -> None:
        """Show a notice as long as it holds, but not again once it was put away."""
        if text == self._told.get(key):
            return
        self._told[key] = text
        if text:
            self._notices.notify(key, level, text)
        else:
            self._notices.dismiss(key)
