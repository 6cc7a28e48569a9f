"""Saves what the trends show: as a picture, a drawing, or as values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ifcbgui.session.history import History
from ifcbgui.settings import Settings, session_dir
from ifcbgui.ui.models.errands import Errands
from ifcbgui.ui.models.trend_files import Excerpt, csv_text, excerpt, save
from ifcbgui.ui.models.trend_rows import Rows

if TYPE_CHECKING:
    from ifcbgui.ui.widgets.plots.steered_stack import SteeredStack

_KINDS: Final = {
    "png": ("PNG picture", ".png"),
    "svg": ("SVG drawing", ".svg"),
    "csv": ("CSV values", ".csv"),
    "csv-all": ("CSV values", ".csv"),
}


class TrendsKeeping(QObject):
    """Asks for a file, takes down what is to be in it, and writes it in a thread.

    Args:
        history: Has the values.
        settings: Remember the folder.
        errands: Runs what takes long.
        parent: The panel.

    Signals:
        notified: What became of it, and whether it is good news.
    """

    notified = Signal(str, bool)

    def __init__(
        self, history: History, settings: Settings, errands: Errands, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._history, self._settings, self._errands = history, settings, errands
        self._panel = parent

    def ask(self, what: str, stack: SteeredStack, rows: Rows) -> None:
        """Let somebody choose the file; what is seen is taken down before they do."""
        make = self.take_down(what, stack, rows)
        kind, suffix = _KINDS[what]
        folder = self._settings.export_dir or session_dir(self._settings)
        stamp = datetime.fromtimestamp(stack.seen[1] / 1e9, UTC).strftime("%Y%m%dT%H%M%SZ")
        chooser = QFileDialog(self._panel, "Save trends", str(folder))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilter(f"{kind} (*{suffix})")
        chooser.setDefaultSuffix(suffix)
        # Its own question would be a modal one; a file that is there is never replaced.
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)
        chooser.selectFile(f"trends_{stamp}{suffix}")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.write(Path(path), make))
        chooser.open()

    def take_down(self, what: str, stack: SteeredStack, rows: Rows) -> Callable[[], bytes]:
        """Take down what is to be saved; what is returned makes the file of it, in any thread."""
        from ifcbgui.ui.widgets.plots.stack_picture import picture_of, png_of, svg_of

        if what in ("png", "svg"):
            stack.set_cursor(None)
            if what == "png":
                return partial(png_of, picture_of(stack))
            drawing = svg_of(stack, "Trends")
            return lambda: drawing
        start_ns, stop_ns = stack.seen if what == "csv" else (None, None)
        names = dict.fromkeys(name for row in rows for name in row)
        found = (self._history.find(name) for name in names)
        return partial(_csv, [excerpt(series, start_ns, stop_ns) for series in found if series])

    def write(self, path: Path, make: Callable[[], bytes]) -> None:
        """Write a file, in a thread; one that is there already is left alone."""
        if path.exists():
            self.notified.emit(f"Not saved: {path} is there already. Choose another name.", False)
            return
        self._settings.export_dir = str(path.parent)
        self._errands.run(lambda: save(path, make()), partial(self._tell, path))

    def _tell(self, path: Path, problem: str) -> None:
        if problem:
            self.notified.emit(f"{path.name} was not saved. {problem}", False)
        else:
            self.notified.emit(f"Saved {path}.", True)


def _csv(excerpts: list[Excerpt]) -> bytes:
    return "".join(csv_text(excerpts)).encode()
