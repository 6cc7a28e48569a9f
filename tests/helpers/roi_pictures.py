"""Regions of interest for tests: PNG files, messages with them, and rows about them."""

from __future__ import annotations

import base64
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from ifcbgui.instrument.imaging.pictures import Grey, PictureError
from ifcbgui.instrument.imaging.tables import ROI, Table
from ifcbgui.simulator.png import encode_png

NAN = float("nan")


def grey_png(width: int, height: int, grey: int = 128) -> bytes:
    """Return a PNG file of one grey."""
    return encode_png(np.full((height, width), grey, np.uint8))


def roi_message(*pngs: bytes) -> str:
    """Return a message with regions of interest, the first at top 10, left 20."""
    rois = (
        f"{10 * place}:{20 * place}:{base64.b64encode(png).decode()}"
        for place, png in enumerate(pngs, start=1)
    )
    return ":".join(("triggerrois", str(len(pngs)), *rois))


def roi_row(number: int, **values: Any) -> tuple[Any, ...]:
    """Return the values of a row of `ROI`: number tells them all, other values replace them."""
    row = {
        "message_id": 100 + number,
        "index": 0,
        "time_ns": (1_795_364_700 + number) * 1_000_000_000,
        "trigger": number + 1,
        "left": 800 + number % 50,
        "top": 10 + 7 * number % 900,
        "width": 40 + 8 * (number * 13 % 20),
        "height": 40 + 2 * (number * 7 % 40),
        "peak_a": 0.2,
        "peak_b": NAN,
        "integrated_a": NAN,
        "integrated_b": NAN,
    }
    return tuple((row | values).values())


class FakeRois:
    """A source of plain pictures whose grey is the row's trigger number, modulo 256.

    Attributes:
        table: The rows.
        asked: Trigger numbers of the pictures asked for, in that order.
        missing: Trigger numbers of rows without a picture.
        gate: Pictures wait until it is set.
    """

    def __init__(self, rows: int = 0, most: int = 100_000) -> None:
        self.table = Table(ROI, most)
        self.asked: list[int] = []
        self.missing: Sequence[int] = ()
        self.gate = threading.Event()
        self.gate.set()
        self.add(rows)

    def add(self, rows: int = 1, **values: Any) -> None:
        """Let rows come."""
        for number in range(self.table.stop, self.table.stop + rows):
            self.table.append(roi_row(number, **values))

    def pixels(self, roi: np.void) -> Grey:
        """Return a picture."""
        self.asked.append(int(roi["trigger"]))
        self.gate.wait(10.0)
        if int(roi["trigger"]) in self.missing:
            raise PictureError("The session does not have it.")
        return np.full((roi["height"], roi["width"]), int(roi["trigger"]) % 256, np.uint8)
