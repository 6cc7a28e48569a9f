"""Our line icons, drawn in the colours of the theme in force at whatever size is asked for."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ifcbgui._resources import read_text
from ifcbgui.ui.theme import tokens

_APP_SIZES: Final = (16, 20, 24, 32, 48, 64, 128, 256)


def icon(name: str, token: str = "text") -> QIcon:
    """Return an icon by its file's name, which follows a change of theme by itself.

    Args:
        name: Name of a file in ``resources/icons``, without ``.svg``.
        token: Colour it is drawn in: the name of a `Tokens` attribute.

    Raises:
        FileNotFoundError: If there is no icon of that name.
    """
    return QIcon(_TintedEngine(_renderer(name), token))


def app_icon() -> QIcon:
    """Return the icon of the program, in its own colours, at the sizes desktops ask for."""
    renderer = _renderer("ifcbgui")
    result = QIcon()
    for side in _APP_SIZES:
        result.addPixmap(_rendered(renderer, QSize(side, side)))
    return result


def draw_icon(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw an icon into a rectangle, in one colour, crisp on any screen."""
    ratio = painter.device().devicePixelRatioF()
    pixmap = _tinted(_renderer(name), (rect.size() * ratio).toSize(), colour)
    pixmap.setDevicePixelRatio(ratio)
    painter.drawPixmap(rect.topLeft(), pixmap)


@cache
def _renderer(name: str) -> QSvgRenderer:
    return QSvgRenderer(read_text(f"icons/{name}.svg").encode())


def _rendered(renderer: QSvgRenderer, size: QSize) -> QPixmap:
    """Return the drawing in a pixmap of that size, as large as fits without distortion."""
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    box = QSizeF(renderer.defaultSize()).scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    corner = QPointF((size.width() - box.width()) / 2, (size.height() - box.height()) / 2)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(corner, box))
    painter.end()
    return pixmap


def _tinted(renderer: QSvgRenderer, size: QSize, colour: QColor) -> QPixmap:
    pixmap = _rendered(renderer, size)
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), colour)
    painter.end()
    return pixmap


class _TintedEngine(QIconEngine):
    """Draws one icon when asked, so that its colour is always that of the present theme."""

    def __init__(self, renderer: QSvgRenderer, token: str) -> None:
        super().__init__()
        self._renderer = renderer
        self._token = token
        self._drawn: dict[tuple[int, int, int], QPixmap] = {}

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        """Return the icon in device pixels, drawn once per size and colour."""
        colour = self._colour(mode)
        key = (size.width(), size.height(), colour.rgba())
        if key not in self._drawn:
            self._drawn[key] = _tinted(self._renderer, size, colour)
        return self._drawn[key]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon into a rectangle of logical pixels."""
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self.pixmap(rect.size() * ratio, mode, state))

    def clone(self) -> QIconEngine:
        """Return an engine for a copied icon."""
        return _TintedEngine(self._renderer, self._token)

    def _colour(self, mode: QIcon.Mode) -> QColor:
        table = tokens()
        if mode is QIcon.Mode.Disabled:
            return table.disabled
        if mode is QIcon.Mode.Selected:
            return table.on_solid
        colour: QColor = getattr(table, self._token)
        return colour
