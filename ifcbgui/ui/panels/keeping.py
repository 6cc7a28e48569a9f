"""Asks for a file and writes it in a thread, in the place of none that is there already."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from ifcbgui.session.errors import explain_write_error
from ifcbgui.settings import Settings
from ifcbgui.ui.models.saving import write_whole
from ifcbgui.ui.models.worker import Worker
from ifcbgui.ui.widgets.file_chooser import show_chooser

KINDS = {"png": "PNG picture", "svg": "SVG drawing", "csv": "CSV values"}


class Keeping(QObject):
    """Saves what a panel shows.

    Args:
        settings: Remember the folder, one for all that is saved.
        parent: The panel.

    Signals:
        notified: What became of it, and whether it is good news.
    """

    notified = Signal(str, bool)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._panel = settings, parent
        self._path = Path()
        self._worker = Worker("save", self)
        self._worker.done.connect(self._tell_saved)
        self._worker.failed.connect(self._tell_failed)

    def ask_for_file(self, title: str, stem: str, kind: str, make: Callable[[], bytes]) -> None:
        """Let somebody choose a file of a kind of `KINDS`; then write what ``make`` returns."""
        chooser = QFileDialog(self._panel, title, str(self.folder()))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilter(f"{KINDS[kind]} (*.{kind})")
        chooser.setDefaultSuffix(kind)
        chooser.selectFile(f"{stem}.{kind}")
        chooser.fileSelected.connect(lambda path: self.write(Path(path), make))
        show_chooser(chooser)

    def folder(self) -> Path:
        """Return the folder to begin in: the one that was saved to last."""
        kept = Path(self._settings.export_dir or Path.home())
        return kept if kept.is_dir() else Path.home()

    def remember(self, folder: Path) -> None:
        """Begin in this folder next time, whatever is saved then."""
        self._settings.export_dir = str(folder)

    def write(self, path: Path, make: Callable[[], bytes]) -> None:
        """Write a file, in a thread; one that is there already is left alone.

        Args:
            path: Its name.
            make: Returns what is to be in it; called in the thread. What it raises is told.
        """
        if path.exists():
            self.notified.emit(f"Not saved: {path} is there already. Choose another name.", False)
            return
        if self._worker.busy:
            self.notified.emit("A file is still being written. Save this one after it.", False)
            return
        self.remember(path.parent)
        self._path = path
        self._worker.start(partial(_write, path, make))

    @Slot()
    def _tell_saved(self) -> None:
        self.notified.emit(f"Saved {self._path}.", True)

    @Slot(object)
    def _tell_failed(self, error: Exception) -> None:
        why = str(error)
        if isinstance(error, OSError):
            why = " ".join(explain_write_error(error, self._path.parent))
        self.notified.emit(f"{self._path.name} was not saved. {why}", False)


def _write(path: Path, make: Callable[[], bytes]) -> None:
    write_whole(path, make())
