"""Small pictures of regions of interest: those asked for last are kept, others made anew."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.ui.models.roi_order import Numbers
from ifcbgui.ui.models.roi_source import RoiSource
from ifcbgui.ui.models.thumbnail_work import Task, Thumbnail, ThumbnailWork

MOST_BYTES: Final = 48 * 1024 * 1024

_BATCH_MS: Final = 15
_BYTES_BESIDE: Final = 400  # of the objects around the pixels


class Thumbnails(QObject):
    """A bounded cache that fills itself from worker threads; nothing ever waits for these.

    Args:
        source: Has the pixels.
        parent: Qt parent.
        most_bytes: How many bytes of small pictures are kept.

    Signals:
        ready: Numbers of rows whose small picture has come, a list.
    """

    ready = Signal(object)
    _made = Signal()

    def __init__(
        self, source: RoiSource, parent: QObject | None = None, most_bytes: int = MOST_BYTES
    ) -> None:
        super().__init__(parent)
        self._most_bytes = most_bytes
        self._kept: OrderedDict[int, Thumbnail] = OrderedDict()
        self._bytes = 0
        self._side = 1
        self._work = ThumbnailWork(source, self._tell)
        self._batch = QTimer(self)
        self._batch.setSingleShot(True)
        self._batch.setInterval(_BATCH_MS)
        self._batch.timeout.connect(self._take_made)
        self._made.connect(self._batch.start, Qt.ConnectionType.QueuedConnection)

    @property
    def kept_bytes(self) -> int:
        """Bytes of small pictures in memory."""
        return self._bytes

    def set_side(self, side: int) -> None:
        """Make them fit into a box of another width, in device pixels."""
        self._side = side

    def find(self, number: int) -> Thumbnail | None:
        """Return the small picture of a row if it is there, be it for a box of another width."""
        found = self._kept.get(number)
        if found is not None:
            self._kept.move_to_end(number)
        return found

    def want(self, numbers: Numbers, rows: Rows) -> None:
        """Make what is missing; what was wanted before and is not begun is forgotten.

        Args:
            numbers: Numbers of rows, most urgent first.
            rows: A copy of these rows.
        """
        self._work.begin(
            [
                Task(number, rows[place], self._side)
                for place, number in enumerate(numbers.tolist())
                if (kept := self._kept.get(number)) is None or kept.side != self._side
            ]
        )

    def clear(self) -> None:
        """Forget all: the numbers are those of other rows now."""
        self._work.clear()
        self._kept.clear()
        self._bytes = 0

    def _tell(self) -> bool:
        """Wake the thread of the window, from another one; return False if it is gone."""
        try:
            self._made.emit()
        except RuntimeError:
            return False
        return True

    @Slot()
    def _take_made(self) -> None:
        made = self._work.fetch()
        for number, thumbnail in made.items():
            self._keep(number, thumbnail)
        if made:
            self.ready.emit(list(made))

    def _keep(self, number: int, thumbnail: Thumbnail) -> None:
        old = self._kept.pop(number, None)
        self._bytes += _size(thumbnail) - (0 if old is None else _size(old))
        self._kept[number] = thumbnail
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)


def _size(thumbnail: Thumbnail) -> int:
    pixels = 0 if thumbnail.image is None else int(thumbnail.image.sizeInBytes())
    return pixels + _BYTES_BESIDE
