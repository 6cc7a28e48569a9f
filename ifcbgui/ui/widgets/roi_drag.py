"""Drags pictures of regions of interest out of the window, as files and as an image."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import numpy as np
from PySide6.QtCore import QMimeData, QObject, QSize, Qt, QTemporaryDir, QUrl, Signal, Slot
from PySide6.QtGui import QDrag, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.ui.models.roi_files import Saved, save_all
from ifcbgui.ui.models.roi_order import Numbers
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.worker import Worker

MOST_DRAGGED: Final = 200

_SHOWN: Final = QSize(128, 96)


class RoiDrag(QObject):
    """Writes the files first, in a thread; the drag begins when they are there.

    The files stay as long as the gallery does: whoever took them may read them later.

    Args:
        source: Has the pixels.
        view: What is dragged from.

    Attributes:
        paths: The files of what is dragged, once they are there.

    Signals:
        problem: What could not be dragged, and why.
    """

    problem = Signal(str)

    def __init__(self, source: RoiSource, view: QWidget) -> None:
        super().__init__(view)
        self._source = source
        self._view = view
        self._worker = Worker("drag rois", self)
        self._worker.done.connect(self._prepared)
        self._worker.failed.connect(self._tell_failed)
        self._folder: QTemporaryDir | None = None
        self._numbers: Numbers | None = None
        self.paths: tuple[Path, ...] = ()

    def move(self, numbers: Numbers, rois: Rows, origin: str) -> bool:
        """Note that the mouse moves with some rows; return True if they were dragged and let go.

        To be called by a mouse event alone: dragging waits in a loop of its own, which under a
        coroutine would keep it from ever going on.

        Args:
            numbers: Numbers of the rows.
            rois: A copy of the first `MOST_DRAGGED` of them.
            origin: What names of files begin with.
        """
        if self._numbers is None or not np.array_equal(self._numbers, numbers):
            self._prepare(numbers, rois, origin)
        if not self.paths or _in_coroutine():
            return False
        drag = QDrag(self._view)
        drag.setMimeData(mime_of(self.paths))
        drag.setPixmap(_picture_of(self.paths[0]))
        drag.exec(Qt.DropAction.CopyAction)
        return True

    def _prepare(self, numbers: Numbers, rois: Rows, origin: str) -> None:
        self._numbers, self.paths = numbers.copy(), ()
        if self._folder is None:
            self._folder = QTemporaryDir()
        self._worker.forget()
        self._worker.start(partial(_write, self._source, rois, self._folder.path(), origin))

    @Slot(object)
    def _prepared(self, saved: Saved) -> None:
        assert self._numbers is not None
        self.paths = saved.paths
        if saved.problem:
            self.problem.emit(f"Not all can be dragged. {saved.problem}")
        elif len(self._numbers) > MOST_DRAGGED:
            self.problem.emit(
                f"The first {MOST_DRAGGED} of {len(self._numbers):,} are dragged. "
                "Save them to have all."
            )

    @Slot(object)
    def _tell_failed(self, error: Exception) -> None:
        self.problem.emit(f"Nothing was dragged: {error}")


def _write(source: RoiSource, rois: Rows, folder: str, origin: str) -> Saved:
    """Write files in a folder of their own, so that none needs a number behind its name."""
    return save_all(source, rois, Path(mkdtemp(dir=folder)), origin, threading.Event())


def mime_of(paths: tuple[Path, ...]) -> QMimeData:
    """Return what a drag offers: files, and the image if it is one."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    if len(paths) == 1:
        mime.setImageData(QImage(str(paths[0])))
    return mime


def _picture_of(path: Path) -> QPixmap:
    pixmap = QPixmap(str(path))
    if pixmap.width() <= _SHOWN.width() and pixmap.height() <= _SHOWN.height():
        return pixmap
    return pixmap.scaled(_SHOWN, Qt.AspectRatioMode.KeepAspectRatio)


def _in_coroutine() -> bool:
    try:
        return asyncio.current_task() is not None
    except RuntimeError:  # no loop runs
        return False
