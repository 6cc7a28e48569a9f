"""What can be taken away of a gallery: files, the clipboard, what is dragged out."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.settings import Settings
from ifcbgui.ui.models.roi_files import SUFFIX, Saved, encode, file_name, save_all
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.worker import Worker
from ifcbgui.ui.panels.keeping import Keeping
from ifcbgui.ui.widgets.file_chooser import show_chooser
from ifcbgui.ui.widgets.gallery import Gallery
from ifcbgui.ui.widgets.roi_drag import MOST_DRAGGED, RoiDrag
from ifcbgui.ui.widgets.roi_view import RoiView


class RoiTakeaway(QObject):
    """Takes what is selected in a gallery.

    Args:
        source: Has the pixels.
        settings: Remember the folder that is saved to.
        gallery: Knows what is selected.
        view: Has the pixels of the current one.
        parent: What dialogs belong to.

    Attributes:
        origin: What the names of files begin with.

    Signals:
        notified: What was done, or could not be, and whether it went well.
    """

    notified = Signal(str, bool)

    def __init__(
        self,
        source: RoiSource,
        settings: Settings,
        gallery: Gallery,
        view: RoiView,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._source, self._gallery, self._view, self._panel = source, gallery, view, parent
        self._worker = Worker("save rois", self)
        self._worker.done.connect(self._tell_saved)
        self._worker.failed.connect(self._tell_failed)
        self._cancelled = threading.Event()
        self._keeping = Keeping(settings, parent)
        self._keeping.notified.connect(self.notified)
        self._drag = RoiDrag(source, gallery)
        self._drag.problem.connect(self._warn)
        self.origin = "roi"
        # A thread that still writes when the panel goes is to end soon.
        self.destroyed.connect(self._cancelled.set)

    def _selected(self) -> Rows:
        self._gallery.let_go()
        return self._gallery.order.rows(self._gallery.choice.in_order())

    # --- files ------------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Ask where to save what is selected; the rest is done when somebody has answered."""
        rois = self._selected()
        if len(rois) == 1:
            stem = file_name(rois[0], self.origin).removesuffix(SUFFIX)
            make = partial(_png, self._source, rois[0])
            self._keeping.ask_for_file("Save as PNG", stem, "png", make)
        elif len(rois):
            self._ask_for_folder(rois)

    def _ask_for_folder(self, rois: Rows) -> None:
        dialog = QFileDialog(self._panel, f"Save {len(rois):,} ROIs in")
        dialog.setDirectory(str(self._keeping.folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.save_in(Path(path), rois))
        show_chooser(dialog)

    def save_in(self, folder: Path, rois: Rows) -> None:
        """Save rows in a folder, each under a name that no file has yet."""
        if self._worker.busy:
            self._warn("Pictures are still being saved. Save these when that is done.")
            return
        self._keeping.remember(folder)
        self._worker.start(
            partial(save_all, self._source, rois, folder, self.origin, self._cancelled)
        )

    @Slot(object)
    def _tell_saved(self, saved: Saved) -> None:
        self.notified.emit(saved_text(saved), not saved.problem and not saved.missing)

    @Slot(object)
    def _tell_failed(self, error: Exception) -> None:
        self._warn(f"Not saved: {error}")

    # --- clipboard --------------------------------------------------------------------------

    @Slot()
    def copy(self) -> None:
        """Put the current picture onto the clipboard."""
        pixels = self._view.pixels
        if pixels is None:
            self._warn("Nothing was copied: the picture is not there.")
            return
        height, width = pixels.shape
        grey = QImage.Format.Format_Grayscale8
        image = QImage(pixels.tobytes(), width, height, width, grey).copy()
        QGuiApplication.clipboard().setImage(image)
        count = len(self._gallery.choice.selected)
        text = f"1 of {count:,} pictures copied: the clipboard takes one. Save them to have all."
        self.notified.emit(text if count > 1 else "Picture copied.", True)

    # --- dragging ---------------------------------------------------------------------------

    @Slot()
    def drag(self) -> None:
        """Drag what is selected out of the window, as soon as its files are there."""
        self._gallery.let_go()
        numbers = self._gallery.choice.in_order()
        rois = self._gallery.order.rows(numbers[:MOST_DRAGGED])
        if self._drag.move(numbers, rois, self.origin):
            self._gallery.end_drag()

    @Slot(str)
    def _warn(self, text: str) -> None:
        self.notified.emit(text, False)


def _png(source: RoiSource, roi: np.void) -> bytes:
    return encode(source.pixels(roi))


def saved_text(saved: Saved) -> str:
    """Say how many pictures were saved and where, and what became of the others."""
    count = len(saved.paths)
    parts = []
    if count == 1:
        parts.append(f"Saved {saved.paths[0]}.")
    elif count:
        parts.append(f"Saved {count:,} pictures in {saved.paths[0].parent}.")
    else:
        parts.append("Nothing was saved.")
    if saved.missing:
        have = "1 has" if saved.missing == 1 else f"{saved.missing:,} have"
        parts.append(f"{have} no picture.")
    if saved.problem:
        parts.append(saved.problem)
    return " ".join(parts)
