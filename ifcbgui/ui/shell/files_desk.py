"""From the instrument to a folder: asks for files through the door, and hears what comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.files import FileQueue, Files, FileWorker, JobState, list_command
from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.ticket import Fate, Ticket
from ifcbgui.session import SessionEvent
from ifcbgui.settings import Settings, files_dir
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.panels.files_panel import FilesPanel
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.widgets.file_chooser import show_chooser
from ifcbgui.ui.widgets.notice import Level, NoticeArea

_REPLAY: Final = "This is a replay: nothing can be fetched. Close it and connect first."
_FILE_GROUP: Final = "file"


class FilesDesk(QObject):
    """Fetches what the panel asks for; all work on files happens in a thread beside the window.

    What asks goes through the connector, and so through the door, like every command: whatever
    keeps the door shut keeps files from being asked for.

    Args:
        connector: Sends.
        bridge: Tells what the instrument says.
        settings: Have the folder for files; changed as the operator chooses.
        notices: Where to tell of files that did not come, and why.
        panel: Shows it all.
        parent: The window.
    """

    _asked = Signal(str)
    _changed = Signal(object)

    def __init__(
        self,
        connector: Connector,
        bridge: Bridge,
        settings: Settings,
        notices: NoticeArea,
        panel: FilesPanel,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._connector, self._bridge, self._settings = connector, bridge, settings
        self._notices, self._panel, self._window = notices, panel, parent
        self._host = ("", "")
        self._online = self._used = False
        self._told: set[int] = set()
        self._worker = FileWorker(FileQueue(self._ask), self._tell)
        self._asked.connect(self._send)
        self._changed.connect(self._show)
        self._connect()
        panel.set_folder(files_dir(settings))
        self.refresh()

    def _connect(self) -> None:
        bridge, connector, panel = self._bridge, self._connector, self._panel
        bridge.rows_added.connect(self._rows_added)
        bridge.link_changed.connect(self._link_changed)
        bridge.detached.connect(self._detached)
        bridge.tick.connect(self._tick)
        connector.connected_changed.connect(self._connected_changed)
        connector.lock_changed.connect(self.refresh)
        connector.ticket_changed.connect(self._ticket_changed)
        panel.list_requested.connect(self._ask_for_list)
        panel.fetch_requested.connect(self._fetch)
        panel.cancel_requested.connect(self._cancel)
        panel.retry_requested.connect(self._retry)
        panel.clear_requested.connect(self._clear)
        panel.folder_change_requested.connect(self._choose_folder)
        panel.folder_requested.connect(self._show_folder)

    async def shut(self) -> None:
        """Take unfinished files away, for the end of the program."""
        await asyncio.get_running_loop().run_in_executor(None, self._worker.close)

    # --- what may be done -------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Tell the panel whether anything can be asked for now."""
        self._panel.set_blocked(self._why_not())

    def _why_not(self) -> str:
        if self._bridge.replaying:
            return _REPLAY
        door = self._connector.door
        if door is None:
            return "Not connected."
        return door.examine(list_command()).objection or ""

    # --- what the operator wants ------------------------------------------------------------

    @Slot()
    def _ask_for_list(self) -> None:
        now_ns, self._used = time.monotonic_ns(), True
        self._worker.do(lambda queue: queue.ask_for_list(now_ns))

    @Slot(list)
    def _fetch(self, names: list[str]) -> None:
        now_ns, folder, self._used = time.monotonic_ns(), files_dir(self._settings), True
        self._worker.do(lambda queue: queue.fetch(names, folder, now_ns))

    @Slot(list)
    def _cancel(self, ids: list[int]) -> None:
        now_ns = time.monotonic_ns()
        self._worker.do(lambda queue: queue.cancel(ids, now_ns))

    @Slot(list)
    def _retry(self, ids: list[int]) -> None:
        now_ns = time.monotonic_ns()
        self._told.difference_update(ids)
        self._worker.do(lambda queue: queue.retry(ids, now_ns))

    @Slot()
    def _clear(self) -> None:
        self._worker.do(FileQueue.clear)

    @Slot()
    def _choose_folder(self) -> None:
        chooser = QFileDialog(
            self._window, "Folder for fetched files", str(files_dir(self._settings))
        )
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.fileSelected.connect(self._take_folder)
        show_chooser(chooser)

    @Slot(str)
    def _take_folder(self, name: str) -> None:
        self._settings.files_dir = name
        self._panel.set_folder(files_dir(self._settings))

    @Slot(object)
    def _show_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            text = f"{folder} is not there yet; the first file that is fetched makes it."
            self._notices.notify("folder", Level.INFO, text)
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._notices.notify("folder", Level.INFO, f"The files are in {folder}")

    # --- what the worker wants, in its own thread: signals bring it to ours -------------------

    def _ask(self, text: str) -> None:
        with suppress(RuntimeError):  # the window has gone
            self._asked.emit(text)

    def _tell(self, files: Files) -> None:
        with suppress(RuntimeError):
            self._changed.emit(files)

    @Slot(str)
    def _send(self, text: str) -> None:
        if self._connector.door is None:
            self._tell_not_sent(text, "Not sent: there is no connection.")
        else:
            self._connector.send(text)

    @Slot(object)
    def _show(self, files: Files) -> None:
        self._panel.show_files(files)
        failed = [job for job in files.jobs if job.state is JobState.FAILED]
        fresh = [job for job in failed if job.id not in self._told]
        self._told = {job.id for job in failed}
        if fresh:
            names = fresh[0].name if len(fresh) == 1 else f"{len(fresh)} files"
            text = f"{names} could not be fetched: {fresh[0].words}"
            self._notices.notify("files", Level.WARNING, text)

    # --- what happens on the instrument -----------------------------------------------------

    @Slot(list)
    def _rows_added(self, batch: Sequence[tuple[int, Entry | SessionEvent]]) -> None:
        if self._bridge.replaying:  # what was fetched then is not fetched again
            return
        for _, item in batch:
            if not isinstance(item, Entry) or item.direction is Direction.OUT:
                continue
            if item.message.group == _FILE_GROUP:
                self._worker.take(item.message, item.monotonic_ns)

    @Slot(object)
    def _link_changed(self, status: LinkStatus) -> None:
        if not self._bridge.replaying and status.online != self._online:
            self._online = status.online
            self._note(FileQueue.link_back if status.online else FileQueue.link_lost)
        self.refresh()

    @Slot()
    def _detached(self) -> None:
        self._online = False
        self._note(FileQueue.disconnected)
        self.refresh()

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        profile = self._connector.profile
        if connected and profile is not None:
            host = (profile.server, profile.serial)
            if host != self._host:
                self._note(FileQueue.forget_host)
            self._host = host
        self.refresh()

    def _note(self, what: Callable[[FileQueue, int], None]) -> None:
        """Tell the queue of the link, if it has ever had something to do."""
        if self._used:
            now_ns = time.monotonic_ns()
            self._worker.do(lambda queue: what(queue, now_ns))

    @Slot(object)
    def _ticket_changed(self, ticket: Ticket) -> None:
        if ticket.fate in (Fate.NOT_SENT, Fate.REFUSED) and ticket.text.startswith("file:"):
            self._tell_not_sent(ticket.text, ticket.detail)

    def _tell_not_sent(self, text: str, why: str) -> None:
        now_ns = time.monotonic_ns()
        self._worker.do(lambda queue: queue.not_sent(text, why, now_ns))

    @Slot()
    def _tick(self) -> None:
        self._worker.tick(time.monotonic_ns())
        self.refresh()
