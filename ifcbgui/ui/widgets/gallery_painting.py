"""Draws the tiles of a gallery: a picture on the frame's own grey, and a caption below."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from ifcbgui.instrument.imaging.tables import Rows
from ifcbgui.ui.models.roi_text import RoiUnits, peaks_text, size_text, trigger_text
from ifcbgui.ui.models.thumbnail_work import HEIGHT_SHARE, Thumbnail
from ifcbgui.ui.theme import SPACE_XS, Tokens, scaled_font, tokens
from ifcbgui.ui.widgets.painting import CENTRE

_INSIDE: Final = 5  # between the caption and the edge of its tile
_FRAME: Final = 2
_ROOM_FOR_SIZE: Final = 104  # narrower tiles tell the trigger, or the size, not both


TILE_FIELDS: Final = ["trigger", "width", "height", "peak_a", "peak_b"]

TileValues = tuple[int, int, int, float, float]
"""What a row says, in the order of `TILE_FIELDS`; minus infinity for a peak nobody said."""


def tile_values(rows: Rows) -> list[TileValues]:
    """Return what tiles show of some rows: values that are equal where they look equal."""
    shown = rows[TILE_FIELDS]
    for name in ("peak_a", "peak_b"):
        peaks = shown[name]
        peaks[np.isnan(peaks)] = -np.inf
    values: list[TileValues] = shown.tolist()
    return values


_Look = tuple[int, float, bool, TileValues, Thumbnail | None]
"""All that decides what a tile looks like."""


class TilePainter:
    """Draws tiles of one size, in the theme in force when it was made, and keeps the last.

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
        self._box_height = round(side * HEIGHT_SHARE)
        self._line = QFontMetrics(self._plain).height()
        self._frame = QPen(self._colours.accent, _FRAME)
        self._frame.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._drawn: OrderedDict[_Look, QPixmap] = OrderedDict()

    @property
    def height(self) -> int:
        """Height of a tile."""
        return self._box_height + self._line * (2 if self._peaks else 1) + 2 * SPACE_XS

    def forget(self, most: int) -> None:
        """Keep no more than the last so many tiles."""
        while len(self._drawn) > most:
            self._drawn.popitem(last=False)

    def draw(
        self,
        painter: QPainter,
        rect: QRect,
        values: TileValues,
        thumbnail: Thumbnail | None,
        *,
        selected: bool,
    ) -> None:
        """Draw a tile into its place.

        Args:
            painter: Draws on the gallery.
            rect: The place.
            values: What is said of the region of interest.
            thumbnail: Its picture, or None while that is being made.
            selected: It is selected.
        """
        ratio = painter.device().devicePixelRatioF()
        look = (rect.width(), ratio, selected, values, thumbnail)
        drawn = self._drawn.get(look)
        if drawn is None:
            drawn = QPixmap(rect.size() * ratio)
            drawn.setDevicePixelRatio(ratio)
            self._draw_whole(drawn, QRect(QPoint(0, 0), rect.size()), look)
            self._drawn[look] = drawn
        else:
            self._drawn.move_to_end(look)
        painter.drawPixmap(rect.topLeft(), drawn)

    def draw_focus(self, painter: QPainter, rect: QRect) -> None:
        """Draw around a tile that keys move from here."""
        painter.setPen(self._colours.text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(-2, -2, 1, 1))

    def _draw_whole(self, pixmap: QPixmap, rect: QRect, look: _Look) -> None:
        _, _, selected, values, thumbnail = look
        colours = self._colours
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(rect, colours.selection if selected else colours.surface)
        box = QRect(rect.left(), rect.top(), rect.width(), self._box_height)
        self._draw_picture(painter, box, thumbnail)
        self._draw_caption(painter, rect.adjusted(_INSIDE, 0, -_INSIDE, 0), values)
        if selected:
            painter.setPen(self._frame)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.end()

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

    def _draw_caption(self, painter: QPainter, room: QRect, values: TileValues) -> None:
        top = room.top() + self._box_height + SPACE_XS
        line = QRect(room.left(), top, room.width(), self._line)
        colours = self._colours
        trigger, width, height, *peaks = values
        self._write(painter, line, trigger_text(trigger), self._strong, colours.text)
        roomy = room.width() >= _ROOM_FOR_SIZE
        if roomy:
            size = size_text(width, height, self._units)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self._write(painter, line, size, self._plain, colours.muted, right)
        if self._peaks:
            line.translate(0, self._line)
            text = peaks_text(*peaks)
            text = text if roomy else text.removesuffix(" V")
            self._write(painter, line, text, self._plain, colours.muted)

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
