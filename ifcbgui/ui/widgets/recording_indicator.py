"""Whether messages are being kept, where, how much, and how long there is room: status bar."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument.link import length_text
from ifcbgui.session import DiskLevel, RecorderStatus
from ifcbgui.session.disk import bytes_text
from ifcbgui.ui.theme import SPACE_S, scaled_font, tokens

_GAP = "  ·  "
_LONG_S = 99 * 3600
"""Longer than this nobody wants to know how long there is room."""


class RecordingWords(NamedTuple):
    """What the indicator says.

    Attributes:
        lead: What the recorder does.
        name: Name of the file, which gives way where there is little room.
        rest: How much, how quickly, and what is free.
    """

    lead: str
    name: str = ""
    rest: str = ""

    def __str__(self) -> str:
        lead = f"{self.lead}  {self.name}" if self.name else self.lead
        return f"{lead}{_GAP}{self.rest}" if self.rest else lead


def recording_words(status: RecorderStatus | None, running: bool) -> RecordingWords:
    """Say in one line what the recorder does."""
    if status is None:
        return RecordingWords("Not recording")
    if status.problem:
        lost = f", {status.lost:,} lost" if status.lost else ""
        return RecordingWords(f"NOT ON DISK: {status.pending:,} messages in memory{lost}")
    name = status.path.name if status.path else ""
    rest = [f"{status.rows:,} messages", bytes_text(status.bytes)]
    if status.thinned:
        rest.insert(1, f"{status.thinned:,} images left out")
    if not running:
        return RecordingWords("Saved", name, _GAP.join(rest))
    rest.append(f"{bytes_text(status.rate)}/s")
    if status.free_bytes is not None:
        rest.append(_free_words(status))
    return RecordingWords("REC", name, _GAP.join(rest))


def _free_words(status: RecorderStatus) -> str:
    free = f"{bytes_text(status.free_bytes or 0)} free"
    left = status.seconds_left
    if left is not None and left < _LONG_S:
        free += f" for {length_text(round(left / 60) * 60_000_000_000)}"
    return f"ONLY {free}" if status.level is DiskLevel.WARN else free


class RecordingIndicator(QWidget):
    """A dot and a line: red while recording, a square once saved or in trouble."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status: RecorderStatus | None = None
        self._running = False
        self._words = RecordingWords("")
        self.setFont(scaled_font(0.95))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_recording(None, running=False)

    @property
    def words(self) -> str:
        """The whole line."""
        return str(self._words)

    def show_recording(self, status: RecorderStatus | None, *, running: bool) -> None:
        """Show what the recorder says of itself."""
        self._status, self._running = status, running
        words = recording_words(status, running)
        if words == self._words:
            return
        self._words = words
        self.setAccessibleName(f"Recording: {words}")
        where = str(status.path) if status and status.path else "No session file."
        told = (status.problem or status.warning) if status else None
        self.setToolTip(f"{told}\n{where}" if told else where)
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
        low = self._running and bool(self._status and self._status.level is DiskLevel.WARN)
        painter.setPen(table.alarm if trouble else table.warn if low else table.text)
        room = self.rect().adjusted(int(box.right()) + SPACE_S, 0, -SPACE_S, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._fitted(room))

    def _fitted(self, room: QRect) -> str:
        """Return the words cut to the room, the file's name first."""
        metrics = self.fontMetrics()
        others = metrics.horizontalAdvance(str(self._words._replace(name=" ")))
        name, left = "", room.width() - others
        if left > metrics.horizontalAdvance("M" * 6):  # less of a name tells nothing
            name = metrics.elidedText(self._words.name, Qt.TextElideMode.ElideMiddle, left)
        line = str(self._words._replace(name=name))
        return metrics.elidedText(line, Qt.TextElideMode.ElideRight, room.width())
