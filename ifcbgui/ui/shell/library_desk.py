"""The window of the session library: reads, searches and puts away what its panel shows.

All of it happens in worker threads. The window is not modal, and apart from the main window: it
is for the time between the runs.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QMainWindow, QVBoxLayout

from ifcbgui.session import EntryFilter, FilterError, SessionError
from ifcbgui.session.library import (
    MOST_FOUND,
    Recording,
    SessionFile,
    Shelf,
    WholeRecording,
    recordings,
    search,
)
from ifcbgui.session.lock import is_held
from ifcbgui.session.names import files_of
from ifcbgui.settings import Settings
from ifcbgui.ui.models.sessions_model import FoundRow, found_row
from ifcbgui.ui.panels.library_panel import LibraryPanel
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.placing import below_the_bar
from ifcbgui.ui.shell.save_log import SaveLogDialog
from ifcbgui.ui.trash import Moved, move_to_trash, put_back

_LOOK_AGAIN_MS: Final = 5000
_SHOW_EVERY_S: Final = 0.25

T = TypeVar("T")


class LibraryDesk(QObject):
    """Owns the window, which is made when it is wanted first.

    Args:
        connector: Has the folder of the sessions; its tasks do the work.
        settings: Say which folder to offer for exports.
        index_path: Where to remember what was read of the sessions, or None.
        parent: The main window.

    Signals:
        open_requested: Path of a session to replay, and the id of the message to go to, or 0.
    """

    open_requested = Signal(object, int)

    def __init__(
        self,
        connector: Connector,
        settings: Settings,
        index_path: Path | None,
        parent: QMainWindow,
    ) -> None:
        super().__init__(parent)
        self._parent, self._spawn, self._settings = parent, connector.spawn, settings
        self._folder, self._index_path = connector.session_dir, index_path
        self._shelf: Shelf | None = None
        self._looking = False
        self._search: _Search | None = None
        self._moved: list[Moved] = []
        self.panel: LibraryPanel | None = None
        self._window: QDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AGAIN_MS)
        self._timer.timeout.connect(self.look)

    @Slot()
    def show(self) -> None:
        """Show the window, and the sessions as they are now."""
        if self._window is None:
            self._window, self.panel = self._make_window()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        self._timer.start()
        self.look()

    def _make_window(self) -> tuple[QDialog, LibraryPanel]:
        window = QDialog(self._parent)
        window.setWindowTitle("Sessions")
        window.setGeometry(below_the_bar(self._parent, 1180, 680))
        window.finished.connect(self._closed)
        panel = LibraryPanel(window)
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        panel.open_requested.connect(self._open)
        panel.export_requested.connect(self._export)
        panel.folder_requested.connect(self._show_folder)
        panel.delete_requested.connect(self._delete)
        panel.undo_requested.connect(self._undo)
        panel.search_requested.connect(self._begin_search)
        panel.search_cancelled.connect(self._cancel_search)
        panel.find_field.setFocus()
        return window, panel

    @Slot()
    def _closed(self) -> None:
        self._timer.stop()
        self._cancel_search()

    # --- listing ----------------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """Look at the folder again, unless that is under way."""
        if not self._looking and self._window is not None and self._window.isVisible():
            self._looking = True
            self._spawn(self._look(self._shown_panel()))

    async def _look(self, panel: LibraryPanel) -> None:
        try:
            if self._shelf is None:
                self._shelf = await _work(Shelf, self._folder, self._index_path)
            shelf = self._shelf
            files = await _work(shelf.files)
            await self._read(panel, shelf, files)
        except OSError as error:
            panel.show_recordings((), trouble=f"{self._folder} cannot be read: {error.strerror}.")
        finally:
            self._looking = False

    async def _read(self, panel: LibraryPanel, shelf: Shelf, files: Sequence[SessionFile]) -> None:
        """Read what is not known yet, the newest first, and show it bit by bit."""
        known = {file.path: file for file in files}
        unread = [file for file in files if file.facts is None]
        if any(not file.held for file in unread):
            panel.show_recordings(recordings(files))
        shown_at = time.monotonic()
        for file in sorted(unread, key=lambda file: file.changed_ns, reverse=True):
            known[file.path] = await _work(shelf.read, file)
            if time.monotonic() - shown_at > _SHOW_EVERY_S:
                panel.show_recordings(recordings(known.values()))
                shown_at = time.monotonic()
            if self._window is None or not self._window.isVisible():
                break
        panel.show_recordings(recordings(known.values()))
        if unread:
            await _work(shelf.save)

    # --- searching --------------------------------------------------------------------------

    @Slot(str, list)
    def _begin_search(self, text: str, among: list[Recording]) -> None:
        self._cancel_search()
        try:
            wanted = EntryFilter.parse(text)
        except FilterError as error:
            self._shown_panel().show_problem(str(error))
            return
        self._search = _Search(among, wanted)
        self._spawn(self._follow_search(self._shown_panel(), self._search))

    async def _follow_search(self, panel: LibraryPanel, job: _Search) -> None:
        running = asyncio.ensure_future(_work(job.run))
        try:
            while not running.done():
                panel.show_found(list(job.rows), job.words(done=False), done=False)
                await asyncio.wait([running], timeout=_SHOW_EVERY_S)
            await running
        except asyncio.CancelledError:
            job.cancelled.set()
            raise
        if self._search is job:
            panel.show_found(job.rows, job.words(done=True), done=True)

    @Slot()
    def _cancel_search(self) -> None:
        if self._search is not None:
            self._search.cancelled.set()

    # --- what is done with a recording ------------------------------------------------------

    @Slot(object, int)
    def _open(self, path: Path, message_id: int) -> None:
        """Ask for a replay, and uncover the window that shows it, or why there is none."""
        if self._window is not None:
            self._window.close()
        self.open_requested.emit(path, message_id)

    @Slot(object)
    def _show_folder(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
            self._shown_panel().show_message(f"The files are in {path.parent}")

    @Slot(object)
    def _export(self, recording: Recording) -> None:
        self._spawn(self._offer_export(self._shown_panel(), recording))

    async def _offer_export(self, panel: LibraryPanel, recording: Recording) -> None:
        try:
            whole = await _work(WholeRecording, recording)
        except SessionError as error:
            panel.show_problem(f"Not exported: {error} {error.hint}".strip())
            return
        folder = Path(self._settings.export_dir or Path.home())
        nothing_shown = np.empty(0, np.int64)
        dialog = SaveLogDialog(whole, lambda: nothing_shown, self._spawn, folder, self._window)
        dialog.setWindowTitle("Export session")
        dialog.shown.hide()
        dialog.saved.connect(self._tell_exported)
        dialog.show()

    @Slot(str, str)
    def _tell_exported(self, path: str, what: str) -> None:
        self._settings.export_dir = str(Path(path).parent)
        self._shown_panel().show_message(f"{what} exported to {path}")

    @Slot(object)
    def _delete(self, recording: Recording) -> None:
        self._spawn(self._move_to_trash(self._shown_panel(), recording))

    async def _move_to_trash(self, panel: LibraryPanel, recording: Recording) -> None:
        try:
            self._moved = await _work(_put_away, recording)
        except OSError as error:
            panel.show_problem(f"Not deleted: {error}")
        else:
            panel.show_deleted(recording.path.name)
        self.look()

    @Slot()
    def _undo(self) -> None:
        self._spawn(self._put_back(self._shown_panel(), self._moved))

    async def _put_back(self, panel: LibraryPanel, moved: list[Moved]) -> None:
        self._moved = []
        try:
            await _work(put_back, moved)
        except OSError as error:
            panel.show_problem(f"It could not be put back: {error}")
        else:
            panel.show_message("The session is back.")
        self.look()

    def _shown_panel(self) -> LibraryPanel:
        assert self.panel is not None
        return self.panel


class _Search:
    """A search under way; knows nothing of Qt, for it runs in a thread and may outlive the window.

    Attributes:
        rows: What was found so far.
        cancelled: Set it to end the search soon.
    """

    def __init__(self, among: Sequence[Recording], wanted: EntryFilter) -> None:
        self._among, self._wanted = among, wanted
        self._looked_at = 0
        self.rows: list[FoundRow] = []
        self.cancelled = threading.Event()

    def run(self) -> None:
        """Search until the end, until there is enough, or until nobody wants it any more."""
        found = search(
            self._among, self._wanted, progress=self._note, cancelled=self.cancelled.is_set
        )
        for hit in islice(found, MOST_FOUND):
            self.rows.append(found_row(hit))

    def words(self, *, done: bool) -> str:
        """Say how far it is."""
        found, looked_at = len(self.rows), self._looked_at
        if not done:
            return f"{found:,} found in {looked_at:,} messages so far"
        if found == MOST_FOUND:
            return f"The newest {found:,} found; search for more words to have fewer"
        if self.cancelled.is_set():
            return f"Cancelled: {found:,} found in {looked_at:,} messages"
        return f"{found:,} found in {looked_at:,} messages"

    def _note(self, looked_at: int) -> None:
        self._looked_at = looked_at


def _put_away(recording: Recording) -> list[Moved]:
    """Move all files of a recording to the trash; in a worker thread."""
    if any(map(is_held, recording.paths)):
        raise OSError("It is being recorded now. Disconnect first.")
    return move_to_trash([side for path in recording.paths for side in files_of(path)])


async def _work(job: Callable[..., T], *arguments: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, job, *arguments)
