"""Which part of a frame is seen, and how large. No Qt here."""

from __future__ import annotations

from typing import Final

# Above 1 only whole steps: all pixels of the camera are equally large on the screen.
_LEVELS: Final = (
    *(1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3),
    *(1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0),
)


class FramePort:
    """Counts in pixels of the screen, which are finer than Qt's own on a dense one.

    Attributes:
        width: Of the frame, camera pixels.
        height: Of the frame, camera pixels.
        scale: Pixels of the screen for one of the camera.
        left: Where the frame begins in the view; below 0 where it begins outside.
        top: Likewise.
        fitted: True while the whole frame is to be seen, whatever the size of the view.
    """

    def __init__(self) -> None:
        self.width = self.height = 1
        self.scale = 1.0
        self.left = self.top = 0
        self.fitted = True
        self._across = self._down = 1
        self._middle = (0.5, 0.5)

    def set_frame(self, width: int, height: int) -> None:
        """Take the size of the frame."""
        if (width, height) != (self.width, self.height):
            self.width, self.height = width, height
            self._middle = (width / 2, height / 2)
            self._settle()

    def set_view(self, across: int, down: int) -> None:
        """Take the size of the view; what is in its middle stays there."""
        self._across, self._down = max(across, 1), max(down, 1)
        self._settle()

    def fit(self) -> None:
        """Show the whole frame."""
        self.fitted = True
        self._settle()

    def zoom_to(self, scale: float, x: float | None = None, y: float | None = None) -> None:
        """Change the scale around a point of the view, by default its middle."""
        x = self._across / 2 if x is None else x
        y = self._down / 2 if y is None else y
        at_x, at_y = (x - self.left) / self.scale, (y - self.top) / self.scale
        self.fitted, self.scale = False, scale
        self._middle = (
            at_x + (self._across / 2 - x) / scale,
            at_y + (self._down / 2 - y) / scale,
        )
        self._settle()

    def zoom(self, steps: int, x: float | None = None, y: float | None = None) -> None:
        """Go up or down the ladder of scales; below the whole frame there is nothing to see."""
        for _ in range(abs(steps)):
            if steps > 0:
                next_scale = next((level for level in _LEVELS if level > self.scale), None)
            else:
                next_scale = next((level for level in _LEVELS[::-1] if level < self.scale), 0.0)
                if next_scale <= self._whole():
                    self.fit()
                    return
            if next_scale is None:
                return
            self.zoom_to(next_scale, x, y)

    def pan(self, right: float, down: float) -> None:
        """Move what is seen, as far as there is more of the frame."""
        if not self.fitted:
            self._middle = (
                (self._across / 2 - self.left + right) / self.scale,
                (self._down / 2 - self.top + down) / self.scale,
            )
            self._settle()

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the camera pixel at a point of the view, or None beside the frame."""
        column, row = (x - self.left) / self.scale, (y - self.top) / self.scale
        if 0 <= column < self.width and 0 <= row < self.height:
            return int(column), int(row)
        return None

    def _whole(self) -> float:
        """Return the scale at which the whole frame is seen."""
        scale = min(self._across / self.width, self._down / self.height)
        return float(int(scale)) if scale > 1 else scale

    def _settle(self) -> None:
        if self.fitted:
            self.scale = self._whole()
            self._middle = (self.width / 2, self.height / 2)
        self.left = _begin(self._middle[0], self.width, self.scale, self._across)
        self.top = _begin(self._middle[1], self.height, self.scale, self._down)


def _begin(middle: float, length: int, scale: float, room: int) -> int:
    """Return where the frame begins: in the middle if it has room, else without a gap."""
    spare = room - round(length * scale)
    if spare >= 0:
        return spare // 2
    return min(0, max(spare, round(room / 2 - middle * scale)))
