"""An image of a bin, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BinRoi:
    """An image of a bin.

    Attributes:
        number: Its number in the bin: its line in the .adc file, from 1.
        row: Its row in the bin's records.
        trigger: Number of its trigger.
        left: Left edge in the frame, pixels.
        top: Upper edge in the frame, pixels.
        width: Width, pixels.
        height: Height, pixels.
        start: Where it begins in the .roi file.
    """

    number: int
    row: int
    trigger: int
    left: int
    top: int
    width: int
    height: int
    start: int

    @property
    def end(self) -> int:
        """Where it ends in the .roi file."""
        return self.start + self.width * self.height
