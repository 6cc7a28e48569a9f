"""The images of a message, as a list of small pictures."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QWidget

from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.picture_loader import Picture, PictureLoader

_MAX_IMAGES: Final = 12
_IMAGES_IN_A_LINE: Final = 3
_FRAME_SIZE: Final = QSize(280, 210)
_ROI_SIZE: Final = QSize(96, 72)
_CAPTION_HEIGHT: Final = 28


class LogImages(QListWidget):
    """Images scaled down, each with its size, and its place in the frame as a tip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Images in the message")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSpacing(SPACE_XS)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self._places: list[str] = []
        self._loader = PictureLoader(self)
        self._loader.loaded.connect(self._show_picture)

    def show_images(self, images: list[tuple[str, bytes]]) -> None:
        """Show the first images as soon as they are decoded; hide where there are none.

        Args:
            images: Place in the frame, or "", and the PNG file.
        """
        self.clear()
        self.setVisible(bool(images))
        shown = images[:_MAX_IMAGES]
        self._places = [place for place, _ in shown]
        most = _FRAME_SIZE if len(images) == 1 and not images[0][0] else _ROI_SIZE
        self.addItems(["…"] * len(shown))
        if len(images) > _MAX_IMAGES:
            self.addItem(f"and {len(images) - _MAX_IMAGES} more")
        self._fit(QSize(1, 1))
        self._loader.load([data for _, data in shown], most)

    @Slot(int, object)
    def _show_picture(self, number: int, picture: Picture | None) -> None:
        item = self.item(number)
        if item is None:
            return
        if picture is None:
            item.setText("not an image")
            return
        pixels = f"{picture.width} x {picture.height} px"
        place = self._places[number]
        item.setIcon(QIcon(QPixmap.fromImage(picture.image)))
        item.setText(pixels)
        item.setToolTip(f"{place}, {pixels}" if place else pixels)
        self._fit(self.iconSize().expandedTo(picture.image.size()))

    def _fit(self, size: QSize) -> None:
        """Be as high as the images, of which the largest has this size."""
        self.setIconSize(size)
        lines = 1 if self.count() <= _IMAGES_IN_A_LINE else 2
        self.setFixedHeight(lines * (size.height() + _CAPTION_HEIGHT) + SPACE_S)
