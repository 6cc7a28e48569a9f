"""Where further windows go: never over the bar with Stop in it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QMainWindow

_INDENT: Final = 40
_TITLE_BAR: Final = 32


def below_the_bar(window: QMainWindow, width: int, height: int) -> QRect:
    """Return a place that leaves a window's top bar, with Stop in it, in sight.

    Args:
        window: The main window.
        width: Width that is wanted, pixels; there may be less.
        height: Height likewise.
    """
    bar = window.menuWidget()
    top = (bar.height() if bar else 0) + _TITLE_BAR
    corner = window.mapToGlobal(QPoint(_INDENT, top))
    width = min(width, window.width() - 2 * _INDENT)
    return QRect(corner, QSize(width, min(height, window.height() - top - _INDENT)))
