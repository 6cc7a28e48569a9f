"""Asks for a file and writes it in a thread, in the place of none that is there already."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ifcbgui.ui.models.errands import Errands
from ifcbgui.ui.models.trend_files import save

KINDS = {"png": "PNG picture", "svg": "SVG drawing", "csv": "CSV values"}


class Keeping(QObject):
    """Saves what a panel shows.

    Args:
        errands: Runs what takes long.
        parent: The panel.

    Signals:
        notified: What became of it, and whether it is good news.
    """

    notified = Signal(str, bool)

    def __init__(self, errands: Errands, parent: QWidget) -> None:
        super().__init__(parent)
        self._errands, self._panel = errands, parent
        self._folder = Path.home()

    def ask_for_file(self, title: str, stem: str, kind: str, make: Callable[[], bytes]) -> None:
        """Let somebody choose a file of a kind of `KINDS`; then write what ``make`` returns."""
        chooser = QFileDialog(self._panel, title, str(self.folder()))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilter(f"{KINDS[kind]} (*.{kind})")
        chooser.setDefaultSuffix(kind)
        # Its own question would be a modal one; a file that is there is never replaced.
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)
        chooser.selectFile(f"{stem}.{kind}")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.write(Path(path), make))
        chooser.open()

    def folder(self) -> Path:
        """Return the folder to begin in."""
        return self._folder

    def remember(self, folder: Path) -> None:
        """Begin in this folder next time."""
        self._folder = folder

    def write(self, path: Path, make: Callable[[], bytes]) -> None:
        """Write a file, in a thread; one that is there already is left alone.

        Args:
            path: Its name.
            make: Returns what is to be in it; called in the thread.
        """
        if path.exists():
            self.notified.emit(f"Not saved: {path} is there already. Choose another name.", False)
            return
        self.remember(path.parent)
        self._errands.run(lambda: save(path, make()), partial(self._tell, path))

    def _tell(self, path: Path, problem: str) -> None:
        if problem:
            self.notified.emit(f"{path.name} was not saved. {problem}", False)
        else:
            self.notified.emit(f"Saved {path}.", True)
