"""The real pixels of one region of interest, as large as whole steps allow, with a scale."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument.imaging.pictures import Grey
from ifcbgui.ui.models.thumbnail_work import ground_of
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import CENTRE

_BAR_SHARE: Final = 0.3
_BAR_HEIGHT: Final = 3
_LEAST_SIDE: Final = 60


class RoiImage(QWidget):
    """Shows one picture, or words in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_LEAST_SIDE, _LEAST_SIDE)
        self.setAccessibleName("Picture of the region of interest")
        self._image: QImage | None = None
        self._ground = 0
        self._words = ""
        self._pixels_per_um = 0.0

    def show_pixels(self, grey: Grey) -> None:
        """Show a picture."""
        height, width = grey.shape
        self._image = QImage(
            grey.tobytes(), width, height, width, QImage.Format.Format_Grayscale8
        ).copy()
        self._ground = ground_of(grey)
        self.update()

    def show_words(self, words: str) -> None:
        """Say something in the place of a picture."""
        self._image, self._words = None, words
        self.update()

    def set_pixels_per_um(self, pixels_per_um: float) -> None:
        """Draw the scale in micrometres; in pixels for 0."""
        self._pixels_per_um = pixels_per_um
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size in which most pictures are seen twice as large."""
        return QSize(260, 200)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture on its own grey."""
        painter = QPainter(self)
        if self._image is None:
            painter.fillRect(self.rect(), tokens().raised)
            painter.setPen(tokens().muted)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            room = self.rect().adjusted(SPACE_L, SPACE_S, -SPACE_L, -SPACE_S)
            painter.drawText(room, flags, self._words)
            return
        painter.fillRect(self.rect(), QColor(self._ground, self._ground, self._ground))
        ratio = self.devicePixelRatioF()
        zoom = self._zoom(self._image, ratio)
        shown = QRectF(0, 0, self._image.width() * zoom, self._image.height() * zoom)
        shown.moveCenter(QRectF(self.rect()).center())
        shown.moveTopLeft(QPointF(round(shown.x()), round(shown.y())))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom * ratio < 1)
        painter.drawImage(shown, self._image)
        # The ground has the grey of the picture's edge: where that ends would not be seen.
        line = self._ink()
        line.setAlpha(120)
        painter.setPen(QPen(line, 0))
        painter.drawRect(shown.adjusted(-1, -1, 0, 0))
        self._draw_scale(painter, zoom)

    def _zoom(self, image: QImage, ratio: float) -> float:
        """Return how large a pixel is shown: n or 1/n pixels of the screen."""
        fit = min(self.width() / image.width(), self.height() / image.height()) * ratio
        return (floor(fit) if fit >= 1 else 1 / ceil(1 / fit)) / ratio

    def _ink(self) -> QColor:
        """Return what is seen on the ground."""
        return QColor("black") if self._ground > 110 else QColor("white")

    def _draw_scale(self, painter: QPainter, zoom: float) -> None:
        """Draw a bar with its length in the lower left corner."""
        per_unit = (self._pixels_per_um or 1.0) * zoom
        length = round_length(_BAR_SHARE * self.width() / per_unit)
        text = f"{length:g} {'µm' if self._pixels_per_um else 'px'}"
        font = scaled_font(0.9, bold=True)
        metrics = QFontMetricsF(font)
        ink = self._ink()
        bar = QRectF(SPACE_M, self.height() - SPACE_M, length * per_unit, _BAR_HEIGHT)
        room = QRectF(bar.left(), 0, max(bar.width(), metrics.horizontalAdvance(text)), 0)
        room.setTop(bar.top() - metrics.height() - SPACE_XS)
        room.setBottom(bar.top())
        paper = QColor(self._ground, self._ground, self._ground, 190)
        painter.fillRect(room.united(bar).adjusted(-SPACE_XS, -SPACE_XS, SPACE_XS, SPACE_XS), paper)
        painter.fillRect(bar, ink)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(room, CENTRE, text)


def round_length(most: float) -> float:
    """Return the greatest of 1, 2, 5, 10, 20, 50 ... that is no more than a length."""
    power = 10.0 ** floor(log10(max(most, 1e-3)))
    return max(step * power for step in (1, 2, 5) if step * power <= max(most, 1e-3) * 1.0001)
