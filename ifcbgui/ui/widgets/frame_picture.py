"""Draws the pixels of a frame, scaled only once for many paintings."""

from __future__ import annotations

from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QPixmap

from ifcbgui.ui.models.frame_loader import Frame
from ifcbgui.ui.widgets.frame_port import FramePort


class FramePicture:
    """Keeps the frame as it was drawn last."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._scale = 0.0
        self._pixmap = QPixmap()

    def draw(self, painter: QPainter, frame: Frame, port: FramePort, view: QRect) -> None:
        """Draw what is seen of a frame.

        Args:
            painter: Painter on the view, scaled to pixels of the screen.
            frame: The frame.
            port: Where it is.
            view: The view, in pixels of the screen.
        """
        scale = min(port.scale, 1.0)
        if frame is not self._frame or scale != self._scale:
            whole = scale == 1.0
            self._pixmap = QPixmap.fromImage(frame.image) if whole else _smaller(frame, scale)
            self._frame, self._scale = frame, scale
        if scale < 1.0:
            painter.drawPixmap(port.left, port.top, self._pixmap)
        else:
            self._draw_squares(painter, port, view)

    def _draw_squares(self, painter: QPainter, port: FramePort, view: QRect) -> None:
        """Draw those pixels of the camera that are seen, each as a square."""
        scale = int(port.scale)
        first_x, first_y = max(0, -port.left // scale), max(0, -port.top // scale)
        across = min(port.width - first_x, view.width() // scale + 2)
        down = min(port.height - first_y, view.height() // scale + 2)
        source = QRect(first_x, first_y, across, down)
        left, top = port.left + first_x * scale, port.top + first_y * scale
        painter.drawPixmap(QRect(left, top, across * scale, down * scale), self._pixmap, source)


def _smaller(frame: Frame, scale: float) -> QPixmap:
    """Return the frame made smaller, each pixel the mean of those that it stands for.

    Pillow takes a third of the time that Qt does.
    """
    height, width = frame.grey.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = Image.fromarray(frame.grey).resize(size, Image.Resampling.BOX).tobytes()
    return QPixmap.fromImage(QImage(pixels, *size, size[0], QImage.Format.Format_Grayscale8))
