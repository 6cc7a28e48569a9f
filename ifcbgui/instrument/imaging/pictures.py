"""PNG files to grey values, without Qt and for any thread: Pillow lets others work meanwhile."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

Grey = npt.NDArray[np.uint8]

# Ten times and more what the known cameras have: colours and all it is 80 MB in memory.
_MOST_PIXELS: Final = 20_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEAD: Final = struct.Struct(">8s4x4sII")


class PictureError(Exception):
    """There is no picture; the text says why."""


def png_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height by the head of a PNG file, or None for what is none."""
    if len(data) < _HEAD.size:
        return None
    magic, chunk, width, height = _HEAD.unpack_from(data)
    return (width, height) if magic == _PNG and chunk == b"IHDR" else None


@contextmanager
def open_png(data: bytes) -> Iterator[Image.Image]:
    """Open a PNG file, to be decoded while it is open.

    Raises:
        PictureError: If it is damaged, no PNG file, or enormous; at once or while it is decoded.
    """
    size = png_size(data)
    if size is None:
        raise PictureError("This is no PNG file.")
    if size[0] * size[1] > _MOST_PIXELS:
        raise PictureError(f"No camera takes pictures of {size[0]} by {size[1]} pixels.")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            if image.size != size:
                raise PictureError("it says twice how large it is, and differently")
            yield image
    except Exception as exc:  # of a damaged file Pillow raises whatever it stumbles over
        raise PictureError(f"The PNG file is damaged: {exc}") from exc


def read_grey(data: bytes) -> Grey:
    """Decode a PNG file: its grey values, height x width.

    Raises:
        PictureError: If it is damaged, no PNG file, or enormous.
    """
    with open_png(data) as image:
        if image.mode.startswith("I"):  # of 16 bits Pillow would cut off the upper ones
            return (np.asarray(image) >> 8).astype(np.uint8)
        return np.asarray(image.convert("L"))
