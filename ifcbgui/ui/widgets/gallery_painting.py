"""Draws the tiles of a gallery: a picture on the frame's own grey, and a caption below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from ifcbgui.ui.models.roi_text import RoiUnits, peaks_text, size_text, trigger_text
from ifcbgui.ui.models.thumbnail_work import HEIGHT_SHARE, Thumbnail
from ifcbgui.ui.theme import SPACE_XS, Tokens, scaled_font, tokens
from ifcbgui.ui.widgets.painting import CENTRE

_INSIDE: Final = 5  # between the caption and the edge of its tile
_FRAME: Final = 2
_ROOM_FOR_SIZE: Final = 104  # narrower tiles tell the trigger, or the size, not both


TILE_FIELDS: Final = ["trigger", "width", "height", "peak_a", "peak_b"]


@dataclass(frozen=True, slots=True)
class Tile:
    """What a tile shows.

    Attributes:
        values: What the row says, in the order of `TILE_FIELDS`.
        thumbnail: The picture, or None while it is being made.
        selected: It is selected.
        current: Keys move from here, and reach the gallery.
    """

    values: tuple[int, int, int, float, float]
    thumbnail: Thumbnail | None
    selected: bool
    current: bool


class TilePainter:
    """Draws tiles of one size, in the theme in force when it was made.

    Args:
        side: Width that a picture is given, at least.
        units: How sizes are given.
        peaks: Whether captions have a line for the peaks.
    """

    def __init__(self, side: int, units: RoiUnits, *, peaks: bool) -> None:
        self._units = units
        self._peaks = peaks
        self._colours: Tokens = tokens()
        self._strong = scaled_font(0.85, bold=True)
        self._plain = scaled_font(0.85)
        self._metrics = QFontMetrics(self._plain)
        self._box_height = round(side * HEIGHT_SHARE)
        self._line = self._metrics.height()
        self._frame = QPen(self._colours.accent, _FRAME)
        self._frame.setJoinStyle(Qt.PenJoinStyle.MiterJoin)

    @property
    def height(self) -> int:
        """Height of a tile."""
        return self._box_height + self._line * (2 if self._peaks else 1) + 2 * SPACE_XS

    def draw(self, painter: QPainter, rect: QRect, tile: Tile) -> None:
        """Draw a tile into its place."""
        colours = self._colours
        painter.fillRect(rect, colours.selection if tile.selected else colours.surface)
        box = QRect(rect.left(), rect.top(), rect.width(), self._box_height)
        self._draw_picture(painter, box, tile.thumbnail)
        self._draw_caption(painter, rect.adjusted(_INSIDE, 0, -_INSIDE, 0), tile)
        if tile.selected:
            painter.setPen(self._frame)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        if tile.current:
            painter.setPen(colours.text)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(-2, -2, 1, 1))

    def _draw_picture(self, painter: QPainter, box: QRect, thumbnail: Thumbnail | None) -> None:
        if thumbnail is None or thumbnail.image is None:
            painter.fillRect(box, self._colours.raised)
            if thumbnail is not None:
                self._write(painter, box, "no picture", self._plain, self._colours.muted, CENTRE)
            return
        grey = thumbnail.ground
        painter.fillRect(box, QColor(grey, grey, grey))
        image = thumbnail.image
        # One made for another size, on its way out, is stretched.
        scale = self._box_height / (thumbnail.side * HEIGHT_SHARE)
        width, height = image.width() * scale, image.height() * scale
        centre = QRectF(box).center()
        corner = QPointF(round(centre.x() - width / 2), round(centre.y() - height / 2))
        painter.drawImage(QRectF(corner.x(), corner.y(), width, height), image)

    def _draw_caption(self, painter: QPainter, room: QRect, tile: Tile) -> None:
        top = room.top() + self._box_height + SPACE_XS
        line = QRect(room.left(), top, room.width(), self._line)
        colours = self._colours
        trigger, width, height, *peaks = tile.values
        self._write(painter, line, trigger_text(trigger), self._strong, colours.text)
        if room.width() >= _ROOM_FOR_SIZE:
            size = size_text(width, height, self._units)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self._write(painter, line, size, self._plain, colours.muted, right)
        if self._peaks:
            line.translate(0, self._line)
            self._write(painter, line, peaks_text(*peaks), self._plain, colours.muted)

    def _write(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        font: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    ) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(room, align, text)
