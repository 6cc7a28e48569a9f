"""Plots as a picture (PNG) or a drawing (SVG), as they look now."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from ifcbgui.ui.theme import tokens
from ifcbgui.ui.widgets.plots.style import PlotCanvas

# For prints and slides: as sharp as a screen of twice as many pixels.
_SHARPNESS: Final = 2
_INCH_M: Final = 0.0254


def picture_of(canvas: PlotCanvas) -> QImage:
    """Paint the plots into an image; encode it in any thread."""
    image = QImage(canvas.size() * _SHARPNESS, QImage.Format.Format_RGB32)
    image.fill(tokens().surface)
    # The axes are kept as drawings for the screen, and take the size that suits its resolution.
    image.setDotsPerMeterX(round(canvas.logicalDpiX() / _INCH_M))
    image.setDotsPerMeterY(round(canvas.logicalDpiY() / _INCH_M))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    canvas.render(painter, QRectF(image.rect()), QRect(canvas.rect()))
    painter.end()
    return image


def png_of(image: QImage) -> bytes:
    """Return an image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def svg_of(canvas: PlotCanvas, title: str) -> bytes:
    """Return the plots as an SVG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    size: QSize = canvas.size()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(title)
    generator.setResolution(canvas.logicalDpiX())
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    painter = QPainter(generator)
    painter.fillRect(QRect(0, 0, size.width(), size.height()), tokens().surface)
    canvas.render(painter, QRectF(0, 0, size.width(), size.height()), QRect(canvas.rect()))
    painter.end()
    return bytes(buffer.data().data())
