"""Decodes the frame that is looked at, away from the thread that paints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from PIL import Image
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from ifcbgui.instrument.imaging.pictures import Grey, read_grey
from ifcbgui.ui.models.frame_reel import FrameRow
from ifcbgui.ui.models.worker import Worker


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A decoded frame.

    Attributes:
        row: Where it stands in the session.
        png: The file as it came.
        grey: Its grey values, height x width.
        image: The same for Qt, good as long as `grey` is.
        counts: How many pixels have each of the 256 grey values.
    """

    row: FrameRow
    png: bytes
    grey: Grey
    image: QImage
    counts: tuple[int, ...]


def decode(row: FrameRow, png: bytes) -> Frame:
    """Return the frame in a PNG file; for any thread.

    Raises:
        PictureError: If the file is damaged.
    """
    grey = read_grey(png)
    height, width = grey.shape
    # Qt's own decoder would hold up the thread that paints; this looks at our pixels as they are.
    image = QImage(grey.data, width, height, grey.strides[0], QImage.Format.Format_Grayscale8)
    return Frame(row, png, grey, image, tuple(Image.fromarray(grey).histogram()))


class FrameLoader(QObject):
    """Decodes one frame after the other; of those that wait only the last is decoded.

    Args:
        read: Returns the PNG file of a message; called in a worker thread. Raises PictureError.
        parent: Qt parent.

    Attributes:
        overtaken: How many frames were not decoded because another was wanted meanwhile.

    Signals:
        loaded: A `Frame`.
        failed: The `FrameRow` of a frame that cannot be shown, and why.
    """

    loaded = Signal(object)
    failed = Signal(object, str)

    def __init__(self, read: Callable[[int], bytes], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._loading: FrameRow | None = None
        self._next: FrameRow | None = None
        self.overtaken = 0
        self._worker = Worker("frames", self)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)

    def load(self, row: FrameRow) -> None:
        """Decode a frame as soon as the one under way is done."""
        if self._worker.busy:
            self.overtaken += self._next is not None
            self._next = row
        else:
            self._start(row)

    def forget(self) -> None:
        """Want nothing any more; what is under way ends unheard."""
        self._next = None
        self.overtaken = 0
        self._worker.forget()

    def _start(self, row: FrameRow) -> None:
        self._loading, self._next = row, None
        self._worker.start(partial(_load, self._read, row))

    @Slot(object)
    def _on_done(self, frame: Frame) -> None:
        self._go_on()
        self.loaded.emit(frame)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        failed = cast(FrameRow, self._loading)
        self._go_on()
        self.failed.emit(failed, str(error))

    def _go_on(self) -> None:
        if self._next is not None:
            self._start(self._next)


def _load(read: Callable[[int], bytes], row: FrameRow) -> Frame:
    return decode(row, read(row.message_id))
