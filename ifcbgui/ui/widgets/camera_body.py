"""The frame, and what is measured of it where that leaves the frame more room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ifcbgui.ui.theme import SPACE_S, SPACE_XS

_SHAPE: Final = 1360 / 1024
_BESIDE, _BESIDE_MOST = 200, 420
_BELOW, _BELOW_MOST = 140, 260
_NO_LIMIT: Final = 16_777_215  # Qt's own


class CameraBody(QWidget):
    """Arranges widgets that are made elsewhere.

    Args:
        view: The frame.
        caption: What stands in the line below it.
        measured: What is measured.
        parent: Qt parent.
    """

    def __init__(
        self, view: QWidget, caption: QWidget, measured: Sequence[QWidget], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._caption = caption
        self._side_box = QWidget(self)
        self._side = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._side_box)
        self._side.setSpacing(SPACE_S)
        for widget in measured:
            self._side.addWidget(widget, 1)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(view, 1)
        middle.addWidget(caption)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addLayout(middle, 1)
        self._body.addWidget(self._side_box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out which arrangement leaves the frame more room."""
        width = event.size().width()
        height = event.size().height() - self._caption.sizeHint().height()
        beside = min(max(round(width - height * _SHAPE), _BESIDE), _BESIDE_MOST)
        below = min(max(round(height - width / _SHAPE), _BELOW), _BELOW_MOST)
        frame_beside = min(width - beside, height * _SHAPE)
        frame_above = min(width, (height - below) * _SHAPE)
        self._arrange(beside if frame_beside >= frame_above else 0, below)
        super().resizeEvent(event)

    def _arrange(self, beside: int, below: int) -> None:
        """Put what is measured beside the frame, so wide, or else below it, so high."""
        direction, side = QBoxLayout.Direction, self._side_box
        self._body.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._side.setDirection(direction.TopToBottom if beside else direction.LeftToRight)
        self._side.setContentsMargins(SPACE_S, 0 if beside else SPACE_XS, SPACE_S, SPACE_S)
        side.setMinimumSize(beside, 0 if beside else below)
        side.setMaximumSize(beside or _NO_LIMIT, _NO_LIMIT if beside else below)
