"""Whether messages are being kept, where, and how much: in the status bar."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.session import RecorderStatus
from ifcbgui.ui.theme import SPACE_S, scaled_font, tokens

LOW_BYTES = 1_000_000_000


def recording_words(status: RecorderStatus | None, running: bool) -> str:
    """Say in one line what the recorder does."""
    if status is None:
        return "Not recording"
    if status.problem:
        lost = f", {status.lost:,} lost" if status.lost else ""
        return f"NOT ON DISK: {status.pending:,} messages in memory{lost}"
    name = status.path.name if status.path else ""
    size = QLocale.c().formattedDataSize(status.bytes, 1)
    if not running:
        return f"Saved  {name}  ·  {status.rows:,} messages  ·  {size}"
    free = QLocale.c().formattedDataSize(status.free_bytes or 0, 0)
    low = "ONLY " if is_low(status) else ""
    return f"REC  {name}  ·  {status.rows:,} messages  ·  {size}  ·  {low}{free} free"


def is_low(status: RecorderStatus) -> bool:
    """Tell whether the disk is about to be full."""
    return status.free_bytes is not None and status.free_bytes < LOW_BYTES


class RecordingIndicator(QWidget):
    """A dot and a line: red while recording, a square once saved, a triangle in trouble."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status: RecorderStatus | None = None
        self._running = False
        self.words = ""
        self.setFont(scaled_font(0.95))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_recording(None, running=False)

    def show_recording(self, status: RecorderStatus | None, *, running: bool) -> None:
        """Show what the recorder says of itself."""
        self._status, self._running = status, running
        words = recording_words(status, running)
        if words == self.words:
            return
        self.words = words
        self.setAccessibleName(f"Recording: {words}")
        where = str(status.path) if status and status.path else "No session file."
        self.setToolTip(f"{status.problem}\n{where}" if status and status.problem else where)
        self.update()

    def sizeHint(self) -> QSize:
        """One line, as wide as the status bar lets it be."""
        return QSize(360, self.fontMetrics().height() + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark and the words."""
        table = tokens()
        trouble = bool(self._status and self._status.problem)
        colour = table.alarm if trouble or self._running else table.muted
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        side = self.fontMetrics().ascent() - 2
        box = QRectF(SPACE_S, (self.height() - side) / 2, side, side)
        if self._running and not trouble:
            painter.drawEllipse(box)
        else:
            painter.drawRect(box)
        low = self._running and self._status is not None and is_low(self._status)
        painter.setPen(table.alarm if trouble or low else table.text)
        room = self.rect().adjusted(int(box.right()) + SPACE_S, 0, -SPACE_S, 0)
        text = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
